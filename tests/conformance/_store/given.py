"""Invented messages and situations for the tests of a store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from continuity.delivery import OnParked, State, Wait
from continuity.store.contract import Store
from continuity.store.records import (
    UNROUTED,
    Accepted,
    ApiKey,
    Fault,
    Lease,
    NewDelivery,
    NewMessage,
    Outcome,
)

NOW = datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TTL = timedelta(seconds=30)
SETTLE = timedelta(seconds=64)
LATER = NOW + timedelta(hours=1)

TENANT = "gm9001"
SOURCE = "urn:nld:gemeente:9001:systeem:kern"
ZGW = "zgw"
MAIL = "mail"

REFUSAL = Fault(code="status:invalid", detail="statustype does not belong to this zaaktype")
NO_ROUTE = Fault(code="no_route", detail="no rule matched")


def new_message(
    event_id: str = "event-1",
    *,
    body: bytes | None = None,
    to: Iterable[str] = (ZGW,),
    lane: str = "ZAAK-1",
    tenant: str = TENANT,
    source: str = SOURCE,
    subject: str | None = None,
    deliver_from: datetime | None = None,
    deliver_until: datetime | None = None,
    depends_on: str | None = None,
    on_parked: OnParked = OnParked.BLOCK,
    parked: Fault | None = None,
    correlation_id: str | None = None,
    document: str | None = None,
) -> NewMessage:
    content = body if body is not None else b'{"id":"%s"}' % event_id.encode()
    return NewMessage(
        tenant=tenant,
        source=source,
        event_id=event_id,
        type="nl.burgerzaken.zaak.gestart",
        subject=subject or lane,
        lane_key=lane,
        body=content,
        digest=hashlib.sha256(content).digest(),
        deliver_from=deliver_from,
        deliver_until=deliver_until,
        depends_on=depends_on,
        correlation_id=correlation_id,
        document=document,
        deliveries=tuple(
            NewDelivery(destination=name, route="zaken", on_parked=on_parked, parked=parked)
            for name in to
        ),
    )


def unrouted(event_id: str = "event-1", *, deliver_from: datetime | None = None) -> NewMessage:
    return new_message(event_id, to=(UNROUTED,), parked=NO_ROUTE, deliver_from=deliver_from)


def api_key(number: int = 1) -> ApiKey:
    return ApiKey(
        id=f"key-{number}",
        name="balie",
        secret_hash=hashlib.sha256(b"%d" % number).digest(),
        scopes=frozenset({"messages:write", "messages:read"}),
        tenant=TENANT,
        created_at=NOW,
        revoked_at=None,
    )


async def accept(store: Store, *messages: NewMessage, now: datetime = NOW) -> list[Accepted]:
    answers = await store.accept(messages, now=now)
    taken = [answer for answer in answers if isinstance(answer, Accepted)]
    assert len(taken) == len(messages)
    return taken


async def accept_many(store: Store, count: int, **same: str) -> list[int]:
    """That many messages in lanes of their own; the ids of their deliveries."""
    messages = [
        new_message(f"event-{number}", lane=f"ZAAK-{number}", **same)  # type: ignore[arg-type]  # keywords of new_message
        for number in range(1, count + 1)
    ]
    await accept(store, *messages)
    return [head.id for head in await store.read_open(ZGW, after=0, limit=count)]


async def lease_of(
    store: Store, destination: str = ZGW, owner: str = "node-1", *, now: datetime = NOW
) -> Lease:
    lease = await store.acquire_lease(destination, owner, now=now, ttl=TTL, settle=SETTLE)
    assert lease is not None
    return lease


async def under_way(store: Store, message: NewMessage | None = None) -> tuple[Lease, int]:
    """One delivery that is being sent."""
    await accept(store, message or new_message())
    lease = await lease_of(store)
    (head,) = await store.read_open(ZGW, after=0, limit=10)
    await store.begin(lease, [head.id], now=NOW)
    return lease, head.id


async def in_doubt(store: Store) -> tuple[Lease, int]:
    """One delivery whose attempt may have been taken."""
    lease, delivery_id = await under_way(store)
    await store.finish(lease, [doubtful_outcome(delivery_id)], now=NOW)
    return lease, delivery_id


async def parked(
    store: Store, message: NewMessage | None = None, *, doubtful: bool = False
) -> tuple[Lease, int]:
    """One delivery that the partner refused."""
    lease, delivery_id = await under_way(store, message)
    await store.finish(lease, [refused(delivery_id, doubtful=doubtful)], now=NOW)
    return lease, delivery_id


async def parked_many(store: Store, count: int) -> tuple[Lease, list[int]]:
    ids = await accept_many(store, count)
    lease = await lease_of(store)
    await store.begin(lease, ids, now=NOW)
    await store.finish(lease, [refused(delivery_id) for delivery_id in ids], now=NOW)
    return lease, ids


def refused(delivery_id: int, *, doubtful: bool = False) -> Outcome:
    return Outcome(delivery_id=delivery_id, state=State.PARKED, fault=REFUSAL, doubtful=doubtful)


def doubtful_outcome(delivery_id: int, *, look_ups: int = 0) -> Outcome:
    return Outcome(
        delivery_id=delivery_id,
        state=State.UNCERTAIN,
        wait=Wait.LOOK_UP,
        due_at=LATER,
        doubtful=True,
        fault=Fault(code="uncertain", detail="no answer"),
        look_ups=look_ups,
    )


def delivered(delivery_id: int) -> Outcome:
    return Outcome(delivery_id=delivery_id, state=State.DELIVERED, detail="201 Created")


def retry(delivery_id: int, *, due_at: datetime = LATER) -> Outcome:
    return Outcome(
        delivery_id=delivery_id,
        state=State.WAITING,
        wait=Wait.RETRY,
        due_at=due_at,
        fault=Fault(code="transient", detail="503"),
    )
