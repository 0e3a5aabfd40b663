"""Changes of a case that others started: told after the case, once, and never our own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from adapters._kit import facts
from adapters.contract import News
from adapters.zgw import stages
from schemas import Message, parse_message
from simulators.zgw.seed import RSIN
from tests.adapters.zgw.colleague import Colleague
from tests.adapters.zgw.inbound.conftest import Town
from tests.adapters.zgw.messages import BSN, OTHER_BSN, STORY, ZAAK

GESTART, STATUS, DOCUMENT, BIJGEWERKT, AFGESLOTEN = STORY


async def started(town: Town, **asked: Any) -> str:
    """A case of others that was told."""
    await town.subscribe()
    (number,) = (await town.others("/cases", {"documents": 1, "rollen": 1, **asked}))[
        "identificaties"
    ]
    await town.settled()
    assert len(town.hub.of("ontvangen")) == 1
    return str(number)


async def done(town: Town, change: Callable[..., Any], *parts: Any, **more: Any) -> Any:
    """Somebody there does something, and all that comes of it is worked out."""
    found = await asyncio.to_thread(change, *parts, **more)
    await town.settled()
    return found


def colleague(town: Town) -> Colleague:
    return Colleague(town.simulator.base_url)


async def test_a_changed_case_is_told_as_a_change_and_whole(town: Town) -> None:
    number = await started(town)
    await done(town, colleague(town).set_case, number, omschrijving="Verhuizing naar elders")
    (change,) = town.hub.of("wijziging-ontvangen")
    data = change["data"]
    assert (change["subject"], data["zaakidentificatie"]) == (number, number)
    assert (data["omschrijving"], data["volledig"]) == ("Verhuizing naar elders", True)
    assert data["rollen"]
    assert "status" not in data
    parse_message(change)
    assert (await town.verdict())["clean"], await town.verdict()


async def test_who_comes_and_who_leaves_is_told_in_order(town: Town) -> None:
    number = await started(town, rollen=0)
    rol = await done(town, colleague(town).add_role, number, OTHER_BSN)
    await done(town, colleague(town).remove, rol)
    came, went = (one["data"]["rollen"] for one in town.hub.of("wijziging-ontvangen"))
    assert [one["betrokkene"]["bsn"] for one in came] == [OTHER_BSN]
    assert went == []
    assert (await town.verdict())["clean"]


async def test_an_eigenschap_that_changes_to_and_fro_is_told_each_time(town: Town) -> None:
    number = await started(town)
    for waarde in ("20270101", "20270102", "20270101", "20270102"):
        await done(town, colleague(town).set_property, number, "verhuisdatum", waarde)
    told = [
        {one["naam"]: one["waarde"] for one in change["data"]["eigenschappen"]}["verhuisdatum"]
        for change in town.hub.of("wijziging-ontvangen")
    ]
    assert told == ["20270101", "20270102", "20270101", "20270102"]


async def test_what_changes_nothing_that_is_told_is_no_change(town: Town) -> None:
    number = await started(town)
    await done(town, colleague(town).set_case, number, betalingsindicatie="geheel")
    await town.others("/cases/status", {"identificatie": number})
    await town.others("/cases/document", {"identificatie": number})
    await town.settled()
    assert town.hub.of("wijziging-ontvangen") == []
    assert (await town.verdict())["clean"]


@pytest.mark.parametrize("seed", range(3))
async def test_doubled_and_swapped_notifications_tell_each_change_once(
    town: Town, seed: int
) -> None:
    number = await started(town)
    habits = {"double": 0.7, "swap": 0.7, "seed": seed}
    await town.others("/notifications", habits, method="PUT")
    for place in range(3):
        await asyncio.to_thread(colleague(town).set_case, number, toelichting=f"Stand {place}")
        await asyncio.to_thread(colleague(town).add_role, number, BSN if place else OTHER_BSN)
    await town.settled()
    changes = town.hub.of("wijziging-ontvangen")
    seen = [facts.written(facts.facts_of(one["data"])) for one in changes]
    assert len(seen) == len(set(seen))
    assert changes[-1]["data"]["toelichting"] == "Stand 2"
    assert (await town.verdict())["clean"], await town.verdict()


def of_the_core(kind: str, number: str, **data: Any) -> Message:
    """What the core says of a case that it was told of."""
    return parse_message(
        {
            "specversion": "1.0",
            "id": f"{number}-{kind}-{len(data)}",
            "source": "urn:nld:oin:00000001002220647000:systeem:burgerzaken",
            "type": f"nl.burgerzaken.zaak.{kind}",
            "subject": number,
            "time": "2026-11-24T10:00:00Z",
            "tenant": "0344",
            "data": {"zaakidentificatie": number, "bronorganisatie": RSIN, **data},
        }
    )


CHANGED: dict[str, Any] = {
    "omschrijving": "Zo zegt de kern het",
    "toelichting": "",
    "einddatumGepland": "2027-01-31",
    "eigenschappen": [{"naam": "verhuisdatum", "waarde": "20270131"}],
    "rollenToegevoegd": [
        {
            "rolsoort": "belanghebbende",
            "betrokkene": {"soort": "natuurlijk_persoon", "bsn": OTHER_BSN},
        }
    ],
    "objectenToegevoegd": [
        {"soort": "natuurlijk_persoon", "persoon": {"soort": "natuurlijk_persoon", "bsn": BSN}}
    ],
}


async def test_what_the_core_changes_of_such_a_case_does_not_come_back(town: Town) -> None:
    number = await started(town)
    before = len(town.hub.told)
    town.hub.publish(of_the_core("bijgewerkt", number, **CHANGED))
    gone = {"rollenVerwijderd": CHANGED["rollenToegevoegd"]}
    town.hub.publish(of_the_core("bijgewerkt", number, **gone))
    closing = {"resultaattype": "Verwerkt", "datumAfgesloten": "2026-11-20T10:00:00Z"}
    town.hub.publish(of_the_core("afgesloten", number, **closing))
    await town.settled()
    await town.settled()
    assert not town.hub.errors
    assert town.hub.told[before:] == []
    await done(town, colleague(town).add_role, number, OTHER_BSN)
    assert [one["type"] for one in town.hub.told[before:]] == [
        "nl.burgerzaken.zaak.wijziging-ontvangen"
    ]


async def test_a_colleagues_change_beside_one_of_the_core_is_told(town: Town) -> None:
    number = await started(town)
    await asyncio.to_thread(colleague(town).set_case, number, toelichting="Van een collega")
    await town.simulator.notified()
    town.hub.publish(of_the_core("bijgewerkt", number, omschrijving="Van de kern"))
    await town.settled()
    changes = [one["data"] for one in town.hub.of("wijziging-ontvangen")]
    assert changes[-1]["toelichting"] == "Van een collega"


async def test_changes_of_a_case_of_the_core_stay_its_own(town: Town) -> None:
    await town.subscribe()
    for message in (GESTART, STATUS, BIJGEWERKT):
        town.hub.publish(message)
    await town.settled()
    rol = await done(town, colleague(town).add_role, ZAAK, "999992223")
    await done(town, colleague(town).remove, rol)
    await done(town, colleague(town).set_case, ZAAK, omschrijving="Anders")
    assert town.hub.told == []


async def test_a_look_that_is_cut_short_tells_the_change_once(town: Town) -> None:
    """And what changed before it was made again is told as well."""
    number = await started(town)
    known = dict(town.hub.references[number])
    case = await asyncio.to_thread(colleague(town).case, number)
    look = stages.stage(
        stages.ZAAK,
        "notificatie-1",
        {"zaak": case["url"], "resource": "zaak", "actie": "update"},
        time=town.hub.clock.now(),
        subject=number,
    )
    for omschrijving in ("Eerst", "Eerst", "Daarna"):
        await asyncio.to_thread(colleague(town).set_case, number, omschrijving=omschrijving)
        town.hub.references[number] = dict(known)  # its end was not recorded
        await town.hub.deliver(as_message(look))
    told = [one["data"]["omschrijving"] for one in town.hub.of("wijziging-ontvangen")]
    assert told == ["Eerst", "Daarna"]


def as_message(news: News) -> Message:
    return parse_message(
        {
            "specversion": "1.0",
            "id": news.id,
            "source": "urn:nld:oin:00000001002220647000:systeem:zaaksysteem",
            "type": news.type,
            "subject": news.subject,
            "time": news.time.isoformat(),
            "tenant": "0344",
            "data": dict(news.data),
        }
    )


async def test_what_is_remembered_of_a_case_shows_nobody(town: Town) -> None:
    number = await started(town, rollen=2)
    remembered = town.hub.references[number][facts.BEELD]
    bsns = [rol["betrokkene"]["bsn"] for rol in town.hub.of("ontvangen")[0]["data"]["rollen"]]
    assert bsns
    assert not [bsn for bsn in bsns if bsn in remembered]


async def test_a_case_that_is_removed_is_told_to_nobody(town: Town) -> None:
    number = await started(town)
    before = len(town.hub.told)
    await done(town, colleague(town).remove_case, number)
    assert town.hub.told[before:] == []
    assert not town.hub.errors
