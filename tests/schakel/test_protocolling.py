"""Hashes of persons, questions in the protocol log, and what is removed from it in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from adapters.contract import Question, Reason
from continuity.store.memory import MemoryStore
from continuity.store.protocol import AskOutcome, ProtocolFilter, Recorded
from schakel.asking import OutcomeUnknown, Refused, Told, Unavailable, UnknownQuestion
from schakel.disclosures import ProtocolDisclosures
from schakel.protocolling import ENTRIES_AT_A_TIME, EVERY, PersonHasher, ProtocolPurge
from tests.schakel.asking_kit import START, TENANT, SettableClock

ANNA, BART = "999990019", "999993653"
OLD, NEW = b"o" * 32, b"n" * 32
HASHER = PersonHasher([OLD, NEW])
QUESTION = Question(
    type="persoon.raadplegen",
    tenant=TENANT,
    data={"bsn": ANNA},
    deadline=START,
    caller="balie (k1)",
    reason=Reason(doelbinding="verhuizing", gebruiker="m.dewit", verwerking="a@b"),
    fields=frozenset({"personen.naam", "personen.bsn"}),
)


def test_the_newest_key_hashes_and_all_of_them_find() -> None:
    [new] = HASHER.of([ANNA], TENANT)
    [old] = PersonHasher([OLD]).of([ANNA], TENANT)
    assert HASHER.all_of(ANNA, TENANT) == {old, new}
    assert HASHER.of([ANNA], "0363") != {new}
    assert HASHER.of([ANNA, BART], TENANT) > {new}
    assert ANNA.encode() not in new
    with pytest.raises(ValueError, match="needs a key"):
        PersonHasher([])


class Log(MemoryStore):
    def __init__(self) -> None:
        super().__init__()
        self.clock = SettableClock()
        self.disclosures = ProtocolDisclosures(log=self, hasher=HASHER, clock=self.clock)

    async def ask(self, outcome: Told | Exception, question: Question = QUESTION) -> Told:
        async def asked() -> Told:
            [before] = await self.entries()
            assert before.outcome is AskOutcome.ASKED  # it is there before anything is asked
            self.clock.advance(seconds=2)
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        return await self.disclosures.recorded(question, "brp", asked)

    async def entries(self, **which: Any) -> list[Recorded]:
        found = await self.search_protocol(ProtocolFilter(**which), before=None, limit=9)
        return list(found)


async def test_a_question_and_its_answer_are_one_entry() -> None:
    log = Log()
    told = Told(data={"personen": [{"geslachtsnaam": "x"}]}, persons=frozenset({ANNA, BART}))

    assert await log.ask(told) is told

    [one] = await log.entries()
    assert (one.tenant, one.type, one.destination) == (TENANT, "persoon.raadplegen", "brp")
    assert (one.purpose, one.user, one.verwerking) == ("verhuizing", "m.dewit", "a@b")
    assert (one.caller, one.fields) == ("balie (k1)", ("personen.bsn", "personen.naam"))
    assert (one.asked_at, one.ended_at) == (START, START + timedelta(seconds=2))
    assert (one.outcome, one.persons) == (AskOutcome.ANSWERED, 2)
    for bsn in (ANNA, BART):
        assert await log.entries(persons=HASHER.all_of(bsn, TENANT)) == [one]


@pytest.mark.parametrize(
    ("outcome", "recorded"),
    [
        (Told(data={"personen": [], "meer": False}), AskOutcome.NOTHING),
        (Unavailable("down", since=START), AskOutcome.UNAVAILABLE),
        (Refused("brp:x", "no"), AskOutcome.REFUSED),
        (OutcomeUnknown("late"), AskOutcome.UNKNOWN),
        (UnknownQuestion("not offered"), AskOutcome.REFUSED),
    ],
)
async def test_every_end_is_recorded(outcome: Told | Exception, recorded: AskOutcome) -> None:
    log = Log()
    if isinstance(outcome, Told):
        await log.ask(outcome)
    else:
        with pytest.raises(type(outcome)):
            await log.ask(outcome)
    [one] = await log.entries(persons=HASHER.all_of(ANNA, TENANT))
    assert (one.outcome, one.persons) == (recorded, 1)


async def test_what_is_cut_short_stays_without_an_outcome() -> None:
    log = Log()
    with pytest.raises(ZeroDivisionError):
        await log.ask(ZeroDivisionError())
    [one] = await log.entries()
    assert (one.outcome, one.ended_at) == (AskOutcome.ASKED, None)


async def test_what_is_old_enough_is_removed_and_no_sooner() -> None:
    log = Log()
    purge = ProtocolPurge(store=log, keep=timedelta(days=10), clock=log.clock)
    await log.ask(Told(data={}))

    assert not await purge.step()
    log.clock.advance(days=10, seconds=-2)  # asking took two seconds
    assert not await purge.step()
    assert len(await log.entries()) == 1  # ten days to the moment are not more than ten days
    log.clock.advance(seconds=1)
    assert not await purge.step()
    assert len(await log.entries()) == 1  # the hour is not over
    log.clock.advance(seconds=EVERY.total_seconds())
    assert not await purge.step()
    assert await log.entries() == []


async def test_a_purge_goes_in_steps() -> None:
    log = Log()
    for _ in range(ENTRIES_AT_A_TIME + 1):
        entry = log.disclosures._entry(QUESTION, "brp", frozenset({ANNA}))
        await log.record_asking(entry)
    log.clock.advance(days=2)
    purge = ProtocolPurge(store=log, keep=timedelta(days=1), clock=log.clock)
    assert await purge.step()
    assert len(await log.entries()) == 1
    assert not await purge.step()
    assert await log.entries() == []
