"""What `*` stands for, and that nothing else stands for anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.pattern import matches


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("*", "", True),
        ("a*", "a", True),
        ("a*c", "abbc", True),
        ("a*c", "abcd", False),
        ("*b*", "abc", True),
        ("a.c", "abc", False),
        ("[ab]", "a", False),
        ("?", "a", False),
        ("A", "a", False),
        ("a*b", "a\nb", True),
    ],
)
def test_a_star_is_any_run_of_characters(pattern: str, text: str, *, fits: bool) -> None:
    assert matches(pattern, text) is fits


@given(st.text(alphabet=st.characters(exclude_characters="*")))
def test_a_text_without_a_star_fits_itself_only(text: str) -> None:
    assert matches(text, text)
    assert not matches(text, text + "x")
