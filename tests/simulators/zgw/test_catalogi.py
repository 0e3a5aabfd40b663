import pytest

from tests.simulators.zgw.helpers import Zaaksysteem

ZAAKTYPEN = "/catalogi/api/v1/zaaktypen"


@pytest.mark.parametrize(
    ("day", "begins"),
    [
        ("2022-12-31", []),
        ("2023-01-01", ["2023-01-01"]),
        ("2024-06-30", ["2023-01-01"]),
        ("2024-07-01", ["2024-07-01"]),
        ("2030-01-01", ["2024-07-01"]),
    ],
)
async def test_the_version_valid_on_a_day_counts_both_ends(
    zgw: Zaaksysteem, day: str, begins: list[str]
) -> None:
    found = await zgw.get(ZAAKTYPEN, identificatie="B0237", datumGeldigheid=day)
    assert [row["beginGeldigheid"] for row in found["results"]] == begins


async def test_only_published_versions_are_shown_unless_asked(zgw: Zaaksysteem) -> None:
    counts = {
        status: (await zgw.get(ZAAKTYPEN, identificatie="B0237", status=status))["count"]
        for status in ("", "definitief", "concept", "alles")
    }
    assert counts == {"": 2, "definitief": 2, "concept": 1, "alles": 3}


async def test_a_published_concept_accepts_cases(zgw: Zaaksysteem) -> None:
    concept = (await zgw.get(ZAAKTYPEN, status="concept"))["results"][0]
    assert (await zgw.http.post(f"{concept['url']}/publish")).status_code == 200
    assert (await zgw.zaak(concept["url"], "Z"))["zaaktype"] == concept["url"]


async def test_the_demo_types_have_the_names_that_the_demo_uses(zgw: Zaaksysteem) -> None:
    types = await zgw.types()
    assert {
        *("Ontvangen", "In behandeling", "Afgehandeld", "Verwerkt", "Afgebroken"),
        *("Aangifte", "Bijlage", "verhuisdatum", "aantal_personen"),
        *("Aanvrager", "Behandelaar", "Belanghebbende"),
    } <= set(types)
    rows = (await zgw.get("/catalogi/api/v1/statustypen", zaaktype=types["zaaktype"]))["results"]
    assert [row["omschrijving"] for row in rows if row["isEindstatus"]] == ["Afgehandeld"]
    query = {"zaaktype": types["zaaktype"], "omschrijvingGeneriek": "initiator"}
    assert (await zgw.get("/catalogi/api/v1/roltypen", **query))["count"] == 1


async def test_the_catalogue_does_not_grow(zgw: Zaaksysteem) -> None:
    assert (await zgw.post(ZAAKTYPEN, {})).status_code == 403
