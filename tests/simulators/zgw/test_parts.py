"""Rollen, zaakeigenschappen, zaakobjecten and links: what doubles and what does not."""

from typing import Any

import pytest

from tests.simulators.zgw.helpers import Zaaksysteem, codes, document_body

ROLLEN = "/zaken/api/v1/rollen"
LINKS = "/zaken/api/v1/zaakinformatieobjecten"
DOCUMENTS = "/documenten/api/v1/enkelvoudiginformatieobjecten"


def _rol(zaak: dict[str, Any], roltype: str, **more: Any) -> dict[str, Any]:
    return {
        "zaak": zaak["url"],
        "betrokkeneType": "natuurlijk_persoon",
        "roltype": roltype,
        "roltoelichting": "",
        "betrokkeneIdentificatie": {"inpBsn": "999993653"},
    } | more


async def test_a_second_belanghebbende_is_doubled_silently(zgw: Zaaksysteem) -> None:
    types = await zgw.types()
    zaak = await zgw.zaak(types["zaaktype"], "Z")
    for _ in range(2):
        await zgw.made(ROLLEN, _rol(zaak, types["Belanghebbende"]))
    assert (await zgw.get(ROLLEN, zaak=zaak["url"]))["count"] == 2


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"betrokkeneIdentificatie": None}, [("nonFieldErrors", "invalid-betrokkene")]),
        (
            {"betrokkene": "http://personen.invalid/1"},
            [("nonFieldErrors", "invalid-betrokkene")],
        ),
        (
            {"betrokkeneIdentificatie": {"inpBsn": "12345678"}},
            [("betrokkeneIdentificatie.inpBsn", "invalid-length")],
        ),
        (
            {"betrokkeneIdentificatie": {"inpBsn": "12345678a"}},
            [("betrokkeneIdentificatie.inpBsn", "only-digits")],
        ),
        (
            {"betrokkeneIdentificatie": {"voorletters": "J" * 21}},
            [("betrokkeneIdentificatie.voorletters", "max_length")],
        ),
    ],
)
async def test_a_betrokkene_must_be_identified_once_and_well(
    zgw: Zaaksysteem, more: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    types = await zgw.types()
    zaak = await zgw.zaak(types["zaaktype"], "Z")
    assert codes(await zgw.post(ROLLEN, _rol(zaak, types["Aanvrager"], **more))) == expected


async def test_a_deleted_initiator_makes_room_for_another(zgw: Zaaksysteem) -> None:
    types = await zgw.types()
    zaak = await zgw.zaak(types["zaaktype"], "Z")
    rol = await zgw.made(ROLLEN, _rol(zaak, types["Aanvrager"]))
    assert (await zgw.http.delete(rol["url"])).status_code == 204
    await zgw.made(ROLLEN, _rol(zaak, types["Aanvrager"]))
    assert len((await zgw.get(zaak["url"]))["rollen"]) == 1


async def test_zaakeigenschappen_double_silently_and_can_be_changed(zgw: Zaaksysteem) -> None:
    types = await zgw.types()
    zaak = await zgw.zaak(types["zaaktype"], "Z")
    path = f"{zaak['url']}/zaakeigenschappen"
    body = {"zaak": zaak["url"], "eigenschap": types["verhuisdatum"], "waarde": "geen datum"}
    first, second = await zgw.made(path, body), await zgw.made(path, body)
    changed = await zgw.http.patch(first["url"], json={"waarde": "20261201"})
    assert changed.json()["waarde"] == "20261201"
    await zgw.http.delete(second["url"])
    assert [row["waarde"] for row in await zgw.get(path)] == ["20261201"]


async def test_a_link_needs_a_document_type_of_the_zaaktype(zgw: Zaaksysteem) -> None:
    types = await zgw.types()
    zaak = await zgw.zaak(types["zaaktype"], "Z")
    eio = await zgw.made(DOCUMENTS, document_body(types["Intern advies"], "D"))
    answer = await zgw.post(LINKS, {"zaak": zaak["url"], "informatieobject": eio["url"]})
    assert codes(answer) == [("nonFieldErrors", "missing-zaaktype-informatieobjecttype-relation")]


async def test_unlinking_removes_the_mirror_and_frees_the_document(zgw: Zaaksysteem) -> None:
    types = await zgw.types()
    zaak = await zgw.zaak(types["zaaktype"], "Z")
    eio = await zgw.made(DOCUMENTS, document_body(types["Aangifte"], "D"))
    link = await zgw.made(LINKS, {"zaak": zaak["url"], "informatieobject": eio["url"]})
    mirrors = "/documenten/api/v1/objectinformatieobjecten"
    assert len(await zgw.get(mirrors, object=zaak["url"])) == 1
    assert codes(await zgw.http.delete(eio["url"])) == [("nonFieldErrors", "pending-relations")]
    assert (await zgw.http.delete(link["url"])).status_code == 204
    assert await zgw.get(mirrors, object=zaak["url"]) == []
    assert (await zgw.http.delete(eio["url"])).status_code == 204


async def test_an_object_elsewhere_cannot_be_fetched(zgw: Zaaksysteem) -> None:
    types = await zgw.types()
    zaak = await zgw.zaak(types["zaaktype"], "Z")
    body = {"zaak": zaak["url"], "objectType": "pand", "object": "http://bag.invalid/panden/1"}
    assert codes(await zgw.post("/zaken/api/v1/zaakobjecten", body)) == [("object", "bad-url")]


async def test_a_registration_with_one_bad_part_leaves_nothing_behind(zgw: Zaaksysteem) -> None:
    types = await zgw.types()
    zaak = {
        "bronorganisatie": "002220647",
        "identificatie": "Z",
        "zaaktype": types["zaaktype"],
        "verantwoordelijkeOrganisatie": "002220647",
        "startdatum": "2026-11-23",
    }
    rol = _rol({"url": ""}, types["Aanvrager"], betrokkeneIdentificatie={"inpBsn": "123456789"})
    answer = await zgw.post("/zaken/api/v1/zaak_registreren", {"zaak": zaak, "rollen": [rol]})
    assert codes(answer) == [("rollen.0.betrokkeneIdentificatie.inpBsn", "invalid")]
    assert (await zgw.get("/zaken/api/v1/zaken"))["count"] == 0
    assert await zgw.effects() == []
    answer = await zgw.post("/zaken/api/v1/zaak_registreren", {"zaak": zaak})
    assert answer.status_code == 201
    assert [effect["kind"] for effect in await zgw.effects()] == ["zaak"]
