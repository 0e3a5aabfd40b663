"""The zaaksysteem starts cases by itself and tells the other side, until an answer counts."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from lxml import etree

from schemas.xml import parse_xml
from simulators import running
from simulators.stuf_zds import StufZdsSimulator
from tests.simulators.stuf_zds.conftest import official
from tests.simulators.stuf_zds.helpers import NAMESPACES, Zaaksysteem, stuurgegevens
from tests.simulators.stuf_zds.messages import ask
from tests.simulators.stuf_zds.receiver import Receiver, answer


@pytest.fixture
async def other() -> AsyncIterator[Receiver]:
    async with Receiver() as receiver:
        yield receiver


async def _known(zs: Zaaksysteem, other: Receiver, **more: Any) -> None:
    consumer = {"url": other.url, "pauses": [0.001, 0.001], **more}
    assert (await zs.control.put("/consumer", json=consumer)).status_code == 200


def _body(data: bytes) -> etree._Element:
    found = parse_xml(data).find("{*}Body")
    assert found is not None
    return found[0]


@pytest.mark.standards
@pytest.mark.parametrize("profile", ["1.1", "1.2"])
@pytest.mark.parametrize("soap", ["1.1", "1.2"])
async def test_a_case_with_documents_and_status_is_told_in_order(
    zs: Zaaksysteem, other: Receiver, profile: str, soap: str
) -> None:
    await _known(zs, other, profile=profile, soap=soap)
    made = await zs.told(
        "/cases",
        {
            "zaaktype": {"code": "B0237", "omschrijving": "Verhuizing"},
            "initiator": {"bsn": "999990019", "geslachtsnaam": "Voorbeeld"},
            "documents": [{"titel": "Aangifte", "tekst": "inhoud"}],
            "kenmerken": {"portaal": "p-1"},
            "extra": {"verhuisdatum": "20261201"},
            "status": "Ontvangen",
            "push": True,
        },
    )
    number = made["zaakidentificatie"]
    await zs.told("/statuses", {"zaakidentificatie": number, "omschrijving": "B", "push": True})
    await zs.told("/documents", {"zaakidentificatie": number, "titel": "Later", "push": True})
    await zs.told("/push", {"zaakidentificatie": number, "message": "overdragenZaak"})
    await zs.simulator.pushed()
    pushes = (await zs.control.get("/pushes")).json()
    assert [push["message"] for push in pushes] == [
        *("creeerZaak", "voegZaakdocumentToe", "actualiseerZaakstatus"),
        *("voegZaakdocumentToe", "overdragenZaak"),
    ]
    assert {push["outcome"] for push in pushes} == {"accepted"}
    for data, push in zip(other.bodies, pushes, strict=True):
        version = "1.2" if push["message"] == "overdragenZaak" else profile
        official(version).assertValid(_body(data))
    first = other.headers[0]
    action = first["SOAPAction"] if soap == "1.1" else first["Content-Type"]
    assert "creeerZaak_" in action
    assert (await ask(zs, "geefZaakdetails", number)).texts("antwoord")


async def test_it_tries_again_byte_for_byte_until_bv03(zs: Zaaksysteem, other: Receiver) -> None:
    other.script = [(503, b"<html/>"), (500, answer("Fo03", "StUF046"))]
    await _known(zs, other)
    await zs.told("/cases", {"push": True})
    await zs.simulator.pushed()
    (push,) = zs.simulator.pushes
    assert [(item.status, item.code, item.fault) for item in push.attempts] == [
        *((503, "", ""), (500, "Fo03", "StUF046"), (200, "Bv03", "")),
    ]
    assert len(other.bodies) == 3
    assert len(set(other.bodies)) == 1


async def test_a_refusal_ends_it_and_nobody_there_gives_it_up(
    zs: Zaaksysteem, other: Receiver
) -> None:
    other.script = [(500, answer("Fo03", "StUF055"))]
    await _known(zs, other)
    await zs.told("/cases", {"push": True})
    await zs.simulator.pushed()
    await zs.control.put("/consumer", json={"url": "http://127.0.0.1:9/", "pauses": [0.001]})
    await zs.told("/cases", {"push": True})
    await zs.simulator.pushed()
    refused, lost = zs.simulator.pushes
    assert (refused.outcome, len(refused.attempts)) == ("refused", 1)
    assert (lost.outcome, [item.status for item in lost.attempts]) == ("given up", [None, None])


async def test_repeat_sends_the_same_bytes_twice(zs: Zaaksysteem, other: Receiver) -> None:
    await _known(zs, other, basic={"name": "zs", "secret": "geheim"})
    await zs.told("/cases", {"push": True, "repeat": True})
    await zs.simulator.pushed()
    assert len(other.bodies) == 2
    assert other.bodies[0] == other.bodies[1]
    assert len(zs.simulator.pushes[0].attempts) == 2
    assert other.headers[0]["Authorization"].startswith("Basic ")


async def test_a_schedule_starts_cases_until_it_is_done(zs: Zaaksysteem, other: Receiver) -> None:
    await _known(zs, other)
    await zs.told("/schedule", {"every": 0.001, "count": 3, "case": {"omschrijving": "Vanzelf"}})
    await zs.simulator.pushed()
    assert len(other.bodies) == 3
    assert len(zs.simulator.world.state.cases) == 3
    await zs.told("/schedule", {"every": 60})
    assert (await zs.control.delete("/schedule")).json() == {"stopped": True}
    await other.until(4)
    await zs.simulator.pushed()
    assert len(zs.simulator.pushes) == 4


async def test_two_zaaksystemen_can_tell_each_other(zs: Zaaksysteem) -> None:
    async with running(StufZdsSimulator()) as second:
        url = f"{second.base_url}/OntvangAsynchroon"
        for profile in ("1.1", "1.2"):
            await zs.control.put("/consumer", json={"url": url, "profile": profile})
            number = f"0392-{profile}"
            document = {"titel": "T", "tekst": "x"}
            await zs.told(
                "/cases", {"identificatie": number, "documents": [document], "push": True}
            )
        await zs.simulator.pushed()
        assert {push.outcome for push in zs.simulator.pushes} == {"accepted"}
        assert list(second.world.state.cases) == ["0392-1.1", "0392-1.2"]
        assert len(second.world.state.documents) == 2


async def test_a_handover_is_answered_once_and_only_when_it_was_asked(
    zs: Zaaksysteem, other: Receiver
) -> None:
    await _known(zs, other)
    await zs.told("/cases", {"identificatie": "0392-1"})
    asked = {"zaakidentificatie": "0392-1", "message": "overdragenZaak"}
    cross = (await zs.told("/push", asked))["referentienummer"]
    await zs.simulator.pushed()
    for reference, to, words, code in (
        ("d-1", "onbekend", "Overdracht geaccepteerd", "StUF043"),
        ("d-2", cross, "Misschien", "StUF055"),
        ("d-3", cross, "Overdracht geaccepteerd", ""),
        ("d-4", cross, "Overdracht geweigerd", ""),
    ):
        head = stuurgegevens("Du01", reference, crossRefnummer=to, functie="overdragenZaak")
        body = (
            f"<ZDS:overdragenZaak_Du01 {NAMESPACES}>{head}<ZKN:object "
            'StUF:entiteittype="ZAK" StUF:functie="entiteit"><ZKN:identificatie>0392-1'
            f"</ZKN:identificatie><ZKN:antwoord>{words}</ZKN:antwoord></ZKN:object>"
            "</ZDS:overdragenZaak_Du01>"
        )
        assert (await zs.send("OntvangAsynchroon", body)).fault == code
    (case,) = (await zs.control.get("/cases")).json()
    assert case["handover"] == "Overdracht geaccepteerd"


@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("/cases", {"onbekend": 1}),
        ("/cases", []),
        ("/cases", {"push": True}),
        ("/cases", {"documents": [{"inhoud": "*"}]}),
        ("/cases", {"initiator": "x"}),
        ("/push", {"message": "onbekend"}),
        ("/push", {"message": "creeerZaak", "zaakidentificatie": "geen"}),
        ("/statuses", {"zaakidentificatie": "geen"}),
        ("/schedule", {"every": 0}),
        ("/schedule", {"every": 1, "count": 0}),
        ("/schedule", {"every": 1}),
    ],
)
async def test_what_the_desk_does_not_understand(zs: Zaaksysteem, path: str, document: Any) -> None:
    assert (await zs.control.post(path, json=document)).status_code == 400
    assert not zs.simulator.pushes


@pytest.mark.parametrize(
    "wrong", [{}, {"url": "x", "soap": "2"}, {"url": "x", "profile": "1.3"}, {"url": "x", "wat": 1}]
)
async def test_a_consumer_that_is_not_understood(zs: Zaaksysteem, wrong: Any) -> None:
    assert (await zs.control.put("/consumer", json=wrong)).status_code == 400


async def test_the_page_shows_cases_documents_and_pushes(zs: Zaaksysteem, other: Receiver) -> None:
    await _known(zs, other)
    await zs.told("/cases", {"documents": [{"titel": "T"}], "status": "Ontvangen", "push": True})
    await zs.simulator.pushed()
    page = (await zs.control.get("/")).text
    for words in ("Zaken (1)", "Documenten (1)", "Verzonden (2)", "Ontvangen", "accepted"):
        assert words in page
    assert "999993653" not in page
