"""What operators do to destinations and to single deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
from continuity.store.sqlite import reading, replay_sql, sql
from continuity.store.sqlite.intake import delivery_row
from continuity.store.sqlite.times import from_micros, to_micros
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
    edit_diff: bytes,
    verified_absent: bool,
) -> Delivery:
    row = tx.get(delivery_id)
    check_replay(row.id, row.destination, row.state)
    if edited_body is not None:
        tx.connection.execute(sql.PUT_EDIT, (row.id, edited_body))
        tx.connection.execute(sql.MARK_EDITED, (row.id,))
        edit = (row.id, to_micros(act.now), act.by, act.reason, edit_diff)
        tx.connection.execute(replay_sql.PUT_HISTORY, edit)
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
    envelope = envelope_of(tx, row)
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


def envelope_of(tx: Transaction, row: DeliveryRow) -> _Stored:
    """What a further delivery of the same message needs to know of it."""
    deliver_from, deliver_until, depends_on = tx.connection.execute(
        sql.ENVELOPE, (row.message_id,)
    ).fetchone()
    return _Stored(
        lane_key=row.lane,
        deliver_from=from_micros(deliver_from),
        deliver_until=from_micros(deliver_until),
        depends_on=depends_on,
    )


def redirect(
    tx: Transaction, delivery_id: int, act: Act, *, to: str, verified_absent: bool
) -> Delivery:
    row = tx.get(delivery_id)
    doubtful = row.doubtful and not verified_absent
    check_redirect(row.id, row.destination, row.state, to, doubtful=doubtful)
    if has_delivery_at(tx, row, to):
        raise already_there(row.id, to)
    return reading.get_delivery(tx.connection, redirect_row(tx, row, to, act))


def has_delivery_at(tx: Transaction, row: DeliveryRow, destination: str) -> bool:
    values = (row.message_id, destination)
    return tx.connection.execute(replay_sql.DELIVERY_AT, values).fetchone() is not None


def redirect_row(tx: Transaction, row: DeliveryRow, to: str, act: Act) -> int:
    """A new delivery at `to` instead of this one; the caller has checked that it may be."""
    route, on_parked = tx.connection.execute(replay_sql.ROUTED, (row.id,)).fetchone()
    new = redirected(to, route, OnParked(on_parked))
    new_id = tx.next_id("delivery")
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
    added = delivery_row(tx, envelope_of(tx, row), new, fact)
    tx.connection.execute(sql.INSERT_DELIVERY, added)
    if tx.connection.execute(replay_sql.COPY_EDIT, (new_id, row.id)).rowcount:
        tx.connection.execute(sql.MARK_EDITED, (new_id,))
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
