"""What every store decides in the same way about receptions and what is collected: pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from continuity.delivery import TERMINAL, State
from continuity.store.contract import DocumentGone, WrongState
from continuity.store.records import (
    Accepted,
    Conflict,
    KeyTaken,
    NewReception,
    Reception,
    Repeated,
)


def to_collect(delivery_id: int, state: State) -> bool:
    """False when it is closed already, and so left out."""
    if state in {State.WAITING} | TERMINAL:
        return state is State.WAITING
    raise WrongState(
        f"Delivery {delivery_id} is {state}: only one that waits can be acknowledged. Its "
        "destination is one that the hub sends to by itself."
    )


def kept_reception(
    new: NewReception,
    results: Sequence[Accepted | Conflict],
    *,
    number: int,
    now: datetime,
) -> Reception:
    return Reception(
        id=number,
        tenant=new.tenant,
        destination=new.destination,
        key=new.key,
        digest=new.digest,
        at=now,
        outcome=new.outcome,
        kind=new.kind,
        code=new.code,
        detail=new.detail,
        message_ids=tuple(result.message_id for result in results),
        request=new.request,
        request_headers=new.request_headers,
        answer=new.answer,
        answer_status=new.answer_status,
        answer_type=new.answer_type,
    )


def received_before(new: NewReception, first: Reception) -> Repeated | KeyTaken:
    """`first` has the key of `new`."""
    if first.digest == new.digest:
        return Repeated(reception=first)
    return KeyTaken(reception=first)


def document_gone(sha256: str) -> DocumentGone:
    return DocumentGone(
        f"Document {sha256} was never stored, or was removed since nothing referred to it: store "
        "it again, and then hand in the message."
    )


def listed(one: Reception) -> Reception:
    """As it stands in a list: a page of requests could fill the memory."""
    return replace(one, request=b"", request_headers="", answer=b"")


def purged(one: Reception, now: datetime) -> Reception:
    return replace(listed(one), key="", digest=b"", detail="", purged_at=now)
