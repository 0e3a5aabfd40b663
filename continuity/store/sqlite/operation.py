"""What operators do to destinations and to single deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from continuity.delivery import State
from continuity.store.audit import Action, Fact
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
from continuity.store.sqlite import reading, sql
from continuity.store.sqlite.intake import delivery_row
from continuity.store.sqlite.times import from_micros
from continuity.store.sqlite.transaction import DeliveryRow, Transaction, moved


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who acts, why, and when."""

    by: str
    reason: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """The envelope of a message that was stored before."""

    lane_key: str
    deliver_from: datetime | None
    deliver_until: datetime | None
    depends_on: str | None


def hold(tx: Transaction, destination: str, act: Act) -> None:
    before = tx.connection.execute(sql.GET_HOLD, (destination,)).fetchone()
    tx.connection.execute(sql.PUT_HOLD, (destination, act.by, act.reason))
    tx.know(destination)
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


def release(tx: Transaction, destination: str, act: Act) -> None:
    if not tx.connection.execute(sql.DELETE_HOLD, (destination,)).rowcount:
        return
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


def replay(
    tx: Transaction,
    delivery_id: int,
    act: Act,
    *,
    edited_body: bytes | None,
    verified_absent: bool,
) -> Delivery:
    row = tx.get(delivery_id)
    check_replay(row.id, row.destination, row.state)
    if edited_body is not None:
        tx.connection.execute(sql.PUT_EDIT, (row.id, edited_body))
        tx.connection.execute(sql.MARK_EDITED, (row.id,))
    replay_row(tx, row, act, doubtful=row.doubtful and not verified_absent)
    return reading.get_delivery(tx.connection, row.id)


def replay_row(tx: Transaction, row: DeliveryRow, act: Act, *, doubtful: bool) -> None:
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
        tx.connection.execute(sql.FORGET_UNFINISHED, (row.id,))
    tx.recall(row)


def reroute(
    tx: Transaction, delivery_id: int, deliveries: Sequence[NewDelivery], act: Act
) -> list[str]:
    row = tx.get(delivery_id)
    check_reroute(row.id, row.destination, row.state, deliveries)
    envelope = _envelope(tx, row)
    added = []
    for new in reroutable(deliveries):
        fact = Fact(
            at=act.now,
            actor=act.by,
            action=Action.REROUTE,
            tenant=row.tenant,
            message_id=row.message_id,
            delivery_id=tx.next_id("delivery"),
            destination=new.destination,
            after=first_state(new).value,
            reason=act.reason,
        )
        added.append(delivery_row(tx, envelope, new, fact))
    tx.connection.executemany(sql.INSERT_DELIVERY, added)
    tx.move(
        row,
        moved(row, State.DISCARDED),
        now=act.now,
        actor=act.by,
        action=Action.REROUTE,
        reason=act.reason,
    )
    return [new.destination for new in reroutable(deliveries)]


def _envelope(tx: Transaction, row: DeliveryRow) -> _Stored:
    deliver_from, deliver_until, depends_on = tx.connection.execute(
        sql.ENVELOPE, (row.message_id,)
    ).fetchone()
    return _Stored(
        lane_key=row.lane,
        deliver_from=from_micros(deliver_from),
        deliver_until=from_micros(deliver_until),
        depends_on=depends_on,
    )


def discard(tx: Transaction, delivery_id: int, act: Act) -> Delivery:
    row = tx.get(delivery_id)
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
    return reading.get_delivery(tx.connection, row.id)
