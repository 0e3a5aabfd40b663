"""Whether this process still reaches its store: one that does not must leave the work to others.

A queue has one active consumer. A process that is cut off from its store and keeps its consumer
would keep the queue from a process that could serve it. So it lets go: nothing is acknowledged,
the messages return to their places in front, and another process goes on with the same ones.

What it was storing at that moment may be stored yet, late. That is the first part of what the next
process takes, in the same order, so whichever of the two is first: the other finds it by its id.

Only a ping that fails counts. A store that answers and cannot store (locked, disk full) does so for
every process; going round then would use up the queue's delivery limit for nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from continuity.store.contract import StoreError

LETS_GO_AFTER: Final = 5.0
"""Seconds without an answer before this process gives its messages back."""
_LOOKS_EVERY: Final = 1.0
_ANSWERS_WITHIN: Final = 2.0

_log = structlog.stdlib.get_logger("schakel.amqp")


class StoreWatch:
    """Begins with a store that was reached, for the hub has just opened it."""

    def __init__(
        self,
        ping: Callable[[], Awaitable[None]],
        *,
        patience: float = LETS_GO_AFTER,
        looks_every: float = _LOOKS_EVERY,
        answers_within: float = _ANSWERS_WITHIN,
    ) -> None:
        self._ping = ping
        self._patience = patience
        self._looks_every = looks_every
        self._answers_within = answers_within
        self._lost = asyncio.Event()
        self._reached = asyncio.Event()
        self._reached.set()

    @property
    def is_lost(self) -> bool:
        return self._lost.is_set()

    async def lost(self) -> None:
        """Returns when the store has not answered for too long."""
        await self._lost.wait()

    async def reached(self) -> None:
        """Returns when the store answers; at once unless it was lost."""
        await self._reached.wait()

    async def run(self) -> None:
        """Until it is cancelled."""
        loop = asyncio.get_running_loop()
        away_since: float | None = None
        while True:
            asked_at = loop.time()
            trouble = await self._trouble()
            if trouble is None:
                away_since = None
                self._find()
            elif away_since is None:  # one alone may be this process, stopped for a while
                away_since = asked_at
            elif loop.time() - away_since >= self._patience:
                self._lose(trouble)
            await asyncio.sleep(self._looks_every)

    async def _trouble(self) -> str | None:
        try:
            async with asyncio.timeout(self._answers_within):
                await self._ping()
        except StoreError as error:
            return str(error)
        except TimeoutError:
            return "The store does not answer."
        except Exception as error:  # noqa: BLE001 - whatever it is: the store gave no answer
            return f"The store does not answer ({type(error).__name__})."
        return None

    def _lose(self, trouble: str) -> None:
        if not self._lost.is_set():
            _log.warning("amqp_lets_go", detail=f"{trouble} Other processes take the messages.")
        self._lost.set()
        self._reached.clear()

    def _find(self) -> None:
        if self._lost.is_set():
            _log.warning("amqp_takes_again", detail="The store answers.")
        self._lost.clear()
        self._reached.set()
