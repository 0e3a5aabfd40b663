"""One difference as it is kept: identifiers, and in a sentence what the hub knows of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final, Self

from adapters.contract import Sighting, Thing
from continuity.delivery import State
from continuity.reconciliation.judging import Code
from continuity.store.records import AuditEntry, Delivery, NewDifference
from continuity.window import TOWN_HALL

MESSAGE: Final = "message"
"""Kind of a difference in a delivery that leaves nothing to look for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The body of a difference. Holds case numbers: personal data."""

    identifier: str
    part_of: str = ""
    tenant: str = ""
    type: str = ""
    event_id: str = ""
    times: int = 0
    """How often the partner has it."""
    known: str
    """A sentence for the operator."""

    def to_bytes(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, body: bytes) -> Self:
        return cls(**json.loads(body))


def ours(
    code: Code,
    delivery: Delivery,
    wanted: Thing | None,
    seen: Sighting | None,
    last: AuditEntry | None,
) -> NewDifference:
    """A difference in something that the hub has a delivery for; `last`: how that one ended."""
    finding = Finding(
        identifier=wanted.identifier if wanted else delivery.subject,
        part_of=wanted.part_of if wanted else "",
        tenant=delivery.tenant,
        type=delivery.type,
        event_id=delivery.event_id,
        times=seen.times if seen else 0,
        known=" ".join(filter(None, (_what_happened(delivery, last), _what_is_there(code, seen)))),
    )
    kind = wanted.kind.value if wanted else MESSAGE
    return NewDifference(code=code, kind=kind, delivery_id=delivery.id, body=finding.to_bytes())


def theirs(seen: Sighting) -> NewDifference:
    """Something at the partner that the hub has no message for."""
    known = "Made there by somebody else; the hub has no message about it."
    if seen.thing.mark:
        known = (
            "It carries the hub's mark, yet the hub has no message about it: was the hub's "
            "database put back from a backup?"
        )
    finding = Finding(
        identifier=seen.thing.identifier,
        part_of=seen.thing.part_of,
        times=seen.times,
        known=known,
    )
    return NewDifference(
        code=Code.UNKNOWN_HERE,
        kind=seen.thing.kind.value,
        delivery_id=None,
        body=finding.to_bytes(),
    )


def _what_happened(delivery: Delivery, last: AuditEntry | None) -> str:
    return _HAPPENED[delivery.state](delivery, last)


def _delivered(delivery: Delivery, _last: AuditEntry | None) -> str:
    tries = "1 attempt" if delivery.attempts == 1 else f"{delivery.attempts} attempts"
    return f"Delivered on {_clock(delivery.changed_at)} after {tries}."


def _parked(delivery: Delivery, _last: AuditEntry | None) -> str:
    fault = delivery.fault
    why = f" ({fault.code}: {fault.detail.rstrip('.')})" if fault else ""
    return f"Parked since {_clock(delivery.changed_at)}{why}."


def _waiting(delivery: Delivery, _last: AuditEntry | None) -> str:
    fault = delivery.fault
    why = f" ({fault.code}: {fault.detail.rstrip('.')})" if fault else ""
    return f"Not delivered yet, accepted on {_clock(delivery.accepted_at)}{why}."


def _discarded(delivery: Delivery, last: AuditEntry | None) -> str:
    by, why = (f" by {last.actor}", f": {last.reason}") if last else ("", "")
    return f"Discarded{by} on {_clock(delivery.changed_at)}{why.rstrip('.')}."


def _expired(delivery: Delivery, _last: AuditEntry | None) -> str:
    return f"Expired on {_clock(delivery.changed_at)}: too late for the partner."


_HAPPENED: Final[Mapping[State, Callable[[Delivery, AuditEntry | None], str]]] = {
    State.DELIVERED: _delivered,
    State.PARKED: _parked,
    State.WAITING: _waiting,
    State.SENDING: _waiting,
    State.UNCERTAIN: _waiting,
    State.DISCARDED: _discarded,
    State.EXPIRED: _expired,
}


def _what_is_there(code: Code, seen: Sighting | None) -> str:
    if code is Code.MISSING:
        return (seen.complaint if seen else "") or "The partner does not show it."
    if code is Code.DOUBLE and seen:
        return f"The partner has it {seen.times} times: let one be removed there."
    if code is Code.DIFFERENT:
        return "The partner has this number, but somebody else made it."
    if seen and seen.complaint:
        return seen.complaint
    return "The partner has it all the same." if seen and seen.times else ""


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(TOWN_HALL):%Y-%m-%d %H:%M}"
