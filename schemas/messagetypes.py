"""The message types of the hub."""

from __future__ import annotations

from typing import Final

from schemas import zaak
from schemas.catalogue import MessageCatalogue, MessageType

_ZAAK: Final = "nl.burgerzaken.zaak."

MESSAGE_TYPES: Final = MessageCatalogue(
    (
        MessageType(
            name=_ZAAK + "gestart",
            payload=zaak.ZaakGestart,
            summary="A case was opened: make it known to the zaaksysteem with all that is known.",
        ),
        MessageType(
            name=_ZAAK + "bijgewerkt",
            payload=zaak.ZaakBijgewerkt,
            summary="Details of a case changed; what is absent stays as it is.",
        ),
        MessageType(
            name=_ZAAK + "status-gezet",
            payload=zaak.ZaakStatusGezet,
            summary="A case got its next status.",
        ),
        MessageType(
            name=_ZAAK + "document-toegevoegd",
            payload=zaak.ZaakDocumentToegevoegd,
            summary="A document was added to a case, inside the message or by reference.",
        ),
        MessageType(
            name=_ZAAK + "document-bijgewerkt",
            payload=zaak.ZaakDocumentBijgewerkt,
            summary="A document of a case got a new version.",
        ),
        MessageType(
            name=_ZAAK + "besluit-vastgesteld",
            payload=zaak.ZaakBesluitVastgesteld,
            summary="A decision was taken in a case.",
        ),
        MessageType(
            name=_ZAAK + "afgesloten",
            payload=zaak.ZaakAfgesloten,
            summary="A case was closed with a result.",
        ),
    )
)
