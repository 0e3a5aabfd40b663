from __future__ import annotations

import pytest
from pydantic import ValidationError

from continuity.store.records import ReplayOptions
from schakel.http.services import DEFAULT_REPLAY
from schakel.settings.sections import ReplaySection


def test_the_section_may_be_left_out_and_says_how_replays_go() -> None:
    assert ReplaySection().options() == DEFAULT_REPLAY
    section = ReplaySection(rate_per_second=2.5, stop_at_percent=0, approve_above=0)
    assert section.options() == ReplayOptions(
        rate_per_second=2.5, stop_at_percent=0, approve_above=0
    )


@pytest.mark.parametrize(
    "wrong", [{"rate_per_second": 0.0}, {"stop_at_percent": 101}, {"approve_above": -1}]
)
def test_what_cannot_be_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        ReplaySection.model_validate(wrong)
