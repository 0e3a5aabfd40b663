"""From what the store keeps to what the API shows."""

from __future__ import annotations

from collections.abc import Iterable

from continuity.store.records import (
    ApiKey,
    AuditEntry,
    Count,
    Delivery,
    DestinationStatus,
    Identity,
    StoredMessage,
)
from continuity.waiting import Waiting
from schakel.http.models import (
    BreakerView,
    DeliveryDetail,
    DeliveryView,
    DestinationView,
    FaultView,
    IdentityView,
    KeyView,
    MessageView,
    TimelineEntry,
    WaitingView,
)
from schakel.http.shown import shown_event
from schakel.security import Caller, Scope
from schakel.telemetry.masking import mask_text


def delivery_view(delivery: Delivery) -> DeliveryView:
    fault = delivery.fault
    return DeliveryView(
        id=delivery.id,
        message_id=delivery.message_id,
        tenant=delivery.tenant,
        source=delivery.source,
        event_id=delivery.event_id,
        type=delivery.type,
        subject=delivery.subject,
        destination=delivery.destination,
        route=delivery.route,
        lane=delivery.lane,
        on_parked=delivery.on_parked,
        state=delivery.state,
        wait=delivery.wait,
        due_at=delivery.due_at,
        doubtful=delivery.doubtful,
        attempts=delivery.attempts,
        error=fault and FaultView(code=fault.code, detail=mask_text(fault.detail)),
        detail=mask_text(delivery.detail),
        edited=delivery.edited,
        accepted_at=delivery.accepted_at,
        changed_at=delivery.changed_at,
        deliver_until=delivery.deliver_until,
        purged_at=delivery.purged_at,
    )


def delivery_detail(
    delivery: Delivery, body: bytes, timeline: Iterable[AuditEntry], waiting: Waiting | None
) -> DeliveryDetail:
    return DeliveryDetail(
        **dict(delivery_view(delivery)),
        waits_because=waiting
        and WaitingView(cause=waiting.cause, detail=mask_text(waiting.detail), until=waiting.until),
        event=None if delivery.purged_at else shown_event(body),
        timeline=[
            TimelineEntry(
                at=entry.at,
                actor=entry.actor,
                action=entry.action,
                before=entry.before,
                after=entry.after,
                reason=mask_text(entry.reason),
            )
            for entry in timeline
        ],
    )


def message_view(message: StoredMessage, deliveries: Iterable[Delivery]) -> MessageView:
    return MessageView(
        id=message.id,
        tenant=message.tenant,
        source=message.source,
        event_id=message.event_id,
        type=message.type,
        subject=message.subject,
        accepted_at=message.accepted_at,
        correlation_id=message.correlation_id,
        purged_at=message.purged_at,
        event=None if message.purged_at else shown_event(message.body),
        deliveries=[delivery_view(delivery) for delivery in deliveries],
    )


def destination_view(
    status: DestinationStatus, *, tenant: str | None, counts: Iterable[Count], caller: Caller
) -> DestinationView:
    """On a shared destination, a tenant's key sees its own counts and no words about others."""
    whole = caller.tenant is None or caller.tenant == tenant
    breaker = status.breaker
    mine: dict[str, int] = {}
    for count in counts:
        if count.destination == status.name and caller.tenant in {None, count.tenant}:
            mine[count.state] = mine.get(count.state, 0) + count.count
    return DestinationView(
        name=status.name,
        tenant=tenant,
        held=status.held_by is not None,
        held_by=status.held_by if whole else None,
        held_reason=mask_text(status.held_reason) if whole else "",
        breaker=BreakerView(
            state=breaker.state,
            failures=breaker.failures,
            opened_at=breaker.opened_at,
            probe_at=breaker.probe_at,
            reason=mask_text(breaker.reason) if whole else "",
        ),
        oldest_open_at=status.oldest_open_at if whole else None,
        counts=mine,
    )


def identity_view(identity: Identity) -> IdentityView:
    return IdentityView(
        id=identity.id,
        number=identity.case_number,
        tenant=identity.tenant,
        destination=identity.destination or None,
        state=identity.state,
        issued_by=identity.issuer,
        asked_by=identity.asked_by,
        issued_at=identity.issued_at,
        definitive_number=identity.definitive_number,
        settled_at=identity.settled_at,
        announced_at=identity.announced_at,
    )


def key_view(key: ApiKey) -> KeyView:
    return KeyView(
        id=key.id,
        name=key.name,
        scopes=sorted(Scope(scope) for scope in key.scopes),
        tenant=key.tenant,
        created_at=key.created_at,
        revoked_at=key.revoked_at,
    )
