"""When a process leaves its work to others; in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from continuity.store.contract import StoreUnavailable
from schakel.amqp.storewatch import LETS_GO_AFTER, StoreWatch
from tests.simulation.loop import run_virtual


class Pinged:
    """A store that answers as it is told."""

    def __init__(self) -> None:
        self.fails: Exception | None = None
        self.hangs = False

    async def ping(self) -> None:
        if self.hangs:
            await asyncio.Event().wait()
        if self.fails is not None:
            raise self.fails


def watched(play: Callable[[Pinged, StoreWatch], Awaitable[None]]) -> None:
    async def watch() -> None:
        store = Pinged()
        one = StoreWatch(store.ping)
        task = asyncio.create_task(one.run())
        await asyncio.sleep(0.5)
        await play(store, one)
        task.cancel()

    run_virtual(watch())


@pytest.mark.parametrize("fault", [StoreUnavailable("Gone."), RuntimeError("a bug"), None])
def test_a_store_that_gives_no_answer_is_lost_in_time_and_found_again(
    fault: Exception | None,
) -> None:
    async def play(store: Pinged, watch: StoreWatch) -> None:
        store.fails, store.hangs = fault, fault is None
        begun = asyncio.get_running_loop().time()
        await watch.lost()
        assert LETS_GO_AFTER <= asyncio.get_running_loop().time() - begun <= LETS_GO_AFTER + 4
        assert watch.is_lost
        store.fails, store.hangs = None, False
        await watch.reached()
        assert not watch.is_lost

    watched(play)


def test_short_failures_one_after_the_other_are_not_a_loss() -> None:
    """Seen failing when a good ping does not end the count."""

    async def play(store: Pinged, watch: StoreWatch) -> None:
        for _ in range(10):
            store.fails = StoreUnavailable("Gone.")
            await asyncio.sleep(LETS_GO_AFTER - 2)
            assert not watch.is_lost
            store.fails = None
            await asyncio.sleep(1.1)

    watched(play)


def test_one_slow_answer_is_not_a_loss_however_long_this_process_stood_still() -> None:
    async def play(store: Pinged, watch: StoreWatch) -> None:
        store.hangs = True
        await asyncio.sleep(2.5)
        store.hangs = False
        await asyncio.sleep(2 * LETS_GO_AFTER)
        assert not watch.is_lost

    watched(play)
