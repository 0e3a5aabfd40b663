"""Each habit by what a caller sees of it."""

from datetime import timedelta
from typing import Any

import pytest

from simulators.stuf_zds import PRESETS, STANDAARD, Habits
from tests.simulators.stuf_zds.helpers import SOAP12, STUF, Zaaksysteem
from tests.simulators.stuf_zds.messages import (
    ask,
    notification,
    notify,
    order,
    question,
    status,
    zaak,
)

KEYS = "<ZKN:identificatie>0392-1</ZKN:identificatie>"


async def _with(zs: Zaaksysteem, **habits: Any) -> None:
    answer = await zs.control.put("/habits", json=habits)
    assert answer.status_code == 200, answer.text


async def _created(zs: Zaaksysteem, reference: str = "r-1", **more: str) -> Any:
    return await notify(zs, "creeerZaak", reference, zaak("0392-1"), **more)


async def test_wrapped_answers_say_bv03_and_fo03_with_status_200(zs: Zaaksysteem) -> None:
    await _with(zs, **{"as": "habit-sigmax"})
    good = await _created(zs, version="1.1")
    bad = await _created(zs, "r-2", version="1.1")
    assert (good.code, bad.code, bad.fault) == ("Bv03", "Fo03", "Fo03")
    for reply in (good, bad):
        assert reply.http.status_code == 200
        assert b"http://tempuri.org/" in reply.http.content
        assert reply.texts("applicatie") == ["", ""]
        assert not reply.texts("crossRefnummer")


async def test_long_references_break_the_limit(zs: Zaaksysteem) -> None:
    await _with(zs, long_references=True)
    assert len((await _created(zs)).text("referentienummer")) == 64


async def test_answers_in_another_charset_say_so(zs: Zaaksysteem) -> None:
    await _with(zs, charset="iso-8859-1")
    await notify(zs, "creeerZaak", "r-1", zaak("0392-1").replace("Verhuizing<", "Café ☃<", 1))
    reply = await ask(zs, "geefZaakdetails", "0392-1")
    assert reply.http.headers["content-type"] == "text/xml; charset=iso-8859-1"
    assert b"Caf\xe9 &#9731;" in reply.http.content
    assert reply.text("omschrijving") == "Café ☃"


async def test_soap_11_only(zs: Zaaksysteem) -> None:
    await _with(zs, soap11_only=True)
    body = notification("creeerZaak", "r-1", zaak("0392-1"))
    reply = await zs.send("OntvangAsynchroon", body, soap=SOAP12)
    assert (reply.http.status_code, reply.body) == (500, None)
    assert (await zs.send("OntvangAsynchroon", body)).code == "Bv03"


async def test_a_version_that_is_not_spoken_is_stuf004(zs: Zaaksysteem) -> None:
    await _with(zs, profiles=["1.1"])
    assert (await _created(zs)).fault == "StUF004"
    assert (await _created(zs, "r-2", version="1.1")).code == "Bv03"


@pytest.mark.parametrize(
    ("habit", "status_code", "content"),
    [("empty_faults", 200, b"Body/>"), ("bare_faults", 500, b"faultstring")],
)
async def test_poor_faults(zs: Zaaksysteem, habit: str, status_code: int, content: bytes) -> None:
    await _with(zs, **{habit: True})
    reply = await notify(zs, "updateZaak", "r-1", KEYS, sort="W")
    assert (reply.http.status_code, reply.body) == (status_code, None)
    assert content in reply.http.content
    assert b"Fo03" not in reply.http.content


async def test_an_update_must_be_a_change_unless_the_habit_is_lax(zs: Zaaksysteem) -> None:
    await _created(zs)
    body = notification("updateZaak", "r-2", KEYS)
    assert (await zs.send("OntvangAsynchroon", body)).fault == "StUF058"
    await _with(zs, refuses_add_as_update=False)
    assert (await zs.send("OntvangAsynchroon", body)).code == "Bv03"


async def test_two_objects_can_be_demanded(zs: Zaaksysteem) -> None:
    await _created(zs)
    assert (await notify(zs, "updateZaak", "r-2", KEYS, sort="W")).code == "Bv03"
    await _with(zs, needs_two_objects=True)
    assert (await notify(zs, "updateZaak", "r-3", KEYS, sort="W")).fault == "StUF055"


async def test_closing_only_after_a_resultaat(zs: Zaaksysteem) -> None:
    await _with(zs, closing_needs_result=True)
    await _created(zs)
    ended = f"{KEYS}<ZKN:einddatum>20261124</ZKN:einddatum>"
    assert (await notify(zs, "updateZaak", "r-2", KEYS, ended, sort="W")).fault == "StUF058"
    last = KEYS + status("Afgehandeld", "20261124120000")
    assert (await notify(zs, "actualiseerZaakstatus", "r-3", KEYS, last, sort="W")).fault
    result = "<ZKN:resultaat><ZKN:omschrijving>Verwerkt</ZKN:omschrijving></ZKN:resultaat>"
    await notify(zs, "updateZaak", "r-4", KEYS, KEYS + result, sort="W")
    assert (await notify(zs, "actualiseerZaakstatus", "r-5", last, sort="W")).code == "Bv03"
    assert [effect["case"] for effect in zs.effects("eindstatus")] == ["0392-1"]


@pytest.mark.parametrize(
    ("closes_on", "by_date", "by_status"),
    [("einddatum", True, False), ("status", False, True), ("both", True, True)],
)
async def test_what_closes_a_case(
    zs: Zaaksysteem, *, closes_on: str, by_date: bool, by_status: bool
) -> None:
    await _with(zs, closes_on=closes_on)
    last = status("Afgehandeld", "20261124120000")
    dated = zaak("0392-1").replace(
        "</ZKN:registratiedatum>", "</ZKN:registratiedatum><ZKN:einddatum>20261124</ZKN:einddatum>"
    )
    await notify(zs, "creeerZaak", "r-1", dated)
    await notify(zs, "creeerZaak", "r-2", zaak("0392-2", after=last))
    cases = zs.simulator.world.state.cases
    assert (cases["0392-1"].closed, cases["0392-2"].closed) == (by_date, by_status)


async def test_times_that_do_not_increase_are_stuf019(zs: Zaaksysteem) -> None:
    await _with(zs, increasing_time=True)
    for reference, moment, fault in (
        ("r-1", "20261123120000100", ""),
        ("r-2", "20261123120000100", "StUF019"),
        ("r-3", "20261123120000200", ""),
    ):
        item = zaak(f"0392-{reference}")
        reply = await notify(zs, "creeerZaak", reference, item, moment=moment)
        assert reply.fault == fault
    await _with(zs, whole_seconds=True)
    reply = await notify(zs, "creeerZaak", "r-4", zaak("0392-9"), moment="20261123120000900")
    assert reply.fault == "StUF019"
    reply = await notify(zs, "creeerZaak", "r-5", zaak("0392-9"), moment="20261123120001000")
    assert len(reply.text("tijdstipBericht")) == 14


async def test_a_system_without_memory_does_a_message_again(zs: Zaaksysteem) -> None:
    await _with(zs, repeats_answer=False)
    await _created(zs)
    assert (await _created(zs)).fault == "StUF058"


async def test_processing_may_come_later_and_fail_in_silence(zs: Zaaksysteem) -> None:
    await _with(zs, **{"as": "habit-laat"})
    assert (await _created(zs)).code == "Bv03"
    assert (await _created(zs, "r-2")).code == "Bv03"
    assert not (await ask(zs, "geefZaakdetails", "0392-1")).texts("antwoord")
    both = (KEYS, KEYS + status("Ontvangen", "20261123130000"))
    early = await notify(zs, "actualiseerZaakstatus", "r-3", *both, sort="W")
    assert early.fault == "StUF064"
    await zs.simulator.advance_clock(timedelta(seconds=5))
    assert (await ask(zs, "geefZaakdetails", "0392-1")).texts("antwoord")
    assert len(zs.effects("zaak")) == 1
    assert (await notify(zs, "actualiseerZaakstatus", "r-3", *both, sort="W")).code == "Bv03"


async def test_numbers_in_an_own_style_and_only_own_numbers(zs: Zaaksysteem) -> None:
    await _with(zs, case_number="SIA-{number}.01", only_own_numbers=True)
    assert (await _created(zs)).fault == "StUF058"
    names = ("genereerZaakIdentificatie", "genereerZaakidentificatie")
    number = (await order(zs, *names)).text("identificatie")
    assert number == "SIA-1.01"
    assert (await notify(zs, "creeerZaak", "r-2", zaak(number))).code == "Bv03"


async def test_a_lenient_system_takes_what_a_strict_one_refuses(zs: Zaaksysteem) -> None:
    wrong = zaak("0392-1", after="<ZKN:toelichting>laat</ZKN:toelichting><ZKN:onbekend/>")
    await _with(zs, strict_order=False, strict_fields=False)
    assert (await notify(zs, "creeerZaak", "r-1", wrong)).code == "Bv03"
    assert zs.simulator.world.state.cases["0392-1"].value("toelichting") == "laat"
    assert (await notify(zs, "creeerZaak", "r-2", "")).fault == "StUF055"


async def test_an_empty_scope_can_be_refused(zs: Zaaksysteem) -> None:
    await _created(zs)
    await _with(zs, refuses_empty_scope=True)
    assert (await ask(zs, "geefZaakdetails", "0392-1")).code == "La01"
    bare = question("geefZaakdetails", "0392-1").replace(' StUF:scope="alles"', "")
    assert (await zs.send("BeantwoordVraag", bare)).fault == "StUF058"
    one = bare.replace(
        '<ZKN:object StUF:entiteittype="ZAK"/>',
        '<ZKN:object StUF:entiteittype="ZAK"><ZKN:startdatum/></ZKN:object>',
    )
    reply = await zs.send("BeantwoordVraag", one)
    assert (reply.texts("startdatum"), reply.texts("omschrijving")) == (["20261123"], [])


@pytest.mark.parametrize("name", sorted(PRESETS))
async def test_every_preset_takes_a_case_and_says_what_is_invented(
    zs: Zaaksysteem, name: str
) -> None:
    await _with(zs, **{"as": name})
    habits, about = PRESETS[name]
    assert zs.simulator.world.habits == habits
    assert (await _created(zs, version="1.1")).code == "Bv03"
    assert name == "standaard" or (name.startswith("habit-") and "nvented" in about)


@pytest.mark.parametrize(
    "wrong",
    [
        *({"as": "onbekend"}, {"onbekend": 1}, {"charset": "ebcdic"}, {"strict_order": 1}),
        *({"profiles": "1.1"}, {"processes_after": "5"}, {"processes_after": True}, []),
    ],
)
async def test_a_habit_that_is_not_known_changes_nothing(zs: Zaaksysteem, wrong: Any) -> None:
    assert (await zs.control.put("/habits", json=wrong)).status_code == 400
    assert zs.simulator.world.habits == STANDAARD == Habits()


@pytest.mark.parametrize(
    "wrong", [{"code": "StUF999"}, {"times": -1}, {"late": 2}, {"wat": 1}, "x"]
)
async def test_a_refusal_that_is_not_understood_is_not_added(zs: Zaaksysteem, wrong: Any) -> None:
    assert (await zs.control.post("/refusals", json=wrong)).status_code == 400
    assert (await zs.control.get("/refusals")).json() == []


async def test_refusals_can_be_seen_skipped_and_cleared(zs: Zaaksysteem) -> None:
    await zs.told("/refusals", [{"operation": "creeerZaak", "skip": 1, "times": None}])
    assert (await _created(zs)).code == "Bv03"
    assert (await _created(zs, "r-2")).fault == "StUF046"
    assert [item["hits"] for item in (await zs.control.get("/refusals")).json()] == [1]
    assert (await zs.control.delete("/refusals")).json() == []
    assert (await _created(zs, "r-3")).fault == "StUF058"


async def test_confirmations_and_faults_from_the_other_side_are_taken(zs: Zaaksysteem) -> None:
    head = (
        "<StUF:stuurgegevens><StUF:berichtcode>Bv03</StUF:berichtcode><StUF:zender>"
        "<StUF:applicatie>SCHAKEL</StUF:applicatie></StUF:zender><StUF:ontvanger>"
        "<StUF:applicatie>ZSX</StUF:applicatie></StUF:ontvanger>"
        "<StUF:referentienummer>b-1</StUF:referentienummer>"
        "<StUF:tijdstipBericht>20261123120000</StUF:tijdstipBericht>"
        "<StUF:crossRefnummer>r-1</StUF:crossRefnummer></StUF:stuurgegevens>"
    )
    body = f'<StUF:Bv03Bericht xmlns:StUF="{STUF}">{head}</StUF:Bv03Bericht>'
    assert (await zs.send("OntvangAsynchroon", body)).code == "Bv03"
    assert zs.effects("bericht") == [{"case": None, "code": "Bv03", "cross": "r-1"}]
