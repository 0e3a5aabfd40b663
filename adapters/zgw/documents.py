"""The documents of a case: adding them, and taking them away from it."""

from __future__ import annotations

from typing import Any, Final

from adapters.zgw import resources, translate
from adapters.zgw.cases import document_url
from adapters.zgw.steps import Settling, Step, Task
from adapters.zgw.uploads import Upload
from adapters.zgw.work import Body, Work
from schemas.zaakdelen import Gebruiksrecht
from schemas.zaakdocument import ZaakDocumentOntkoppeld, ZaakDocumentToegevoegd

DOCUMENT_STEP: Final = "document"
_GONE: Final = "weg"


def add_document(data: ZaakDocumentToegevoegd, dataref: str | None) -> tuple[Task, ...]:
    async def render_document(work: Work) -> Body:
        zaak = await work.zaak()
        soort = await work.catalogue.informatieobjecttype(zaak.zaaktype, data.informatieobjecttype)
        if dataref is None:
            return translate.document_body(data, soort)
        content = await work.documents.open(dataref)
        return translate.large_document_body(data, soort, content.size)

    async def render_koppeling(work: Work) -> Body:
        zaak = await work.zaak()
        return translate.koppeling_body(zaak.url, work.result(DOCUMENT_STEP), data.titel)

    steps: list[Task] = [
        Step(name=DOCUMENT_STEP, resource=resources.DOCUMENT, render=render_document)
    ]
    if dataref is not None:
        steps.append(Upload(of=DOCUMENT_STEP, dataref=dataref, file_name=data.bestandsnaam))
    if data.gebruiksrecht is not None:
        steps.append(_terms(data.gebruiksrecht))
    steps.append(Step(name="koppeling", resource=resources.KOPPELING, render=render_koppeling))
    return tuple(steps)


def unlink_document(data: ZaakDocumentOntkoppeld) -> tuple[Settling]:
    """The document itself stays; the zaaksysteem takes its own side of the link away too."""

    async def render(work: Work) -> Body:
        document = await document_url(work.client, data.documentidentificatie, data.bronorganisatie)
        return {"zaak": (await work.zaak()).url, "informatieobject": document}

    return (Settling(name="ontkoppeling", render=render, settle=_unlink, settled=_unlinked),)


def _terms(recht: Gebruiksrecht) -> Step:
    async def render(work: Work) -> Body:
        return translate.gebruiksrecht_body(work.result(DOCUMENT_STEP), recht)

    return Step(name="gebruiksrecht", resource=resources.GEBRUIKSRECHT, render=render)


async def _links(work: Work, pair: Body) -> list[dict[str, Any]]:
    url = work.client.url("zaken", resources.KOPPELING.path)
    return await work.client.find("zaken", url, pair)


async def _unlinked(work: Work, pair: Body) -> str | None:
    return None if await _links(work, pair) else _GONE


async def _unlink(work: Work, pair: Body) -> str:
    for link in await _links(work, pair):
        await work.client.delete("zaken", str(link["url"]))
    return _GONE
