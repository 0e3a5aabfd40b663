"""An attempt ends at its deadline."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from adapters._kit import within_deadline
from adapters.contract import Context, RejectedError, UncertainError
from tests.conformance.memory_steps import MemorySteps

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class SetClock:
    def now(self) -> datetime:
        return NOW


def context(seconds: float) -> Context:
    return Context(
        delivery_id=1,
        attempt=1,
        deadline=NOW + timedelta(seconds=seconds),
        references={},
        steps=MemorySteps(),
        clock=SetClock(),
    )


@pytest.mark.parametrize("seconds", [0.01, 0, -60])
async def test_what_is_still_going_on_becomes_uncertain(seconds: float) -> None:
    with pytest.raises(UncertainError, match="deadline"):
        async with within_deadline(context(seconds)):
            await asyncio.Event().wait()


async def test_an_error_inside_stays_what_it_is() -> None:
    with pytest.raises(RejectedError):
        async with within_deadline(context(60)):
            raise RejectedError("x:y", "no")
