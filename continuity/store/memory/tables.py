"""The rows of the memory store, and the one place where a delivery changes its state."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from continuity.breaker import Breaker
from continuity.delivery import OPEN, OnParked, State, Wait, check_move
from continuity.replay import Fate, Mark, Skip, Tally, Target
from continuity.store.audit import GENESIS, Action, Fact, link
from continuity.store.protocol import Recorded
from continuity.store.records import (
    UNROUTED,
    Accepted,
    ApiKey,
    AuditEntry,
    Delivery,
    Difference,
    Document,
    Edit,
    Fault,
    Identity,
    Lease,
    NewDelivery,
    NewMessage,
    Reception,
    Reconciliation,
    ReplayEvent,
    ReplayPlan,
    StoredStep,
    Work,
)
from continuity.store.rules import (
    first_state,
    first_wait,
    no_such,
    origin_of,
    reason_to_accept,
    stale,
)

FREE: Final = ""
"""The owner of a lease that was released."""


@dataclass(slots=True, kw_only=True)
class MessageRow:
    id: int
    new: NewMessage
    accepted_at: datetime
    purged_at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class DeliveryRow:
    id: int
    message: MessageRow
    destination: str
    route: str
    on_parked: OnParked
    state: State
    wait: Wait
    due_at: datetime | None
    fault: Fault | None
    changed_at: datetime
    doubtful: bool = False
    attempts: int = 0
    look_ups: int = 0
    detail: str = ""
    edited_body: bytes | None = None
    edits: list[Edit] = field(default_factory=list)
    round: int = 0
    """How often its message was delivered to this destination before."""
    steps: dict[str, StoredStep] = field(default_factory=dict)

    @property
    def lane(self) -> str:
        return self.message.new.lane_key

    @property
    def body(self) -> bytes:
        return self.message.new.body if self.edited_body is None else self.edited_body


@dataclass(slots=True, kw_only=True)
class ReplayRow:
    """One delivery of a plan."""

    delivery_id: int
    destination: str
    """Where it goes: its own destination, or the plan's other one."""
    mark: Mark = Mark.PENDING
    skip: Skip | None = None
    replayed_at: datetime | None = None
    went_as: int | None = None
    leg: int = 0
    fate: Fate | None = None


@dataclass(slots=True, kw_only=True)
class PlanRow:
    plan: ReplayPlan
    rows: dict[int, ReplayRow]
    """By delivery id, ascending."""
    targets: dict[str, Target]
    history: list[ReplayEvent]
    upto: int | None = None
    """Last delivery of the sample; None: no sample."""
    leg: int = 0
    """Counts starts and resumes: the brake judges by the rows of the leg that runs."""
    leg_fates: Tally = field(default_factory=Tally)
    watched: int = 0
    """Delivery up to which fates were asked last."""


@dataclass(slots=True, kw_only=True)
class DocumentRow:
    document: Document
    unused_since: datetime
    """Means something only while `users` is empty."""
    users: set[int] = field(default_factory=set)
    """Numbers of the messages that refer to it."""


class Tables:
    """Everything that is stored. No method waits, so each is one transaction."""

    def __init__(self) -> None:
        self.messages: dict[int, MessageRow] = {}
        self.events: dict[tuple[str, str, str], MessageRow] = {}
        self.deliveries: dict[int, DeliveryRow] = {}
        self.documents: dict[tuple[str, str], DocumentRow] = {}
        self.references: dict[tuple[str, str, str], dict[str, str]] = {}
        self.nodes: dict[str, tuple[datetime, frozenset[str]]] = {}
        self.cursors: dict[str, str] = {}
        self.numbers: Counter[str] = Counter()
        self.identities: dict[int, Identity] = {}
        self.last_identity = 0
        self.identity_keys: dict[tuple[str, bytes], int] = {}
        self.leases: dict[str, Lease] = {}
        self.holds: dict[str, tuple[str, str]] = {}
        self.breakers: dict[str, Breaker] = {}
        self.recalls: dict[str, dict[str, None]] = {}
        self.replays: dict[int, PlanRow] = {}
        self.keys: dict[str, ApiKey] = {}
        self.receptions: dict[int, Reception] = {}
        self.last_protocol = 0
        self.protocol: dict[int, Recorded] = {}
        self.protocol_persons: dict[int, frozenset[bytes]] = {}
        self.reconciliations: dict[int, Reconciliation] = {}
        self.differences: dict[int, list[Difference]] = {}
        self.known: set[str] = set()
        self.counters: Counter[tuple[str, str, State]] = Counter()
        self.audit: list[AuditEntry] = []

    async def commit(self) -> None:
        """Gives the other tasks a turn, as a commit to a disk would."""
        await asyncio.sleep(0)

    def record(self, fact: Fact) -> None:
        previous = self.audit[-1].hash if self.audit else GENESIS
        self.audit.append(link(fact, seq=len(self.audit) + 1, previous=previous))

    def add(self, message: MessageRow, new: NewDelivery, *, now: datetime) -> DeliveryRow:
        wait, due_at = first_wait(new, deliver_from=message.new.deliver_from, now=now)
        row = DeliveryRow(
            id=len(self.deliveries) + 1,
            message=message,
            destination=new.destination,
            route=new.route,
            on_parked=new.on_parked,
            state=first_state(new),
            wait=wait,
            due_at=due_at,
            fault=new.parked,
            changed_at=now,
        )
        self.deliveries[row.id] = row
        self.counters[new.destination, message.new.tenant, row.state] += 1
        self.know(new.destination)
        return row

    def accepted(self, row: DeliveryRow, new: NewDelivery, *, now: datetime) -> None:
        self.record(
            Fact(
                at=now,
                actor=origin_of(row.message.new),
                action=Action.ACCEPT,
                tenant=row.message.new.tenant,
                message_id=row.message.id,
                delivery_id=row.id,
                destination=row.destination,
                after=row.state,
                reason=reason_to_accept(new),
            )
        )

    def move(
        self,
        row: DeliveryRow,
        after: State,
        *,
        now: datetime,
        actor: str,
        action: Action,
        reason: str,
    ) -> None:
        """The only place where a state changes: checked, counted and audited."""
        if not after is row.state is State.UNCERTAIN:
            check_move(row.state, after)
        tenant = row.message.new.tenant
        self.record(
            Fact(
                at=now,
                actor=actor,
                action=action,
                tenant=tenant,
                message_id=row.message.id,
                delivery_id=row.id,
                destination=row.destination,
                before=row.state,
                after=after,
                reason=reason,
            )
        )
        self.counters[row.destination, tenant, row.state] -= 1
        self.counters[row.destination, tenant, after] += 1
        row.state = after
        row.wait = Wait.QUEUED
        row.due_at = None
        row.changed_at = now

    def check_lease(self, lease: Lease) -> None:
        held = self.leases.get(lease.destination)
        if held is None or (held.epoch, held.owner) != (lease.epoch, lease.owner):
            raise stale(lease.destination, lease.epoch)

    def know(self, destination: str) -> None:
        if destination != UNROUTED:
            self.known.add(destination)

    def recall(self, row: DeliveryRow) -> None:
        """The owner of the destination is told that this lane changed."""
        self.recalls.setdefault(row.destination, {})[row.lane] = None

    def delivery(self, delivery_id: int) -> DeliveryRow:
        try:
            return self.deliveries[delivery_id]
        except KeyError:
            raise no_such("delivery", delivery_id) from None

    def found(self, delivery_ids: Iterable[int], destination: str) -> Iterator[DeliveryRow]:
        """Those of the deliveries that exist and go to `destination`."""
        for delivery_id in delivery_ids:
            row = self.deliveries.get(delivery_id)
            if row is not None and row.destination == destination:
                yield row

    def open_rows(self, destination: str) -> Iterator[DeliveryRow]:
        return (
            row
            for row in self.deliveries.values()
            if row.destination == destination and row.state in OPEN
        )

    def work(self, row: DeliveryRow) -> Work:
        message = row.message.new
        subject = (message.tenant, row.destination, message.subject)
        return Work(
            delivery_id=row.id,
            attempt=row.attempts,
            doubtful=row.doubtful,
            accepted_at=row.message.accepted_at,
            look_ups=row.look_ups,
            tenant=message.tenant,
            subject=message.subject,
            body=row.body,
            steps=dict(row.steps),
            references=dict(self.references.get(subject, {})),
            again=row.round > 0,
        )

    def accepted_before(self, message: MessageRow) -> Accepted:
        return Accepted(
            message_id=message.id,
            new=False,
            destinations=tuple(
                row.destination
                for row in self.deliveries.values()
                if row.message is message and not row.round
            ),
        )

    @staticmethod
    def seen(row: DeliveryRow) -> Delivery:
        """As an operator sees it."""
        message = row.message.new
        return Delivery(
            id=row.id,
            message_id=row.message.id,
            tenant=message.tenant,
            source=message.source,
            event_id=message.event_id,
            type=message.type,
            subject=message.subject,
            destination=row.destination,
            route=row.route,
            lane=row.lane,
            on_parked=row.on_parked,
            state=row.state,
            wait=row.wait,
            due_at=row.due_at,
            doubtful=row.doubtful,
            attempts=row.attempts,
            fault=row.fault,
            detail=row.detail,
            edited=row.edited_body is not None,
            accepted_at=row.message.accepted_at,
            changed_at=row.changed_at,
            deliver_until=message.deliver_until,
            purged_at=row.message.purged_at,
        )
