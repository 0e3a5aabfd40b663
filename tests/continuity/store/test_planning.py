from __future__ import annotations

import pytest

from continuity.store.planning import options_of, options_text
from continuity.store.records import Elsewhere, ReplayOptions


@pytest.mark.parametrize(
    "options",
    [
        ReplayOptions(),
        ReplayOptions(rate_per_second=2.5, stop_at_percent=0, approve_above=7),
        ReplayOptions(to=Elsewhere(destination="mail", types=frozenset({"b", "a"}), tenant="0344")),
    ],
)
def test_options_come_back_from_a_column_as_they_went_in(options: ReplayOptions) -> None:
    assert options_of(options_text(options)) == options


def test_a_plan_from_before_there_were_options_has_the_default_ones() -> None:
    assert options_of("{}") == ReplayOptions()
