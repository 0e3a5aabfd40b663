"""Decisions in a case, at the Besluiten API."""

from __future__ import annotations

from adapters.zgw import resources, translate
from adapters.zgw.cases import decision_url, document_url
from adapters.zgw.steps import Step
from adapters.zgw.work import Body, Work
from schemas.zaak import ZaakBesluitBijgewerkt, ZaakBesluitVastgesteld

DECISION_STEP = "besluit"


def take_decision(data: ZaakBesluitVastgesteld) -> tuple[Step, ...]:
    async def render(work: Work) -> Body:
        work.client.url("besluiten", "")  # says so when it is not configured, before all else
        zaak = await work.zaak()
        besluittype = await work.catalogue.besluittype(zaak.zaaktype, data.besluittype)
        return translate.besluit_body(zaak.url, besluittype, data)

    besluit = Step(name=DECISION_STEP, resource=resources.BESLUIT, render=render)
    numbers = dict.fromkeys(data.documentidentificaties)
    return (besluit, *(_laid_down_in(number, data.bronorganisatie) for number in numbers))


def change_decision(data: ZaakBesluitBijgewerkt) -> tuple[Step, ...]:
    owner = data.verantwoordelijke_organisatie or data.bronorganisatie

    async def target(work: Work) -> str:
        return await decision_url(work.client, data.besluitidentificatie, owner)

    async def render(_: Work) -> Body:
        return translate.besluit_changes(data)

    step = Step(
        name=DECISION_STEP,
        resource=resources.BESLUIT_ITSELF,
        render=render,
        method="PATCH",
        target=target,
    )
    return (step,)


def _laid_down_in(number: str, bronorganisatie: str) -> Step:
    async def render(work: Work) -> Body:
        document = await document_url(work.client, number, bronorganisatie)
        return {"besluit": work.result(DECISION_STEP), "informatieobject": document}

    return Step(name=f"besluitdocument-{number}", resource=resources.BESLUITDOCUMENT, render=render)
