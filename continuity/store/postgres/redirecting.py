"""Sending a parked delivery to another destination instead."""

from __future__ import annotations

from datetime import datetime

from continuity.delivery import OnParked, State
from continuity.store.audit import Action, Fact
from continuity.store.planning import (
    already_there,
    came_from,
    check_redirect,
    redirected,
    sent_elsewhere,
)
from continuity.store.postgres import replay_sql, sql
from continuity.store.postgres.core import Call, Core
from continuity.store.postgres.deliveries import DeliveryRow, moved
from continuity.store.postgres.intake import delivery_row, insert_deliveries
from continuity.store.postgres.operation import Act, draw_delivery_ids, envelope_of
from continuity.store.postgres.reading import get_delivery
from continuity.store.postgres.transaction import Transaction
from continuity.store.records import Delivery
from continuity.store.rules import first_state


class RedirectingPart(Core):
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
        act = Act(by=by, reason=reason, now=now)
        return await self._write(
            Call(
                rows=(delivery_id,),
                run=lambda tx: redirect(
                    tx, delivery_id, act, to=to, verified_absent=verified_absent
                ),
            )
        )


async def redirect(
    tx: Transaction, delivery_id: int, act: Act, *, to: str, verified_absent: bool
) -> Delivery:
    row = await tx.get(delivery_id)
    doubtful = row.doubtful and not verified_absent
    check_redirect(row.id, row.destination, row.state, to, doubtful=doubtful)
    await tx.fetch(sql.LOCK_ACCEPT)  # before the look: nobody adds a delivery between the two
    if await has_delivery_at(tx, row, to):
        raise already_there(row.id, to)
    new_id = await redirect_row(tx, row, to, act)
    await tx.write_rows()
    return await get_delivery(tx.connection, new_id)


async def has_delivery_at(tx: Transaction, row: DeliveryRow, destination: str) -> bool:
    return bool(await tx.fetch(replay_sql.DELIVERY_AT, row.message_id, destination))


async def redirect_row(tx: Transaction, row: DeliveryRow, to: str, act: Act) -> int:
    """A new delivery at `to` instead of this one; the caller has checked that it may be."""
    (routed,) = await tx.fetch(replay_sql.ROUTED, row.id)
    new = redirected(to, routed[0], OnParked(routed[1]))
    (new_id,) = await draw_delivery_ids(tx, 1)
    fact = Fact(
        at=act.now,
        actor=act.by,
        action=Action.REDIRECT,
        tenant=row.tenant,
        message_id=row.message_id,
        delivery_id=new_id,
        destination=to,
        after=first_state(new).value,
        reason=came_from(row.destination, row.id, act.reason),
    )
    envelope = await envelope_of(tx, row)
    await insert_deliveries(tx, [delivery_row(tx, envelope, new, fact)])
    if await tx.execute(replay_sql.COPY_EDIT, new_id, row.id):
        await tx.execute(sql.MARK_EDITED, new_id)
    tx.move(
        row,
        moved(row, State.DISCARDED),
        now=act.now,
        actor=act.by,
        action=Action.REDIRECT,
        reason=sent_elsewhere(to, new_id, act.reason),
    )
    tx.recall(row)
    return new_id
