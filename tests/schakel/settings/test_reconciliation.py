"""`[reconciliation]`: when, how fast, and for how long reports are kept."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from pydantic import ValidationError

from continuity.reconciliation import ReconciliationPolicy
from schakel.settings.sections import ReconciliationSection


def test_without_the_section_every_night_is_compared() -> None:
    assert ReconciliationSection().policy() == ReconciliationPolicy()


def test_everything_can_be_set() -> None:
    section = ReconciliationSection.model_validate(
        {"nightly": False, "at": "03:15", "calls_per_second": 2.5, "others": "count", "keep": "30d"}
    )

    assert section.policy() == ReconciliationPolicy(
        nightly=False,
        at=time(3, 15),
        calls_per_second=2.5,
        list_others=False,
        keep=timedelta(days=30),
    )


def test_a_time_of_toml_is_taken_too() -> None:
    assert ReconciliationSection.model_validate({"at": time(1, 5)}).at == time(1, 5)


@pytest.mark.parametrize("at", ["2:30", "24:00", "02:60", "half three", 230])
def test_what_is_no_time_of_day_is_refused(at: object) -> None:
    with pytest.raises(ValidationError, match="Write a time of day in quotes"):
        ReconciliationSection.model_validate({"at": at})
