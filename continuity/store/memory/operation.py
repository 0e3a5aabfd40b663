"""What operators do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from continuity.delivery import State
from continuity.store.audit import Action, Fact
from continuity.store.memory.tables import DeliveryRow, Tables
from continuity.store.planning import (
    already_there,
    came_from,
    check_redirect,
    redirected,
    sent_elsewhere,
)
from continuity.store.records import Delivery, Edit, NewDelivery
from continuity.store.rules import (
    HELD,
    check_discard,
    check_replay,
    check_reroute,
    reroutable,
    wait_after_replay,
)


class MemoryOperation:
    _tables: Tables

    async def hold(self, destination: str, *, by: str, reason: str, now: datetime) -> None:
        tables = self._tables
        tables.record(
            Fact(
                at=now,
                actor=by,
                action=Action.HOLD,
                destination=destination,
                before=HELD if destination in tables.holds else None,
                after=HELD,
                reason=reason,
            )
        )
        tables.holds[destination] = (by, reason)
        tables.know(destination)
        await tables.commit()

    async def release(self, destination: str, *, by: str, reason: str, now: datetime) -> None:
        if self._tables.holds.pop(destination, None) is not None:
            self._tables.record(
                Fact(
                    at=now,
                    actor=by,
                    action=Action.RELEASE,
                    destination=destination,
                    before=HELD,
                    reason=reason,
                )
            )
        await self._tables.commit()

    async def record(self, fact: Fact) -> None:
        self._tables.record(fact)
        await self._tables.commit()

    async def replay(
        self,
        delivery_id: int,
        *,
        by: str,
        reason: str,
        now: datetime,
        edited_body: bytes | None = None,
        edit_diff: bytes = b"[]",
        verified_absent: bool = False,
    ) -> Delivery:
        row = self._tables.delivery(delivery_id)
        check_replay(row.id, row.destination, row.state)
        if edited_body is not None:
            row.edited_body = edited_body
            row.edits.append(Edit(at=now, by=by, reason=reason, diff=edit_diff))
        if verified_absent:
            row.doubtful = False
        replay_row(self._tables, row, by=by, reason=reason, now=now)
        await self._tables.commit()
        return self._tables.seen(row)

    async def redirect(
        self,
        delivery_id: int,
        to: str,
        *,
        by: str,
        reason: str,
        now: datetime,
        verified_absent: bool = False,
    ) -> Delivery:
        row = self._tables.delivery(delivery_id)
        doubtful = row.doubtful and not verified_absent
        check_redirect(row.id, row.destination, row.state, to, doubtful=doubtful)
        if has_delivery_at(self._tables, row, to):
            raise already_there(row.id, to)
        added = redirect_row(self._tables, row, to, by=by, reason=reason, now=now)
        await self._tables.commit()
        return self._tables.seen(added)

    async def reroute(
        self,
        delivery_id: int,
        deliveries: Sequence[NewDelivery],
        *,
        by: str,
        reason: str,
        now: datetime,
    ) -> Sequence[str]:
        tables = self._tables
        row = tables.delivery(delivery_id)
        check_reroute(row.id, row.destination, row.state, deliveries)
        names: list[str] = []
        for new in reroutable(deliveries):
            added = tables.add(row.message, new, now=now)
            tables.record(
                Fact(
                    at=now,
                    actor=by,
                    action=Action.REROUTE,
                    tenant=row.message.new.tenant,
                    message_id=row.message.id,
                    delivery_id=added.id,
                    destination=added.destination,
                    after=added.state,
                    reason=reason,
                )
            )
            names.append(new.destination)
        tables.move(row, State.DISCARDED, now=now, actor=by, action=Action.REROUTE, reason=reason)
        await tables.commit()
        return names

    async def discard(self, delivery_id: int, *, by: str, reason: str, now: datetime) -> Delivery:
        row = self._tables.delivery(delivery_id)
        check_discard(row.id, row.state)
        self._tables.move(
            row, State.DISCARDED, now=now, actor=by, action=Action.DISCARD, reason=reason
        )
        self._tables.recall(row)
        await self._tables.commit()
        return self._tables.seen(row)


def replay_row(tables: Tables, row: DeliveryRow, *, by: str, reason: str, now: datetime) -> None:
    """From parked to waiting; the caller has checked that it is parked."""
    tables.move(row, State.WAITING, now=now, actor=by, action=Action.REPLAY, reason=reason)
    row.wait = wait_after_replay(doubtful=row.doubtful)
    row.fault = None
    row.detail = ""
    row.look_ups = 0
    if not row.doubtful:
        row.steps = {name: step for name, step in row.steps.items() if step.result is not None}
    tables.recall(row)


def has_delivery_at(tables: Tables, row: DeliveryRow, destination: str) -> bool:
    return any(
        other.message is row.message and other.destination == destination
        for other in tables.deliveries.values()
    )


def redirect_row(
    tables: Tables, row: DeliveryRow, to: str, *, by: str, reason: str, now: datetime
) -> DeliveryRow:
    """A new delivery at `to` instead of this one; the caller has checked that it may be."""
    added = tables.add(row.message, redirected(to, row.route, row.on_parked), now=now)
    added.edited_body = row.edited_body
    tables.record(
        Fact(
            at=now,
            actor=by,
            action=Action.REDIRECT,
            tenant=row.message.new.tenant,
            message_id=row.message.id,
            delivery_id=added.id,
            destination=added.destination,
            after=added.state,
            reason=came_from(row.destination, row.id, reason),
        )
    )
    said = sent_elsewhere(to, added.id, reason)
    tables.move(row, State.DISCARDED, now=now, actor=by, action=Action.REDIRECT, reason=said)
    tables.recall(row)
    return added
