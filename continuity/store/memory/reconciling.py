"""Reconciliations, and making a delivery again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import count, islice

from continuity.store.audit import Action, Fact
from continuity.store.memory.tables import DeliveryRow, Tables
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
    no_such,
    redelivered_as,
    redelivery_of,
    settled,
)


class MemoryReconciliations:
    _tables: Tables

    async def ask_reconciliation(
        self, destination: str, day: date, *, by: str, now: datetime
    ) -> Reconciliation:
        tables = self._tables
        for known in tables.reconciliations.values():
            if (known.destination, known.day) == (destination, day) and _pending(known):
                return known
        asked = Reconciliation(
            id=max(tables.reconciliations, default=0) + 1,
            destination=destination,
            day=day,
            state=ReconciliationState.WANTED,
            asked_by=by,
            asked_at=now,
            changed_at=now,
            retry_at=None,
            note="",
            checkpoint="",
            differences=0,
            open=0,
        )
        tables.reconciliations[asked.id] = asked
        tables.differences[asked.id] = []
        await tables.commit()
        return asked

    async def get_reconciliation(self, reconciliation_id: int) -> Reconciliation:
        try:
            return self._tables.reconciliations[reconciliation_id]
        except KeyError:
            raise no_such("reconciliation", reconciliation_id) from None

    async def list_reconciliations(
        self, destination: str | None, *, day: date | None, before: int | None, limit: int
    ) -> Sequence[Reconciliation]:
        found = (
            one
            for one in sorted(
                self._tables.reconciliations.values(), key=lambda one: one.id, reverse=True
            )
            if destination in {None, one.destination}
            and day in {None, one.day}
            and (before is None or one.id < before)
        )
        return list(islice(found, limit))

    async def pending_reconciliations(self, destination: str) -> Sequence[Reconciliation]:
        known = self._tables.reconciliations.values()
        return [one for one in known if one.destination == destination and _pending(one)]

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
        known = await self.get_reconciliation(reconciliation_id)
        if known.checkpoint != before or not _pending(known):
            return False
        self._tables.differences[known.id] += [
            _difference(known.id, number, new)
            for number, new in zip(count(known.differences + 1), found, strict=False)
        ]
        self._tables.reconciliations[known.id] = replace(
            known,
            state=state,
            checkpoint=checkpoint,
            note=note,
            retry_at=retry_at,
            changed_at=now,
            differences=known.differences + len(found),
            open=known.open + len(found),
        )
        await self._tables.commit()
        return True

    async def list_differences(
        self,
        reconciliation_id: int,
        *,
        code: str | None,
        settled: bool | None,
        after: int,
        limit: int,
    ) -> Sequence[Difference]:
        found = (
            one
            for one in self._tables.differences.get(reconciliation_id, ())
            if one.number > after
            and code in {None, one.code}
            and settled in {None, one.settlement is not None}
        )
        return list(islice(found, limit))

    async def get_difference(self, reconciliation_id: int, number: int) -> Difference:
        known = self._tables.differences.get(reconciliation_id, [])
        if not 1 <= number <= len(known):
            raise no_such("difference", number)
        return known[number - 1]

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
        tables = self._tables
        known = await self.get_difference(reconciliation_id, number)
        check_settlement(reconciliation_id, number, known.settlement)
        after = replace(known, settlement=settlement, settled_by=by, settled_at=now, reason=reason)
        report = tables.reconciliations[reconciliation_id]
        tables.differences[reconciliation_id][number - 1] = after
        tables.reconciliations[reconciliation_id] = replace(report, open=report.open - 1)
        tables.record(settled(after, report.destination, by=by, now=now))
        await tables.commit()
        return after

    async def list_accepted(
        self, destination: str, *, since: datetime, after: int, until: datetime, limit: int
    ) -> Sequence[Delivery]:
        newest: dict[int, DeliveryRow] = {}
        for row in self._tables.deliveries.values():
            if row.destination == destination and row.message.accepted_at < until:
                newest[row.message.id] = row  # a later delivery of the message has a higher id
        rows = sorted(newest.values(), key=lambda row: (row.message.accepted_at, row.message.id))
        above = (row for row in rows if (row.message.accepted_at, row.message.id) > (since, after))
        return [self._tables.seen(row) for row in islice(above, limit)]

    async def redeliver(self, delivery_id: int, *, by: str, reason: str, now: datetime) -> Delivery:
        tables = self._tables
        row = tables.delivery(delivery_id)
        check_kept(row.id, row.message.purged_at)
        check_redelivery(
            row.id,
            row.state,
            newest_id=max(one.id for one in _same(tables, row)),
            deliver_until=row.message.new.deliver_until,
            now=now,
        )
        new = NewDelivery(destination=row.destination, route=row.route, on_parked=row.on_parked)
        added = tables.add(row.message, new, now=now)
        added.round = row.round + 1
        added.edited_body = row.edited_body
        _record(tables, added, None, redelivery_of(row.id, reason), by=by, now=now)
        _record(tables, row, row.state.value, redelivered_as(added.id, reason), by=by, now=now)
        await tables.commit()
        return tables.seen(added)

    async def forget_reconciliations(self, *, before: date, limit: int) -> int:
        old = [one.id for one in self._tables.reconciliations.values() if one.day < before][:limit]
        for number in old:
            del self._tables.reconciliations[number]
            del self._tables.differences[number]
        await self._tables.commit()
        return len(old)


def _pending(report: Reconciliation) -> bool:
    return report.state is not ReconciliationState.DONE


def _same(tables: Tables, row: DeliveryRow) -> list[DeliveryRow]:
    return [
        one
        for one in tables.deliveries.values()
        if one.message is row.message and one.destination == row.destination
    ]


def _record(
    tables: Tables, row: DeliveryRow, before: str | None, reason: str, *, by: str, now: datetime
) -> None:
    tables.record(
        Fact(
            at=now,
            actor=by,
            action=Action.REDELIVER,
            tenant=row.message.new.tenant,
            message_id=row.message.id,
            delivery_id=row.id,
            destination=row.destination,
            before=before,
            after=row.state.value,
            reason=reason,
        )
    )


def _difference(reconciliation_id: int, number: int, new: NewDifference) -> Difference:
    return Difference(
        reconciliation_id=reconciliation_id,
        number=number,
        code=new.code,
        kind=new.kind,
        delivery_id=new.delivery_id,
        body=new.body,
        settlement=None,
        settled_by="",
        settled_at=None,
        reason="",
    )
