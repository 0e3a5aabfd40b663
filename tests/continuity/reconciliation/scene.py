"""An invented partner that can be compared, and a hub's day to compare with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from adapters.contract import Kind, ListedPage, Pace, Sighting, Thing
from continuity.delivery import State
from continuity.policy import DestinationPolicy
from continuity.reconciliation import Finding, Reconciler, ReconciliationPolicy, Subject
from continuity.store.contract import Store
from continuity.store.records import (
    Difference,
    Fault,
    Lease,
    NewDelivery,
    NewMessage,
    Outcome,
    Reconciliation,
)
from schemas import Message

ZGW: Final = "zgw"
TENANT: Final = "0344"
RSIN: Final = "002220647"
DAY: Final = date(2026, 11, 22)
NOON: Final = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
NIGHT: Final = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
TTL: Final = timedelta(minutes=5)
QUICK: Final = ReconciliationPolicy(calls_per_second=1e6)


@dataclass(slots=True)
class Clock:
    at: datetime = NIGHT

    def now(self) -> datetime:
        return self.at


def case(number: str, *, mark: str = "") -> Thing:
    return Thing(kind=Kind.ZAAK, identifier=number, owner=RSIN, mark=mark or f"event-{number}")


def of_another(number: str) -> Thing:
    return replace(case(number), mark="")


@dataclass(slots=True)
class Partner:
    """What the partner has, and on which day it says to have registered it."""

    cases: list[tuple[Thing, date]] = field(default_factory=list)
    page_size: int = 3
    calls: int = 0
    breaks_at: int | None = None
    error: Exception = field(default_factory=ConnectionError)
    complaints: dict[str, str] = field(default_factory=dict)
    meanwhile: Callable[[], Awaitable[None]] | None = None
    """Happens once, between the partner's answer and what is done with it."""

    def add(self, thing: Thing, day: date = DAY) -> None:
        self.cases.append((thing, day))

    def remove(self, number: str) -> None:
        self.cases = [one for one in self.cases if one[0].identifier != number]

    def expected(self, message: Message) -> Sequence[Thing]:
        if message.type != "nl.burgerzaken.zaak.gestart":
            return ()
        return (case(message.subject or "", mark=message.id),)

    async def listed(self, day: date, cursor: str | None, pace: Pace) -> ListedPage:
        await self._call(pace)
        found = [thing for thing, on in self.cases if on == day]
        await self._let_happen()
        start = int(cursor or 0)
        end = start + self.page_size
        return ListedPage(
            sightings=[Sighting(thing=one) for one in found[start:end]],
            cursor=str(end) if end < len(found) else None,
        )

    async def find(self, things: Sequence[Thing], pace: Pace) -> Sequence[Sighting]:
        answers = []
        for thing in things:
            await self._call(pace)
            found = [one for one, _ in self.cases if one.identifier == thing.identifier]
            answers.append(
                Sighting(
                    thing=found[0] if found else thing,
                    times=len(found),
                    complaint=self.complaints.get(thing.identifier, ""),
                )
            )
        await self._let_happen()
        return answers

    async def _let_happen(self) -> None:
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()

    async def _call(self, pace: Pace) -> None:
        await pace()
        self.calls += 1
        if self.breaks_at is not None and self.calls >= self.breaks_at:
            raise self.error


def reconciler(
    store: Store,
    partner: Partner,
    clock: Clock,
    *,
    node: str = "node-1",
    policy: ReconciliationPolicy = QUICK,
    destination: DestinationPolicy | None = None,
) -> Reconciler:
    return Reconciler(
        store=store,
        clock=clock,
        subjects={ZGW: Subject(comparer=partner, policy=destination or DestinationPolicy())},
        policy=policy,
        node=node,
    )


@dataclass(slots=True)
class Hub:
    """A store with the messages of a day."""

    store: Store
    partner: Partner
    lease: Lease | None = None

    async def accept(
        self, number: str, *, at: datetime = NOON, kind: str = "gestart", event: str = ""
    ) -> int:
        """The id of its delivery."""
        body = _event(number, kind, event or f"event-{number}")
        message = NewMessage(
            tenant=TENANT,
            source="urn:nld:oin:00000001002220647000:systeem:kern",
            event_id=event or f"event-{number}",
            type=f"nl.burgerzaken.zaak.{kind}",
            subject=number,
            lane_key=f"{TENANT} {number}",
            body=body,
            digest=hashlib.sha256(body).digest(),
            deliveries=(NewDelivery(destination=ZGW, route="zaken"),),
        )
        await self.store.accept([message], now=at)
        rows = await self.store.list_accepted(ZGW, since=at, after=0, until=at + TTL, limit=100_000)
        return max(row.id for row in rows if row.event_id == message.event_id)

    async def end(self, delivery_id: int, state: State, *, now: datetime = NOON) -> None:
        """As the worker, the clock or an operator would."""
        if state is State.DISCARDED:
            await self.store.discard(delivery_id, by="anna", reason="was a test", now=now)
            return
        lease = await self._lease(now)
        await self.store.begin(lease, [delivery_id], now=now)
        fault = Fault(code="zgw:invalid", detail="statustype unknown")
        outcome = Outcome(delivery_id=delivery_id, state=state)
        if state is State.PARKED:
            outcome = replace(outcome, fault=fault)
        await self.store.finish(lease, [outcome], now=now)

    async def deliver(self, number: str, *, on: date = DAY, at: datetime = NOON) -> int:
        """Accepted, delivered, and registered at the partner."""
        delivery_id = await self.accept(number, at=at)
        await self.end(delivery_id, State.DELIVERED, now=at)
        self.partner.add(case(number), on)
        return delivery_id

    async def _lease(self, now: datetime) -> Lease:
        if self.lease is None:
            self.lease = await self.store.acquire_lease(
                ZGW, "worker", now=now, ttl=TTL, settle=timedelta(0)
            )
        assert self.lease is not None
        return self.lease


async def compared(
    store: Store, partner: Partner, clock: Clock | None = None, *, day: date = DAY
) -> Reconciliation:
    """One comparison from the beginning to its end."""
    clock = clock or Clock()
    asked = await store.ask_reconciliation(ZGW, day, by="anna", now=clock.now())
    await on_demand(store, partner, clock).step(ZGW)
    return await store.get_reconciliation(asked.id)


def on_demand(store: Store, partner: Partner, clock: Clock, **more: Any) -> Reconciler:
    policy = replace(QUICK, nightly=False)
    return reconciler(store, partner, clock, policy=policy, **more)


async def differences(store: Store, report: Reconciliation) -> list[Difference]:
    return list(
        await store.list_differences(report.id, code=None, settled=None, after=0, limit=10_000)
    )


async def codes(store: Store, report: Reconciliation) -> dict[str, str]:
    """Identifier -> code."""
    return {
        Finding.from_bytes(one.body).identifier: one.code
        for one in await differences(store, report)
    }


def _event(number: str, kind: str, event: str) -> bytes:
    data: dict[str, Any] = {
        "zaakidentificatie": number,
        "bronorganisatie": RSIN,
    }
    if kind == "gestart":
        data |= {
            "zaaktype": {"identificatie": "B0237"},
            "startdatum": "2026-11-22",
            "omschrijving": "Proef",
        }
    else:
        data |= {"omschrijving": "Anders"}
    return json.dumps(
        {
            "specversion": "1.0",
            "id": event,
            "source": "urn:nld:oin:00000001002220647000:systeem:kern",
            "type": f"nl.burgerzaken.zaak.{kind}",
            "subject": number,
            "time": "2026-11-22T12:00:00+01:00",
            "datacontenttype": "application/json",
            "tenant": TENANT,
            "data": data,
        },
        sort_keys=True,
    ).encode()
