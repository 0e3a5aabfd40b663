"""What is remembered of a message that the zaaksysteem has taken."""

from __future__ import annotations

from adapters.contract import CASE_NUMBER, Receipt
from adapters.zgw.plans import DOCUMENT_STEP
from adapters.zgw.steps import Work
from schemas import Message
from schemas.zaak import ZaakDocumentToegevoegd, ZaakGestart


async def receipt_for(message: Message, work: Work) -> Receipt:
    """Return the receipt once every step of the message is done."""
    zaak = await work.zaak()
    references = {"zaak": zaak.url, "zaaktype": zaak.zaaktype}
    if isinstance(message.data, ZaakGestart):
        references[CASE_NUMBER] = await work.number()
    if isinstance(message.data, ZaakDocumentToegevoegd):
        number = message.data.documentidentificatie
        references[f"document:{number}"] = work.result(DOCUMENT_STEP)
    return Receipt(references=references, detail=f"zaak {zaak.url.rpartition('/')[2]}")
