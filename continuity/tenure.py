"""What a dispatcher knows and does while it holds one lease: one destination, in order.

`turn` is the whole of it: renew the lease, see what operators did, read ahead, start what may
start. Attempts run beside it, at most `concurrency` of them; each writes its own outcome. All of
this lives in one event loop; nothing here is shared with another thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from adapters.contract import Clock, Deliverer, DeliveryError, Health
from continuity import breaker as breakers
from continuity.attempt import Attempts, Ended, Partner
from continuity.breaker import Breaker, BreakerState
from continuity.delivery import TERMINAL, OnParked, State
from continuity.dependants import Dependants
from continuity.gate import Gate
from continuity.lanes import LONGEST_QUEUE, Lanes
from continuity.observer import Observer
from continuity.policy import DestinationPolicy
from continuity.retry import place_of
from continuity.store.contract import StaleLease, Store, StoreUnavailable, WrongState
from continuity.store.records import Head, Lease, Outcome, Work

READ_AHEAD = 500
"""Rows read at a time; at most about twice as many are in memory."""
READS_PER_TURN = 20
"""Reads before the turn ends, so that the lease is renewed while a long backlog is passed over."""
POLL = timedelta(seconds=2)
"""Safety net: how long a change made by another process can go unnoticed."""
GLANCE = timedelta(milliseconds=50)
"""Shortest time between two looks at what operators did."""
SWEEP = timedelta(seconds=5)
"""How often messages past their `deliveruntil` are looked for."""
LEASE_LIFE = timedelta(seconds=10)
"""How long a destination stays with a process that is not heard of: the time to fail over."""
RENEW_AT = timedelta(seconds=6)
"""A lease with less than this left is renewed."""
OUTAGE = timedelta(seconds=30)
"""How long the outcome of an attempt is kept for a store that is away."""
RECORD_AGAIN = timedelta(milliseconds=500)
"""Time between two attempts to record an outcome."""
LEAST_LEFT = timedelta(seconds=2)
"""Nothing is started under a lease with less than this left."""
SET_BACK = timedelta(seconds=10)
"""A clock that is this much earlier than before was set back; less only delays us a little."""
DEPENDENCY_POLL = timedelta(seconds=30)
"""Safety net: how often a message that depends on another one looks again by itself."""
DEPENDENCY_GLANCE = timedelta(seconds=1)
"""Shortest time between two looks whether messages that are depended on have come."""

Attempt = Callable[[Lease, Work], Awaitable[Ended]]


class Tenure:
    def __init__(
        self,
        *,
        lease: Lease,
        breaker: Breaker,
        policy: DestinationPolicy,
        adapter: Deliverer,
        attempts: Attempts,
        store: Store,
        clock: Clock,
        observer: Observer,
        signal: Callable[[], None],
    ) -> None:
        self.lease = lease
        self._policy = policy
        self._adapter = adapter
        self._attempts = attempts
        self._store = store
        self._clock = clock
        self._observer = observer
        self._signal = signal
        self._lanes = Lanes()
        self._dependants = Dependants()
        self._cursor = 0
        self._caught_up = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._busy = 0
        self._probing = False
        self._failure: BaseException | None = None
        now = clock.now()
        self._gate = Gate(policy=policy, breaker=breaker, silent_until=now, next_start=now)
        self._recoveries = 0
        self._latest = now
        self._glance_wanted = True
        self._next_glance = now
        self._next_dependency_glance = now
        self._next_poll = now
        self._next_sweep = now

    async def turn(self, *, news: bool) -> datetime:
        """Does all that can be done now; returns when to look again at the latest.

        `news` says that the store may hold something new: messages, or what an operator did.
        """
        if self._failure is not None:
            raise self._failure
        now = self._clock.now()
        if now < self._latest - SET_BACK:
            await self._clock_set_back(now)
        self._latest = now
        if news or now >= self._next_poll:
            self._caught_up = False
            self._glance_wanted = True
            self._next_poll = now + POLL
        await self._renew(now)
        await self._glance(now)
        if news:
            self._look_for_dependencies(now)
        await self._sweep(now)
        self._lanes.free_due(now=now)
        if self._gate.may_probe(now) and not self._probing:
            self._probing = True
            self._start(self._probe())
        if self._gate.room(busy=self._busy, now=now):
            await self._read()
            await self._launch()
        return self._look_again()

    async def drain(self) -> None:
        """Waits for the attempts under way, under the lease; each ends within its time-out."""
        while self._tasks:
            await asyncio.wait(self._tasks, timeout=POLL.total_seconds())
            await self._renew(self._clock.now())

    async def outlast(self) -> None:
        """The store is away: lets what is under way end, and record how, while that may help."""
        end = self._clock.now() + OUTAGE
        while self._tasks and self._clock.now() < end:
            await asyncio.wait(self._tasks, timeout=POLL.total_seconds())
            now = self._clock.now()
            with suppress(StoreUnavailable):  # also when it ended: nobody may have taken it
                self.lease = await self._store.renew_lease(self.lease, now=now, ttl=LEASE_LIFE)

    async def abandon(self) -> None:
        """Cancels what is under way; whoever takes over finds it `sending` and looks it up."""
        for task in self._tasks:
            task.cancel()
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _clock_set_back(self, now: datetime) -> None:
        """What was planned on the wrong clock must not wait until that time comes again."""
        self._next_glance = self._next_poll = self._next_sweep = now
        self._gate.clock_set_back(self._latest - now)
        await self._make_due(now)

    async def _make_due(self, now: datetime) -> None:
        """Everything that waits for a retry or a look-up goes now."""
        await self._store.make_due(self.lease, now=now)
        self._recoveries += 1
        self._lanes.free_waiting()

    async def _renew(self, now: datetime) -> None:
        left = self.lease.expires_at - now
        if left <= timedelta(0):
            raise StaleLease(f"the lease of {self.lease.destination} ended before its renewal")
        if left < RENEW_AT:
            self.lease = await self._store.renew_lease(self.lease, now=now, ttl=LEASE_LIFE)

    async def _glance(self, now: datetime) -> None:
        """Sees what operators did since the last look."""
        if not self._glance_wanted or now < self._next_glance:
            return
        self._glance_wanted = False
        self._next_glance = now + GLANCE
        self._gate.held = await self._store.is_held(self.lease.destination)
        recalled = await self._store.recalled_lanes(self.lease)
        self._lanes.recall(recalled)
        if recalled:  # what was closed in them may be what others wait for
            self._lanes.closed(self._dependants.take(unaccepted_only=False))

    def _look_for_dependencies(self, now: datetime) -> None:
        """Lanes whose head waits for a message that may have been accepted now."""
        if now >= self._next_dependency_glance:
            self._next_dependency_glance = now + DEPENDENCY_GLANCE
            self._lanes.closed(self._dependants.take(unaccepted_only=True))

    async def _sweep(self, now: datetime) -> None:
        if now >= self._next_sweep:
            expired = await self._expire(now)
            self._next_sweep = now if len(expired) == READ_AHEAD else now + SWEEP

    async def _expire(self, now: datetime) -> Sequence[int]:
        expired = await self._store.expire(self.lease.destination, now=now, limit=READ_AHEAD)
        self._lanes.closed(expired)
        self._free_dependants(expired)
        return expired

    def _free_dependants(self, closed: Iterable[int]) -> None:
        self._lanes.closed(self._dependants.freed_by(closed))

    async def _read(self) -> None:
        """Fills the lanes: first those that are free again, then what the cursor meets."""
        name = self.lease.destination
        for _ in range(READS_PER_TURN):
            if self._lanes.buffered >= READ_AHEAD:
                return
            recoveries = self._recoveries
            lane = self._lanes.refill()
            if lane is not None:
                heads = await self._store.read_lane(
                    name, lane, upto=self._cursor, limit=LONGEST_QUEUE
                )
                complete = len(heads) < LONGEST_QUEUE
                self._lanes.attach(lane, heads, complete=complete, now=self._clock.now())
            elif not self._caught_up:
                heads = await self._store.read_open(name, after=self._cursor, limit=READ_AHEAD)
                self._caught_up = len(heads) < READ_AHEAD
                if heads:
                    self._cursor = heads[-1].id
                self._lanes.add(heads, now=self._clock.now())
            else:
                return
            if self._recoveries != recoveries:
                self._lanes.free_waiting()  # these rows were read before they were made due

    async def _launch(self) -> None:
        now = self._clock.now()
        if self.lease.expires_at - now < LEAST_LEFT:
            return
        room = self._gate.room(busy=self._busy, now=now)
        heads = await self._that_may_go(self._lanes.take(room), now)
        self._gate.started(len(heads), now=now)
        by_id = {head.id: head for head in heads}
        sends = [head.id for head in heads if head.state is State.WAITING]
        look_ups = [head.id for head in heads if head.state is State.UNCERTAIN]
        if sends:
            for work in await self._store.begin(self.lease, sends, now=now):
                self._occupy(by_id.pop(work.delivery_id), work, self._attempts.send)
        if look_ups:
            for work in await self._store.load(self.lease, look_ups):
                self._occupy(by_id.pop(work.delivery_id), work, self._attempts.look_up)
        for head in by_id.values():
            self._lanes.done(head)  # closed by somebody else in the meantime
        self._free_dependants(by_id)
        if self._gate.breaker.state is BreakerState.HALF_OPEN and not self._anything_to_do():
            await self._change_breaker(breakers.CLOSED)

    async def _that_may_go(self, heads: Sequence[Head], now: datetime) -> list[Head]:
        """Stops what is past its time, and what depends on a message that is not settled."""
        timely = [head for head in heads if not await self._is_too_late(head, now)]
        asking = [head.id for head in timely if head.dependent and head.state is State.WAITING]
        waiting = await self._store.waits_for(asking) if asking else {}
        self._dependants.note(waiting)
        for head in timely:
            if head.id in waiting:
                self._lanes.block(head, due_at=now + DEPENDENCY_POLL)
        return [head for head in timely if head.id not in waiting]

    async def _is_too_late(self, head: Head, now: datetime) -> bool:
        late = head.deliver_until is not None and head.deliver_until <= now
        if not late or head.state is not State.WAITING:
            return False
        expired = await self._expire(now)
        while head.id not in expired and len(expired) == READ_AHEAD:
            expired = await self._expire(now)
        if head.id not in expired:
            return False
        self._lanes.done(head)
        return True

    def _occupy(self, head: Head, work: Work, attempt: Attempt) -> None:
        self._busy += 1
        self._start(self._slot(head, work, attempt))

    async def _slot(self, head: Head, work: Work, attempt: Attempt) -> None:
        """One attempt with all its consequences; until they are drawn, nobody has its place."""
        started = self._clock.now()
        try:
            ended = await attempt(self.lease, work)
            now = self._clock.now()
            await self._record(ended.outcome, now)
            await self._hear(ended, now)
        finally:
            self._busy -= 1
        self._settle(head, ended, now)
        name = self.lease.destination
        self._observer.attempted(destination=name, outcome=ended.outcome.state, took=now - started)
        if ended.outcome.state is State.DELIVERED:
            self._observer.delivered(destination=name, after=now - work.accepted_at)

    async def _record(self, outcome: Outcome, now: datetime) -> None:
        """Keeps trying over a short outage: what is not recorded must be looked up later."""
        perhaps_recorded = False
        while True:
            try:
                await self._store.finish(self.lease, [outcome], now=now)
            except StoreUnavailable as error:
                perhaps_recorded = perhaps_recorded or error.uncertain
                if self._clock.now() >= now + OUTAGE:
                    raise
            except WrongState:
                if perhaps_recorded:
                    return
                raise
            else:
                return
            await asyncio.sleep(RECORD_AGAIN.total_seconds())

    def _settle(self, head: Head, ended: Ended, now: datetime) -> None:
        """Tells the lane what became of its head."""
        outcome = ended.outcome
        match outcome.state:
            case State.WAITING | State.UNCERTAIN:
                self._lanes.block(head, due_at=outcome.due_at or now)
            case State.PARKED if head.on_parked is OnParked.BLOCK:
                self._lanes.block(head, due_at=None)
            case _:
                self._lanes.done(head)
        if outcome.state in TERMINAL:
            self._free_dependants([head.id])

    async def _hear(self, ended: Ended, now: datetime) -> None:
        """Draws the breaker's conclusion from an attempt."""
        breaker, policy = self._gate.breaker, self._policy.breaker
        if ended.retry_after is not None:
            self._gate.silence(ended.retry_after, now=now)
        if ended.misconfigured is not None:
            reason = ended.misconfigured.detail
            after = breakers.opened(breaker, policy, now=now, reason=reason)
        elif ended.partner is Partner.FAILED:
            fault = ended.outcome.fault
            after = breakers.failed(breaker, policy, now=now, reason=fault.detail if fault else "")
        elif ended.partner is Partner.ANSWERED:
            after = breakers.succeeded(breaker)
        else:
            return
        await self._change_breaker(after)

    async def _probe(self) -> None:
        """Asks the partner how it is, without effect, and lets one real message try if well."""
        health = await self._health()
        self._probing = False
        breaker, now = self._gate.breaker, self._clock.now()
        if breaker.state is not BreakerState.OPEN:
            return
        if health.ok:
            await self._change_breaker(breakers.probed(breaker))
        else:
            policy = self._policy.breaker
            await self._change_breaker(
                breakers.opened(breaker, policy, now=now, reason=health.detail)
            )

    async def _health(self) -> Health:
        limit = self._policy.timeout.total_seconds()
        try:
            async with asyncio.timeout(limit):
                return await self._adapter.check()
        except TimeoutError:
            return Health(ok=False, detail=f"no answer to a check within {limit:.0f} s")
        except DeliveryError as error:
            return Health(ok=False, detail=error.detail)
        except Exception as error:  # noqa: BLE001 - a bug in a check is no reason to send
            return Health(ok=False, detail=f"bug: {place_of(error)}")

    async def _change_breaker(self, after: Breaker) -> None:
        """Takes effect at once, then is stored. Leaving `open` makes all that waited due."""
        before = self._gate.breaker
        if after == before:
            return
        self._gate.breaker = after
        now = self._clock.now()
        await self._store.save_breaker(self.lease, after, reason=after.reason, now=now)
        if before.state is BreakerState.OPEN and after.state is not BreakerState.OPEN:
            await self._make_due(now)
        if before.state is not after.state:
            self._observer.breaker_changed(
                destination=self.lease.destination, before=before, after=after
            )

    def _start(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._failure = task.exception()
        self._signal()

    def _anything_to_do(self) -> bool:
        return bool(self._busy or self._lanes.ready or self._lanes.refill() or not self._caught_up)

    def _look_again(self) -> datetime:
        now = self._clock.now()
        idle_slots = self._gate.room(busy=self._busy, now=now)
        unread = self._lanes.refill() is not None or not self._caught_up
        if idle_slots and (self._lanes.ready or (unread and self._lanes.buffered < READ_AHEAD)):
            return now
        times = [
            self._next_poll,
            self._next_sweep,
            self._next_glance if self._glance_wanted else None,
            self._lanes.next_due,
            self._gate.changes_at(now),
        ]
        return min(time for time in times if time is not None)
