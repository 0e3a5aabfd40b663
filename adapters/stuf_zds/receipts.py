"""What is remembered of a message that the zaaksysteem has taken.

The marks of our own statuses, documents and decisions keep what comes back of them from being taken
for news (docs/adapters/stuf_zds.md, "What comes back").
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from adapters._kit import facts
from adapters._kit.stuf.stuurgegevens import TOWN_HALL
from adapters.contract import CASE_NUMBER, Receipt
from adapters.stuf_zds.translate import mark_of
from adapters.stuf_zds.vocabulary import Vocabulary
from adapters.stuf_zds.writing.document import FIRST_VERSION
from schemas import Message
from schemas.zaak import (
    ZaakAfgesloten,
    ZaakBesluitVastgesteld,
    ZaakGestart,
    ZaakHeropend,
    ZaakStatusGezet,
)
from schemas.zaakdocument import ZaakDocumentBijgewerkt, ZaakDocumentToegevoegd

ZAAK: Final = "zaak"
ZAAKTYPE: Final = "zaaktype"
_DETAIL: Final = "taken by the zaaksysteem"


def receipt_for(
    message: Message,
    zaaktype: str | None,
    vocabulary: Vocabulary,
    before: Mapping[str, str] = MappingProxyType({}),
) -> Receipt:
    """Return the receipt once every step of the message is done; `before`: references until now."""
    number = message.subject or ""
    references = {ZAAK: number, **_marks(message, zaaktype, vocabulary)}
    if (told := before.get(facts.BEELD)) is not None:
        references[facts.BEELD] = facts.written(_told(facts.read(told), message, vocabulary))
    if isinstance(message.data, ZaakGestart):
        references |= {CASE_NUMBER: number, ZAAKTYPE: message.data.zaaktype.identificatie}
    return Receipt(references=references, detail=_DETAIL)


def _told(told: facts.Facts, message: Message, vocabulary: Vocabulary) -> facts.Facts:
    """What we changed of a case that others started counts as told."""
    known = facts.after(told, message.data)
    if not isinstance(message.data, ZaakAfgesloten):
        return known
    ours = message.data.resultaattype
    day = message.data.datum_afgesloten.astimezone(TOWN_HALL).date().isoformat()
    name = vocabulary.resultaattypen.get(ours, ours)
    return {**known, **facts.facts_of({"resultaat": name, "einddatum": day})}


def _marks(message: Message, zaaktype: str | None, vocabulary: Vocabulary) -> dict[str, str]:
    match message.data:
        case ZaakGestart() as data if data.status is not None:
            own = data.zaaktype.identificatie
            name = vocabulary.statustype(own, data.status.statustype).omschrijving
            return {mark_of(message.time): name}
        case ZaakStatusGezet() | ZaakHeropend() as data:
            name = vocabulary.statustype(zaaktype, data.statustype).omschrijving
            return {mark_of(data.datum_status_gezet): name}
        case ZaakAfgesloten() as data:
            rule = vocabulary.closing(zaaktype)
            name = rule.eindstatus or data.resultaattype
            return {mark_of(data.datum_afgesloten): name}
        case ZaakDocumentToegevoegd() | ZaakDocumentBijgewerkt() as data:
            return {f"document:{data.documentidentificatie}": FIRST_VERSION}
        case ZaakBesluitVastgesteld() as data:
            return {f"besluit:{data.besluitidentificatie}": "1"}
        case _:
            return {}
