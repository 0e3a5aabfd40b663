"""The life of a replay plan, its brake and its pace: a table and pure decisions.

No plan changes its state anywhere but through `check_plan_move`; every store calls it. What a plan
decides between two rows (go on, wait, stop) is decided here, so that stores cannot differ in it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from continuity.delivery import State, Wait


class ReplayState(StrEnum):
    AWAITING_APPROVAL = "awaiting_approval"  # large: a second person must agree before it starts
    PLANNED = "planned"  # the set is fixed; nothing was sent
    RUNNING = "running"  # rows are released, one after another
    SAMPLED = "sampled"  # the sample is out: somebody looks at it before the rest goes
    PAUSED = "paused"  # an operator stopped it for a while
    STOPPED = "stopped"  # the brake stopped it: too much failed again
    DONE = "done"  # every row had its turn
    CANCELLED = "cancelled"  # what was replayed stays so, the rest is left as it was


TRANSITIONS: Final[Mapping[ReplayState, frozenset[ReplayState]]] = {
    ReplayState.AWAITING_APPROVAL: frozenset({ReplayState.PLANNED, ReplayState.CANCELLED}),
    ReplayState.PLANNED: frozenset({ReplayState.RUNNING, ReplayState.CANCELLED}),
    ReplayState.RUNNING: frozenset(
        {
            ReplayState.SAMPLED,
            ReplayState.PAUSED,
            ReplayState.STOPPED,
            ReplayState.DONE,
            ReplayState.CANCELLED,
        }
    ),
    ReplayState.SAMPLED: frozenset({ReplayState.RUNNING, ReplayState.CANCELLED}),
    ReplayState.PAUSED: frozenset({ReplayState.RUNNING, ReplayState.CANCELLED}),
    ReplayState.STOPPED: frozenset({ReplayState.RUNNING, ReplayState.CANCELLED}),
    ReplayState.DONE: frozenset(),
    ReplayState.CANCELLED: frozenset(),
}

RESUMABLE: Final = (ReplayState.SAMPLED, ReplayState.PAUSED, ReplayState.STOPPED)


def cancellable() -> tuple[ReplayState, ...]:
    return tuple(state for state, after in TRANSITIONS.items() if ReplayState.CANCELLED in after)


class Mark(StrEnum):
    """What a plan did with one row."""

    PENDING = "pending"  # its turn has not come
    REPLAYED = "replayed"  # it was sent on its way again, by this plan, once
    SKIPPED = "skipped"  # it was left as it was; `Skip` says why


class Skip(StrEnum):
    """Why a plan left a row as it was."""

    MOVED = "moved"  # it was no longer parked
    IN_DOUBT = "in_doubt"  # its own destination may have it, so it cannot go to another
    ALREADY_THERE = "already_there"  # its message has a delivery at the other destination
    TYPE_NOT_HANDLED = "type_not_handled"  # the other destination does not take such messages
    OTHER_TENANT = "other_tenant"  # the other destination serves another municipality


class Fate(StrEnum):
    """What became of a row after the plan released it."""

    DELIVERED = "delivered"
    FAILED = "failed"  # parked again, or too late
    RETRYING = "retrying"  # an attempt failed; it is made again
    CLOSED = "closed"  # an operator discarded it meanwhile


SETTLED: Final = frozenset({Fate.DELIVERED, Fate.FAILED, Fate.CLOSED})
"""What is not looked at again: a row that was parked again counts as failed for this plan."""

_FATES: Final[Mapping[State, Fate]] = {
    State.DELIVERED: Fate.DELIVERED,
    State.PARKED: Fate.FAILED,
    State.EXPIRED: Fate.FAILED,
    State.DISCARDED: Fate.CLOSED,
}


def fate_of(state: State, wait: Wait, before: Fate | None) -> Fate | None:
    """None while nothing is known. A row that is being tried again stays RETRYING until it ends."""
    if state is State.WAITING and wait is Wait.RETRY:
        return Fate.RETRYING
    return _FATES.get(state, before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many released rows had which fate."""

    delivered: int = 0
    failed: int = 0
    retrying: int = 0
    closed: int = 0

    @property
    def known(self) -> int:
        """Rows by which the brake judges: what an operator discarded says nothing."""
        return self.delivered + self.failed + self.retrying

    @property
    def failing(self) -> int:
        return self.failed + self.retrying

    def changed(self, before: Fate | None, after: Fate | None) -> Tally:
        """One row went from the one fate to the other."""
        counted = self
        for fate, step in ((before, -1), (after, +1)):
            if fate is not None:
                name = fate.value
                counted = replace(counted, **{name: getattr(counted, name) + step})
        return counted


JUDGED_FROM: Final = 10
"""Known outcomes from which the brake judges: below that, one failure would stop everything."""


def brake(tally: Tally, stop_at_percent: int) -> str | None:
    """Why the plan has to stop now; None when it may go on. 0 percent: there is no brake."""
    if not stop_at_percent or tally.known < JUDGED_FROM:
        return None
    if tally.failing * 100 < stop_at_percent * tally.known:
        return None
    percent = tally.failing * 100 // tally.known
    return (
        f"Since it was last started, {tally.failing} of {tally.known} outcomes failed "
        f"({percent} %; it stops at {stop_at_percent} %): {tally.failed} parked again or too late, "
        f"{tally.retrying} waiting for another attempt."
    )


LONGEST_BURST: Final = timedelta(seconds=1)
"""A destination that was not served for a while gets at most the rows of this time at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One destination of a plan."""

    name: str
    free_at: datetime | None = None
    """The next row may go at this time; None: at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """That many rows of one destination may go now."""

    target: Target
    rows: int


def turns(
    targets: Collection[Target], *, rate: float | None, limit: int, now: datetime
) -> list[Turn]:
    """Whose turn it is, the longest waiting first; `limit` is shared, so that none starves.

    `rate` is in rows per second for each destination; None: as fast as `limit` allows.
    """
    given: list[Turn] = []
    if not targets:
        return given
    share = max(1, limit // len(targets))
    for target in sorted(targets, key=lambda one: (one.free_at or now, one.name)):
        rows = min(share, limit, _allowance(target.free_at, rate=rate, now=now, most=share))
        if rows > 0:
            given.append(Turn(target=target, rows=rows))
            limit -= rows
    return given


def _allowance(free_at: datetime | None, *, rate: float | None, now: datetime, most: int) -> int:
    if rate is None:
        return most
    since = _start(free_at, now)
    return 0 if since > now else 1 + math.floor((now - since).total_seconds() * rate)


def free_after(
    free_at: datetime | None, rows: int, *, rate: float | None, now: datetime
) -> datetime | None:
    """When the next row may go after `rows` rows went now."""
    if rate is None or not rows:
        return free_at
    return _start(free_at, now) + timedelta(seconds=rows / rate)


def _start(free_at: datetime | None, now: datetime) -> datetime:
    return now if free_at is None else max(free_at, now - LONGEST_BURST)


def after_a_step(*, ahead: int | None, upto: int | None) -> ReplayState:
    """State of a running plan after a step.

    `ahead` is the first delivery whose turn has not come, `upto` the last one of the sample.
    """
    if ahead is None:
        return ReplayState.DONE
    if upto is not None and ahead > upto:
        return ReplayState.SAMPLED
    return ReplayState.RUNNING
