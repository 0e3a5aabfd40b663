"""What stands in the way while a case is fetched: hidden, gone, foreign, unfinished, broken off."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.contract import ConfigurationError, Context, NotThere, RejectedError, TransientError
from adapters.zgw import ZgwAdapter
from adapters.zgw import stages as stages_of
from schemas import Message, parse_message
from schemas.messagetypes import ONTVANGST
from simulators.kit import FaultRule, Match
from simulators.zgw import ZgwSimulator
from simulators.zgw.store import ZAKEN, Record
from tests.adapters.zgw.inbound.conftest import Town, hub_for
from tests.adapters.zgw.inbound.hub import HandClock
from tests.adapters.zgw.messages import settings
from tests.conformance.memory_steps import MemorySteps
from tests.conformance.worker import Worker, everything_said

EIO = "/documenten/api/v1/enkelvoudiginformatieobjecten"
FORBIDDEN = {"status": 403, "body": {"code": "permission_denied", "title": "Geen recht"}}


def fault(kind: str, path: str, **settings: Any) -> FaultRule:
    return FaultRule(kind=kind, match=Match(method="GET", path=path), settings=settings, times=None)


async def started(town: Town, **asked: Any) -> str:
    await town.subscribe()
    return str((await town.others("/cases", asked))["identificaties"][0])


def record_of(town: Town, number: str) -> Record:
    found = town.simulator.world.store[ZAKEN + "zaken"].one(identificatie=number)
    assert found is not None
    return found


async def test_a_case_that_is_hidden_from_us_stops_nothing(town: Town) -> None:
    hidden = await started(town)
    path = f"/zaken/{record_of(town, hidden).uuid}$"
    await town.simulator.script([fault("status", path, **FORBIDDEN)])
    (other,) = (await town.others("/cases", {}))["identificaties"]
    await town.settled()
    assert not town.hub.errors
    assert {one["subject"] for one in town.hub.told} == {other}
    await town.simulator.clear_faults()
    await town.others("/cases/status", {"identificatie": hidden})
    await town.settled()
    assert len(town.hub.of("ontvangen")) == 2
    assert (await town.verdict())["clean"]


async def test_a_refused_credential_is_a_configuration_error(town: Town) -> None:
    await started(town)
    await town.simulator.notified()
    credential = {"clientId": "schakel-demo", "secret": "een ander geheim, ook lang genoeg is"}
    await town.others("/credentials", credential, method="PUT")
    await town.hub.work()
    assert town.hub.told == []
    assert {type(error) for error in town.hub.errors} == {ConfigurationError}


async def test_a_hidden_document_is_told_as_soon_as_it_is_shown(town: Town) -> None:
    number = await started(town)
    await town.simulator.script([fault("status", EIO + "/", **FORBIDDEN)])
    await town.settled()
    assert not town.hub.errors
    assert len(town.hub.of("ontvangen")) == 1
    assert not town.hub.of("document-ontvangen")
    await town.simulator.clear_faults()
    town.hub.clock.moment = town.hub.clock.moment.replace(year=town.hub.clock.moment.year + 1)
    await town.others("/cases/status", {"identificatie": number})
    await town.settled()
    assert (await town.verdict())["clean"]


async def test_an_outage_in_the_middle_is_tried_again_and_doubles_nothing(town: Town) -> None:
    await started(town, documents=2)
    outage = FaultRule(
        kind="status",
        match=Match(method="GET", path="/(rollen|statussen|zaakinformatieobjecten|download)"),
        settings={"status": 503, "retry_after": 1},
        times=3,
    )
    await town.simulator.script([outage])
    await town.settled()
    assert {type(error) for error in town.hub.errors} == {TransientError}
    assert (await town.verdict())["clean"]


async def test_a_download_that_breaks_off_is_not_kept(town: Town) -> None:
    await started(town, size=50_000)
    rule = FaultRule(
        kind="half_answer", phase="after", match=Match(method="GET", path="/download"), times=2
    )
    await town.simulator.script([rule])
    await town.settled()
    assert town.hub.errors
    assert {type(error) for error in town.hub.errors} == {TransientError}
    assert len(town.hub.shelf.kept) == 1
    assert (await town.verdict())["clean"]


async def test_a_login_page_is_not_taken_for_the_document(town: Town) -> None:
    await started(town)
    await town.simulator.script([fault("html_200", "/download")])
    await town.settled()
    assert not town.hub.of("document-ontvangen")
    assert any("2000" in error.detail for error in town.hub.errors)


async def test_a_document_that_is_being_uploaded_is_waited_for(town: Town) -> None:
    number = await started(town, documents=0)
    await town.settled()
    case = record_of(town, number)
    made = await town.others("/cases/document", {"identificatie": number, "size": 100})
    record = town.simulator.world.store[EIO].one(identificatie=identificatie(town, made["url"]))
    assert record is not None
    shown = {name: record.body[name] for name in ("inhoud", "bestandsdelen")}
    parts = {"inhoud": None, "bestandsdelen": [{"url": "x", "volgnummer": 1}]}
    record.body.update(parts)
    record.own["versions"][-1][0].update(parts)
    await town.simulator.notified()
    await town.hub.work(later=False)
    assert not town.hub.of("document-ontvangen")
    assert town.hub.details[-1] == "Waits until the whole content is there."
    record.body.update(shown)
    record.own["versions"][-1][0].update(shown)
    await town.hub.work()
    assert [one["data"]["inhoudAanwezig"] for one in town.hub.of("document-ontvangen")] == [True]
    assert case.url


async def test_a_document_that_never_gets_content_is_told_without_it(town: Town) -> None:
    number = await started(town, documents=0)
    await town.settled()
    made = await town.others("/cases/document", {"identificatie": number})
    record = town.simulator.world.store[EIO].one(identificatie=identificatie(town, made["url"]))
    assert record is not None
    parts = {"inhoud": None, "bestandsdelen": [{"url": "x", "volgnummer": 1}]}
    shown = {name: record.body[name] for name in parts}
    record.own["versions"][-1][0].update(parts)
    record.body.update(parts)
    await town.settled()
    (told,) = town.hub.of("document-ontvangen")
    assert told["data"]["inhoudAanwezig"] is False
    assert "dataref" not in told
    assert told["data"]["opmerkingen"]
    record.body.update(shown)
    record.own["versions"][-1][0].update(shown)
    town.hub.clock.moment = town.hub.clock.moment.replace(year=town.hub.clock.moment.year + 1)
    await town.others("/cases/status", {"identificatie": number})
    await town.settled()
    assert [one["data"]["inhoudAanwezig"] for one in town.hub.of("document-ontvangen")] == [
        False,
        True,
    ]


def identificatie(town: Town, url: str) -> str:
    found = town.simulator.world.store.at(url, EIO)
    assert found is not None
    return str(found.body["identificatie"])


async def test_addresses_elsewhere_are_not_followed_but_named(town: Town) -> None:
    number = await started(town, documents=1)
    case = record_of(town, number)
    elsewhere = "http://169.254.169.254/latest/meta-data"
    case.body.update({"hoofdzaak": elsewhere, "resultaat": elsewhere, "status": elsewhere})
    document = next(iter(town.simulator.world.store[EIO]))
    document.body["inhoud"] = elsewhere
    document.own["versions"][-1][0]["inhoud"] = elsewhere
    await town.settled()
    assert not town.hub.errors
    (told,) = town.hub.of("ontvangen")
    remarks = told["data"]["opmerkingen"]
    assert [one.split(":")[0] for one in remarks] == ["status", "resultaat", "hoofdzaak"]
    assert "169.254" not in " ".join(remarks)
    (document_told,) = town.hub.of("document-ontvangen")
    assert document_told["data"]["inhoudAanwezig"] is False


async def test_only_the_kinds_of_case_that_the_settings_name_are_told(
    simulator: ZgwSimulator, town: Town
) -> None:
    async with hub_for(simulator, zaaktypen=["B0105"]) as picky:
        narrow = Town(simulator, picky, town.control)
        await narrow.subscribe()
        await narrow.others("/cases", {"zaaktype": "B0237"})
        await narrow.others("/cases", {"zaaktype": "B0105"})
        await narrow.settled()
        polled = await picky.adapter.poll(None, picky.clock)
        picky.take(polled.news)
        await narrow.settled()
    assert [one["data"]["zaaktype"] for one in picky.of("ontvangen")] == ["B0105"]


async def test_another_organisation_is_left_out_when_the_settings_say_so(
    simulator: ZgwSimulator, town: Town
) -> None:
    async with hub_for(simulator, bronorganisatie="002564440") as picky:
        narrow = Town(simulator, picky, town.control)
        await narrow.subscribe()
        await narrow.others("/cases", {})
        await narrow.settled()
        polled = await picky.adapter.poll(None, picky.clock)
        assert not polled.news
    assert picky.told == []


async def test_names_of_types_are_those_of_the_core(simulator: ZgwSimulator, town: Town) -> None:
    made = settings(
        simulator.base_url,
        postroom={"callback_auth": "Bearer alleen-voor-het-testen-0001", "settle": 0},
        notificaties={"root": f"{simulator.base_url}/api/v1"},
        zaaktypen={"VERHUIZING": "B0237"},
        statustypen={"Binnen": "Ontvangen"},
        informatieobjecttypen={"Stuk": "Bijlage"},
        eigenschappen={"datum": "verhuisdatum"},
    )
    town.hub.adapter = ZgwAdapter(made, clock=town.hub.clock)
    await started(town)
    await town.settled()
    (case,) = town.hub.of("ontvangen")
    assert case["data"]["zaaktype"] == "VERHUIZING"
    assert case["data"]["status"]["statustype"] == "Binnen"
    assert "datum" in {one["naam"] for one in case["data"]["eigenschappen"]}
    assert town.hub.of("document-ontvangen")[0]["data"]["informatieobjecttype"] == "Stuk"


def stage(soort: str, **inhoud: Any) -> Message:
    return parse_message(
        {
            "specversion": "1.0",
            "id": "o-1",
            "source": "urn:nld:oin:00000001002220647000:systeem:zaaksysteem",
            "type": ONTVANGST,
            "time": "2026-11-23T12:00:00Z",
            "tenant": "0344",
            "orderingkey": "x",
            "data": {"soort": soort, "inhoud": inhoud},
        }
    )


def context(worker: Worker) -> Context:
    return worker.context(MemorySteps())


async def test_an_unknown_stage_and_a_switched_off_postroom_are_refused_with_a_sentence(
    town: Town,
) -> None:
    worker = Worker(town.hub.adapter)
    with pytest.raises(RejectedError) as caught:
        await town.hub.adapter.deliver(stage("zgw.iets"), context(worker))
    assert caught.value.code == "zgw:onbekend-soort"
    off = ZgwAdapter(settings(town.simulator.base_url), clock=HandClock())
    with pytest.raises(RejectedError) as caught:
        await off.deliver(stage(stages_of.ZAAKMELDING, zaak="x"), context(worker))
    assert caught.value.code == "zgw:postroom-uit"
    await off.aclose()


async def test_an_uncertain_stage_is_simply_done_again(town: Town) -> None:
    worker = Worker(town.hub.adapter)
    assert await town.hub.adapter.look_up(stage("zgw.zaak"), context(worker)) == NotThere()


async def test_no_error_or_receipt_says_anything_about_a_person(town: Town) -> None:
    await started(town, documents=1)
    await town.simulator.script([fault("status", "/rollen", status=500)])
    await town.settled()
    said = everything_said(town.hub.errors, town.hub.details, town.hub.receptions)
    assert town.hub.errors
    for secret in ("999993653", "999990019", "999992223", "alleen-voor-het-testen"):
        assert secret not in said
    bsn = json.dumps([one.query for one in town.simulator.journal.requests])
    assert "99999" not in bsn
