"""Which calls each message takes, and in which order.

A plan is made anew for every attempt, without I/O. What was done already is known by the steps'
names, which are stored: renaming one would break deliveries that are under way.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from adapters.zgw import resources, translate
from adapters.zgw.steps import OPENING, Body, Step, Task, Work
from adapters.zgw.uploads import Upload
from schemas import Message
from schemas.betrokkene import Betrokkene
from schemas.zaak import (
    EersteStatus,
    Eigenschap,
    ZaakAfgesloten,
    ZaakBijgewerkt,
    ZaakDocumentToegevoegd,
    ZaakGestart,
    ZaakStatusGezet,
)

_ZAAK: Final = "nl.burgerzaken.zaak."

HANDLES: Final = frozenset(
    _ZAAK + name
    for name in ("gestart", "bijgewerkt", "status-gezet", "document-toegevoegd", "afgesloten")
)

DOCUMENT_STEP: Final = "document"

Plan = tuple[Task, ...]
Render = Callable[[Work], Awaitable[Body]]


def plan_for(message: Message) -> Plan:
    """Return the steps for `message`, one of the types in HANDLES."""
    match message.data:
        case ZaakGestart() as data:
            return _open(message, data)
        case ZaakBijgewerkt() as data:
            return (_change(data),)
        case ZaakStatusGezet() as data:
            return (_status(data),)
        case ZaakDocumentToegevoegd() as data:
            return _add_document(data, message.dataref)
        case ZaakAfgesloten() as data:
            return _close(data)
        case _:
            raise TypeError(f"no plan for messages of type {message.type}")


def _open(message: Message, data: ZaakGestart) -> Plan:
    async def render(work: Work) -> Body:
        zaaktype = await work.catalogue.zaaktype(data.zaaktype, data.startdatum)
        return translate.zaak_body(message.id, data, zaaktype)

    steps = [Step(name=OPENING, resource=resources.ZAAK, render=render)]
    if data.initiator is not None:
        steps.append(_initiator(data.initiator))
    steps += map(_eigenschap, data.eigenschappen)
    if data.status is not None:
        steps.append(_first_status(message, data.status))
    return tuple(steps)


def _initiator(betrokkene: Betrokkene) -> Step:
    async def render(work: Work) -> Body:
        zaak = await work.zaak()
        roltype = await work.catalogue.initiator(zaak.zaaktype)
        return translate.rol_body(zaak.url, roltype, betrokkene)

    return Step(name="rol-initiator", resource=resources.ROL, render=render)


def _eigenschap(eigenschap: Eigenschap) -> Step:
    async def render(work: Work) -> Body:
        zaak = await work.zaak()
        url = await work.catalogue.eigenschap(zaak.zaaktype, eigenschap.naam)
        return translate.eigenschap_body(zaak.url, url, eigenschap.waarde)

    return Step(name=f"eigenschap-{eigenschap.naam}", resource=resources.EIGENSCHAP, render=render)


def _first_status(message: Message, status: EersteStatus) -> Step:
    async def render(work: Work) -> Body:
        zaak = await work.zaak()
        statustype = await work.catalogue.statustype(zaak.zaaktype, status.statustype)
        return translate.status_body(zaak.url, statustype, message.time, status.toelichting)

    return Step(name="status", resource=resources.STATUS, render=render)


def _change(data: ZaakBijgewerkt) -> Step:
    async def render(_: Work) -> Body:
        return translate.zaak_changes(data)

    return Step(name="wijziging", resource=resources.ZAAK_ITSELF, render=render, method="PATCH")


def _status(data: ZaakStatusGezet) -> Step:
    async def render(work: Work) -> Body:
        zaak = await work.zaak()
        statustype = await work.catalogue.statustype(zaak.zaaktype, data.statustype)
        return translate.status_body(
            zaak.url, statustype, data.datum_status_gezet, data.toelichting
        )

    return Step(name="status", resource=resources.STATUS, render=render)


def _add_document(data: ZaakDocumentToegevoegd, dataref: str | None) -> Plan:
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

    document = Step(name=DOCUMENT_STEP, resource=resources.DOCUMENT, render=render_document)
    koppeling = Step(name="koppeling", resource=resources.KOPPELING, render=render_koppeling)
    if dataref is None:
        return (document, koppeling)
    upload = Upload(of=DOCUMENT_STEP, dataref=dataref, file_name=data.bestandsnaam)
    return (document, upload, koppeling)


def _close(data: ZaakAfgesloten) -> Plan:
    async def render_resultaat(work: Work) -> Body:
        zaak = await work.zaak()
        resultaattype = await work.catalogue.resultaattype(zaak.zaaktype, data.resultaattype)
        return translate.resultaat_body(zaak.url, resultaattype, data.resultaattoelichting)

    async def render_eindstatus(work: Work) -> Body:
        zaak = await work.zaak()
        statustype = await work.catalogue.eindstatustype(zaak.zaaktype)
        return translate.status_body(
            zaak.url, statustype, data.datum_afgesloten, data.statustoelichting
        )

    return (
        Step(name="resultaat", resource=resources.RESULTAAT, render=render_resultaat),
        Step(name="eindstatus", resource=resources.STATUS, render=render_eindstatus),
    )
