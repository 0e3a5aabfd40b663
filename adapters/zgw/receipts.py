"""What is remembered of a message that the zaaksysteem has taken.

Statuses, documents and besluiten leave a mark: by it what we put there ourselves is known as such
when the zaaksysteem tells of it. What we changed of a case that others started counts as told.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from adapters._kit import facts
from adapters.contract import CASE_NUMBER, Receipt
from adapters.zgw.statuses import REOPENED
from adapters.zgw.versions import CHANGE_STEP
from adapters.zgw.work import Work
from schemas import Message
from schemas.zaak import (
    ZaakAfgesloten,
    ZaakBesluitBijgewerkt,
    ZaakBesluitVastgesteld,
    ZaakDocumentBijgewerkt,
    ZaakDocumentToegevoegd,
    ZaakGestart,
    ZaakHeropend,
    ZaakStatusGezet,
)

_FIRST_VERSION = "1"


async def receipt_for(message: Message, work: Work) -> Receipt:
    """Return the receipt once every step of the message is done."""
    zaak = await work.zaak()
    references = {"zaak": zaak.url, "zaaktype": zaak.zaaktype, **_marks(message, work)}
    if (told := work.references.get(facts.BEELD)) is not None:
        references[facts.BEELD] = facts.written(facts.after(facts.read(told), message.data))
    if isinstance(message.data, ZaakGestart):
        references[CASE_NUMBER] = await work.number()
    return Receipt(references=references, detail=f"zaak {zaak.url.rpartition('/')[2]}")


def status_mark(moment: datetime) -> str:
    """Name of the reference that tells a status of ours, to the second."""
    return f"status:{moment.astimezone(UTC):%Y%m%d%H%M%S}"


def document_mark(number: str) -> str:
    return f"document:{number}"


def besluit_mark(number: str) -> str:
    return f"besluit:{number}"


def _marks(message: Message, work: Work) -> Mapping[str, str]:  # noqa: PLR0911 - one for each type
    match message.data:
        case ZaakGestart(status=first) if first is not None:
            return {status_mark(message.time): first.statustype}
        case ZaakStatusGezet() as data:
            return {status_mark(data.datum_status_gezet): data.statustype}
        case ZaakHeropend() as data:
            mark = status_mark(data.datum_status_gezet)
            return {mark: data.statustype, REOPENED: mark.removeprefix("status:")}
        case ZaakAfgesloten() as data:
            return {status_mark(data.datum_afgesloten): "eindstatus"}
        case ZaakDocumentToegevoegd() as data:
            return {document_mark(data.documentidentificatie): _FIRST_VERSION}
        case ZaakDocumentBijgewerkt() as data:
            return {document_mark(data.documentidentificatie): work.result(CHANGE_STEP)}
        case ZaakBesluitVastgesteld() | ZaakBesluitBijgewerkt() as data:
            return {besluit_mark(data.besluitidentificatie): _FIRST_VERSION}
        case _:
            return {}
