"""Cases that others start: told complete, once and in order, whatever the notifications do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.adapters.zgw.inbound.conftest import Town
from tests.adapters.zgw.messages import STORY, ZAAK

GESTART, STATUS, DOCUMENT, BIJGEWERKT, AFGESLOTEN = STORY


async def test_a_case_is_told_complete_with_its_status_and_documents(town: Town) -> None:
    await town.subscribe()
    made = await town.others("/cases", {"documents": 2, "rollen": 2})
    await town.settled()
    assert not town.hub.errors
    assert (await town.verdict())["clean"], await town.verdict()
    (case,) = town.hub.of("ontvangen")
    assert case["subject"] == made["identificaties"][0]
    data = case["data"]
    assert data["zaaktype"] == "B0237"
    assert data["bestemming"] == "zaaksysteem"
    assert data["initiator"]["bsn"]
    assert [rol["rolsoort"] for rol in data["rollen"]] == ["belanghebbende"] * 2
    assert {one["naam"] for one in data["eigenschappen"]} == {"verhuisdatum", "aantal_personen"}
    assert data["objecten"][0]["gegevens"]["gorOpenbareRuimteNaam"] == "Proefstraat"
    assert data["status"]["statustype"] == "Ontvangen"
    assert "opmerkingen" not in data
    assert [one["data"]["inhoudAanwezig"] for one in town.hub.of("document-ontvangen")] == [
        True
    ] * 2
    assert len(town.hub.of("status-ontvangen")) == 1


async def test_many_notifications_of_a_new_case_cost_one_look(town: Town) -> None:
    await town.subscribe()
    await town.others("/cases", {})
    await town.settled()
    looks = [one.path for one in town.simulator.journal.requests if one.path.endswith("/rollen")]
    assert len(looks) == 1


@pytest.mark.parametrize("seed", range(4))
async def test_doubled_and_swapped_notifications_change_nothing(town: Town, seed: int) -> None:
    await town.subscribe()
    habits = {"double": 0.5, "swap": 0.5, "seed": seed}
    await town.others("/notifications", habits, method="PUT")
    for _ in range(3):
        made = await town.others("/cases", {"documents": 2})
        await town.settled()
        await town.others("/cases/document", {"identificatie": made["identificaties"][0]})
        await town.others("/cases/status", {"identificatie": made["identificaties"][0]})
    await town.settled()
    verdict = await town.verdict()
    assert verdict["clean"], verdict
    assert verdict["started"] == 3 * (1 + 2 + 3)


async def test_a_later_document_status_and_version_are_each_told_once(town: Town) -> None:
    await town.subscribe()
    (number,) = (await town.others("/cases", {}))["identificaties"]
    await town.settled()
    before = len(town.hub.told)
    later = await town.others("/cases/document", {"identificatie": number, "titel": "Bewijsstuk"})
    await town.settled()
    await town.others("/cases/status", {"identificatie": number})
    await town.settled()
    await town.others("/cases/version", {"url": later["url"]})
    await town.settled()
    new = [(one["type"].rpartition(".")[2], one["subject"]) for one in town.hub.told[before:]]
    kinds = ["document-ontvangen", "status-ontvangen", "document-ontvangen"]
    assert new == [(kind, number) for kind in kinds]
    assert town.hub.told[-1]["data"]["versie"] == "2"
    assert (await town.verdict())["clean"]


async def test_what_the_core_sends_does_not_come_back(town: Town) -> None:
    await town.subscribe()
    for message in (GESTART, STATUS, DOCUMENT, BIJGEWERKT):
        town.hub.publish(message)
    await town.settled()
    await town.settled()
    assert town.hub.told == []
    assert not town.hub.errors
    assert town.hub.receptions


async def test_what_others_add_to_a_case_of_the_core_is_told(town: Town) -> None:
    await town.subscribe()
    for message in (GESTART, STATUS, DOCUMENT):
        town.hub.publish(message)
    await town.settled()
    await town.others("/cases/document", {"identificatie": ZAAK})
    await town.others("/cases/status", {"identificatie": ZAAK})
    await town.settled()
    assert not town.hub.of("ontvangen")
    assert [one["subject"] for one in town.hub.told] == [ZAAK, ZAAK]
    verdict = await town.verdict()
    assert verdict["clean"], verdict


async def test_a_notification_of_our_case_before_its_delivery_ended_waits(town: Town) -> None:
    """The lane of another ordering key: the mark is there, the references are not yet."""
    await town.subscribe()
    await town.hub.deliver(GESTART)
    known = town.hub.references.pop(ZAAK)
    await town.simulator.notified()
    await town.hub.work(later=False)
    assert any("our own delivery" in detail for detail in town.hub.details)
    town.hub.references[ZAAK] = known
    await town.hub.work()
    assert town.hub.details[-1] == "Nothing to tell: the case is known."
    assert town.hub.told == []


async def test_a_case_with_our_mark_under_another_number_is_left_alone_in_the_end(
    town: Town,
) -> None:
    await town.subscribe()
    await town.hub.deliver(GESTART)
    town.hub.references.clear()
    began = town.hub.clock.now()
    await town.settled()
    assert town.hub.told == []
    assert "numbers of its own" in town.hub.details[-1]
    assert town.hub.clock.now() - began < timedelta(hours=1)


async def test_the_hub_gets_what_was_sent_while_its_store_was_away(town: Town) -> None:
    await town.subscribe()
    town.hub.deaf = True
    await town.others("/cases", {})
    await town.hub.work()
    assert town.hub.told == []
    town.hub.deaf = False
    await town.settled()
    found = await town.verdict()
    # whatever was given up within the simulator's short retries is found by looking
    polled = await town.hub.adapter.poll(None, town.hub.clock)
    town.hub.take(polled.news)
    await town.settled()
    assert (await town.verdict())["clean"], found


async def test_dropped_notifications_are_made_up_for_by_looking(town: Town) -> None:
    await town.subscribe()
    await town.others("/notifications", {"drop": 1.0}, method="PUT")
    await town.others("/cases", {"count": 3, "documents": 1})
    await town.settled()
    assert town.hub.told == []
    for _ in range(3):
        polled = await town.hub.adapter.poll(None, town.hub.clock)
        town.hub.take(polled.news)
        await town.settled()
    verdict = await town.verdict()
    assert verdict["clean"], verdict
    assert len(town.hub.of("ontvangen")) == 3


async def test_a_case_that_is_removed_meanwhile_is_no_error(town: Town) -> None:
    await town.subscribe()
    (number,) = (await town.others("/cases", {}))["identificaties"]
    await town.simulator.notified()
    world = town.simulator.world
    record = world.store["/zaken/api/v1/zaken"].one(identificatie=number)
    assert record is not None
    world.store["/zaken/api/v1/zaken"].remove(record)
    await town.hub.work()
    assert town.hub.told == []
    assert not town.hub.errors
    assert any("not there any more" in detail for detail in town.hub.details)
