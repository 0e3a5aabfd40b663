"""What the owner of a destination does with deliveries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from continuity.breaker import Breaker
from continuity.delivery import State
from continuity.store.audit import Action, Fact, why
from continuity.store.postgres import sql
from continuity.store.postgres.connection import Connection
from continuity.store.postgres.core import Call, Core
from continuity.store.postgres.deliveries import (
    DeliveryRow,
    moved,
    read_contents,
    read_rows,
    to_work,
)
from continuity.store.postgres.identities import settle
from continuity.store.postgres.leases import check_lease
from continuity.store.postgres.rows import clean, to_breaker, to_head
from continuity.store.postgres.transaction import Transaction
from continuity.store.records import Head, Lease, Outcome, Work
from continuity.store.rules import (
    EXPIRED,
    EXPIRY,
    check_outcome,
    check_under_way,
    ending,
    no_such,
    worker_of,
)


class DispatchPart(Core):
    async def read_open(self, destination: str, *, after: int, limit: int) -> Sequence[Head]:
        rows = await self._read(lambda db: db.fetch(sql.READ_OPEN, destination, after, limit))
        return [to_head(row) for row in rows]

    async def read_lane(
        self, destination: str, lane: str, *, upto: int, limit: int
    ) -> Sequence[Head]:
        rows = await self._read(lambda db: db.fetch(sql.READ_LANE, destination, lane, upto, limit))
        return [to_head(row) for row in rows]

    async def is_held(self, destination: str) -> bool:
        return bool(await self._read(lambda db: db.fetchval(sql.IS_HELD, destination)))

    async def waits_for(self, delivery_ids: Sequence[int]) -> Mapping[int, int | None]:
        ids = list(delivery_ids)
        rows = await self._read(lambda db: db.fetch(sql.WAITS_FOR, ids))
        return {row[0]: row[1] for row in rows}

    async def begin(
        self, lease: Lease, delivery_ids: Sequence[int], *, now: datetime
    ) -> Sequence[Work]:
        ids = tuple(delivery_ids)
        return await self._write(
            Call(lease=lease, rows=ids, contents=ids, run=lambda tx: begin(tx, lease, ids, now))
        )

    async def load(self, lease: Lease, delivery_ids: Sequence[int]) -> Sequence[Work]:
        return await self._read_together(lambda db: load(db, lease, delivery_ids))

    async def save_steps(
        self,
        lease: Lease,
        delivery_id: int,
        *,
        prepared: Mapping[str, bytes],
        completed: Mapping[str, str],
    ) -> None:
        await self._write(
            Call(
                lease=lease,
                rows=(delivery_id,),
                size=sum(map(len, prepared.values())),
                run=lambda tx: save_steps(tx, lease, delivery_id, prepared, completed),
            )
        )

    async def finish(self, lease: Lease, outcomes: Sequence[Outcome], *, now: datetime) -> None:
        ids = tuple(outcome.delivery_id for outcome in outcomes)
        await self._write(
            Call(lease=lease, rows=ids, run=lambda tx: finish(tx, lease, outcomes, now))
        )

    async def expire(self, destination: str, *, now: datetime, limit: int) -> Sequence[int]:
        if not await self._read(lambda db: db.fetch(sql.LATE, destination, now, 1)):
            return ()
        return await self._write(Call(run=lambda tx: expire(tx, destination, now, limit)))

    async def make_due(self, lease: Lease, *, now: datetime) -> int:
        return await self._write(Call(lease=lease, run=lambda tx: make_due(tx, lease, now)))

    async def read_breaker(self, destination: str) -> Breaker:
        return to_breaker(await self._read(lambda db: db.fetchrow(sql.GET_BREAKER, destination)))

    async def save_breaker(
        self, lease: Lease, breaker: Breaker, *, reason: str, now: datetime
    ) -> None:
        await self._write(
            Call(lease=lease, run=lambda tx: save_breaker(tx, lease, breaker, reason, now))
        )


async def begin(
    tx: Transaction, lease: Lease, delivery_ids: Iterable[int], now: datetime
) -> list[Work]:
    begun: list[DeliveryRow] = []
    for delivery_id in delivery_ids:
        before = await tx.find(delivery_id)
        if before is None or before.destination != lease.destination:
            continue
        if before.state is not State.WAITING:
            continue
        after = replace(moved(before, State.SENDING), attempts=before.attempts + 1)
        reason = f"attempt {after.attempts}"
        actor = worker_of(lease)
        tx.move(before, after, now=now, actor=actor, action=Action.SEND, reason=reason)
        begun.append(after)
    return await tx.works(begun)


async def load(connection: Connection, lease: Lease, delivery_ids: Sequence[int]) -> list[Work]:
    await check_lease(connection, lease)
    rows = await read_rows(connection, delivery_ids)
    found = [
        row
        for number in delivery_ids
        if (row := rows.get(number)) is not None
        if row.destination == lease.destination and row.state is State.UNCERTAIN
    ]
    contents = await read_contents(connection, found)
    return [to_work(row, contents[row.id], {}) for row in found]


async def save_steps(
    tx: Transaction,
    lease: Lease,
    delivery_id: int,
    prepared: Mapping[str, bytes],
    completed: Mapping[str, str],
) -> None:
    row = await _under(tx, lease, delivery_id)
    check_under_way(row.id, row.state)
    for step, request in prepared.items():
        tx.prepare_step(row.id, step, request)
    for step, result in completed.items():
        tx.complete_step(row.id, step, clean(result))


async def finish(tx: Transaction, lease: Lease, outcomes: Sequence[Outcome], now: datetime) -> None:
    rows = {
        outcome.delivery_id: await _under(tx, lease, outcome.delivery_id) for outcome in outcomes
    }
    for outcome in outcomes:
        check_outcome(outcome, rows[outcome.delivery_id].state)
    for outcome in outcomes:
        _finish(tx, rows[outcome.delivery_id], outcome, lease=lease, now=now)
    told = [
        (row.tenant, row.destination, row.subject, outcome.case_number, now)
        for outcome in outcomes
        if outcome.case_number is not None
        for row in (rows[outcome.delivery_id],)
    ]
    if told:
        await settle(tx, told)


def _finish(
    tx: Transaction, before: DeliveryRow, outcome: Outcome, *, lease: Lease, now: datetime
) -> None:
    after = replace(
        before,
        state=outcome.state,
        wait=outcome.wait,
        due_at=outcome.due_at,
        doubtful=outcome.doubtful,
        fault=outcome.fault,
        detail=outcome.detail,
        look_ups=outcome.look_ups,
    )
    tx.move(
        before,
        after,
        now=now,
        actor=worker_of(lease),
        action=ending(before.state),
        reason=why(outcome.fault, outcome.detail),
    )
    for step, result in outcome.completed.items():
        tx.complete_step(before.id, step, clean(result))
    for name, value in outcome.references.items():
        tx.keep_reference(before, name, value)


async def _under(tx: Transaction, lease: Lease, delivery_id: int) -> DeliveryRow:
    row = await tx.get(delivery_id)
    if row.destination != lease.destination:
        raise no_such(f"delivery to {lease.destination} with number", delivery_id)
    return row


async def expire(tx: Transaction, destination: str, now: datetime, limit: int) -> list[int]:
    await tx.write_rows()
    late = [row[0] for row in await tx.fetch(sql.LATE, destination, now, limit)]
    await tx.read(late)
    for delivery_id in late:
        before = await tx.get(delivery_id)
        after = moved(before, State.EXPIRED)
        tx.move(before, after, now=now, actor=EXPIRY, action=Action.EXPIRE, reason=EXPIRED)
    return late


async def make_due(tx: Transaction, lease: Lease, now: datetime) -> int:
    await tx.write_rows()
    return await tx.execute(sql.MAKE_DUE, lease.destination, now)


async def save_breaker(
    tx: Transaction, lease: Lease, breaker: Breaker, reason: str, now: datetime
) -> None:
    before = to_breaker(await tx.fetch_one(sql.GET_BREAKER, lease.destination))
    await tx.execute(
        sql.PUT_BREAKER,
        lease.destination,
        breaker.state.value,
        breaker.failures,
        breaker.opened_at,
        breaker.probe_at,
        breaker.reason,
    )
    if before.state is not breaker.state:
        tx.record(
            Fact(
                at=now,
                actor=worker_of(lease),
                action=Action.BREAKER,
                destination=lease.destination,
                before=before.state.value,
                after=breaker.state.value,
                reason=reason,
            )
        )
