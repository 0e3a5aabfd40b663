"""What the owner of a destination does."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from continuity.breaker import CLOSED, Breaker
from continuity.delivery import OnParked, State
from continuity.store.audit import Action, Fact, why
from continuity.store.memory.identities import settle
from continuity.store.memory.tables import FREE, DeliveryRow, MessageRow, Tables
from continuity.store.records import Head, Lease, Outcome, StoredStep, Work
from continuity.store.rules import (
    DUE_LATER,
    EXPIRED,
    EXPIRY,
    RECOVERED,
    after_recovery,
    check_outcome,
    check_under_way,
    ending,
    no_such,
    worker_of,
)


class MemoryDispatch:
    _tables: Tables

    async def announce(
        self, node: str, destinations: Collection[str], *, now: datetime, ttl: timedelta
    ) -> Mapping[str, frozenset[str]]:
        nodes = self._tables.nodes
        nodes[node] = (now + ttl, frozenset(destinations))
        for name in [name for name, (until, _) in nodes.items() if until <= now]:
            del nodes[name]
        await self._tables.commit()
        return {name: serves for name, (_, serves) in nodes.items()}

    async def withdraw(self, node: str) -> None:
        self._tables.nodes.pop(node, None)
        await self._tables.commit()

    async def acquire_lease(
        self, destination: str, owner: str, *, now: datetime, ttl: timedelta, settle: timedelta
    ) -> Lease | None:
        tables = self._tables
        held = tables.leases.get(destination)
        if held and held.owner not in {FREE, owner} and held.expires_at > now:
            return None
        lease = Lease(
            destination=destination,
            owner=owner,
            epoch=held.epoch + 1 if held else 1,
            expires_at=now + ttl,
        )
        tables.leases[destination] = lease
        tables.know(destination)
        tables.recalls.pop(destination, None)
        before = held.owner if held else FREE
        self._audit_lease(lease, before=before, after=owner, now=now)
        for row in tables.open_rows(destination):
            if row.state is State.SENDING:
                waits = after_recovery(doubtful=row.doubtful, now=now, settle=settle)
                self._recover(row, lease, now)
                row.wait, row.due_at = waits
        await tables.commit()
        return lease

    def _recover(self, row: DeliveryRow, lease: Lease, now: datetime) -> None:
        self._tables.move(
            row,
            State.UNCERTAIN,
            now=now,
            actor=worker_of(lease),
            action=Action.RECOVER,
            reason=RECOVERED,
        )
        row.doubtful = True
        row.look_ups = 0

    def _audit_lease(self, lease: Lease, *, before: str, after: str, now: datetime) -> None:
        self._tables.record(
            Fact(
                at=now,
                actor=worker_of(lease),
                action=Action.LEASE,
                destination=lease.destination,
                before=before or None,
                after=after or None,
                reason=f"epoch {lease.epoch}",
            )
        )

    async def renew_lease(self, lease: Lease, *, now: datetime, ttl: timedelta) -> Lease:
        self._tables.check_lease(lease)
        renewed = replace(lease, expires_at=now + ttl)
        self._tables.leases[lease.destination] = renewed
        await self._tables.commit()
        return renewed

    async def release_lease(self, lease: Lease, *, now: datetime) -> None:
        self._tables.check_lease(lease)
        self._tables.leases[lease.destination] = replace(lease, owner=FREE, expires_at=now)
        self._audit_lease(lease, before=lease.owner, after=FREE, now=now)
        await self._tables.commit()

    async def read_open(self, destination: str, *, after: int, limit: int) -> Sequence[Head]:
        rows = (
            row
            for row in self._tables.open_rows(destination)
            if row.id > after and not _stepped_over(row)
        )
        return [_head(row) for row in islice(rows, limit)]

    async def read_lane(
        self, destination: str, lane: str, *, upto: int, limit: int
    ) -> Sequence[Head]:
        rows = (
            row
            for row in self._tables.open_rows(destination)
            if row.lane == lane and row.id <= upto and not _stepped_over(row)
        )
        return [_head(row) for row in islice(rows, limit)]

    async def recalled_lanes(self, lease: Lease) -> Sequence[str]:
        self._tables.check_lease(lease)
        return sorted(self._tables.recalls.pop(lease.destination, {}))

    async def is_held(self, destination: str) -> bool:
        return destination in self._tables.holds

    async def waits_for(self, delivery_ids: Sequence[int]) -> Mapping[int, int | None]:
        waiting: dict[int, int | None] = {}
        for row in filter(None, map(self._tables.deliveries.get, delivery_ids)):
            message = row.message.new
            if message.depends_on is None:
                continue
            first = self._tables.events.get((message.tenant, message.source, message.depends_on))
            if first is None:
                waiting[row.id] = None
            elif (blocker := self._open_delivery(first, row.destination)) is not None:
                waiting[row.id] = blocker
        return waiting

    def _open_delivery(self, message: MessageRow, destination: str) -> int | None:
        rows = self._tables.open_rows(destination)
        return next((row.id for row in rows if row.message is message), None)

    async def begin(
        self, lease: Lease, delivery_ids: Sequence[int], *, now: datetime
    ) -> Sequence[Work]:
        tables = self._tables
        tables.check_lease(lease)
        begun: list[Work] = []
        for row in tables.found(delivery_ids, lease.destination):
            if row.state is not State.WAITING:
                continue
            row.attempts += 1
            tables.move(
                row,
                State.SENDING,
                now=now,
                actor=worker_of(lease),
                action=Action.SEND,
                reason=f"attempt {row.attempts}",
            )
            begun.append(tables.work(row))
        await tables.commit()
        return begun

    async def load(self, lease: Lease, delivery_ids: Sequence[int]) -> Sequence[Work]:
        self._tables.check_lease(lease)
        return [
            self._tables.work(row)
            for row in self._tables.found(delivery_ids, lease.destination)
            if row.state is State.UNCERTAIN
        ]

    async def save_steps(
        self,
        lease: Lease,
        delivery_id: int,
        *,
        prepared: Mapping[str, bytes],
        completed: Mapping[str, str],
    ) -> None:
        self._tables.check_lease(lease)
        row = self._under(lease, delivery_id)
        check_under_way(delivery_id, row.state)
        for step, request in prepared.items():
            stored = row.steps.get(step)
            if stored is None or stored.result is None:
                row.steps[step] = StoredStep(request=request, result=None)
        _complete(row, completed)
        await self._tables.commit()

    async def finish(self, lease: Lease, outcomes: Sequence[Outcome], *, now: datetime) -> None:
        self._tables.check_lease(lease)
        rows = [self._under(lease, outcome.delivery_id) for outcome in outcomes]
        for row, outcome in zip(rows, outcomes, strict=True):
            check_outcome(outcome, row.state)
        for row, outcome in zip(rows, outcomes, strict=True):
            self._finish(row, outcome, lease, now)
        await self._tables.commit()

    def _finish(self, row: DeliveryRow, outcome: Outcome, lease: Lease, now: datetime) -> None:
        self._tables.move(
            row,
            outcome.state,
            now=now,
            actor=worker_of(lease),
            action=ending(row.state),
            reason=why(outcome.fault, outcome.detail),
        )
        row.wait = outcome.wait
        row.due_at = outcome.due_at
        row.doubtful = outcome.doubtful
        row.fault = outcome.fault
        row.detail = outcome.detail
        row.look_ups = outcome.look_ups
        _complete(row, outcome.completed)
        if outcome.references:
            message = row.message.new
            subject = (message.tenant, row.destination, message.subject)
            self._tables.references.setdefault(subject, {}).update(outcome.references)
        if outcome.case_number is not None:
            settle(self._tables, row, outcome.case_number, now)

    def _under(self, lease: Lease, delivery_id: int) -> DeliveryRow:
        row = self._tables.delivery(delivery_id)
        if row.destination != lease.destination:
            raise no_such(f"delivery to {lease.destination} with number", delivery_id)
        return row

    async def expire(self, destination: str, *, now: datetime, limit: int) -> Sequence[int]:
        late = [
            (until, row.id)
            for row in self._tables.open_rows(destination)
            if row.state is State.WAITING and not row.doubtful
            if (until := row.message.new.deliver_until) is not None and until <= now
        ]
        expired = [delivery_id for _, delivery_id in sorted(late)[:limit]]
        for delivery_id in expired:
            self._tables.move(
                self._tables.delivery(delivery_id),
                State.EXPIRED,
                now=now,
                actor=EXPIRY,
                action=Action.EXPIRE,
                reason=EXPIRED,
            )
        await self._tables.commit()
        return expired

    async def make_due(self, lease: Lease, *, now: datetime) -> int:
        self._tables.check_lease(lease)
        rows = [
            row
            for row in self._tables.open_rows(lease.destination)
            if row.wait in DUE_LATER and row.due_at is not None and row.due_at > now
        ]
        for row in rows:
            row.due_at = None
        await self._tables.commit()
        return len(rows)

    async def read_breaker(self, destination: str) -> Breaker:
        return self._tables.breakers.get(destination, CLOSED)

    async def save_breaker(
        self, lease: Lease, breaker: Breaker, *, reason: str, now: datetime
    ) -> None:
        tables = self._tables
        tables.check_lease(lease)
        before = tables.breakers.get(lease.destination, CLOSED)
        tables.breakers[lease.destination] = breaker
        if before.state is not breaker.state:
            tables.record(
                Fact(
                    at=now,
                    actor=worker_of(lease),
                    action=Action.BREAKER,
                    destination=lease.destination,
                    before=before.state,
                    after=breaker.state,
                    reason=reason,
                )
            )
        await tables.commit()


def _complete(row: DeliveryRow, completed: Mapping[str, str]) -> None:
    for step, result in completed.items():
        stored = row.steps.get(step)
        row.steps[step] = StoredStep(request=stored.request if stored else None, result=result)


def _stepped_over(row: DeliveryRow) -> bool:
    return row.state is State.PARKED and row.on_parked is OnParked.SKIP


def _head(row: DeliveryRow) -> Head:
    message = row.message.new
    return Head(
        id=row.id,
        lane=row.lane,
        state=row.state,
        due_at=row.due_at,
        on_parked=row.on_parked,
        deliver_until=message.deliver_until,
        dependent=message.depends_on is not None,
    )
