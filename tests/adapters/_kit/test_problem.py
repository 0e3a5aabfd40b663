"""Reading error bodies of every kind, without ever failing on one."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters._kit import Param, read_json, read_problem

FOUT = {
    "type": "https://zaken.example/fouten/ValidationError/",
    "code": "invalid",
    "title": "Ongeldige invoer.",
    "status": 400,
    "detail": "",
    "instance": "urn:uuid:1",
    "invalidParams": [
        {"name": "einddatum", "code": "date", "reason": "Geen  datum.\n"},
        {"name": "nonFieldErrors", "code": "unique", "reason": "Bestaat al."},
    ],
}


def test_a_validation_error_keeps_every_refused_field() -> None:
    problem = read_problem(json.dumps(FOUT).encode())
    assert problem.code == "invalid"
    assert problem.params == (
        Param(name="einddatum", code="date", reason="Geen datum."),
        Param(name="nonFieldErrors", code="unique", reason="Bestaat al."),
    )
    assert problem.words == ("einddatum: Geen datum. (date); nonFieldErrors: Bestaat al. (unique)")


def test_a_problem_without_fields_speaks_by_its_detail() -> None:
    body = b'{"title": "Niet gevonden.", "code": "not_found", "detail": "Bestaat niet."}'
    assert read_problem(body).words == "Bestaat niet."


def test_a_plain_object_of_fields_and_texts_is_understood() -> None:
    problem = read_problem(b'{"kanaal": ["Onbekend", "Ook fout"]}')
    assert problem.words == "kanaal: Onbekend Ook fout ()"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_any_unicode_encoding_of_json_is_read(encoding: str) -> None:
    assert read_problem('{"code": "één"}'.encode(encoding)).code in {"één", ""}
    assert read_problem('{"code": "een"}'.encode(encoding)).words


def test_html_is_known_by_its_title() -> None:
    body = b"<html><head><TITLE lang=nl>502 Bad&nbsp;Gateway</TITLE></head></html>"
    assert read_problem(body).words == "HTML page: 502 Bad Gateway"


@pytest.mark.parametrize("body", [b"", b"oeps", b"[1]", b"null", b'"text"', b"{}", b"\xff\xfe\x00"])
def test_a_body_that_says_nothing_still_has_words(body: bytes) -> None:
    assert read_problem(body).words


def test_a_body_nested_too_deep_is_no_json() -> None:
    assert read_json(b"[" * 2_000_000) is None


def test_a_bsn_in_the_partners_words_is_masked() -> None:
    body = json.dumps({"detail": "BSN 999993653 is onbekend", "code": "x"}).encode()
    assert read_problem(body).words == "BSN ********* is onbekend"


def test_texts_are_cut_off() -> None:
    assert len(read_problem(json.dumps({"detail": "a" * 10_000}).encode()).words) == 500


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
)


@given(st.binary(max_size=300) | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_body_makes_the_reader_fail(body: bytes) -> None:
    assert isinstance(read_problem(body).words, str)


@given(
    st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("code", "title", "detail", "invalidParams"), JSON)
    )
)
def test_wrong_types_in_a_problem_make_no_error(document: dict[str, object]) -> None:
    assert isinstance(read_problem(json.dumps(document).encode()).words, str)
