"""Few at once, in order, and nobody keeps a turn by being slow. Time is simulated."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from functools import wraps
from typing import Any

import pytest

from continuity.documents.errors import ContentTooSlow, UploadsBusy
from continuity.documents.turns import FAIR, GRACE, PATIENCE, Turns
from tests.simulation.loop import run_virtual

SILENCE = GRACE.total_seconds()


def virtual(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """On a loop of its own, in which time passes at once."""

    @wraps(test)
    def run() -> None:
        run_virtual(test())

    del run.__wrapped__  # pytest would take it for a coroutine
    return run


async def content(*pauses: float, size: int = 64 * 1024) -> AsyncIterator[bytes]:
    """A piece after each pause."""
    for pause in pauses:
        await asyncio.sleep(pause)
        yield bytes(size)


async def upload(turns: Turns, *pauses: float, size: int = 64 * 1024) -> float:
    """The moment at which it was done."""
    async with turns.take() as turn:
        async for _ in turn.pieces(content(*pauses, size=size)):
            pass
    return asyncio.get_running_loop().time()


async def outcome(turns: Turns, *pauses: float, size: int = 64 * 1024) -> str:
    try:
        done = await upload(turns, *pauses, size=size)
    except (ContentTooSlow, UploadsBusy) as error:
        return f"{type(error).__name__} at {asyncio.get_running_loop().time():.0f}"
    return f"done at {done:.0f}"


@virtual
async def test_no_more_go_on_at_once_than_there_are_turns_and_in_order() -> None:
    """Seen failing without the turns."""
    turns = Turns(2)

    done = await asyncio.gather(*(upload(turns, 1.0) for _ in range(5)))

    assert done == [1, 1, 2, 2, 3]


@virtual
async def test_a_slow_sender_may_go_on_while_nobody_waits() -> None:
    assert await upload(Turns(1), *[3 * SILENCE] * 5) == 15 * SILENCE


@virtual
async def test_a_sender_that_is_silent_gives_its_turn_to_who_waits() -> None:
    """Within the documented time. Seen failing when a turn was kept to the end."""
    turns = Turns(1)

    silent, other = await asyncio.gather(outcome(turns, 3600), outcome(turns, 0))

    assert (silent, other) == (f"ContentTooSlow at {SILENCE:.0f}", f"done at {SILENCE:.0f}")


@virtual
async def test_a_sender_that_trickles_gives_its_turn_to_who_waits() -> None:
    """Each piece comes soon enough, all together too slowly."""
    turns = Turns(1)

    slow, other = await asyncio.gather(outcome(turns, *[1.0] * 3600), outcome(turns, 0))

    assert slow.startswith("ContentTooSlow")
    assert other == f"done at {SILENCE / (1 - 64 * 1024 / FAIR):.0f}"


@virtual
async def test_what_was_fast_before_buys_no_long_silence() -> None:
    """Seen failing with credit that grows without end."""
    turns = Turns(1)
    large = 1000 * FAIR

    fast, _ = await asyncio.gather(outcome(turns, 0, 0, 900, size=large), outcome(turns, 0))

    assert fast == f"ContentTooSlow at {SILENCE:.0f}"


@virtual
async def test_a_sender_at_a_fair_pace_keeps_its_turn() -> None:
    turns = Turns(1)

    steady, other = await asyncio.gather(outcome(turns, *[1.0] * 60, size=FAIR), outcome(turns, 0))

    assert (steady, other) == ("done at 60", "done at 60")


@virtual
async def test_who_was_slow_before_anybody_waited_gets_the_same_grace() -> None:
    turns = Turns(1)

    async def late() -> str:
        await asyncio.sleep(500)
        return await outcome(turns, 0)

    slow, other = await asyncio.gather(outcome(turns, 500 + SILENCE - 1), late())

    assert (slow, other) == ("done at 509", "done at 509")


@virtual
async def test_our_own_slowness_is_not_the_sender_s() -> None:
    """The bucket takes a minute for each piece."""
    turns = Turns(1)

    async def slowly_kept() -> int:
        count = 0
        async with turns.take() as turn:
            async for _ in turn.pieces(content(1, 1, 1)):
                count += 1
                await asyncio.sleep(60 if count < 2 else 0)
        return count

    ours, other = await asyncio.gather(slowly_kept(), outcome(turns, 0))

    assert (ours, other) == (3, "done at 63")


@virtual
async def test_who_waits_too_long_is_told_to_come_later_and_takes_no_turn() -> None:
    turns = Turns(1)
    fair = [1.0] * (int(PATIENCE.total_seconds()) + 30)

    first, second = await asyncio.gather(outcome(turns, *fair, size=FAIR), outcome(turns, 0))

    assert (first, second) == ("done at 150", "UploadsBusy at 120")
    assert await outcome(turns, 0) == "done at 150"


@virtual
async def test_a_turn_is_free_again_after_an_upload_that_failed() -> None:
    turns = Turns(1)

    async def breaking_off() -> None:
        async with turns.take():
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await breaking_off()

    assert await outcome(turns, 0) == "done at 0"
