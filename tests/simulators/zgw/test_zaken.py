import asyncio
from typing import Any

import pytest

from simulators.zgw import RSIN
from tests.simulators.zgw.helpers import Zaaksysteem, codes, zaak_body

ZAKEN = "/zaken/api/v1/zaken"


async def test_of_six_simultaneous_creates_exactly_one_succeeds(zgw: Zaaksysteem) -> None:
    types = await zgw.types()
    body = zaak_body(types["zaaktype"], "Z-1")
    answers = await asyncio.gather(*(zgw.post(ZAKEN, body) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201] + [400] * 5
    duplicate = next(answer for answer in answers if answer.status_code == 400)
    assert codes(duplicate) == [("identificatie", "identificatie-niet-uniek")]
    assert (await zgw.get(ZAKEN, identificatie="Z-1", bronorganisatie=RSIN))["count"] == 1


async def test_the_identificatie_is_case_sensitive(zgw: Zaaksysteem) -> None:
    types = await zgw.types()
    await zgw.zaak(types["zaaktype"], "abc")
    assert (await zgw.zaak(types["zaaktype"], "ABC"))["identificatie"] == "ABC"


async def test_all_field_problems_are_reported_together(zgw: Zaaksysteem) -> None:
    types = await zgw.types()
    body = zaak_body(
        types["zaaktype"],
        "i" * 41,
        bronorganisatie="123456789",
        startdatum="23-11-2026",
        laatsteBetaaldatum="2999-01-01T00:00:00Z",
        kenmerken="geen lijst",
        omschrijving=None,
    )
    assert set(codes(await zgw.post(ZAKEN, body))) == {
        ("identificatie", "max_length"),
        ("bronorganisatie", "invalid"),
        ("startdatum", "invalid"),
        ("laatsteBetaaldatum", "future_not_allowed"),
        ("kenmerken", "not_a_list"),
        ("omschrijving", "null"),
    }


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (
            {"kenmerken": [{"kenmerk": "a", "bron": "b"}, {"kenmerk": "k" * 41, "bron": "b"}]},
            [("kenmerken.1.kenmerk", "max_length")],
        ),
        ({"verlenging": {"reden": "x", "duur": "tien"}}, [("verlenging.duur", "invalid")]),
        ({"opschorting": {"indicatie": True}}, [("opschorting.reden", "required")]),
    ],
)
async def test_problems_in_nested_parts_have_dotted_names(
    zgw: Zaaksysteem, more: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    types = await zgw.types()
    body = zaak_body(types["zaaktype"], "Z", **more)
    assert codes(await zgw.post(ZAKEN, body)) == expected


async def test_an_unknown_zaaktype_is_a_400_and_one_of_another_kind_a_500(
    zgw: Zaaksysteem,
) -> None:
    types = await zgw.types()
    unknown = types["zaaktype"][:-4] + "0000"
    assert codes(await zgw.post(ZAKEN, zaak_body(unknown, "Z"))) == [("zaaktype", "does_not_exist")]
    answer = await zgw.post(ZAKEN, zaak_body(types["Ontvangen"], "Z"))
    assert (answer.status_code, answer.json()["code"]) == (500, "error")
    elsewhere = "http://ergens.invalid/catalogi/api/v1/zaaktypen/1"
    assert codes(await zgw.post(ZAKEN, zaak_body(elsewhere, "Z"))) == [("zaaktype", "bad-url")]


async def test_an_expired_version_accepts_cases_and_a_concept_does_not(zgw: Zaaksysteem) -> None:
    path = "/catalogi/api/v1/zaaktypen"
    rows = (await zgw.get(path, identificatie="B0237", status="alles"))["results"]
    expired = next(row["url"] for row in rows if row["eindeGeldigheid"])
    concept = next(row["url"] for row in rows if row["concept"])
    assert (await zgw.zaak(expired, "oud"))["zaaktype"] == expired
    answer = await zgw.post(ZAKEN, zaak_body(concept, "nieuw"))
    assert codes(answer) == [("zaaktype", "not-published")]


async def test_unknown_fields_are_ignored_and_unknown_parameters_are_not(
    zgw: Zaaksysteem,
) -> None:
    types = await zgw.types()
    assert "onbekend" not in await zgw.zaak(types["zaaktype"], "Z", onbekend=1)
    answer = await zgw.http.get(ZAKEN, params={"onbekend": "1", "ook": "2"})
    assert codes(answer) == [("onbekend", "invalid"), ("ook", "invalid")]


async def test_an_empty_filter_is_ignored_so_it_lists_everything(zgw: Zaaksysteem) -> None:
    types = await zgw.types()
    for number in range(3):
        await zgw.zaak(types["zaaktype"], f"Z-{number}")
    assert (await zgw.get(ZAKEN, identificatie=""))["count"] == 3
    assert (await zgw.get(ZAKEN, identificatie="Z-1"))["count"] == 1


async def test_pages_keep_their_filters_and_end_in_a_404(zgw: Zaaksysteem) -> None:
    types = await zgw.types()
    for number in range(5):
        await zgw.zaak(types["zaaktype"], f"Z-{number}")
    found: list[str] = []
    url: str | None = f"{ZAKEN}?pageSize=2&bronorganisatie={RSIN}"
    while url:
        page = await zgw.get(url)
        found += [row["identificatie"] for row in page["results"]]
        assert page["count"] == 5
        url = page["next"]
    assert found == [f"Z-{number}" for number in (4, 3, 2, 1, 0)]
    for bad in ("4", "0", "abc"):
        answer = await zgw.http.get(ZAKEN, params={"pageSize": "2", "page": bad})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"kenmerk": "K-1"}, ["Z-1"]),
        ({"startdatum__gte": "2026-11-20"}, ["Z-2"]),
        ({"startdatum__lt": "2026-11-20"}, ["Z-1"]),
        ({"identificatie__icontains": "z-"}, ["Z-2", "Z-1"]),
        ({"einddatum__isnull": "true"}, ["Z-2", "Z-1"]),
        ({"bronorganisatie__in": "002564440,000000012"}, []),
        ({"ordering": "startdatum"}, ["Z-1", "Z-2"]),
        ({"rol__betrokkeneIdentificatie__natuurlijkPersoon__inpBsn": "999990019"}, ["Z-2"]),
    ],
)
async def test_filters_choose_and_order_cases(
    zgw: Zaaksysteem, query: dict[str, str], expected: list[str]
) -> None:
    types = await zgw.types()
    kenmerken = [{"kenmerk": "K-1", "bron": "schakel"}]
    await zgw.zaak(types["zaaktype"], "Z-1", startdatum="2026-11-01", kenmerken=kenmerken)
    second = await zgw.zaak(types["zaaktype"], "Z-2")
    rol = {
        "zaak": second["url"],
        "betrokkeneType": "natuurlijk_persoon",
        "roltype": types["Belanghebbende"],
        "roltoelichting": "",
        "betrokkeneIdentificatie": {"inpBsn": "999990019"},
    }
    await zgw.made("/zaken/api/v1/rollen", rol)
    found = (await zgw.get(ZAKEN, **query))["results"]
    assert [row["identificatie"] for row in found] == expected


async def test_a_date_filter_that_is_no_date_is_a_400(zgw: Zaaksysteem) -> None:
    types = await zgw.types()
    await zgw.zaak(types["zaaktype"], "Z")
    answer = await zgw.http.get(ZAKEN, params={"startdatum__gte": "gisteren"})
    assert codes(answer) == [("startdatum", "invalid")]


async def test_an_unchanged_zaak_is_a_304_and_a_changed_one_is_not(zgw: Zaaksysteem) -> None:
    types = await zgw.types()
    zaak = await zgw.zaak(types["zaaktype"], "Z")
    tag = (await zgw.http.get(zaak["url"])).headers["ETag"]
    same = await zgw.http.get(zaak["url"], headers={"If-None-Match": tag})
    assert (same.status_code, same.content) == (304, b"")
    await zgw.http.patch(zaak["url"], json={"toelichting": "anders"})
    other = await zgw.http.get(zaak["url"], headers={"If-None-Match": tag})
    assert other.status_code == 200
    stale = await zgw.http.patch(
        zaak["url"], json={"toelichting": "weer"}, headers={"If-Match": tag}
    )
    assert stale.status_code == 200  # there is no If-Match: the last write wins


async def test_the_identificatie_cannot_be_changed_but_its_organisation_can_unless_taken(
    zgw: Zaaksysteem,
) -> None:
    types = await zgw.types()
    zaak = await zgw.zaak(types["zaaktype"], "Z")
    answer = await zgw.http.patch(zaak["url"], json={"identificatie": "Y"})
    assert codes(answer) == [("identificatie", "wijzigen-niet-toegelaten")]
    await zgw.zaak(types["zaaktype"], "Z", bronorganisatie="002564440")
    answer = await zgw.http.patch(zaak["url"], json={"bronorganisatie": "002564440"})
    assert codes(answer) == [("identificatie", "identificatie-niet-uniek")]


async def test_a_put_demands_the_required_fields_and_a_patch_does_not(zgw: Zaaksysteem) -> None:
    types = await zgw.types()
    zaak = await zgw.zaak(types["zaaktype"], "Z")
    assert {name for name, _ in codes(await zgw.http.put(zaak["url"], json={}))} == {
        *("bronorganisatie", "zaaktype", "verantwoordelijkeOrganisatie", "startdatum")
    }
    body = zaak_body(types["zaaktype"], "Z", omschrijving="nieuw")
    assert (await zgw.http.put(zaak["url"], json=body)).json()["omschrijving"] == "nieuw"


@pytest.mark.parametrize("name", ["Accept-Crs", "Content-Crs"])
async def test_crs_headers_are_demanded_on_zaken_only(zgw: Zaaksysteem, name: str) -> None:
    types = await zgw.types()
    zaak = await zgw.zaak(types["zaaktype"], "Z")
    del zgw.http.headers[name]
    answer = await zgw.post(ZAKEN, zaak_body(types["zaaktype"], "Y"))
    assert (answer.status_code, answer.json()["code"]) == (412, "precondition_failed")
    status = {
        "zaak": zaak["url"],
        "statustype": types["Ontvangen"],
        "datumStatusGezet": "2026-11-23T08:00:00Z",
    }
    await zgw.made("/zaken/api/v1/statussen", status)
    assert (await zgw.http.delete(zaak["url"])).status_code == 204


async def test_the_who_is_checked_before_the_how(zgw: Zaaksysteem) -> None:
    answer = await zgw.http.post(ZAKEN, content=b"{", headers={"Authorization": ""})
    assert answer.status_code == 403
    answer = await zgw.http.post(ZAKEN, content=b"{", headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")
    answer = await zgw.http.post(ZAKEN, json=[1])
    assert codes(answer) == [("nonFieldErrors", "invalid")]


async def test_deleting_a_zaak_takes_its_parts_along_and_a_second_time_is_404(
    zgw: Zaaksysteem,
) -> None:
    types = await zgw.types()
    zaak = await zgw.zaak(types["zaaktype"], "Z")
    status = {
        "zaak": zaak["url"],
        "statustype": types["Ontvangen"],
        "datumStatusGezet": "2026-11-23T08:00:00Z",
    }
    await zgw.made("/zaken/api/v1/statussen", status)
    assert (await zgw.http.delete(zaak["url"])).status_code == 204
    assert (await zgw.http.delete(zaak["url"])).status_code == 404
    assert (await zgw.get("/zaken/api/v1/statussen"))["count"] == 0


async def test_expand_nests_relations_and_refuses_unknown_ones(zgw: Zaaksysteem) -> None:
    types = await zgw.types()
    zaak = await zgw.zaak(types["zaaktype"], "Z")
    status = {
        "zaak": zaak["url"],
        "statustype": types["Ontvangen"],
        "datumStatusGezet": "2026-11-23T08:00:00Z",
    }
    await zgw.made("/zaken/api/v1/statussen", status)
    shown = await zgw.get(zaak["url"], expand="status,status.statustype,rollen")
    assert set(shown["_expand"]) == {"status"}
    assert shown["_expand"]["status"]["_expand"]["statustype"]["omschrijving"] == "Ontvangen"
    answer = await zgw.http.get(zaak["url"], params={"expand": "*"})
    assert codes(answer) == [("expand", "invalid_choice")]


async def test_an_unknown_path_is_an_html_404_and_options_tells_the_methods(
    zgw: Zaaksysteem,
) -> None:
    answer = await zgw.http.get(ZAKEN + "/")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/html")
    answer = await zgw.http.options(ZAKEN)
    assert (answer.status_code, answer.headers["Allow"]) == (200, "GET, POST, HEAD, OPTIONS")


async def test_the_ids_of_two_runs_with_one_seed_are_the_same(zgw: Zaaksysteem) -> None:
    before = (await zgw.types())["zaaktype"]
    await zgw.control.post("/reset")
    await zgw.control.put("/clock", json={"now": "2026-11-23T12:50:00Z"})
    assert (await zgw.types())["zaaktype"] == before
