"""Makes the comparisons: every night for each destination that can be compared, and on demand.

What is to be compared is in the store, so it goes on after a restart, in whichever process looks
first: one at a time per destination (a claim kept as a cursor), a few at a time per process.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

import structlog

from adapters.contract import Clock, Comparer, DeliveryError, TransientError
from continuity.policy import DestinationPolicy
from continuity.reconciliation.comparison import Comparison, Overtaken
from continuity.reconciliation.days import due_days, latest_day
from continuity.reconciliation.pacing import Interrupted, Pacer, may_call
from continuity.retry import place_of
from continuity.store.contract import Store, StoreError, StoreUnavailable
from continuity.store.records import Reconciliation, ReconciliationState

LOOK_EVERY: Final = timedelta(seconds=10)
"""How long a comparison that another process was asked for may go unnoticed."""
RETRY_AFTER: Final = timedelta(minutes=10)
"""Wait after a comparison broke off, unless the partner or its hours say otherwise."""
RETRY_AFTER_BUG: Final = timedelta(hours=1)
CLAIM_LIFE: Final = timedelta(minutes=5)
"""How long a process may be silent before another one carries on with its comparison."""
NIGHTLY: Final = "nightly"
"""Who asked for the comparisons of the night."""

_FORGET_AT_ONCE: Final = 50

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationPolicy:
    at: time = time(2, 30)
    """Wall clock of the town hall."""
    nightly: bool = True
    calls_per_second: float = 5.0
    """At one destination."""
    list_others: bool = True
    keep: timedelta = timedelta(days=90)
    at_once: int = 4
    """Destinations compared at the same time by one process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A destination that can be compared."""

    comparer: Comparer
    policy: DestinationPolicy


@dataclass(slots=True, kw_only=True)
class _Line:
    """What the reconciler knows of one destination."""

    subject: Subject
    news: asyncio.Event = field(default_factory=asyncio.Event)
    claim: str | None = None
    in_trouble: bool = False


class Reconciler:
    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        subjects: Mapping[str, Subject],
        policy: ReconciliationPolicy,
        node: str,
    ) -> None:
        """`node`: the name of this process, which no other process has at the same time."""
        self._store = store
        self._clock = clock
        self._policy = policy
        self._node = node
        self._lines = {name: _Line(subject=subject) for name, subject in subjects.items()}
        self._slots = asyncio.Semaphore(policy.at_once)
        self._stopping = asyncio.Event()

    @property
    def subjects(self) -> frozenset[str]:
        return frozenset(self._lines)

    async def run(self) -> None:
        """Until `stop`; a comparison under way goes on at the next start."""
        async with asyncio.TaskGroup() as tasks:
            serving = [tasks.create_task(self._serve(name)) for name in self._lines]
            await self._stopping.wait()
            for task in serving:
                task.cancel()

    def stop(self) -> None:
        self._stopping.set()

    def nudge(self, destinations: Iterable[str]) -> None:
        """Somebody asked for a comparison: look at once."""
        for name in destinations:
            if name in self._lines:
                self._lines[name].news.set()

    async def step(self, destination: str) -> bool:
        """Does the next comparison that is due; False when there was none to do here."""
        await self._ask_due(destination)
        now = self._clock.now()
        due = [
            one
            for one in await self._store.pending_reconciliations(destination)
            if one.retry_at is None or one.retry_at <= now
        ]
        if not due:
            return False
        async with self._slots:
            if not await self._claim(destination):
                return False
            try:
                await self._carry_on(due[0])
            finally:
                await self._let_go(destination)
        return True

    async def _serve(self, name: str) -> None:
        line = self._lines[name]
        while True:
            worked = False
            try:
                worked = await self.step(name)
                line.in_trouble = False
            except StoreError as error:
                self._store_away(name, line, error)
            except Exception as error:  # noqa: BLE001 - a bug must not stop the other destinations
                self._bug(name, error)
            if not worked:
                await self._rest(line)

    async def _ask_due(self, destination: str) -> None:
        """Asks for the days that no process has asked for yet; the cursor is the last of them."""
        if not self._policy.nightly:
            return
        now = self._clock.now()
        name = f"{NIGHTLY}:{destination}"
        before = await self._store.read_cursor(name)
        last = date.fromisoformat(before) if before else None
        if last is not None and last >= latest_day(now, self._policy.at):
            return
        days = due_days(now, self._policy.at, last)
        for day in days:  # asked first and noted then: a crash in between asks once more
            await self._store.ask_reconciliation(destination, day, by=NIGHTLY, now=now)
        await self._store.save_cursor(name, days[-1].isoformat(), before=before)
        await self._store.forget_reconciliations(
            before=days[-1] - self._policy.keep, limit=_FORGET_AT_ONCE
        )

    async def _carry_on(self, report: Reconciliation) -> None:
        destination = report.destination
        subject = self._lines[destination].subject

        async def look() -> None:
            now = self._clock.now()
            await may_call(self._store, destination, subject.policy, now=now)
            if not await self._claim(destination):
                raise Overtaken

        comparison = Comparison(
            store=self._store,
            comparer=subject.comparer,
            clock=self._clock,
            pace=Pacer(clock=self._clock, per_second=self._policy.calls_per_second, look=look),
            list_others=self._policy.list_others,
        )
        try:
            await comparison.run(report)
        except Overtaken:
            return
        except Interrupted as error:
            await self._break_off(report, str(error), until=error.until)
        except DeliveryError as error:
            wait = error.retry_after if isinstance(error, TransientError) else None
            until = self._clock.now() + max(RETRY_AFTER, wait or RETRY_AFTER)
            await self._break_off(report, error.detail, until=until)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - a bug must not call the partner over and over
            self._bug(destination, error)
            reason = f"A bug of the hub ended it ({place_of(error)}): report this to its makers."
            await self._break_off(report, reason, until=self._clock.now() + RETRY_AFTER_BUG)
        else:
            done = await self._store.get_reconciliation(report.id)
            log.info(
                "reconciled",
                destination=destination,
                day=done.day.isoformat(),
                reconciliation=done.id,
                differences=done.differences,
            )

    async def _break_off(
        self, report: Reconciliation, reason: str, *, until: datetime | None
    ) -> None:
        """What was compared so far stays; the rest is tried again."""
        now = self._clock.now()
        latest = await self._store.get_reconciliation(report.id)
        if await self._store.save_reconciliation(
            report.id,
            before=latest.checkpoint,
            checkpoint=latest.checkpoint,
            state=ReconciliationState.INCOMPLETE,
            note=reason,
            retry_at=until or now + RETRY_AFTER,
            now=now,
        ):
            log.warning(
                "reconciliation_incomplete",
                destination=report.destination,
                day=report.day.isoformat(),
                detail=reason,
            )

    async def _claim(self, destination: str) -> bool:
        """Takes or keeps the right to compare; False while another living process has it."""
        now = self._clock.now()
        name = _claim_name(destination)
        before = await self._store.read_cursor(name)
        owner, _, until = (before or "").rpartition(" ")
        if owner not in {"", self._node} and datetime.fromisoformat(until) > now:
            return False
        mine = f"{self._node} {(now + CLAIM_LIFE).isoformat()}"
        if not await self._store.save_cursor(name, mine, before=before):
            return False
        self._lines[destination].claim = mine
        return True

    async def _let_go(self, destination: str) -> None:
        line = self._lines[destination]
        mine, line.claim = line.claim, None
        if mine is not None:
            with suppress(StoreUnavailable):  # the claim then ends by itself
                ended = f"{self._node} {self._clock.now().isoformat()}"
                await self._store.save_cursor(_claim_name(destination), ended, before=mine)

    async def _rest(self, line: _Line) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_EVERY.total_seconds()):
                await line.news.wait()
        line.news.clear()

    def _bug(self, name: str, error: Exception) -> None:
        """By its place: its text may quote a payload."""
        trace = traceback.format_tb(error.__traceback__)
        log.error("reconciliation_failed", destination=name, bug=place_of(error), trace=trace)

    def _store_away(self, name: str, line: _Line, error: StoreError) -> None:
        """Logged once when it begins."""
        if not line.in_trouble:
            log.warning("store_trouble", destination=name, error=str(error))
        line.in_trouble = True


def _claim_name(destination: str) -> str:
    return f"reconciling:{destination}"
