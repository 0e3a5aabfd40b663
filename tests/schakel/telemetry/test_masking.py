from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schakel.telemetry import mask_text, mask_value
from schemas.identifiers import passes_elfproef

BSNS = ("999993653", "999990019", "999991772", "999992132", "900003509")

_bsns = st.integers(min_value=10_000_000, max_value=999_999_999).map(lambda n: f"{n:09d}")
_valid = _bsns.filter(passes_elfproef)
_words = st.text(alphabet=st.characters(exclude_categories=("Nd", "Cs")), max_size=8)


@pytest.mark.parametrize("bsn", BSNS)
def test_the_published_test_numbers_are_masked(bsn: str) -> None:
    assert mask_text(f"bsn={bsn}, {bsn}!") == "bsn=*********, *********!"


@given(before=_words, bsn=_valid, after=_words)
def test_a_bsn_between_any_words_is_masked(before: str, bsn: str, after: str) -> None:
    assert mask_text(before + bsn + after) == before + "*********" + after


@given(number=_bsns.filter(lambda text: not passes_elfproef(text)))
def test_a_number_that_fails_the_elfproef_stays(number: str) -> None:
    assert mask_text(number) == number


def test_longer_and_shorter_numbers_stay() -> None:
    for text in ("9999936530", "99999365", "00000001002220647000", "2026-11-23T09:00:00.999993Z"):
        assert mask_text(text) == text


class _Person:
    def __repr__(self) -> str:
        return f"<person {BSNS[0]}>"


_values: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from(BSNS) | st.integers() | st.none() | st.just(_Person()) | st.binary(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner)
        | st.dictionaries(st.sampled_from(BSNS) | st.text(max_size=3), inner, max_size=3)
        | st.builds(frozenset, st.lists(st.sampled_from(BSNS), max_size=2))
    ),
    max_leaves=10,
)


@given(value=_values)
def test_nothing_inside_a_value_shows_a_bsn_and_it_can_be_written_as_json(value: Any) -> None:
    written = json.dumps(mask_value(value))
    assert not any(bsn in written for bsn in BSNS)


def test_a_value_inside_itself_ends() -> None:
    value: list[Any] = []
    value.append(value)
    assert "..." in str(mask_value(value))
