"""Reconciliations, and making a delivery again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from continuity.delivery import OnParked
from continuity.store.audit import Action, Fact
from continuity.store.postgres import reconciling_sql as own_sql
from continuity.store.postgres import sql, upkeep_sql
from continuity.store.postgres.core import Call, Core
from continuity.store.postgres.intake import delivery_row, insert_deliveries
from continuity.store.postgres.operation import Act, draw_delivery_ids, envelope_of
from continuity.store.postgres.reading import get_delivery
from continuity.store.postgres.rows import Row, columns, to_delivery
from continuity.store.postgres.transaction import Transaction
from continuity.store.records import (
    Delivery,
    Difference,
    NewDelivery,
    NewDifference,
    Reconciliation,
    ReconciliationState,
    Settlement,
)
from continuity.store.rules import (
    check_kept,
    check_redelivery,
    check_settlement,
    first_state,
    no_such,
    redelivered_as,
    redelivery_of,
    settled,
)

_NEWEST: Final = 2**63 - 1
"""Before this id lies everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Progress:
    """What `save_reconciliation` writes."""

    before: str
    checkpoint: str
    state: ReconciliationState
    note: str
    retry_at: datetime | None
    found: Sequence[NewDifference]


class ReconcilingPart(Core):
    async def ask_reconciliation(
        self, destination: str, day: date, *, by: str, now: datetime
    ) -> Reconciliation:
        return await self._write(Call(run=lambda tx: _ask(tx, destination, day, by, now)))

    async def get_reconciliation(self, reconciliation_id: int) -> Reconciliation:
        row = await self._read(lambda db: db.fetchrow(own_sql.GET_REPORT, reconciliation_id))
        return _to_report(row, reconciliation_id)

    async def list_reconciliations(
        self, destination: str | None, *, day: date | None, before: int | None, limit: int
    ) -> Sequence[Reconciliation]:
        values: list[object] = [_NEWEST if before is None else before, limit]
        statement = own_sql.LIST_REPORTS
        if day is not None:
            statement, values = own_sql.LIST_REPORTS_ON, [*values, day, destination]
        elif destination is not None:
            statement, values = own_sql.LIST_REPORTS_OF, [*values, destination]
        rows = await self._read(lambda db: db.fetch(statement, *values))
        return [_to_report(row) for row in rows]

    async def pending_reconciliations(self, destination: str) -> Sequence[Reconciliation]:
        rows = await self._read(lambda db: db.fetch(own_sql.PENDING_REPORTS, destination))
        return [_to_report(row) for row in rows]

    async def save_reconciliation(
        self,
        reconciliation_id: int,
        *,
        before: str,
        checkpoint: str,
        state: ReconciliationState,
        note: str = "",
        retry_at: datetime | None = None,
        found: Sequence[NewDifference] = (),
        now: datetime,
    ) -> bool:
        progress = _Progress(
            before=before,
            checkpoint=checkpoint,
            state=state,
            note=note,
            retry_at=retry_at,
            found=found,
        )
        size = sum(len(one.body) for one in found)
        return await self._write(
            Call(run=lambda tx: _save(tx, reconciliation_id, progress, now), size=size)
        )

    async def list_differences(
        self,
        reconciliation_id: int,
        *,
        code: str | None,
        settled: bool | None,
        after: int,
        limit: int,
    ) -> Sequence[Difference]:
        rows = await self._read(
            lambda db: db.fetch(
                own_sql.LIST_DIFFERENCES, reconciliation_id, after, code, settled, limit
            )
        )
        return [_to_difference(row, row[1]) for row in rows]

    async def get_difference(self, reconciliation_id: int, number: int) -> Difference:
        row = await self._read(
            lambda db: db.fetchrow(own_sql.GET_DIFFERENCE, reconciliation_id, number)
        )
        return _to_difference(row, number)

    async def settle_difference(
        self,
        reconciliation_id: int,
        number: int,
        *,
        settlement: Settlement,
        by: str,
        reason: str,
        now: datetime,
    ) -> Difference:
        act = Act(by=by, reason=reason, now=now)
        return await self._write(
            Call(run=lambda tx: _settle(tx, reconciliation_id, number, settlement, act))
        )

    async def list_accepted(
        self, destination: str, *, since: datetime, after: int, until: datetime, limit: int
    ) -> Sequence[Delivery]:
        rows = await self._read(
            lambda db: db.fetch(own_sql.ACCEPTED, destination, since, after, until, limit)
        )
        return [to_delivery(row) for row in rows]

    async def redeliver(self, delivery_id: int, *, by: str, reason: str, now: datetime) -> Delivery:
        act = Act(by=by, reason=reason, now=now)
        return await self._write(
            Call(rows=(delivery_id,), run=lambda tx: _redeliver(tx, delivery_id, act))
        )

    async def forget_reconciliations(self, *, before: date, limit: int) -> int:
        return await self._write(Call(run=lambda tx: _forget(tx, before, limit)))


async def _ask(
    tx: Transaction, destination: str, day: date, by: str, now: datetime
) -> Reconciliation:
    row = await tx.fetch_one(own_sql.PENDING_REPORT, destination, day)
    while row is None:  # it may be done by another process between the two statements
        await tx.execute(own_sql.INSERT_REPORT, destination, day, by, now)
        row = await tx.fetch_one(own_sql.PENDING_REPORT, destination, day)
    return _to_report(row)


async def _save(
    tx: Transaction, reconciliation_id: int, progress: _Progress, now: datetime
) -> bool:
    known = _to_report(
        await tx.fetch_one(own_sql.HOLD_REPORT, reconciliation_id), reconciliation_id
    )
    if known.state is ReconciliationState.DONE or known.checkpoint != progress.before:
        return False
    await tx.execute(
        own_sql.SAVE_REPORT,
        reconciliation_id,
        progress.state.value,
        progress.checkpoint,
        progress.note,
        progress.retry_at,
        now,
        len(progress.found),
    )
    rows = [
        (reconciliation_id, number, new.code, new.kind, new.delivery_id, new.body)
        for number, new in enumerate(progress.found, start=known.differences + 1)
    ]
    if rows:
        await tx.execute(own_sql.INSERT_DIFFERENCES, *columns(rows, 6))
    return True


async def _settle(
    tx: Transaction, reconciliation_id: int, number: int, settlement: Settlement, act: Act
) -> Difference:
    row = await tx.fetch_one(own_sql.HOLD_DIFFERENCE, reconciliation_id, number)
    known = _to_difference(row, number)
    check_settlement(reconciliation_id, number, known.settlement)
    await tx.execute(
        own_sql.SETTLE, reconciliation_id, number, settlement.value, act.by, act.now, act.reason
    )
    await tx.execute(own_sql.COUNT_SETTLED, reconciliation_id)
    after = _to_difference(
        await tx.fetch_one(own_sql.GET_DIFFERENCE, reconciliation_id, number), number
    )
    report = _to_report(await tx.fetch_one(own_sql.GET_REPORT, reconciliation_id))
    tx.record(settled(after, report.destination, by=act.by, now=act.now))
    return after


async def _redeliver(tx: Transaction, delivery_id: int, act: Act) -> Delivery:
    """Under the lock on acceptance: of two processes that do this, the second sees the first."""
    row = await tx.get(delivery_id)
    await tx.fetch(sql.LOCK_ACCEPT)
    ((purged_at,),) = await tx.fetch(upkeep_sql.KEEP_MESSAGE, row.id)
    check_kept(row.id, purged_at)
    ((round_, route, on_parked, newest_id),) = await tx.fetch(own_sql.ROUND, delivery_id)
    envelope = await envelope_of(tx, row)
    check_redelivery(
        row.id,
        row.state,
        newest_id=newest_id,
        deliver_until=envelope.deliver_until,
        now=act.now,
    )
    (added,) = await draw_delivery_ids(tx, 1)
    new = NewDelivery(destination=row.destination, route=route, on_parked=OnParked(on_parked))
    made = Fact(
        at=act.now,
        actor=act.by,
        action=Action.REDELIVER,
        tenant=row.tenant,
        message_id=row.message_id,
        delivery_id=added,
        destination=row.destination,
        after=first_state(new).value,
        reason=redelivery_of(row.id, act.reason),
    )
    values = delivery_row(tx, envelope, new, made, delivery_round=round_ + 1)
    await insert_deliveries(tx, [values])
    if await tx.execute(own_sql.COPY_EDIT, added, row.id):
        await tx.execute(sql.MARK_EDITED, added)
    tx.record(
        Fact(
            at=act.now,
            actor=act.by,
            action=Action.REDELIVER,
            tenant=row.tenant,
            message_id=row.message_id,
            delivery_id=row.id,
            destination=row.destination,
            before=row.state.value,
            after=row.state.value,
            reason=redelivered_as(added, act.reason),
        )
    )
    return await get_delivery(tx.connection, added)


async def _forget(tx: Transaction, before: date, limit: int) -> int:
    old = [row[0] for row in await tx.fetch(own_sql.OLD_REPORTS, before, limit)]
    if old:
        await tx.execute(own_sql.DELETE_DIFFERENCES, old)
        await tx.execute(own_sql.DELETE_REPORTS, old)
    return len(old)


def _to_report(row: Row | None, number: int = 0) -> Reconciliation:
    if row is None:
        raise no_such("reconciliation", number)
    return Reconciliation(
        id=row[0],
        destination=row[1],
        day=row[2],
        state=ReconciliationState(row[3]),
        asked_by=row[4],
        asked_at=row[5],
        changed_at=row[6],
        retry_at=row[7],
        note=row[8],
        checkpoint=row[9],
        differences=row[10],
        open=row[11],
    )


def _to_difference(row: Row | None, number: int) -> Difference:
    if row is None:
        raise no_such("difference", number)
    return Difference(
        reconciliation_id=row[0],
        number=row[1],
        code=row[2],
        kind=row[3],
        delivery_id=row[4],
        body=row[5],
        settlement=Settlement(row[6]) if row[6] else None,
        settled_by=row[7],
        settled_at=row[8],
        reason=row[9],
    )
