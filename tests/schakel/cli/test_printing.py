"""What goes to a terminal may come from a partner."""

from __future__ import annotations

import pytest

from schakel.cli.printing import cell, print_table


def test_a_partners_words_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """`schakel check` shows what a destination answered. Seen failing: rows without `cell`."""
    print_table(("what", "finding"), [("destination", "down \x1b[2J\x1b]0;owned\x07[bold]now")])
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "[bold]now" in shown


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2026-11-23T08:55:00Z", "2026-11-23 09:55:00 CET"),
        ("2026-06-23T08:55:00.123456Z", "2026-06-23 10:55:00 CEST"),
        ("2026-11-23", "2026-11-23"),
    ],
)
def test_moments_are_shown_on_the_clock_of_the_town_hall(moment: str, shown: str) -> None:
    assert cell(moment) == shown
