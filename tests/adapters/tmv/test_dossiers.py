"""Dossiers of others with us, in their term, and our own at others, on a clock put on by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from adapters.contract import AskContext, Question, RejectedError
from adapters.tmv import translate
from adapters.tmv.terms import Term
from simulators.kit import FaultRule
from simulators.tmv import Options
from tests.adapters._kit.haalcentraal.spoilt import SPOILT, name_of
from tests.adapters.tmv.office import ACCOUNT, BSN, Office, message, office
from tests.certificates import Authority
from tests.standards import standards_dir

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""Working days 4 and 5 are Friday 27 and Monday 30 November."""


def at(day: int, hour: int = 9) -> datetime:
    return MONDAY.replace(day=day, hour=hour)


def data(one: Any) -> Any:
    return one.data


async def asked(of: Office, kind: str, **given: Any) -> Any:
    question = Question(
        type=kind, tenant="0344", data=given, deadline=of.context().deadline, caller="a test"
    )
    context = AskContext(attempt=1, clock=of.clock)
    return (await of.adapter.ask(question, context)).data  # type: ignore[attr-defined]  # it asks, too


async def test_a_dossier_of_others_is_told_once_with_its_term() -> None:
    async with office() as here:
        number = here.plant()
        await here.go_by(minutes=1)
        await here.go_by(minutes=1)
        [told] = here.told
        assert told.type.endswith("ontvangen")
        assert told.subject == number
        assert data(told).uiterlijk.isoformat() == "2026-11-30"
        assert data(told).dossier.bsn.reveal() == BSN
        [melding] = data(told).dossier.meldingen
        assert melding.gegevens[0].rubriek == "08.11.10"
        assert (melding.gegevens[0].origineel, melding.gegevens[0].voorgesteld) == ("A", "B")


async def test_nobody_takes_it_up_on_working_day_four_five_and_after() -> None:
    async with office() as here:
        number = here.plant()
        await here.go_by(minutes=1)
        await here.go_to(at(27, 6))
        assert here.kinds() == ["ontvangen"]
        await here.go_to(at(27, 8))
        assert here.kinds() == ["ontvangen", "termijn-nadert"]
        assert data(here.told[-1]).werkdagen_over == 1
        await here.go_to(at(30, 8))
        assert data(here.told[-1]).werkdagen_over == 0
        found = await asked(here, "terugmelding.termijnen")
        [term] = found["termijnen"]
        assert (term["uiterlijk"], term["werkdagenOver"]) == ("2026-11-30", 0)
        assert term["dossier"]["dossiernummer"] == number
        await here.go_to(at(30, 23).replace(minute=1))
        assert here.kinds()[-1] == "termijn-verstreken"
        assert data(here.told[-1]).stand == "doorgemeld"
        await here.go_by(days=30)
        assert len(here.told) == 4
        assert here.parked == []


async def test_who_takes_it_up_in_time_hears_nothing_more_of_the_term() -> None:
    async with office() as here:
        number = here.plant()
        await here.go_by(minutes=1)
        here.change(number, status="3", resultaat="1")
        await here.go_to(at(26))
        assert here.kinds() == ["ontvangen", "gewijzigd"]
        assert data(here.told[-1]).dossier.stand == "in_onderzoek"
        assert (await asked(here, "terugmelding.termijnen"))["termijnen"] == []
        await here.go_by(days=30)
        assert here.kinds() == ["ontvangen", "gewijzigd"]


async def test_an_answer_of_ours_that_the_tmv_does_not_show_is_still_reminded_of() -> None:
    async with office() as here:
        number = here.plant()
        await here.go_by(minutes=1)
        answer = message("beantwoord", subject=number, dossiernummer=number)
        receipt = await here.send(answer)
        assert "portal" in receipt.detail
        await here.go_to(at(27, 8))
        assert data(here.told[-1]).beantwoord is not None
        assert "portal" in data(here.told[-1]).melding


async def test_a_reminder_comes_in_time_also_when_the_tmv_is_away() -> None:
    async with office(http={"connect_timeout": 1, "read_timeout": 2, "call_timeout": 3}) as here:
        here.plant()
        await here.go_by(minutes=1)
        [four, *_] = sorted(here.waiting, key=lambda one: str(one[0].deliverfrom))
        await here.simulator.script([FaultRule(kind="refuse")])
        here.clock.at = at(27, 8)
        await here.send(*four)
        assert here.kinds() == ["ontvangen", "termijn-nadert"]
        assert data(here.told[-1]).stand is None
        assert "look yourself" in data(here.told[-1]).melding


async def test_closing_days_of_the_town_hall_put_the_term_off() -> None:
    async with office(sluitingsdagen=["2026-11-24"]) as here:
        here.plant()
        await here.go_by(minutes=1)
        assert data(here.told[0]).uiterlijk.isoformat() == "2026-12-01"


async def test_dossiers_that_do_not_wait_for_us_are_not_told() -> None:
    async with office() as here:
        here.plant(gemeente="0599")
        closed = here.plant()
        here.change(closed, status="4", resultaat="2")
        await here.go_by(minutes=1)
        assert here.told == []


async def test_a_dossier_of_our_own_is_followed_to_its_end() -> None:
    options = Options(**ACCOUNT, gemeente="599")
    async with office(options) as here:
        await here.send(message("gedaan"))
        for _ in range(16):
            await here.go_by(hours=12)
        stands = [data(one).dossier.stand for one in here.told]
        assert stands == ["aangemeld", "doorgemeld", "in_onderzoek", "gesloten"]
        assert {data(one).bericht.id for one in here.told} == {"gedaan-1"}
        assert here.waiting == []


async def test_what_we_take_back_is_taken_back_in_its_dossier() -> None:
    async with office(Options(**ACCOUNT, gemeente="599")) as here:
        first = await here.send(message("gedaan"))
        second = await here.send(message("ingetrokken"))
        assert first.references == second.references
        found = await asked(here, "terugmelding.inzien", bsn=BSN)
        [dossier] = found["dossiers"]
        assert (dossier["stand"], dossier["resultaat"]) == ("gesloten", "gestaakt")
        assert len(dossier["meldingen"]) == 2
        by_number = await asked(here, "terugmelding.inzien", dossiernummer=dossier["dossiernummer"])
        assert by_number == found


@pytest.mark.parametrize("code", [9001, 9005])
async def test_a_refusal_has_the_words_of_the_tmv(code: int) -> None:
    async with office(Options(**ACCOUNT, refuse=code)) as here:
        with pytest.raises(RejectedError, match="The TMV refuses it") as caught:
            await here.adapter.deliver(message("gedaan"), here.context())
        assert caught.value.code == f"tmv:{code}"


@pytest.mark.parametrize(("rule", "consequence"), SPOILT, ids=name_of)
async def test_a_fault_is_never_no_dossier(
    rule: FaultRule, consequence: type[Exception] | None, tmp_path: Path
) -> None:
    authority = Authority.made(tmp_path)
    own = authority.certificate("gemeente", oin="00000099000000001000")
    http = {"ca_file": authority.file, "client_certificate": own, "call_timeout": 2}
    async with office(tls=authority.server(), http=http) as here:
        here.plant()
        await here.go_by(minutes=1)
        await here.simulator.script([rule])
        if consequence is None:
            assert len((await asked(here, "terugmelding.termijnen"))["termijnen"]) == 1
        else:
            with pytest.raises(consequence):
                await asked(here, "terugmelding.termijnen")
        await here.simulator.clear_faults()
        assert len((await asked(here, "terugmelding.termijnen"))["termijnen"]) == 1


@given(begins=st.dates(datetime(2024, 1, 1).date(), datetime(2030, 12, 1).date()))  # noqa: DTZ001 - only its day
def test_the_moments_of_a_term_follow_one_another(begins: Any) -> None:
    term = Term(begins=begins, closed=(), remind_at=datetime.min.time().replace(hour=8))
    moments = [moment for _, moment in term.moments()]
    assert moments == sorted(moments)
    assert moments[1].date() == term.last
    assert moments[2] > moments[1]


def test_a_dossier_that_is_half_empty_is_read_as_far_as_it_goes() -> None:
    assert translate.dossier({"dossiernummer": 7, "terugmeldingen": None}) == {
        "dossiernummer": "7",
        "meldingen": [],
    }
    row = {"dossiernummer": "7", "datumVanAanleggenDossier": "0", "statusDossier": "9"}
    assert translate.dossier(row) == {"dossiernummer": "7", "meldingen": []}


async def test_what_is_sent_is_as_the_official_wsdl_has_it() -> None:
    wsdl = etree.parse(standards_dir() / "tmv/tmv1_0.wsdl")
    schema = wsdl.find(".//{http://www.w3.org/2001/XMLSchema}schema")
    assert schema is not None
    official = etree.XMLSchema(etree.fromstring(etree.tostring(schema)))
    async with office() as here:
        await here.send(message("gedaan"))
        await here.send(message("ingetrokken"))
        await here.go_by(hours=13)
        await asked(here, "terugmelding.inzien", bsn=BSN)
        sent = [one.body or b"" for one in here.simulator.journal.requests]
    assert len(sent) >= 4
    for body in sent:
        [content] = etree.fromstring(body).iter("{*}Body")
        official.assertValid(content[0])


def test_a_dossier_of_rubbish_is_read_without_falling_over() -> None:
    melding = {
        "volgnummerMelding": "x",
        "details": {"terugmeldingDetail": [{"rubrieknummer": "?"}]},
    }
    row = {"dossiernummer": "7", "terugmeldingen": {"dossierAfnemer": [melding]}}
    assert translate.dossier(row)["meldingen"] == [{"gegevens": []}]


def test_our_mark_fits_and_is_always_the_same() -> None:
    mark = translate.key_of(message("gedaan"))
    assert mark == translate.key_of(message("gedaan"))
    assert mark != translate.key_of(message("gedaan", "2"))
    assert len(mark) == 12
