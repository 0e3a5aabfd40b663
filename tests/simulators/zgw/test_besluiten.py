from typing import Any

from simulators.zgw import RSIN
from tests.simulators.zgw.helpers import Zaaksysteem, codes, document_body

BESLUITEN = "/besluiten/api/v1/besluiten"
LINKS = "/besluiten/api/v1/besluitinformatieobjecten"


def _besluit(types: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "identificatie": "B-1",
        "verantwoordelijkeOrganisatie": RSIN,
        "besluittype": types["Besluit op aanvraag"],
        "datum": "2026-11-23",
        "ingangsdatum": "2026-11-24",
        **more,
    }


async def test_a_besluit_of_a_case_shows_in_that_case(zgw: Zaaksysteem) -> None:
    types = await zgw.types()
    zaak = await zgw.zaak(types["zaaktype"], "Z")
    besluit = await zgw.made(BESLUITEN, _besluit(types, zaak=zaak["url"], vervalreden="tijdelijk"))
    shown = await zgw.get(f"{zaak['url']}/besluiten")
    assert [row["besluit"] for row in shown] == [besluit["url"]]
    assert besluit["vervalredenWeergave"] == "Besluit met tijdelijke werking"
    found = await zgw.get(BESLUITEN, identificatie="B-1", verantwoordelijkeOrganisatie=RSIN)
    assert found["count"] == 1
    assert [(e["kind"], e["case"]) for e in await zgw.effects()] == [
        ("zaak", "Z"),
        ("besluit", "Z"),
    ]


async def test_a_besluit_of_something_that_is_no_zaak_is_refused(
    zgw: Zaaksysteem,
) -> None:
    types = await zgw.types()
    answer = await zgw.post(BESLUITEN, _besluit(types, zaak=types["zaaktype"]))
    assert codes(answer) == [("zaak", "does_not_exist")]


async def test_the_same_document_cannot_be_linked_twice(zgw: Zaaksysteem) -> None:
    types = await zgw.types()
    besluit = await zgw.made(BESLUITEN, _besluit(types))
    documents = "/documenten/api/v1/enkelvoudiginformatieobjecten"
    eio = await zgw.made(documents, document_body(types["Aangifte"], "D"))
    body = {"besluit": besluit["url"], "informatieobject": eio["url"]}
    await zgw.made(LINKS, body)
    assert codes(await zgw.post(LINKS, body)) == [("nonFieldErrors", "unique")]
    assert await zgw.get(LINKS, besluit=besluit["url"]) != []
    mirrors = await zgw.get("/documenten/api/v1/objectinformatieobjecten", object=besluit["url"])
    assert [row["objectType"] for row in mirrors] == ["besluit"]


async def test_a_besluit_of_tomorrow_is_refused(zgw: Zaaksysteem) -> None:
    types = await zgw.types()
    answer = await zgw.post(BESLUITEN, _besluit(types, datum="2026-11-24"))
    assert codes(answer) == [("datum", "future_not_allowed")]


async def test_a_besluit_can_change_but_not_its_number(zgw: Zaaksysteem) -> None:
    types = await zgw.types()
    besluit = await zgw.made(BESLUITEN, _besluit(types))
    changed = await zgw.http.patch(besluit["url"], json={"vervalreden": "ingetrokken_overheid"})
    assert changed.status_code == 200
    assert changed.json()["vervalredenWeergave"] == "Besluit ingetrokken door overheid"
    answer = await zgw.http.patch(besluit["url"], json={"identificatie": "B-2"})
    assert codes(answer) == [("identificatie", "wijzigen-niet-toegelaten")]
    kinds = [(effect["kind"], effect["key"].get("asked")) for effect in await zgw.effects()]
    assert kinds[-1] == ("besluit_bijgewerkt", {"vervalreden": "ingetrokken_overheid"})
    assert (await zgw.http.patch(f"{besluit['url'][:-1]}x", json={})).status_code == 404


async def test_a_besluit_that_is_removed_takes_its_links_along(zgw: Zaaksysteem) -> None:
    types = await zgw.types()
    besluit = await zgw.made(BESLUITEN, _besluit(types))
    documents = "/documenten/api/v1/enkelvoudiginformatieobjecten"
    eio = await zgw.made(documents, document_body(types["Aangifte"], "D"))
    link = await zgw.made(LINKS, {"besluit": besluit["url"], "informatieobject": eio["url"]})
    assert (await zgw.get(link["url"]))["besluit"] == besluit["url"]
    assert (await zgw.http.delete(besluit["url"])).status_code == 204
    assert (await zgw.http.get(link["url"])).status_code == 404
    assert (await zgw.http.get(besluit["url"])).status_code == 404
    assert await zgw.get("/documenten/api/v1/objectinformatieobjecten") == []
