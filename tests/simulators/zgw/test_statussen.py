from typing import Any

import pytest

from tests.simulators.zgw.helpers import Zaaksysteem, codes, document_body

STATUSSEN = "/zaken/api/v1/statussen"
DOCUMENTS = "/documenten/api/v1/enkelvoudiginformatieobjecten"
LINKS = "/zaken/api/v1/zaakinformatieobjecten"


class _Case:
    """One zaak with the calls that closing it needs."""

    def __init__(self, zgw: Zaaksysteem, types: dict[str, Any], zaak: dict[str, Any]) -> None:
        self.zgw, self.types, self.url = zgw, types, zaak["url"]

    async def status(self, name: str, moment: str) -> Any:
        body = {"zaak": self.url, "statustype": self.types[name], "datumStatusGezet": moment}
        return await self.zgw.post(STATUSSEN, body)

    async def resultaat(self) -> None:
        body = {"zaak": self.url, "resultaattype": self.types["Verwerkt"]}
        await self.zgw.made("/zaken/api/v1/resultaten", body)

    async def document(self, number: str, **more: Any) -> dict[str, Any]:
        made = await self.zgw.made(DOCUMENTS, document_body(self.types["Aangifte"], number, **more))
        await self.zgw.made(LINKS, {"zaak": self.url, "informatieobject": made["url"]})
        return made

    async def shown(self) -> dict[str, Any]:
        zaak: dict[str, Any] = await self.zgw.get(self.url)
        return zaak


@pytest.fixture
async def case(zgw: Zaaksysteem) -> _Case:
    types = await zgw.types()
    return _Case(zgw, types, await zgw.zaak(types["zaaktype"], "Z-1"))


async def test_a_status_of_the_same_instant_is_refused_however_it_is_written(case: _Case) -> None:
    assert (await case.status("Ontvangen", "2026-11-23T08:00:00Z")).status_code == 201
    for same in ("2026-11-23T08:00:00Z", "2026-11-23T09:00:00+01:00", "2026-11-23T08:00:00"):
        answer = await case.status("In behandeling", same)
        assert codes(answer) == [("nonFieldErrors", "unique")]


async def test_a_status_in_the_future_is_refused_by_the_settable_clock(case: _Case) -> None:
    later = "2026-11-23T12:50:01Z"
    answer = await case.status("Ontvangen", later)
    assert codes(answer) == [("datumStatusGezet", "date-in-future")]
    await case.zgw.control.put("/clock", json={"advance": 1})
    assert (await case.status("Ontvangen", later)).status_code == 201


async def test_the_latest_instant_is_the_current_status_whatever_came_last(case: _Case) -> None:
    late = (await case.status("In behandeling", "2026-11-23T09:00:00Z")).json()
    early = (await case.status("Ontvangen", "2026-11-23T08:00:00Z")).json()
    assert late["indicatieLaatstGezetteStatus"]
    assert not early["indicatieLaatstGezetteStatus"]
    assert (await case.shown())["status"] == late["url"]


async def test_types_of_another_version_do_not_mix(case: _Case, zgw: Zaaksysteem) -> None:
    other = await zgw.types("B0105")
    body = {"zaak": case.url, "datumStatusGezet": "2026-11-23T08:00:00Z"}
    answer = await zgw.post(STATUSSEN, body | {"statustype": other["Ontvangen"]})
    assert codes(answer) == [("nonFieldErrors", "zaaktype-mismatch")]


async def test_closing_demands_in_order_usage_rights_and_a_resultaat(case: _Case) -> None:
    await case.document("D-1", indicatieGebruiksrecht=None)
    moment = "2026-11-23T10:00:00Z"
    answer = await case.status("Afgehandeld", moment)
    assert codes(answer) == [("nonFieldErrors", "indicatiegebruiksrecht-unset")]


async def test_closing_with_a_locked_document_is_refused(case: _Case) -> None:
    document = await case.document("D-1")
    await case.resultaat()
    lock = (await case.zgw.post(f"{document['url']}/lock", {})).json()["lock"]
    answer = await case.status("Afgehandeld", "2026-11-23T10:00:00Z")
    assert codes(answer) == [("nonFieldErrors", "informatieobject-locked")]
    assert (await case.zgw.post(f"{document['url']}/unlock", {"lock": lock})).status_code == 204
    assert (await case.status("Afgehandeld", "2026-11-23T10:00:00Z")).status_code == 201


async def test_closing_sets_the_end_and_the_archive_and_reopening_takes_them_back(
    case: _Case,
) -> None:
    answer = await case.status("Afgehandeld", "2026-11-23T10:00:00Z")
    assert codes(answer) == [("nonFieldErrors", "resultaat-does-not-exist")]
    await case.resultaat()
    assert (await case.status("Afgehandeld", "2026-11-23T10:00:00Z")).status_code == 201
    closed = await case.shown()
    names = ("einddatum", "archiefnominatie", "archiefactiedatum", "startdatumBewaartermijn")
    assert [closed[name] for name in names] == [
        *("2026-11-23", "vernietigen", "2031-11-23", "2026-11-23")
    ]
    assert (await case.status("In behandeling", "2026-11-23T11:00:00Z")).status_code == 201
    reopened = await case.shown()
    assert [reopened[name] for name in names] == [None] * 4
    assert reopened["resultaat"] == closed["resultaat"]


async def test_a_second_resultaat_is_refused(case: _Case) -> None:
    await case.resultaat()
    body = {"zaak": case.url, "resultaattype": case.types["Afgebroken"]}
    assert codes(await case.zgw.post("/zaken/api/v1/resultaten", body)) == [("zaak", "unique")]


async def test_the_journal_tells_the_story_of_a_case_in_order(case: _Case) -> None:
    await case.status("Ontvangen", "2026-11-23T08:00:00Z")
    await case.document("D-1")
    await case.resultaat()
    await case.status("Afgehandeld", "2026-11-23T10:00:00Z")
    effects = await case.zgw.effects()
    assert [(effect["kind"], effect["case"]) for effect in effects] == [
        ("zaak", "Z-1"),
        ("status", "Z-1"),
        ("document", None),
        ("zio", "Z-1"),
        ("resultaat", "Z-1"),
        ("eindstatus", "Z-1"),
    ]
