"""Cases from create to close in both versions, and every way in which a message is refused."""

import pytest

from simulators.stuf_zds import Habits, Switch
from tests.simulators.stuf_zds.conftest import official
from tests.simulators.stuf_zds.helpers import SOAP12, Zaaksysteem, enveloped
from tests.simulators.stuf_zds.messages import (
    ISVAN,
    NO_STATUS,
    SET_BY,
    ask,
    notification,
    notify,
    order,
    role,
    status,
    zaak,
)

KEYS = "<ZKN:identificatie>0392-1</ZKN:identificatie>"


@pytest.mark.parametrize("version", ["1.1", "1.2"])
async def test_a_case_is_created_gets_a_status_and_is_closed(zs: Zaaksysteem, version: str) -> None:
    mark = "<ZKN:kenmerk><ZKN:kenmerk>m-1</ZKN:kenmerk><ZKN:bron>schakel</ZKN:bron></ZKN:kenmerk>"
    created = await notify(zs, "creeerZaak", "r-1", zaak("0392-1", before=mark), version=version)
    assert (created.code, created.text("crossRefnummer")) == ("Bv03", "r-1")
    assert created.texts("applicatie") == ["ZSX", "SCHAKEL"]
    await notify(
        *(zs, "actualiseerZaakstatus", "r-2", KEYS + NO_STATUS),
        KEYS + status("In behandeling", "20261123130000000"),
        version=version,
        sort="W",
    )
    result = "<ZKN:resultaat><ZKN:omschrijving>Verwerkt</ZKN:omschrijving></ZKN:resultaat>"
    closing = f"{KEYS}{result}<ZKN:einddatum>20261124</ZKN:einddatum>"
    await notify(zs, "updateZaak", "r-3", KEYS, closing, version=version, sort="W")
    found = await ask(zs, "geefZaakdetails", "0392-1", version=version)
    assert found.text("einddatum") == "20261124"
    assert found.texts("bron") == ["schakel"]
    assert found.texts("indicatieLaatsteStatus") == ["J"]
    assert [e.kind for e in zs.simulator.journal.effects] == [
        *("zaak", "rol", "status", "zaak_bijgewerkt", "resultaat", "einddatum"),
    ]
    assert zs.effects("zaak")[0]["kenmerken"] == ["schakel:m-1"]
    assert zs.effects("status")[0]["datumStatusGezet"] == "2026-11-23T12:00:00+00:00"
    assert zs.simulator.world.state.cases["0392-1"].closed


@pytest.mark.standards
@pytest.mark.parametrize("version", ["1.1", "1.2"])
@pytest.mark.parametrize("name", ["geefZaakdetails", "geefZaakstatus", "geefLijstZaakdocumenten"])
async def test_answers_about_a_full_case_are_valid(
    zs: Zaaksysteem, version: str, name: str
) -> None:
    roles = role("heeftAlsBelanghebbende", bsn="999990019") + role()
    extra = (
        '<StUF:extraElementen><StUF:extraElement naam="a">1</StUF:extraElement>'
        "</StUF:extraElementen>"
    )
    body = zaak("0392-1", initiator=roles, after=status("Ontvangen", "20261123120000000"))
    body = body.replace(ISVAN, extra + ISVAN)
    assert (await notify(zs, "creeerZaak", "r-1", body, version=version)).code == "Bv03"
    reply = await ask(zs, name, "0392-1", version=version)
    assert reply.body is not None
    official(version).assertValid(reply.body)
    assert "0392-1" in reply.texts("identificatie")


async def test_the_number_of_a_new_case_is_handed_out_once(zs: Zaaksysteem) -> None:
    names = ("genereerZaakIdentificatie", "genereerZaakidentificatie")
    first, second = [
        (await order(zs, *names, version=v)).text("identificatie") for v in ("1.1", "1.2")
    ]
    assert first == "03922026000001"
    assert second == "03922026000002"


async def test_the_same_message_again_has_the_same_answer_and_no_effect(zs: Zaaksysteem) -> None:
    replies = [await notify(zs, "creeerZaak", "r-1", zaak("0392-1")) for _ in range(2)]
    assert replies[0].http.content == replies[1].http.content
    assert len(zs.effects("zaak")) == 1


async def test_another_message_under_the_same_number_is_stuf016(zs: Zaaksysteem) -> None:
    await notify(zs, "creeerZaak", "r-1", zaak("0392-1"))
    again = await notify(zs, "creeerZaak", "r-1", zaak("0392-2"))
    assert (again.code, again.fault) == ("Fo03", "StUF016")
    assert list(zs.simulator.world.state.cases) == ["0392-1"]
    # The first one is still repeated as it was.
    assert (await notify(zs, "creeerZaak", "r-1", zaak("0392-1"))).code == "Bv03"


async def test_a_case_that_exists_is_refused_or_lost_after_bv03(zs: Zaaksysteem) -> None:
    await notify(zs, "creeerZaak", "r-1", zaak("0392-1"))
    assert (await notify(zs, "creeerZaak", "r-2", zaak("0392-1"))).fault == "StUF058"
    zs.simulator.world.habits = Habits(existing_case="late")
    assert (await notify(zs, "creeerZaak", "r-3", zaak("0392-1"))).code == "Bv03"
    assert len(zs.effects("zaak")) == 1


async def test_a_follow_up_on_an_unknown_case_is_looked_at_anew(zs: Zaaksysteem) -> None:
    both = (KEYS + NO_STATUS, KEYS + status("Ontvangen", "20261123130000"))
    first = await notify(zs, "actualiseerZaakstatus", "r-1", *both, sort="W")
    assert first.fault == "StUF064"
    await notify(zs, "creeerZaak", "r-2", zaak("0392-1"))
    assert (await notify(zs, "actualiseerZaakstatus", "r-1", *both, sort="W")).code == "Bv03"


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (zaak("0392-1").replace("zaakniveau>1", "zaakniveau>"), "object/zaakniveau ontbreekt"),
        (zaak("0392-1", after="<ZKN:toelichting>x</ZKN:toelichting>"), "staat na"),
        (zaak("0392-1", before="<ZKN:onbekend/>"), "wordt hier niet verwacht"),
        (zaak("z"), "5 tot 40 tekens"),
        (zaak("0392*1"), "verboden teken"),
        (zaak("0392-1").replace("20261123", "23-11-26"), "geen datum"),
        (zaak("0392-1").replace(">Verhuizing<", f">{'x' * 81}<", 1), "0 tot 80"),
        ("", "identificatie ontbreekt"),
    ],
)
async def test_what_breaks_the_schema_is_stuf055(zs: Zaaksysteem, body: str, where: str) -> None:
    reply = await notify(zs, "creeerZaak", "r-1", body)
    assert (reply.code, reply.fault, reply.http.status_code) == ("Fo03", "StUF055", 500)
    assert where in reply.text("details") or "ontbreekt" in reply.text("details")
    assert not zs.simulator.journal.effects


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("<StUF:berichtcode>Lk01", "<StUF:berichtcode>Lk02"), "StUF022"),
        (("<StUF:entiteittype>ZAK", "<StUF:entiteittype>EDC"), "StUF028"),
        (("referentienummer>r-1", f"referentienummer>{'r' * 41}"), "StUF055"),
        (("tijdstipBericht>20261123120000000", "tijdstipBericht>nu"), "StUF055"),
        (("<StUF:applicatie>SCHAKEL</StUF:applicatie>", ""), "StUF055"),
        (("creeerZaak_ZakLk01", "onbekend_ZakLk01"), "StUF022"),
    ],
)
async def test_wrong_stuurgegevens_are_refused(
    zs: Zaaksysteem, change: tuple[str, str], code: str
) -> None:
    body = notification("creeerZaak", "r-1", zaak("0392-1")).replace(*change)
    assert (await zs.send("OntvangAsynchroon", body)).fault == code


async def test_a_status_needs_who_set_it_in_1_2(zs: Zaaksysteem) -> None:
    await notify(zs, "creeerZaak", "r-1", zaak("0392-1"))
    bare = status("Ontvangen", "20261123130000").replace(SET_BY, "")
    both = (KEYS + NO_STATUS, KEYS + bare)
    new = await notify(zs, "actualiseerZaakstatus", "r-2", *both, sort="W")
    old = await notify(zs, "actualiseerZaakstatus", "r-3", *both, sort="W", version="1.1")
    assert (new.fault, old.code) == ("StUF055", "Bv03")


async def test_a_message_at_another_endpoint_is_refused_there(zs: Zaaksysteem) -> None:
    reply = await zs.send("BeantwoordVraag", notification("creeerZaak", "r-1", zaak("0392-1")))
    assert (reply.code, reply.fault) == ("Fo03", "StUF025")


async def test_known_parties_only(zs: Zaaksysteem) -> None:
    zs.simulator.world.habits = Habits(known_senders=("ANDER",))
    assert (await notify(zs, "creeerZaak", "r-1", zaak("0392-1"))).fault == "StUF013"
    zs.simulator.world.habits = Habits(known_receivers=("ANDER",))
    assert (await notify(zs, "creeerZaak", "r-2", zaak("0392-1"))).fault == "StUF010"


async def test_an_update_changes_what_it_says_and_nothing_else(zs: Zaaksysteem) -> None:
    await notify(
        zs, "creeerZaak", "r-1", zaak("0392-1", before="<ZKN:toelichting>a</ZKN:toelichting>")
    )
    emptied = f'{KEYS}<ZKN:toelichting StUF:noValue="geenWaarde"/>'
    add = role("heeftAlsBelanghebbende", "T", "999990019")
    await notify(zs, "updateZaak", "r-2", KEYS, emptied + add, sort="W")
    case = zs.simulator.world.state.cases["0392-1"]
    assert (case.value("toelichting"), case.value("omschrijving")) == ("", "Verhuizing")
    assert case.persons() == {"999993653", "999990019"}
    gone = role("heeftAlsBelanghebbende", "V", "999990019")
    nil = (
        '<ZKN:heeftAlsBelanghebbende StUF:entiteittype="ZAKBTRBLH" StUF:verwerkingssoort="V" '
        'xsi:nil="true" StUF:noValue="geenWaarde"/>'
    )
    await notify(zs, "updateZaak", "r-3", KEYS + gone, KEYS + nil, sort="W")
    other = role(kind="R", bsn="999992223")
    await notify(zs, "updateZaak", "r-4", KEYS + role(kind="R"), KEYS + other, sort="W")
    assert case.persons() == {"999992223"}


async def test_the_latest_status_follows_the_moment_and_then_the_arrival(zs: Zaaksysteem) -> None:
    await notify(zs, "creeerZaak", "r-0", zaak("0392-1"))
    for number, (name, at) in enumerate(
        (("B", "20261123140000"), ("A", "20261123130000"), ("C", "20261123140000")), start=1
    ):
        both = (KEYS + NO_STATUS, KEYS + status(name, at))
        await notify(zs, "actualiseerZaakstatus", f"r-{number}", *both, sort="W")
    latest = zs.simulator.world.state.cases["0392-1"].latest
    assert latest is not None
    assert latest.name == "C"


@pytest.mark.parametrize("code", ["StUF046", "StUF058", "StUF960"])
async def test_a_refusal_on_request_happens_once_and_leaves_nothing(
    zs: Zaaksysteem, code: str
) -> None:
    zs.simulator.refuse(Switch(code=code, operation="creeerZaak"))
    assert (await notify(zs, "creeerZaak", "r-1", zaak("0392-1"))).fault == code
    assert not zs.simulator.journal.effects
    assert (await notify(zs, "creeerZaak", "r-1", zaak("0392-1"))).code == "Bv03"


async def test_a_late_failure_shows_only_in_a_question(zs: Zaaksysteem) -> None:
    await zs.told("/refusals", {"operation": "creeerZaak", "late": True})
    assert (await notify(zs, "creeerZaak", "r-1", zaak("0392-1"))).code == "Bv03"
    assert not (await ask(zs, "geefZaakdetails", "0392-1")).texts("antwoord")
    assert (await notify(zs, "creeerZaak", "r-1", zaak("0392-1"))).code == "Bv03"
    assert not zs.simulator.journal.effects


async def test_synchronous_faults_are_fo02_in_both_soap_versions(zs: Zaaksysteem) -> None:
    await zs.told("/refusals", {"code": "StUF049", "times": 2})
    assert (await ask(zs, "geefZaakdetails", "0392-1")).code == "Fo02"
    names = ("genereerZaakIdentificatie", "genereerZaakidentificatie")
    assert (await order(zs, *names)).fault == "StUF049"


async def test_soap_12_is_answered_in_soap_12(zs: Zaaksysteem) -> None:
    body = notification("creeerZaak", "r-1", zaak("0392-1"))
    good = await zs.send("OntvangAsynchroon", body, soap=SOAP12)
    assert good.http.headers["content-type"].startswith("application/soap+xml")
    bad = await zs.send("OntvangAsynchroon", body.replace("r-1", "r-2"), soap=SOAP12)
    assert bad.fault == "StUF058"
    assert b"Receiver" in bad.http.content


@pytest.mark.parametrize("data", [b"", b"<a/>", b"<a>", enveloped(""), enveloped("<a/><b/>")])
async def test_what_is_no_soap_is_a_fault_without_a_message(zs: Zaaksysteem, data: bytes) -> None:
    reply = await zs.post("OntvangAsynchroon", data)
    assert (reply.http.status_code, reply.body) == (500, None)
    assert b"faultstring" in reply.http.content


async def test_addresses_and_methods_that_are_not_there(zs: Zaaksysteem) -> None:
    assert (await zs.http.post("/Anders", content=b"")).status_code == 404
    assert (await zs.http.get("/OntvangAsynchroon")).status_code == 405
    assert (await zs.http.put("/OntvangAsynchroon", content=b"")).status_code == 405
    wrong = await zs.post("OntvangAsynchroon", enveloped("<a/>", SOAP12))
    assert wrong.http.status_code == 415


async def test_a_reset_forgets_everything(zs: Zaaksysteem) -> None:
    await notify(zs, "creeerZaak", "r-1", zaak("0392-1"))
    await zs.control.put("/habits", json={"as": "habit-djuma"})
    await zs.simulator.reset()
    assert not zs.simulator.world.state.cases
    assert zs.simulator.world.habits == Habits()
    assert (await notify(zs, "creeerZaak", "r-1", zaak("0392-2"))).code == "Bv03"
