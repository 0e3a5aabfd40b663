"""Finding the right version of a zaaktype, and the types that belong to it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest

from adapters.contract import RejectedError
from adapters.zgw.catalogue import Catalogue
from adapters.zgw.client import ZgwClient
from schemas.zaak import Zaaktype
from tests.adapters.zgw.messages import settings

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ROOT = "http://127.0.0.1:1/catalogi/api/v1"
B0237 = Zaaktype(identificatie="B0237")
Items = list[dict[str, Any]]


class SetClock:
    def __init__(self) -> None:
        self.instant = START

    def now(self) -> datetime:
        return self.instant


class ListedClient:
    """Answers from lists and remembers what it was asked."""

    def __init__(self, **lists: Items) -> None:
        self.lists = lists
        self.asked: list[tuple[str, dict[str, str]]] = []

    def url(self, api: str, path: str) -> str:
        return path

    async def find(self, api: str, url: str, filters: Mapping[str, str]) -> Items:
        await asyncio.sleep(0)  # lets the others in, as a real call would
        self.asked.append((url, dict(filters)))
        return self.lists[url.strip("/").replace("-", "_")]

    async def get(self, api: str, url: str) -> dict[str, Any]:
        self.asked.append((url, {}))
        (found,) = self.lists[url]
        return found


def version(url: str, begin: str, end: str | None = None, catalogus: str = "c1") -> dict[str, Any]:
    return {"url": url, "beginGeldigheid": begin, "eindeGeldigheid": end, "catalogus": catalogus}


def make(lists: dict[str, Items], **changes: Any) -> tuple[Catalogue, ListedClient, SetClock]:
    client, clock = ListedClient(**lists), SetClock()
    catalogue = Catalogue(
        cast("ZgwClient", client), settings("http://127.0.0.1:1", **changes), clock
    )
    return catalogue, client, clock


CATALOGUSSEN: Items = [{"url": "c1"}]
VERSIONS: Items = [
    version("old", "2023-01-01", "2024-07-01"),
    version("new", "2024-07-01"),
]
STATUSTYPEN: Items = [
    {"url": "s3", "omschrijving": "Afgehandeld", "isEindstatus": True, "volgnummer": 3},
    {"url": "s1", "omschrijving": "Ontvangen", "isEindstatus": False, "volgnummer": 1},
]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2023-01-01", "old"),
        ("2024-06-30", "old"),
        ("2024-07-01", "new"),  # both are valid: the later one
        ("2030-01-01", "new"),
    ],
)
async def test_the_version_of_the_day_is_taken(day: str, expected: str) -> None:
    catalogue, _, _ = make({"catalogussen": CATALOGUSSEN, "zaaktypen": VERSIONS})
    assert await catalogue.zaaktype(B0237, date.fromisoformat(day)) == expected


@pytest.mark.parametrize("versions", [[], VERSIONS])
async def test_a_day_without_version_is_a_rejection_that_says_so(versions: Items) -> None:
    catalogue, _, _ = make({"catalogussen": CATALOGUSSEN, "zaaktypen": versions})
    with pytest.raises(RejectedError, match="B0237 that is valid on 2022-01-01") as caught:
        await catalogue.zaaktype(B0237, date(2022, 1, 1))
    assert caught.value.code == "zgw:zaaktype-onbekend"


async def test_two_catalogues_with_the_zaaktype_are_refused_as_ambiguous() -> None:
    twice = [version("a", "2024-01-01"), version("b", "2024-01-01", catalogus="c2")]
    catalogue, _, _ = make({"zaaktypen": twice}, catalogus=None)
    with pytest.raises(RejectedError) as caught:
        await catalogue.zaaktype(B0237, date(2026, 1, 1))
    assert caught.value.code == "zgw:zaaktype-meerduidig"


async def test_the_catalogue_that_the_message_names_goes_before_the_configured_one() -> None:
    catalogue, client, _ = make({"catalogussen": CATALOGUSSEN, "zaaktypen": VERSIONS})
    wanted = Zaaktype.model_validate(
        {"identificatie": "B0237", "catalogus": {"domein": "ANDER", "rsin": "002564440"}}
    )
    await catalogue.zaaktype(wanted, date(2026, 1, 1))
    assert client.asked[0][1] == {"domein": "ANDER", "rsin": "002564440"}
    assert client.asked[1][1] == {"identificatie": "B0237", "catalogus": "c1"}


async def test_an_unknown_catalogue_is_a_rejection() -> None:
    catalogue, _, _ = make({"catalogussen": []})
    with pytest.raises(RejectedError) as caught:
        await catalogue.zaaktype(B0237, date(2026, 1, 1))
    assert caught.value.code == "zgw:catalogus-onbekend"


async def test_names_are_translated_by_the_settings() -> None:
    catalogue, client, _ = make(
        {"catalogussen": CATALOGUSSEN, "zaaktypen": VERSIONS, "statustypen": STATUSTYPEN},
        zaaktypen={"B0237": "VERHUIZING"},
        statustypen={"Binnen": "Ontvangen"},
    )
    await catalogue.zaaktype(B0237, date(2026, 1, 1))
    assert client.asked[1][1]["identificatie"] == "VERHUIZING"
    assert await catalogue.statustype("z", "Binnen") == "s1"


async def test_an_unknown_name_is_a_rejection_that_lists_the_known_ones() -> None:
    catalogue, _, _ = make({"statustypen": STATUSTYPEN})
    with pytest.raises(RejectedError) as caught:
        await catalogue.statustype("z", "Ontvange")
    assert caught.value.code == "zgw:statustype-onbekend"
    assert caught.value.detail == (
        "The zaaktype of this case has no statustype 'Ontvange'; it has 'Afgehandeld', 'Ontvangen'."
    )


async def test_the_end_status_is_the_flagged_one_or_else_the_last() -> None:
    catalogue, client, _ = make({"statustypen": STATUSTYPEN})
    assert await catalogue.eindstatustype("z") == "s3"
    client.lists["statustypen"] = [{"url": "a", "volgnummer": 1}, {"url": "b", "volgnummer": 9}]
    assert await catalogue.eindstatustype("other") == "b"


async def test_only_a_document_type_that_the_zaaktype_allows_is_chosen() -> None:
    catalogue, client, _ = make(
        {
            "zaaktype_informatieobjecttypen": [
                {"informatieobjecttype": "i1", "catalogus": "c1"},
                {"informatieobjecttype": "i2", "catalogus": "c1"},
            ],
            "informatieobjecttypen": [
                {"url": "i0", "omschrijving": "Aangifte", "beginGeldigheid": "2026-01-01"},
                {"url": "i1", "omschrijving": "Aangifte", "beginGeldigheid": "2024-01-01"},
                {"url": "i2", "omschrijving": "Aangifte", "beginGeldigheid": "2025-01-01"},
                {"url": "i3", "omschrijving": "Bijlage"},
            ],
        }
    )
    assert await catalogue.informatieobjecttype("z", "Aangifte") == "i2"
    assert client.asked[1] == ("/informatieobjecttypen", {"catalogus": "c1"})
    with pytest.raises(RejectedError, match="informatieobjecttype 'Bijlage'"):
        await catalogue.informatieobjecttype("z", "Bijlage")


async def test_answers_are_remembered_for_as_long_as_configured() -> None:
    catalogue, client, clock = make({"statustypen": STATUSTYPEN}, catalogue_seconds=60)
    await asyncio.gather(*(catalogue.statustype("z", "Ontvangen") for _ in range(20)))
    clock.instant += timedelta(seconds=59)
    await catalogue.statustype("z", "Ontvangen")
    assert len(client.asked) == 1
    clock.instant += timedelta(seconds=1)
    await catalogue.statustype("z", "Ontvangen")
    assert len(client.asked) == 2
    clock.instant -= timedelta(days=1)  # a clock that was wrong must not freeze the memory
    await catalogue.statustype("z", "Ontvangen")
    assert len(client.asked) == 3


async def test_nothing_found_is_not_remembered_and_everything_can_be_forgotten() -> None:
    catalogue, client, _ = make({"statustypen": []})
    for _ in range(2):
        with pytest.raises(RejectedError):
            await catalogue.statustype("z", "Ontvangen")
    client.lists["statustypen"] = STATUSTYPEN
    assert await catalogue.statustype("z", "Ontvangen") == "s1"
    catalogue.forget()
    await catalogue.statustype("z", "Ontvangen")
    assert len(client.asked) == 4


ROLTYPEN: Items = [
    {"url": "r1", "omschrijving": "Aanvrager", "omschrijvingGeneriek": "initiator"},
    {"url": "r2", "omschrijving": "Gemachtigde", "omschrijvingGeneriek": "mede_initiator"},
    {"url": "r3", "omschrijving": "Partner", "omschrijvingGeneriek": "mede_initiator"},
]


async def test_a_roltype_is_the_named_one_or_the_only_one_of_its_rolsoort() -> None:
    catalogue, _, _ = make({"roltypen": ROLTYPEN})
    assert await catalogue.roltype("z", "initiator") == "r1"
    assert await catalogue.roltype("z", "mede_initiator", "Partner") == "r3"
    for name, code in ((None, "zgw:roltype-meerduidig"), ("Aanvrager", "zgw:roltype-onbekend")):
        with pytest.raises(RejectedError) as caught:
            await catalogue.roltype("z", "mede_initiator", name)
        assert caught.value.code == code
    with pytest.raises(RejectedError, match="has none") as caught:
        await catalogue.roltype("z", "beslisser")
    assert caught.value.code == "zgw:roltype-onbekend"


async def test_the_settings_translate_roltypen_and_choose_one_for_a_rolsoort() -> None:
    chosen = {"Echtgenoot": "Partner", "mede_initiator": "Gemachtigde"}
    catalogue, _, _ = make({"roltypen": ROLTYPEN}, roltypen=chosen)
    assert await catalogue.roltype("z", "mede_initiator", "Echtgenoot") == "r3"
    assert await catalogue.roltype("z", "mede_initiator") == "r2"


@pytest.mark.parametrize("named_by", ["zaaktype", "besluittype"])
async def test_a_besluittype_belongs_to_the_zaaktype_whichever_side_says_so(named_by: str) -> None:
    kind = {"url": "z", "catalogus": "c1", "besluittypen": ["b1"] if named_by == "zaaktype" else []}
    ours = {"url": "b1", "omschrijving": "Besluit", "zaaktypen": []}
    if named_by == "besluittype":
        ours["zaaktypen"] = ["z"]
    others = {"url": "b2", "omschrijving": "Besluit", "zaaktypen": ["y"]}
    lists: dict[str, Items] = {"z": [kind], "besluittypen": [others, ours]}
    catalogue, client, _ = make(lists, besluittypen={"Beslissing": "Besluit"})
    assert await catalogue.besluittype("z", "Besluit") == "b1"
    assert await catalogue.besluittype("z", "Beslissing") == "b1"
    assert client.asked == [("z", {}), ("/besluittypen", {"catalogus": "c1"})]
    with pytest.raises(RejectedError, match="'Besluit'") as caught:
        await catalogue.besluittype("z", "Onbekend")
    assert caught.value.code == "zgw:besluittype-onbekend"


async def test_a_status_between_is_not_the_last_one() -> None:
    catalogue, _, _ = make({"statustypen": STATUSTYPEN})
    assert await catalogue.tussenstatustype("z", "Ontvangen") == "s1"
    with pytest.raises(RejectedError) as caught:
        await catalogue.tussenstatustype("z", "Afgehandeld")
    assert caught.value.code == "zgw:eindstatus"
