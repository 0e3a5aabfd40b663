"""The order of one destination's open deliveries, in bounded memory. Pure: no clock, no store.

The dispatcher reads ahead in the store with a cursor and gives what it finds to `add`. `take`
hands out lane heads, one at a time per lane, in order of acceptance. A lane that cannot go on
(backing off, waiting for its hour, parked) is *blocked*: its rows are dropped from memory and
stay in the store, and the cursor walks on past them. When the lane is free again it is in
`refill`: the dispatcher reads its rows by lane and gives them to `attach`.

Held at all times, per lane: the rows in the store up to the cursor are, in order, the head that
was handed out, the rows in `queue`, and (only if `behind`) rows that are not in memory.

Memory: the rows read ahead, at most `longest_queue` of one lane, plus one small entry per lane
that is blocked.
"""

from __future__ import annotations

import heapq
from collections import OrderedDict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from continuity.delivery import State
from continuity.store.records import Head


@dataclass(slots=True)
class _Lane:
    queue: deque[Head] = field(default_factory=deque)
    busy: bool = False
    """Its head has been handed out and has not come back."""
    blocked_by: int | None = None
    """The delivery that blocks it; None when nothing does."""
    due_at: datetime | None = None
    """When a blocked lane is free again; None: when an operator acts."""
    behind: bool = False
    """The store may have rows up to the cursor that come after `queue`."""
    changed: bool = False
    """Somebody changed it in the store while its head was out: what the head says is old news."""


LONGEST_QUEUE = 20
"""Rows of one lane in memory: one case with thousands of messages must not crowd out the rest."""


class Lanes:
    def __init__(self, *, longest_queue: int = LONGEST_QUEUE) -> None:
        self._longest_queue = longest_queue
        self.buffered = 0
        """Rows in memory that have not been handed out."""
        self._lanes: dict[str, _Lane] = {}
        self._ready: OrderedDict[str, None] = OrderedDict()
        self._refill: OrderedDict[str, None] = OrderedDict()
        self._busy: set[str] = set()
        self._due: list[tuple[datetime, int, str]] = []
        self._blockers: dict[int, str] = {}
        self._tie = count()

    def add(self, heads: Iterable[Head], *, now: datetime) -> None:
        """Rows from the cursor, in order of id."""
        for head in heads:
            lane = self._lanes.setdefault(head.lane, _Lane())
            self._append(head, lane, now)
            self._settle(head.lane, lane)

    def refill(self) -> str | None:
        """A lane whose rows must be read from the store, up to the cursor, if there is one."""
        return next(iter(self._refill), None)

    def attach(self, name: str, heads: Sequence[Head], *, complete: bool, now: datetime) -> None:
        """The first rows of the lane that `refill` named, in order of id.

        `complete` says that there are no more up to the cursor: the lane is in step again.
        """
        del self._refill[name]
        lane = self._lanes[name]
        lane.behind = False
        for head in heads:
            self._append(head, lane, now)
        lane.behind = lane.behind or not complete
        self._settle(name, lane)

    def take(self, limit: int) -> list[Head]:
        """Up to `limit` heads that may go now. Their lanes are busy until `done` or `block`."""
        taken: list[Head] = []
        while self._ready and len(taken) < limit:
            name, _ = self._ready.popitem(last=False)
            lane = self._lanes[name]
            lane.busy = True
            self._busy.add(name)
            taken.append(lane.queue.popleft())
        self.buffered -= len(taken)
        return taken

    def done(self, head: Head) -> None:
        """The head is closed, or stepped over: the next of its lane may go."""
        lane = self._back(head)
        lane.changed = False
        self._settle(head.lane, lane)

    def block(self, head: Head, *, due_at: datetime | None) -> None:
        """The head stays open until `due_at`; None: until an operator acts."""
        lane = self._back(head)
        if lane.changed:
            lane.changed = False
            self._forget_rows(lane)
            self._settle(head.lane, lane)
        else:
            self._block(head, lane, due_at)

    def free_due(self, *, now: datetime) -> None:
        """Frees the lanes whose time has come."""
        while self._due and self._due[0][0] <= now:
            due_at, _, name = heapq.heappop(self._due)
            lane = self._lanes.get(name)
            if lane is not None and lane.due_at == due_at:
                self._free(name, lane)

    def free_waiting(self) -> None:
        """Frees every lane that waits for a time: the partner is back."""
        for _, _, name in self._due:
            lane = self._lanes.get(name)
            if lane is not None and lane.due_at is not None:
                self._free(name, lane)
        self._due.clear()
        for name in self._busy:
            self._lanes[name].changed = True

    def recall(self, names: Iterable[str]) -> None:
        """An operator changed something in these lanes: their rows are read again."""
        for name in names:
            lane = self._lanes.setdefault(name, _Lane())
            self._forget_rows(lane)
            lane.changed = lane.busy
            self._ready.pop(name, None)
            self._free(name, lane)

    def closed(self, delivery_ids: Iterable[int]) -> None:
        """These deliveries were closed elsewhere (expired): lanes blocked by them are free."""
        for delivery_id in delivery_ids:
            name = self._blockers.get(delivery_id)
            if name is not None:
                self._free(name, self._lanes[name])

    @property
    def next_due(self) -> datetime | None:
        """When `free_due` may have something to do; possibly too early, never too late."""
        return self._due[0][0] if self._due else None

    @property
    def ready(self) -> bool:
        return bool(self._ready)

    @property
    def blocked(self) -> int:
        """How many lanes are blocked."""
        return len(self._blockers)

    def _back(self, head: Head) -> _Lane:
        lane = self._lanes[head.lane]
        lane.busy = False
        self._busy.discard(head.lane)
        return lane

    def _append(self, head: Head, lane: _Lane, now: datetime) -> None:
        if lane.behind or lane.blocked_by is not None:
            lane.behind = True
            return
        due = head.due_at is None or head.due_at <= now
        if len(lane.queue) == self._longest_queue:
            lane.behind = True
        elif head.state is not State.PARKED and due:
            lane.queue.append(head)
            self.buffered += 1
        elif lane.busy or lane.queue:
            lane.behind = True  # it blocks the lane when its turn comes, not the rows before it
        else:
            self._block(head, lane, None if head.state is State.PARKED else head.due_at)

    def _block(self, head: Head, lane: _Lane, due_at: datetime | None) -> None:
        self._forget_rows(lane)
        lane.blocked_by = head.id
        lane.due_at = due_at
        self._blockers[head.id] = head.lane
        if due_at is not None:
            heapq.heappush(self._due, (due_at, next(self._tie), head.lane))

    def _free(self, name: str, lane: _Lane) -> None:
        if lane.blocked_by is not None:
            del self._blockers[lane.blocked_by]
        lane.blocked_by = lane.due_at = None
        lane.behind = True
        self._settle(name, lane)

    def _settle(self, name: str, lane: _Lane) -> None:
        """Puts a lane where it belongs after a change: ready, to be read again, or forgotten."""
        if lane.busy or lane.blocked_by is not None:
            return
        if lane.queue:
            self._ready[name] = None
        elif lane.behind:
            self._refill[name] = None
        else:
            del self._lanes[name]

    def _forget_rows(self, lane: _Lane) -> None:
        """The store still has them."""
        self.buffered -= len(lane.queue)
        lane.queue.clear()
        lane.behind = True
