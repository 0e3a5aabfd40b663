"""The verdict in both directions; how lost, doubled and early are told apart is ZGW's own test."""

from datetime import UTC, datetime
from typing import Any

import pytest

from simulators.kit import Effect
from simulators.stuf_zds import published_verdict, received_verdict
from simulators.stuf_zds.outgoing import Rendered
from simulators.stuf_zds.pushing import Push
from tests.simulators.stuf_zds.helpers import Zaaksysteem
from tests.simulators.stuf_zds.messages import document, notify, role, status, zaak

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEYS = "<ZKN:identificatie>0392-1</ZKN:identificatie>"
RSIN = "002220647"


def _event(kind: str, number: int, case: str = "0392-1", **data: Any) -> dict[str, Any]:
    return {
        "id": f"{case}-{number}",
        "type": f"nl.burgerzaken.zaak.{kind}",
        "subject": case,
        "time": "2026-11-23T12:00:00.250Z",
        "data": {"bronorganisatie": RSIN, **data},
    }


def _story() -> list[dict[str, Any]]:
    return [
        _event(
            *("gestart", 1),
            initiator={"bsn": "999993653"},
            status={"statustype": "Ontvangen"},
        ),
        _event("status-gezet", 2, datumStatusGezet="2026-11-23T14:00:00.5+01:00"),
        _event("document-toegevoegd", 3, documentidentificatie="D-1", titel="Aangifte"),
        _event("bijgewerkt", 4, omschrijving="nader", einddatumGepland="2026-12-01"),
        _event("afgesloten", 5),
    ]


async def _played(zs: Zaaksysteem) -> None:
    first = status("Ontvangen", "20261123130000250")
    await notify(zs, "creeerZaak", "r-1", zaak("0392-1", after=first))
    second = KEYS + status("B", "20261123140000500")
    await notify(zs, "actualiseerZaakstatus", "r-2", KEYS, second, sort="W")
    await notify(zs, "voegZaakdocumentToe", "r-3", document("D-1", "0392-1"), entity="EDC")
    change = "<ZKN:omschrijving>nader</ZKN:omschrijving>"
    planned = f"{KEYS}{change}<ZKN:einddatumGepland>20261201</ZKN:einddatumGepland>"
    await notify(zs, "updateZaak", "r-4", KEYS, planned, sort="W")
    result = "<ZKN:resultaat><ZKN:omschrijving>Verwerkt</ZKN:omschrijving></ZKN:resultaat>"
    ended = f"{KEYS}{result}<ZKN:einddatum>20261124</ZKN:einddatum>"
    await notify(zs, "updateZaak", "r-5", KEYS, ended, sort="W")


async def test_a_story_that_arrived_is_clean(zs: Zaaksysteem) -> None:
    await _played(zs)
    found = await zs.told("/verdict", {"published": _story()})
    assert found["findings"] == {"lost": [], "doubled": [], "outOfOrder": []}
    assert (found["published"], found["delivered"], found["clean"]) == (5, 5, True)


async def test_what_never_came_is_lost_and_what_came_twice_is_doubled(zs: Zaaksysteem) -> None:
    await _played(zs)
    again = KEYS + status("B", "20261123140000500")
    await notify(zs, "actualiseerZaakstatus", "r-6", KEYS, again, sort="W")
    more = _event("document-toegevoegd", 6, documentidentificatie="D-2", titel="Bijlage")
    found = await zs.told("/verdict", [*_story(), more])
    assert (found["lost"], found["doubled"]) == (1, 1)
    assert found["findings"]["lost"][0]["event"] == "0392-1-6"


async def test_a_status_that_came_late_is_out_of_order(zs: Zaaksysteem) -> None:
    await _played(zs)
    story = _story()
    story.append(story.pop(1))
    assert (await zs.told("/verdict", {"published": story}))["outOfOrder"] > 0


def test_answers_to_a_handover_are_counted_per_case() -> None:
    made = [
        Effect(seq=number, at=NOON, request=0, kind="overdracht", case="0392-1")
        for number in (1, 2)
    ]
    events = [_event("overdracht-beantwoord", number) for number in (1, 2, 3)]
    assert published_verdict(made, events[:2]).clean
    assert published_verdict(made, events[:2]).delivered == 2
    assert [item.event for item in published_verdict(made, events).lost] == ["0392-1-3"]
    assert len(published_verdict(made, events[:1]).doubled) == 1


def test_an_end_status_counts_once_beside_an_einddatum() -> None:
    effects = [
        Effect(seq=number, at=NOON, request=0, kind=kind, case="0392-1")
        for number, kind in enumerate(("resultaat", "eindstatus", "einddatum"), start=1)
    ]
    events = [_event("afgesloten", 1)]
    assert published_verdict(effects, events).clean
    assert published_verdict([effects[0], effects[2]], events).clean
    assert published_verdict(effects[:1], events).lost
    assert published_verdict([*effects, effects[1]], events).doubled


async def test_roles_objects_besluiten_and_unlinking_are_judged_as_well(zs: Zaaksysteem) -> None:
    first = role("heeftAlsBelanghebbende", bsn="999990019") + role()
    object_ = (
        '<ZKN:heeftBetrekkingOp StUF:entiteittype="ZAKOBJ" StUF:verwerkingssoort="T">'
        '<ZKN:gerelateerde><ZKN:adres StUF:entiteittype="AOA" StUF:verwerkingssoort="T"/>'
        "</ZKN:gerelateerde></ZKN:heeftBetrekkingOp>"
    )
    await notify(zs, "creeerZaak", "r-1", zaak("0392-1", initiator=object_ + first))
    gone = role("heeftAlsBelanghebbende", "V", "999990019")
    await notify(zs, "updateZaak", "r-2", KEYS + gone, KEYS + gone, sort="W")
    rollen = [{"rolsoort": "belanghebbende"}]
    story = [
        _event("gestart", 1, initiator={"bsn": "x"}, rollen=rollen, objecten=[{"soort": "adres"}]),
        _event("bijgewerkt", 2, rollenVerwijderd=rollen),
    ]
    assert (await zs.told("/verdict", story))["findings"] == {
        "lost": [],
        "doubled": [],
        "outOfOrder": [],
    }
    lost = [*story, _event("besluit-bijgewerkt", 3, besluitidentificatie="B", toelichting="x")]
    assert (await zs.told("/verdict", lost))["lost"] == 1


async def test_a_case_can_be_reopened_and_closed_again(zs: Zaaksysteem) -> None:
    await notify(zs, "creeerZaak", "r-1", zaak("0392-1"))
    case = zs.simulator.world.state.cases["0392-1"]
    moments = (("Afgehandeld", 14), ("Heropend", 15), ("Afgehandeld", 16))
    for number, (name, hour) in enumerate(moments, start=2):
        set_ = KEYS + status(name, f"20261123{hour}0000")
        await notify(zs, "actualiseerZaakstatus", f"r-{number}", KEYS, set_, sort="W")
        assert case.closed == (name == "Afgehandeld")
    assert [effect["omschrijving"] for effect in zs.effects("eindstatus")] == ["Afgehandeld"] * 2
    emptied = f'{KEYS}<ZKN:einddatum StUF:noValue="geenWaarde" xsi:nil="true"/>'
    await notify(zs, "updateZaak", "r-9", KEYS, emptied, sort="W")
    assert not case.closed


@pytest.mark.parametrize("bad", [{"events": []}, [1], "x", [{"id": 1}], {"received": 1}])
async def test_a_question_that_cannot_be_read_is_a_400(zs: Zaaksysteem, bad: Any) -> None:
    assert (await zs.control.post("/verdict", json=bad)).status_code == 400


def _push(message: str, number: int, subject: str = "", outcome: str = "accepted") -> Push:
    rendered = Rendered(reference=f"ref-{number}", body=b"", headers={})
    return Push(message=message, case="0392-1", subject=subject, rendered=rendered, outcome=outcome)


_TOLD = [
    _push("creeerZaak", 1),
    _push("voegZaakdocumentToe", 2, "D-1"),
    _push("actualiseerZaakstatus", 3, "20261123140000500"),
    _push("overdragenZaak", 4),
    _push("voegZaakdocumentToe", 5, "D-2", outcome="given up"),
]


def _received() -> list[dict[str, Any]]:
    return [
        _event("ontvangen", 1),
        _event("document-ontvangen", 2, documentidentificatie="D-1"),
        _event("status-ontvangen", 3, datumStatusGezet="2026-11-23T13:00:00Z"),
        _event("overdracht-gevraagd", 4),
    ]


def test_what_was_confirmed_came_out_once_and_in_order() -> None:
    found = received_verdict(_TOLD, [*_received(), _received()[0]])
    assert (found.clean, found.published, found.delivered) == (True, 4, 4)


@pytest.mark.parametrize("number", range(4))
def test_what_was_confirmed_and_did_not_come_out_is_lost(number: int) -> None:
    received = _received()
    del received[number]
    found = received_verdict(_TOLD, received)
    assert [item.event for item in found.lost] == [f"ref-{number + 1}"]
    assert not found.doubled


@pytest.mark.parametrize("number", range(4))
def test_what_came_out_twice_is_doubled(number: int) -> None:
    received = _received()
    received.append(received[number] | {"id": "nieuw"})
    assert len(received_verdict(_TOLD, received).doubled) == 1


async def test_the_hubs_own_work_that_is_told_back_must_not_come_out(zs: Zaaksysteem) -> None:
    await _played(zs)
    nobody = {"url": "http://127.0.0.1:9/", "pauses": []}
    assert (await zs.control.put("/consumer", json=nobody)).status_code == 200
    for message in ("creeerZaak", "actualiseerZaakstatus", "voegZaakdocumentToe"):
        await zs.told("/push", {"zaakidentificatie": "0392-1", "message": message})
    added = {"zaakidentificatie": "0392-1", "titel": "Later", "push": True}
    number = (await zs.told("/documents", added))["documentidentificatie"]
    await zs.simulator.pushed()
    for push in zs.simulator.pushes:
        push.outcome = "accepted"
    news = _event("document-ontvangen", 1, documentidentificatie=number)
    found = await zs.told("/verdict", {"received": [news]})
    assert (found["clean"], found["published"], found["echoed"]) == (True, 1, 0)
    echo = _event("ontvangen", 2)
    found = await zs.told("/verdict", {"received": [news, echo, echo]})
    assert (found["clean"], found["echoed"]) == (False, 1)
    assert [one["event"] for one in found["findings"]["echoed"]] == [echo["id"]]


def test_what_came_out_early_is_out_of_order() -> None:
    received = _received()
    received.insert(0, received.pop())
    assert received_verdict(_TOLD, received).out_of_order
