import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import InvalidMessage, canonical_json, parse_json, parse_message
from schemas.canonical import MAX_DEPTH
from tests.schemas.events import event

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=20,
)


def rule_of(raw: bytes) -> tuple[str, str]:
    with pytest.raises(InvalidMessage) as refused:
        parse_json(raw)
    (problem,) = refused.value.problems
    return problem.field, problem.rule


@given(JSON)
def test_what_is_written_is_read_back(value: Any) -> None:
    assert parse_json(canonical_json(value)) == value


@given(st.dictionaries(st.text("abcé", max_size=5), st.integers(), max_size=6), st.randoms())
def test_the_order_of_members_makes_no_difference(members: dict[str, int], random: Any) -> None:
    shuffled = list(members.items())
    random.shuffle(shuffled)
    assert canonical_json(dict(shuffled)) == canonical_json(members)


def test_the_canonical_form_is_sorted_compact_and_utf8() -> None:
    assert canonical_json({"b": [1, None], "a": "é"}) == '{"a":"é","b":[1,null]}'.encode()


def test_a_model_is_written_with_its_json_names_and_without_absent_fields() -> None:
    written = json.loads(canonical_json(parse_message(event())))
    assert written == event() | {"data": event()["data"] | {"relevanteZaken": []}}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800"])
def test_what_json_cannot_carry_is_not_written(value: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the json module's own, of several kinds
        canonical_json({"a": value})


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"", ("", "invalid_json")),
        (b"{", ("", "invalid_json")),
        (b"{} {}", ("", "invalid_json")),
        (b'{"a":NaN}', ("", "invalid_json")),
        (b'{"a":-Infinity}', ("", "invalid_json")),
        (b'{"a":' + b"9" * 5000 + b"}", ("", "invalid_json")),
        (b"\xef\xbb\xbf{}", ("", "invalid_json")),
        (b'{"a":"\xff"}', ("", "invalid_utf8")),
        (b'{"a":1,"a":2}', ("a", "duplicate_name")),
        (b'{"x":[{"y":{"bsn":1,"bsn":2}}]}', ("x.0.y.bsn", "duplicate_name")),
        (b'{"999993653":1,"999993653":2}', ("?", "duplicate_name")),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), ("", "too_deep")),
        (b'{"a":' * 100_000, ("", "too_deep")),
        (b'"' + b"[" * 40, ("", "invalid_json")),
    ],
)
def test_loose_json_is_refused(raw: bytes, problem: tuple[str, str]) -> None:
    assert rule_of(raw) == problem


def test_brackets_inside_a_text_do_not_count_as_depth() -> None:
    assert parse_json(canonical_json(['[{\\"' * 100])) == ['[{\\"' * 100]
    assert parse_json(b"[[]" + b",[]" * 100 + b"]") == [[]] * 101
    assert parse_json(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)


@given(st.binary(max_size=200))
def test_any_bytes_are_json_or_refused(raw: bytes) -> None:
    with suppress(InvalidMessage):
        parse_json(raw)
