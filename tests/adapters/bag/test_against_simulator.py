"""The BAG adapter against the simulated BAG: every question and fault, the day's limit, rounds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.bag import BagAdapter, BagSettings
from adapters.bag.errors import DayQuotaError
from adapters.contract import (
    AskContext,
    Clock,
    ConfigurationError,
    DeliveryError,
    Question,
    TransientError,
)
from simulators.bag import BagSimulator, Options
from simulators.kit import FaultRule, running
from tests.adapters._kit.haalcentraal.register import CLOCK, CONTEXT, question
from tests.adapters._kit.haalcentraal.spoilt import PATIENCE, SPOILT, name_of
from tests.certificates import Authority
from tests.simulators.bag.world import LETTERED, MANY, ONE, OTHER_TOWN, TOWN, register

WRITTEN = {"postcode": "3511AB", "huisnummer": 21}
NUMBER = {"nummeraanduiding": ONE.nummeraanduiding}
QUESTIONS = [
    ("adres.zoeken", WRITTEN),
    ("adres.zoeken", {"zoek": "lindelaan 21"}),
    ("adres.zoeken", NUMBER),
    ("adres.raadplegen", WRITTEN),
    ("adres.raadplegen", NUMBER),
]
EVENING = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
"""Half past eleven in Amsterdam."""


class Wall:
    """A clock that is set by hand."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.made(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def own(authority: Authority) -> Path:
    """Our certificate, with its key."""
    return authority.certificate("gemeente")


@asynccontextmanager
async def asking(
    options: Options | None = None,
    *,
    key: str = "schakel-demo",
    authority: Authority | None = None,
    own: Path | None = None,
    clock: Clock = CLOCK,
) -> AsyncIterator[tuple[BagAdapter, BagSimulator]]:
    tls = None if authority is None else authority.server()
    async with running(BagSimulator(register=register(), options=options, tls=tls)) as simulator:
        http = {} if authority is None else {"ca_file": authority.file, "client_certificate": own}
        settings = BagSettings.model_validate(
            {
                "root": simulator.url,
                "api_key": key,
                "http": http,
                "mutaties": {"woonplaatsen": [TOWN, OTHER_TOWN]},
            }
        )
        adapter = BagAdapter(settings, clock=clock)
        try:
            yield adapter, simulator
        finally:
            await adapter.aclose()


async def found(adapter: BagAdapter, kind: str, data: Any, *, seconds: float = 10) -> list[Any]:
    asked = question(kind, data, seconds=seconds)
    return list((await adapter.ask(asked, CONTEXT)).data["adressen"])


async def test_every_question_is_answered() -> None:
    async with asking() as (adapter, _):
        answers = [await found(adapter, kind, data) for kind, data in QUESTIONS]
        nothing = await found(adapter, "adres.raadplegen", {"postcode": "3599ZZ", "huisnummer": 1})
        no_number = await found(adapter, "adres.zoeken", {"nummeraanduiding": "0344209999999999"})
        health = await adapter.check()

    by_address, by_words, by_number, exact, detailed = answers
    assert [one["nummeraanduiding"] for one in by_address] == [
        ONE.nummeraanduiding,
        LETTERED.nummeraanduiding,
    ]
    assert by_words[0]["omschrijving"] == "Lindelaan 21, 3511AB Utrecht"
    assert by_number == detailed == exact
    assert exact[0]["oppervlakte"] == ONE.oppervlakte
    assert exact[0]["woonplaats"] == "Utrecht"
    assert (nothing, no_number) == ([], [])
    assert health.ok


async def test_more_than_a_page_is_said() -> None:
    async with asking() as (adapter, _):
        asked = question("adres.zoeken", {"zoek": "kerkstraat"})
        answer = (await adapter.ask(asked, CONTEXT)).data

    assert answer["meer"] is True
    assert 0 < len(answer["adressen"]) < len(MANY)


@pytest.mark.parametrize(("rule", "consequence"), SPOILT, ids=name_of)
async def test_a_fault_is_never_an_empty_answer(
    rule: FaultRule, consequence: type[DeliveryError] | None, authority: Authority, own: Path
) -> None:
    async with asking(authority=authority, own=own) as (adapter, simulator):
        await simulator.script([rule])
        seconds = 10 if consequence is None else PATIENCE
        asked = [found(adapter, kind, data, seconds=seconds) for kind, data in QUESTIONS]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert all(isinstance(one, consequence or list) and one for one in answers), answers
        await simulator.clear_faults()
        assert await found(adapter, *QUESTIONS[0])


async def test_a_key_that_is_not_known_is_our_configuration() -> None:
    async with asking(key="andere") as (adapter, _):
        with pytest.raises(ConfigurationError):
            await found(adapter, *QUESTIONS[0])
        assert not (await adapter.check()).ok


async def test_a_key_that_is_refused_with_403_is_our_configuration_too() -> None:
    async with asking(Options(key_refusal=403), key="andere") as (adapter, _):
        with pytest.raises(ConfigurationError) as caught:
            await found(adapter, *QUESTIONS[0])
    assert caught.value.setting == "api_key"


async def test_a_source_that_is_away_is_asked_again() -> None:
    async with asking(Options(unavailable=True)) as (adapter, simulator):
        with pytest.raises(TransientError):
            await found(adapter, *QUESTIONS[0])
        simulator.bag.options = Options()
        assert await found(adapter, *QUESTIONS[0])


@pytest.mark.parametrize("header", ["Kadaster-RateLimit-DayLimit", "RateLimit-DayLimit"])
async def test_a_day_that_is_spent_is_not_asked_in_until_midnight(header: Any) -> None:
    clock = Wall(EVENING)

    async def ask(adapter: BagAdapter) -> None:
        asked = Question(
            type="adres.zoeken",
            tenant="0344",
            data=WRITTEN,
            deadline=clock.now() + timedelta(seconds=10),
            caller="balie",
        )
        await adapter.ask(asked, AskContext(attempt=1, clock=clock))

    async with asking(Options(per_day=1, day_header=header), clock=clock) as (adapter, simulator):
        await simulator.set_clock(EVENING)
        await ask(adapter)
        with pytest.raises(DayQuotaError) as spent:
            await ask(adapter)
        with pytest.raises(DayQuotaError):
            await ask(adapter)
        calls = simulator.journal.received
        clock.at = EVENING + timedelta(minutes=30)
        await simulator.set_clock(clock.at)
        await ask(adapter)

    assert calls == 2  # the third question asked nothing
    assert spent.value.until == datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
    assert spent.value.retry_after == timedelta(minutes=30)


async def test_too_many_in_a_second_is_a_pause_like_any_other() -> None:
    async with asking(Options(per_second=1)) as (adapter, simulator):
        await simulator.set_clock(EVENING)
        await found(adapter, *QUESTIONS[0])
        with pytest.raises(TransientError) as caught:
            await found(adapter, *QUESTIONS[0])
        assert not isinstance(caught.value, DayQuotaError)
        await simulator.advance_clock(timedelta(seconds=1))
        assert await found(adapter, *QUESTIONS[0])


async def round_of(adapter: BagAdapter, clock: Wall, cursor: str | None) -> tuple[list[Any], str]:
    """Look until there is no more; the news, and where it ended."""
    told: list[Any] = []
    while True:
        polled = await adapter.poll(cursor, clock)
        told += polled.news
        cursor = polled.cursor
        if not polled.more:
            return told, cursor


async def test_a_round_tells_what_was_added_changed_and_withdrawn_since_the_last() -> None:
    clock = Wall(EVENING)
    async with asking(clock=clock) as (adapter, simulator):
        first, cursor = await round_of(adapter, clock, None)
        clock.at += timedelta(days=1)
        second, cursor = await round_of(adapter, clock, cursor)

        await simulator.set_clock(clock.at + timedelta(hours=2))
        acts = {call.path: call.run for call in simulator.bag.control_calls()}
        street = {"street": MANY[0].street, "huisnummer": 7, "postcode": "3512CD"}
        acts["/addresses/add"](street)
        last = {"nummeraanduiding": MANY[-1].nummeraanduiding}  # on the second page of its street
        acts["/addresses/change"]({**last, "postcode": "3512XX"})
        acts["/addresses/withdraw"](NUMBER)
        clock.at += timedelta(days=1)
        third, cursor = await round_of(adapter, clock, cursor)
        clock.at += timedelta(days=1)
        fourth, _ = await round_of(adapter, clock, cursor)

    assert (first, second, fourth) == ([], [], [])
    told = {one.data["huisnummer"]: one.data for one in third}
    assert set(told) == {7, 21, MANY[-1].huisnummer}
    assert told[21]["status"] == "Naamgeving ingetrokken"
    assert told[MANY[-1].huisnummer]["postcode"] == "3512XX"
    assert told[7]["straatnaam"] == "Kerkstraat"


async def test_a_round_that_breaks_goes_on_where_it_was() -> None:
    clock = Wall(EVENING)
    async with asking(clock=clock) as (adapter, simulator):
        _, cursor = await round_of(adapter, clock, None)
        polled = await adapter.poll(cursor, clock)
        await simulator.script([FaultRule(kind="reset", times=None)])
        with pytest.raises(TransientError):
            await adapter.poll(polled.cursor, clock)
        await simulator.clear_faults()
        again = await adapter.poll(polled.cursor, clock)

    assert polled.more
    assert not again.more


async def test_without_our_certificate_nothing_is_answered(authority: Authority) -> None:
    async with asking(authority=authority) as (adapter, simulator):
        with pytest.raises(DeliveryError):
            await found(adapter, *QUESTIONS[0], seconds=2)
        assert not (await adapter.check()).ok
        assert simulator.journal.received == 0


async def test_a_certificate_of_somebody_else_is_not_taken_for_ours(
    authority: Authority, tmp_path: Path
) -> None:
    stranger = Authority.made(tmp_path, "Andere-CA").certificate("gemeente")
    async with asking(authority=authority, own=stranger) as (adapter, simulator):
        with pytest.raises(DeliveryError):
            await found(adapter, *QUESTIONS[0], seconds=2)
        assert simulator.journal.received == 0
