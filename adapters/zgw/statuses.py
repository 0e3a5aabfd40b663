"""The course of a case: its statuses, closing it with a resultaat, opening it again."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from adapters.contract import RejectedError
from adapters.zgw import resources, translate
from adapters.zgw.errors import DuplicateError
from adapters.zgw.steps import Settling, Step
from adapters.zgw.work import Body, Work
from schemas import canonical_json
from schemas.zaak import EersteStatus, ZaakAfgesloten, ZaakHeropend, ZaakStatusGezet

REOPENED: Final = "heropend"
"""Reference that says that we opened the case again: its resultaat is one of before."""


def first_status(status: EersteStatus, moment: datetime) -> Step:
    async def render(work: Work) -> Body:
        zaak = await work.zaak()
        statustype = await work.catalogue.statustype(zaak.zaaktype, status.statustype)
        return translate.status_body(zaak.url, statustype, moment, status.toelichting)

    return Step(name="status", resource=resources.STATUS, render=render)


def next_status(data: ZaakStatusGezet | ZaakHeropend) -> Step:
    async def render(work: Work) -> Body:
        zaak = await work.zaak()
        find = work.catalogue.statustype
        if isinstance(data, ZaakHeropend):
            find = work.catalogue.tussenstatustype
        statustype = await find(zaak.zaaktype, data.statustype)
        return translate.status_body(
            zaak.url, statustype, data.datum_status_gezet, data.toelichting
        )

    return Step(name="status", resource=resources.STATUS, render=render)


def close(data: ZaakAfgesloten) -> tuple[Settling, Step]:
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
        Settling(
            name="resultaat",
            render=render_resultaat,
            settle=_give_result,
            settled=_has_result,
            look_first=False,
        ),
        Step(name="eindstatus", resource=resources.STATUS, render=render_eindstatus),
    )


async def _results(work: Work, body: Body) -> list[Body]:
    url = work.client.url("zaken", resources.RESULTAAT.path)
    return await work.client.find("zaken", url, {"zaak": body["zaak"]})


async def _has_result(work: Work, body: Body) -> str | None:
    for there in await _results(work, body):
        if resources.RESULTAAT.same(body, there):
            return str(there["url"])
    return None


async def _give_result(work: Work, body: Body) -> str:
    """Make the resultaat; of a case that we opened again, the one of before is changed."""
    request = canonical_json(body)
    url = work.client.url("zaken", resources.RESULTAAT.path)
    try:
        return str((await work.client.write("zaken", "POST", url, request))["url"])
    except DuplicateError as err:
        done = await _has_result(work, body)
        if done is not None:
            return done
        earlier = await _results(work, body)
        if not earlier or REOPENED not in work.references:
            raise RejectedError(
                err.code,
                f"{err.detail} What is there differs from what was sent, or is hidden from us: "
                "somebody else made it (step resultaat).",
            ) from err
    changed = await work.client.write("zaken", "PATCH", str(earlier[0]["url"]), request)
    return str(changed["url"])
