"""The one owner of one destination: takes its lease, holds it as long as it can, starts again.

Everything that a tenure knows in memory is rebuilt from the store when the lease is taken. So
whatever goes wrong with the store, the dispatcher drops all of it and starts again.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from random import Random

import structlog

from adapters.contract import Clock, Deliverer
from continuity.attempt import (
    CANCEL_MARGIN,
    Attempts,
    DocumentsOf,
    Publish,
    no_documents,
    no_news,
)
from continuity.observer import Observer
from continuity.policy import DestinationPolicy
from continuity.retry import place_of
from continuity.store.contract import Store, StoreError, StoreUnavailable
from continuity.store.records import Lease
from continuity.tenure import LEASE_LIFE, POLL, Tenure

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    policy: DestinationPolicy
    adapter: Deliverer
    documents: DocumentsOf = no_documents
    publish: Publish = no_news


class Dispatcher:
    """Runs until `stop`. All of its methods belong to one event loop."""

    def __init__(
        self,
        name: str,
        destination: Destination,
        *,
        store: Store,
        clock: Clock,
        observer: Observer,
        owner: str,
        is_mine: Callable[[str], bool],
        random: Random,
    ) -> None:
        self._name = name
        self._destination = destination
        self._store = store
        self._clock = clock
        self._observer = observer
        self._owner = owner
        self._is_mine = is_mine
        self._attempts = Attempts(
            adapter=destination.adapter,
            policy=destination.policy,
            store=store,
            clock=clock,
            random=random,
            documents=destination.documents,
            publish=destination.publish,
        )
        self._signal = asyncio.Event()
        self._news = True
        self._stopping = False
        self._in_trouble = False

    def wake(self) -> None:
        """Something changed in the store: new messages, or an operator acted."""
        self._news = True
        self._signal.set()

    def stop(self) -> None:
        """Takes nothing new; `run` returns after the attempts under way have ended."""
        self._stopping = True
        self._signal.set()

    async def run(self) -> None:
        while not self._stopping:
            try:
                await self._serve()
            except StoreError as error:
                self._report("store_trouble", error=str(error))
            except Exception as error:  # noqa: BLE001 - a bug must not stop the other destinations
                log.error(  # noqa: TRY400 - a traceback with its text may quote a payload
                    "dispatcher_failed",
                    destination=self._name,
                    bug=place_of(error),
                    trace=traceback.format_tb(error.__traceback__),
                )
            if not self._stopping:
                await self._pause(POLL)

    async def _serve(self) -> None:
        """One tenure, if it is ours to serve and the lease can be had."""
        if not self._is_mine(self._name):
            return
        lease = await self._store.acquire_lease(
            self._name,
            self._owner,
            now=self._clock.now(),
            ttl=LEASE_LIFE,
            settle=self._destination.policy.timeout + CANCEL_MARGIN,
        )
        if lease is None:
            return
        tenure = await self._tenure(lease)
        try:
            while not self._stopping and self._is_mine(self._name):
                news, self._news = self._news, False
                until = await tenure.turn(news=news)
                self._recovered()
                await self._pause(until - self._clock.now())
            await tenure.drain()
            await self._store.release_lease(tenure.lease, now=self._clock.now())
        except StoreUnavailable:
            await tenure.outlast()
            raise
        finally:
            await tenure.abandon()

    async def _tenure(self, lease: Lease) -> Tenure:
        return Tenure(
            lease=lease,
            breaker=await self._store.read_breaker(self._name),
            policy=self._destination.policy,
            adapter=self._destination.adapter,
            attempts=self._attempts,
            store=self._store,
            clock=self._clock,
            observer=self._observer,
            signal=self._signal.set,
        )

    async def _pause(self, longest: timedelta) -> None:
        """Waits until something happens, but not longer than this."""
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, longest.total_seconds())):
                await self._signal.wait()
        self._signal.clear()

    def _report(self, event: str, **details: str) -> None:
        """Logged once when it begins; `_recovered` logs once when it is over."""
        if not self._in_trouble:
            log.warning(event, destination=self._name, **details)
        self._in_trouble = True

    def _recovered(self) -> None:
        if self._in_trouble:
            log.info("store_recovered", destination=self._name)
        self._in_trouble = False
