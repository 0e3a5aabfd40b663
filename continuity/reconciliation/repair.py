"""The one action on a difference: what it does follows from the code, never from the caller."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from adapters.contract import Kind
from continuity.delivery import State
from continuity.reconciliation.finding import Finding
from continuity.reconciliation.judging import REMEDIES, Code, Remedy
from continuity.store.contract import NotFound, Store, WrongState
from continuity.store.records import (
    Delivery,
    DeliveryFilter,
    Difference,
    Reconciliation,
    Settlement,
)

_PAGE: Final = 200
_MOST_OF_A_CASE: Final = 2_000
"""Deliveries of one case that are made again at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who repairs, why and when."""

    by: str
    reason: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """What was done. `deliveries` are those that are on their way now."""

    difference: Difference
    deliveries: tuple[int, ...] = ()


async def repair(store: Store, report: Reconciliation, number: int, act: Act) -> Repaired:
    """Mends one difference; `WrongState` when it is settled, or mends itself.

    Nothing is ever sent twice by it: a new delivery looks for each thing before it makes it, and
    a delivery that was made again already is not made once more. A crash half-way leaves the
    difference open; doing it again finishes it.
    """
    difference = await store.get_difference(report.id, number)
    if difference.settlement is not None:
        raise WrongState(f"Difference {number} was {difference.settlement} already.")
    match REMEDIES[Code(difference.code)]:
        case Remedy.WAIT:
            known = Finding.from_bytes(difference.body).known
            raise WrongState(f"Nothing has to be done: {known} Compare again later.")
        case Remedy.ACKNOWLEDGE:
            return await acknowledge(store, report, number, act)
        case Remedy.REPLAY:
            return await _replay(store, difference, act)
        case Remedy.REDELIVER:
            return await _redeliver(store, report, difference, act)


async def acknowledge(store: Store, report: Reconciliation, number: int, act: Act) -> Repaired:
    """Says that it is known and may stay so: later reports of this day leave it out."""
    return await _settle(
        store, await store.get_difference(report.id, number), Settlement.ACKNOWLEDGED, act
    )


async def repair_all(
    store: Store, report: Reconciliation, code: Code, act: Act, *, upto: int, limit: int
) -> list[Repaired]:
    """Mends open differences of one code with number <= `upto`, the first `limit` of them."""
    page = await store.list_differences(report.id, code=code, settled=False, after=0, limit=limit)
    done: list[Repaired] = []
    for one in page:
        if one.number > upto:
            break
        try:
            done.append(await repair(store, report, one.number, act))
        except WrongState:
            now = await store.get_difference(report.id, one.number)
            if now.settlement is None:
                raise  # else it was settled along with an earlier one: its case was made again
    return done


async def _replay(store: Store, difference: Difference, act: Act) -> Repaired:
    delivery = await _delivery(store, difference)
    if delivery.state is not State.PARKED:
        return await _settle(store, difference, Settlement.OVERTAKEN, act)
    await store.replay(delivery.id, by=act.by, reason=act.reason, now=act.now)
    return await _settle(store, difference, Settlement.REPLAYED, act, delivery.id)


async def _redeliver(
    store: Store, report: Reconciliation, difference: Difference, act: Act
) -> Repaired:
    """A case that is missing comes back with everything that was delivered about it, in order."""
    delivery = await _delivery(store, difference)
    again = [delivery]
    if difference.kind == Kind.ZAAK and difference.code == Code.MISSING:
        again = await _of_the_case(store, delivery)
    made = []
    for one in again:
        try:
            new = await store.redeliver(one.id, by=act.by, reason=act.reason, now=act.now)
        except WrongState:
            if one.id == delivery.id and not await _made_again(store, one):
                raise
        else:
            made.append(new.id)
    await _settle_along(store, report, difference, frozenset(one.id for one in again), act)
    settlement = Settlement.REDELIVERED if made else Settlement.OVERTAKEN
    return await _settle(store, difference, settlement, act, *made)


async def _of_the_case(store: Store, opening: Delivery) -> list[Delivery]:
    """What was delivered of the case from its opening on, in order of acceptance."""
    which = DeliveryFilter(
        state=State.DELIVERED,
        destination=opening.destination,
        tenant=opening.tenant,
        subject=opening.subject,
    )
    found = await store.list_deliveries(which, before=None, limit=_MOST_OF_A_CASE)
    newest: dict[int, Delivery] = {}
    for one in found:  # newest first: of a message that was made again, the last delivery
        newest.setdefault(one.message_id, one)
    later = [one for one in newest.values() if one.message_id >= opening.message_id]
    return sorted(later, key=lambda one: one.message_id)


async def _made_again(store: Store, delivery: Delivery) -> bool:
    """True when a newer delivery of the message exists: a repair before broke off after it."""
    which = DeliveryFilter(message_id=delivery.message_id, destination=delivery.destination)
    (newest,) = await store.list_deliveries(which, before=None, limit=1)
    return newest.id != delivery.id


async def _settle_along(
    store: Store,
    report: Reconciliation,
    difference: Difference,
    deliveries: frozenset[int],
    act: Act,
) -> None:
    """Other differences of this report that the same repair mends."""
    for code in (Code.MISSING, Code.INCOMPLETE):
        after = 0
        while deliveries != {difference.delivery_id}:
            page = await store.list_differences(
                report.id, code=code, settled=False, after=after, limit=_PAGE
            )
            for one in page:
                if one.delivery_id in deliveries and one.number != difference.number:
                    await _settle(store, one, Settlement.REDELIVERED, act)
            if len(page) < _PAGE:
                break
            after = page[-1].number


async def _delivery(store: Store, difference: Difference) -> Delivery:
    if difference.delivery_id is None:
        raise NotFound("The hub has no delivery for this difference.")
    return await store.get_delivery(difference.delivery_id)


async def _settle(
    store: Store, difference: Difference, settlement: Settlement, act: Act, *made: int
) -> Repaired:
    settled = await store.settle_difference(
        difference.reconciliation_id,
        difference.number,
        settlement=settlement,
        by=act.by,
        reason=act.reason,
        now=act.now,
    )
    return Repaired(difference=settled, deliveries=made)
