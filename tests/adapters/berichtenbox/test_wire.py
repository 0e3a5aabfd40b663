"""What goes over the wire, held to the official schemas, and the parts that only compute."""

from __future__ import annotations

import base64
import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # PyYAML brings no types
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # has none
from lxml import etree

from adapters.berichtenbox import letters
from adapters.berichtenbox.pdf import archival_level, remarks_on
from schemas import InvalidMessage, Message
from schemas.bericht import LINE_END, BerichtenboxGevraagd, wire_text
from simulators.berichtenbox import Options
from tests.adapters.berichtenbox.post import (
    BEGIN,
    GEVRAAGD,
    OIN,
    WANTS_NOT,
    letter,
    number_of,
    posting,
)
from tests.certificates import Authority
from tests.standards import standards_dir

NUMBERS = letters.Numbers(batch=str(letters._SPACE), letter=str(letters._SPACE))


def data_of(message: Message) -> BerichtenboxGevraagd:
    assert isinstance(message.data, BerichtenboxGevraagd)
    return message.data


def schema(kind: str, name: str) -> etree.XMLSchema:
    folder = standards_dir() / "berichtenbox/logius-xsd-2026/BerichtVerwerkService" / kind
    return etree.XMLSchema(etree.parse(folder / name))


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")) | st.just("\n"))


@given(onderwerp=st.text("abcé&<>'\" ", min_size=1, max_size=50).filter(str.strip), tekst=TEXTS)
def test_every_letter_is_valid_by_the_official_schema(onderwerp: str, tekst: str) -> None:
    official = schema("Request", "GLOBEBatchRequest.xsd")
    try:
        message = letter(
            onderwerp=onderwerp,
            tekst=tekst[:900],
            publicatiedatum="2026-11-25T09:00:00+01:00",
            einddatumHandelingstermijn="2026-12-25T09:00:00Z",
        )
    except InvalidMessage:
        return  # not every text may be sent
    batch = letters.written(data_of(message), letters.numbers_of(message), OIN, BEGIN)
    root = etree.fromstring(batch)
    official.assertValid(root)
    later = letters.renewed(batch, BEGIN + timedelta(days=14))
    official.assertValid(etree.fromstring(later))
    assert letters.made_at(later) == BEGIN + timedelta(days=14)
    assert letters.recipient(batch) == (data_of(message).bsn.reveal(), "BURGERZ")


async def test_what_the_simulator_says_of_letters_is_valid_by_the_official_schema() -> None:
    official = schema("Response", "GLOBEBatchResponse.xsd")
    async with posting() as post:
        for number, bsn in enumerate((None, None, WANTS_NOT)):
            await post.send(letter(str(number), **({"bsn": bsn} if bsn else {})))
        contents = [
            one.content
            for one in post.simulator.berichtenbox.gateway.messages.values()
            if one.unprocessed
        ]
    assert len(contents) == 2
    for content in contents:
        official.assertValid(etree.fromstring(content))
        [result] = letters.results_of(content)
        assert (result.code, result.stage, result.at) == ("Verwerkt", "NA", BEGIN)


async def test_calls_and_answers_are_as_ebms_core_describes_them() -> None:
    text = (standards_dir() / "digikoppeling/ebms2/ebms-core-rest.openapi.yml").read_text()
    document = yaml.safe_load(text)

    def validator(name: str) -> Draft202012Validator:
        return Draft202012Validator(
            {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        )

    async with posting(Options(silent=True)) as post:
        await post.send(letter())
        gateway = post.simulator.berichtenbox.gateway
        [request] = [
            one
            for one in post.simulator.journal.requests
            if one.method == "POST" and "ebms" in one.path
        ]
        validator("MessageRequest").validate(json.loads(request.body or b""))
        [number] = gateway.messages
        for event in gateway._events({}, set()):
            validator("MessageEvent").validate(event)
        answer = json.loads(gateway._one(number).body)
    # fromPartyId and fromRole are required there, and are not among its properties
    broken = {error.message for error in validator("Message").iter_errors(answer)}
    assert broken == {"'fromPartyId' is a required property", "'fromRole' is a required property"}
    paths = [path for path in document["paths"] if "messageId" in path]
    assert any(path.startswith("/messages/{messageId}") for path in paths)


async def test_letters_go_over_mutual_tls(tmp_path: Path) -> None:
    authority = Authority.made(tmp_path)
    own = authority.certificate("gemeente", oin=OIN)
    http = {"ca_file": authority.file, "client_certificate": own}
    async with posting(http=http, tls=authority.server()) as post:
        await post.send(letter())
        await post.go_by(seconds=1)
        assert post.kinds() == ["afgeleverd"]


def test_the_numbers_of_a_letter_never_change_and_are_nobody_elses() -> None:
    one, again, other = letter("1"), letter("1", onderwerp="Anders"), letter("2")
    assert letters.numbers_of(one) == letters.numbers_of(again)
    assert letters.numbers_of(one).batch != letters.numbers_of(one).letter
    assert number_of(one) != number_of(other)
    assert letters.letter_of(f"{letters.message_id(number_of(one), 3)}@gateway") == number_of(one)
    for foreign in ("", "x@y", number_of(one), f"{number_of(one)}.x@y", ".1@y"):
        assert letters.letter_of(foreign) is None


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("een\ntwee\r\ndrie", r"een\r\ntwee\r\ndrie"),
        ("Zie https://a.example/b.", "Zie https://a.example/b ."),
        ("(www.a.example)", "( www.a.example )"),
        ("Zie https://a.example\nen verder", r"Zie https://a.example \r\nen verder"),
        ("geen adres", "geen adres"),
    ],
)
def test_line_ends_and_addresses_are_written_as_the_berichtenbox_wants(
    text: str, sent: str
) -> None:
    assert wire_text(text) == sent
    assert wire_text(sent) == sent


@given(TEXTS)
def test_no_real_line_end_is_left_and_nothing_is_lost(text: str) -> None:
    sent = wire_text(text)
    assert "\n" not in sent
    assert sent.replace(LINE_END, "").replace(" ", "") == text.replace("\n", "").replace(
        LINE_END, ""
    ).replace(" ", "")


def test_what_logius_would_refuse_is_refused_when_it_is_published() -> None:
    pdf = base64.b64encode(b"%PDF-" + b"x" * 300_000).decode()
    one = {"omschrijving": "Brief", "inhoud": pdf}
    wrong: list[dict[str, Any]] = [
        {"tekst": "\n" * 1001},
        {"onderwerp": "x" * 51},
        {"berichttype": "BURGERZAKEN"},
        {"bijlagen": [one, one]},
        {"bijlagen": [{**one, "inhoud": base64.b64encode(b"PK..").decode()}]},
        {"bijlagen": [{**one, "omschrijving": "x" * 129}]},
    ]
    for data in wrong:
        with pytest.raises(InvalidMessage):
            letter(**data)
    assert letter(bijlagen=[one]).type == GEVRAAGD


def test_a_batch_gets_too_old_before_logius_finds_it_so() -> None:
    batch = letters.written(data_of(letter()), NUMBERS, OIN, BEGIN)
    assert not letters.too_old(batch, BEGIN + timedelta(days=12, hours=17))
    assert letters.too_old(batch, BEGIN + timedelta(days=12, hours=19))


@pytest.mark.parametrize(
    "content", [b"", b"<a/>", b"\x1f\x8b", b"<!DOCTYPE a []><a/>", b"{}"], ids=repr
)
def test_what_is_no_result_is_unreadable(content: bytes) -> None:
    message = {"dataSources": [{"content": base64.b64encode(content).decode()}]}
    with pytest.raises(letters.Unreadable):
        letters.results_of(letters.content_of(message))
    nothing: list[dict[str, Any]] = [{}, {"dataSources": []}, {"dataSources": [{"content": "?"}]}]
    for broken in nothing:
        with pytest.raises(letters.Unreadable):
            letters.content_of(broken)


def test_a_result_that_unpacks_to_far_too_much_is_unreadable() -> None:
    bomb = gzip.compress(b" " * (letters._MOST_UNPACKED + 1))
    with pytest.raises(letters.Unreadable, match="larger"):
        letters.content_of({"dataSources": [{"content": base64.b64encode(bomb).decode()}]})


@pytest.mark.parametrize(
    ("said", "level"),
    [
        (b"<x pdfaid:part='2' pdfaid:conformance='A'/>", "2a"),
        (b"<pdfaid:part>1</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>", "1b"),
        (b"", None),
    ],
)
def test_a_pdf_says_of_itself_whether_it_is_for_archives(said: bytes, level: str | None) -> None:
    assert archival_level(b"%PDF-1.7\n" + said) == level
    inhoud = base64.b64encode(b"%PDF-1.7\n" + said).decode()
    remarks = remarks_on(data_of(letter(bijlagen=[{"omschrijving": "x", "inhoud": inhoud}])))
    assert bool(remarks) == (level not in {"1a", "2a"})


def test_a_moment_of_a_result_needs_a_zone() -> None:
    assert letters._read_moment("2026-11-23T09:00:00") is None
    assert letters._read_moment("2026-11-23T09:00:00Z") == datetime(2026, 11, 23, 9, tzinfo=UTC)
