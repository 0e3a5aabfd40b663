"""Which calls each message takes, and in which order.

A plan is made anew for every attempt, without I/O. What was done already is known by the steps'
names, which are stored: renaming one would break deliveries that are under way.
"""

from __future__ import annotations

from typing import Final

from adapters.zgw.decisions import change_decision, take_decision
from adapters.zgw.documents import add_document, unlink_document
from adapters.zgw.opening import change_case, open_case
from adapters.zgw.statuses import close, next_status
from adapters.zgw.steps import Task
from adapters.zgw.versions import NewVersion
from schemas import Message
from schemas.zaak import (
    ZaakAfgesloten,
    ZaakBesluitBijgewerkt,
    ZaakBesluitVastgesteld,
    ZaakBijgewerkt,
    ZaakDocumentBijgewerkt,
    ZaakDocumentOntkoppeld,
    ZaakDocumentToegevoegd,
    ZaakGestart,
    ZaakHeropend,
    ZaakStatusGezet,
)

_ZAAK: Final = "nl.burgerzaken.zaak."

HANDLES: Final = frozenset(
    _ZAAK + name
    for name in (
        "gestart",
        "bijgewerkt",
        "status-gezet",
        "afgesloten",
        "heropend",
        "document-toegevoegd",
        "document-bijgewerkt",
        "document-ontkoppeld",
        "besluit-vastgesteld",
        "besluit-bijgewerkt",
    )
)

Plan = tuple[Task, ...]


def plan_for(message: Message) -> Plan:  # noqa: PLR0911 - one for each type
    """Return the steps for `message`, one of the types in HANDLES."""
    match message.data:
        case ZaakGestart() as data:
            return open_case(message, data)
        case ZaakBijgewerkt() as data:
            return change_case(data)
        case ZaakStatusGezet() | ZaakHeropend() as data:
            return (next_status(data),)
        case ZaakAfgesloten() as data:
            return close(data)
        case ZaakDocumentToegevoegd() as data:
            return add_document(data, message.dataref)
        case ZaakDocumentBijgewerkt() as data:
            return (NewVersion(data=data, dataref=message.dataref),)
        case ZaakDocumentOntkoppeld() as data:
            return unlink_document(data)
        case ZaakBesluitVastgesteld() as data:
            return take_decision(data)
        case ZaakBesluitBijgewerkt() as data:
            return change_decision(data)
        case _:
            raise TypeError(f"no plan for messages of type {message.type}")
