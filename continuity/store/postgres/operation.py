"""What operators do to destinations and to single deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from continuity.delivery import State
from continuity.store.audit import Action, Fact
from continuity.store.postgres import sql
from continuity.store.postgres.core import Call, Core
from continuity.store.postgres.deliveries import DeliveryRow, moved
from continuity.store.postgres.intake import delivery_row, insert_deliveries
from continuity.store.postgres.reading import get_delivery
from continuity.store.postgres.transaction import Transaction
from continuity.store.records import Delivery, NewDelivery
from continuity.store.rules import (
    HELD,
    check_discard,
    check_replay,
    check_reroute,
    first_state,
    reroutable,
    wait_after_replay,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who acts, why, and when."""

    by: str
    reason: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEnvelope:
    """The envelope of a message that was stored before."""

    lane_key: str
    deliver_from: datetime | None
    deliver_until: datetime | None
    depends_on: str | None


class OperationPart(Core):
    async def hold(self, destination: str, *, by: str, reason: str, now: datetime) -> None:
        act = Act(by=by, reason=reason, now=now)
        await self._write(Call(run=lambda tx: hold(tx, destination, act)))

    async def release(self, destination: str, *, by: str, reason: str, now: datetime) -> None:
        act = Act(by=by, reason=reason, now=now)
        await self._write(Call(run=lambda tx: release(tx, destination, act)))

    async def record(self, fact: Fact) -> None:
        async def run(tx: Transaction) -> None:
            tx.record(fact)

        await self._write(Call(run=run))

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
        act = Act(by=by, reason=reason, now=now)
        edit = None if edited_body is None else (edited_body, edit_diff)
        return await self._write(
            Call(
                rows=(delivery_id,),
                size=len(edited_body or b""),
                run=lambda tx: replay(
                    tx, delivery_id, act, edit=edit, verified_absent=verified_absent
                ),
            )
        )

    async def reroute(
        self,
        delivery_id: int,
        deliveries: Sequence[NewDelivery],
        *,
        by: str,
        reason: str,
        now: datetime,
    ) -> Sequence[str]:
        act = Act(by=by, reason=reason, now=now)
        return await self._write(
            Call(rows=(delivery_id,), run=lambda tx: reroute(tx, delivery_id, deliveries, act))
        )

    async def discard(self, delivery_id: int, *, by: str, reason: str, now: datetime) -> Delivery:
        act = Act(by=by, reason=reason, now=now)
        return await self._write(
            Call(rows=(delivery_id,), run=lambda tx: discard(tx, delivery_id, act))
        )


async def hold(tx: Transaction, destination: str, act: Act) -> None:
    before = await tx.fetch_one(sql.GET_HOLD, destination)
    await tx.execute(sql.PUT_HOLD, destination, act.by, act.reason)
    tx.know(destination)
    tx.tell(destination)
    tx.record(
        Fact(
            at=act.now,
            actor=act.by,
            action=Action.HOLD,
            destination=destination,
            before=HELD if before else None,
            after=HELD,
            reason=act.reason,
        )
    )


async def release(tx: Transaction, destination: str, act: Act) -> None:
    if not await tx.execute(sql.DELETE_HOLD, destination):
        return
    tx.tell(destination)
    tx.record(
        Fact(
            at=act.now,
            actor=act.by,
            action=Action.RELEASE,
            destination=destination,
            before=HELD,
            reason=act.reason,
        )
    )


async def replay(
    tx: Transaction,
    delivery_id: int,
    act: Act,
    *,
    edit: tuple[bytes, bytes] | None,
    verified_absent: bool,
) -> Delivery:
    """`edit`: the body to deliver instead, and how it differs from the one before."""
    row = await tx.get(delivery_id)
    check_replay(row.id, row.destination, row.state)
    await replay_row(tx, row, act, doubtful=row.doubtful and not verified_absent)
    await tx.write_rows()
    if edit is not None:
        body, diff = edit
        await tx.execute(sql.PUT_EDIT, row.id, body)
        await tx.execute(sql.PUT_EDIT_HISTORY, row.id, act.now, act.by, act.reason, diff)
        await tx.execute(sql.MARK_EDITED, row.id)
    return await get_delivery(tx.connection, row.id)


async def replay_row(tx: Transaction, row: DeliveryRow, act: Act, *, doubtful: bool) -> None:
    """From parked to waiting; the caller has checked that it is parked."""
    after = replace(
        moved(row, State.WAITING),
        wait=wait_after_replay(doubtful=doubtful),
        doubtful=doubtful,
        look_ups=0,
        fault=None,
        detail="",
    )
    tx.move(row, after, now=act.now, actor=act.by, action=Action.REPLAY, reason=act.reason)
    if not doubtful:
        await tx.execute(sql.FORGET_UNFINISHED, row.id)
    tx.recall(row)


async def reroute(
    tx: Transaction, delivery_id: int, deliveries: Sequence[NewDelivery], act: Act
) -> list[str]:
    row = await tx.get(delivery_id)
    check_reroute(row.id, row.destination, row.state, deliveries)
    wanted = reroutable(deliveries)
    envelope = await envelope_of(tx, row)
    facts = [
        Fact(
            at=act.now,
            actor=act.by,
            action=Action.REROUTE,
            tenant=row.tenant,
            message_id=row.message_id,
            delivery_id=number,
            destination=new.destination,
            after=first_state(new).value,
            reason=act.reason,
        )
        for new, number in zip(wanted, await draw_delivery_ids(tx, len(wanted)), strict=True)
    ]
    added = [delivery_row(tx, envelope, new, fact) for new, fact in zip(wanted, facts, strict=True)]
    await insert_deliveries(tx, added)
    tx.move(
        row,
        moved(row, State.DISCARDED),
        now=act.now,
        actor=act.by,
        action=Action.REROUTE,
        reason=act.reason,
    )
    return [new.destination for new in wanted]


async def draw_delivery_ids(tx: Transaction, count: int) -> list[int]:
    """Under the lock on acceptance, which is held to the end: they become visible in order."""
    await tx.fetch(sql.LOCK_ACCEPT)
    return sorted(await tx.draw(sql.DRAW_DELIVERY_IDS, count))


async def envelope_of(tx: Transaction, row: DeliveryRow) -> StoredEnvelope:
    """What a further delivery of the same message needs to know of it."""
    (envelope,) = await tx.fetch(sql.ENVELOPE, row.message_id)
    return StoredEnvelope(
        lane_key=row.lane,
        deliver_from=envelope[0],
        deliver_until=envelope[1],
        depends_on=envelope[2],
    )


async def discard(tx: Transaction, delivery_id: int, act: Act) -> Delivery:
    row = await tx.get(delivery_id)
    check_discard(row.id, row.state)
    tx.move(
        row,
        moved(row, State.DISCARDED),
        now=act.now,
        actor=act.by,
        action=Action.DISCARD,
        reason=act.reason,
    )
    tx.recall(row)
    await tx.write_rows()
    return await get_delivery(tx.connection, row.id)
