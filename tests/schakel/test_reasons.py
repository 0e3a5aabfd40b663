"""Why a question is asked, and who asks: whole or not at all, and safe to show."""

from __future__ import annotations

import pytest

from adapters.contract import Reason
from schakel.reasons import read_reason
from schakel.unanswered import InvalidQuestion


def test_nothing_said_is_no_reason() -> None:
    assert read_reason(None, None) is None
    assert read_reason("", "", "") is None


def test_a_reason_is_read() -> None:
    assert read_reason("verhuizing", "m.dewit", "Verhuizen@Intake") == Reason(
        doelbinding="verhuizing", gebruiker="m.dewit", verwerking="Verhuizen@Intake"
    )


@pytest.mark.parametrize(
    ("said", "field", "rule"),
    [
        (("verhuizing", None), "gebruiker", "required"),
        ((None, "m.dewit"), "doelbinding", "required"),
        ((None, None, "A@b"), "doelbinding", "required"),
        (("a\r\nX-Evil: 1", "m.dewit"), "doelbinding", "pattern"),
        (("verhuizing", "M\u00fcller"), "gebruiker", "pattern"),
        (("x" * 81, "m.dewit"), "doelbinding", "pattern"),
        (("verhuizing", "burger 999990019"), "gebruiker", "bsn"),
        (("9999.90.019", "m.dewit"), "doelbinding", "bsn"),
        (("verhuizing", "999 990 019"), "gebruiker", "bsn"),
        (("verhuizing", "m.dewit", "burger 999990019"), "verwerking", "bsn"),
        (("verhuizing", "m.dewit", "a@b@c"), "verwerking", "pattern"),
        (("verhuizing", "m.dewit", "x" * 243), "verwerking", "pattern"),
        (("verhuizing", "m.dewit", "a\nb"), "verwerking", "pattern"),
    ],
)
def test_half_a_reason_and_an_unsafe_one_are_refused(
    said: tuple[str | None, ...], field: str, rule: str
) -> None:
    with pytest.raises(InvalidQuestion) as caught:
        read_reason(*said)
    problems = caught.value.problems
    assert (field, rule) in [(one.field, one.rule) for one in problems]
    assert not any("999990019" in one.detail for one in problems)
