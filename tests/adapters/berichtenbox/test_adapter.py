"""Subscriptions checked at a simulated Berichtenbox: answers, its two faults, the fault list."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from adapters.berichtenbox import BerichtenboxAdapter, BerichtenboxSettings, translate
from adapters.contract import DeliveryError, RejectedError, TransientError
from schemas.problems import InvalidMessage
from schemas.questions import QUESTION_TYPES, parse_question
from simulators.berichtenbox import BerichtenboxSimulator, Options
from simulators.berichtenbox.system import SHARED, TYPES, VALIDATION
from simulators.kit import FaultRule, Incoming, running
from simulators.town import EDGES, town
from tests.adapters._kit.haalcentraal.register import CLOCK, CONTEXT, question
from tests.adapters._kit.haalcentraal.spoilt import PATIENCE, SPOILT, name_of
from tests.certificates import Authority
from tests.standards import standards_dir

TOWN = town(1, 60)
PEOPLE = [bsn for bsn, one in TOWN.persons.items() if one.opgeschort is None]
WANTS = next(bsn for bsn in PEOPLE if int(bsn) % 3)
WANTS_NOT = next(bsn for bsn in PEOPLE if int(bsn) % 3 == 0)
TYPE = "berichtenbox.abonnementen"
OIN = "00000099000000001000"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.made(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def own(authority: Authority) -> Path:
    return authority.certificate("gemeente", oin=OIN)


@asynccontextmanager
async def asking(
    options: Options | None = None,
    *,
    authority: Authority | None = None,
    own: Path | None = None,
    leverancier: str = OIN,
) -> AsyncIterator[tuple[BerichtenboxAdapter, BerichtenboxSimulator]]:
    tls = None if authority is None else authority.server()
    async with running(BerichtenboxSimulator(town=TOWN, options=options, tls=tls)) as simulator:
        http = {} if authority is None else {"ca_file": authority.file, "client_certificate": own}
        given = {"url": simulator.url, "leverancier": leverancier, "http": http}
        adapter = BerichtenboxAdapter(BerichtenboxSettings.model_validate(given), clock=CLOCK)
        try:
            yield adapter, simulator
        finally:
            await adapter.aclose()


async def actief(
    adapter: BerichtenboxAdapter, *bsns: str, kind: str = "BURGERZ", seconds: float = 10
) -> list[bool]:
    asked = question(TYPE, {"bsns": list(bsns), "berichttype": kind}, seconds=seconds)
    answer = (await adapter.ask(asked, CONTEXT)).data
    assert [one["bsn"] for one in answer["abonnementen"]] == list(bsns)
    assert answer["peilmoment"]
    return [one["actief"] for one in answer["abonnementen"]]


async def test_each_person_has_an_answer_of_its_own(authority: Authority, own: Path) -> None:
    asked = (WANTS, WANTS_NOT, EDGES["overleden"], "999999990")
    async with asking(authority=authority, own=own) as (adapter, simulator):
        found = await actief(adapter, *asked)
        health = await adapter.check()
        targets = {request.path for request in simulator.journal.requests}
    assert found == [True, False, False, False]
    assert health.ok
    assert targets == {"/BerichtenboxValidatieService"}


async def test_250_at_once_and_no_more() -> None:
    kind = QUESTION_TYPES[TYPE]
    many = (PEOPLE * 5)[:250]
    async with asking() as (adapter, _):
        asked = question(TYPE, {"bsns": many, "berichttype": "BURGERZ"})
        found = (await adapter.ask(asked, CONTEXT)).data["abonnementen"]
    assert [one["bsn"] for one in found] == list(dict.fromkeys(many))
    parse_question(kind, {"bsns": many, "berichttype": "BURGERZ"})
    wrong: list[dict[str, Any]] = [
        {"bsns": [*many, many[0]]},
        {"bsns": []},
        {"bsns": many, "berichttype": "x" * 9},
    ]
    for one in wrong:
        with pytest.raises(InvalidMessage):
            parse_question(kind, {"berichttype": "BURGERZ", **one})


@pytest.mark.parametrize(("rule", "consequence"), SPOILT, ids=name_of)
async def test_a_fault_is_never_no_subscription(
    rule: FaultRule, consequence: type[DeliveryError] | None, authority: Authority, own: Path
) -> None:
    async with asking(authority=authority, own=own) as (adapter, simulator):
        await actief(adapter, WANTS)  # the WSDL has been read
        await simulator.script([rule])
        seconds = 10 if consequence is None else PATIENCE
        asked = [actief(adapter, WANTS, seconds=seconds) for _ in range(3)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert all(isinstance(one, consequence or list) for one in answers), answers
        await simulator.clear_faults()
        assert await actief(adapter, WANTS) == [True]


async def test_the_certificate_of_another_sender_is_refused(authority: Authority) -> None:
    other = authority.certificate("andere", oin=OIN.replace("1000", "2000"))
    async with asking(authority=authority, own=other) as (adapter, _):
        with pytest.raises(RejectedError, match="another sender"):
            await actief(adapter, WANTS)


async def test_what_is_refused_stays_refused_and_what_is_away_comes_back() -> None:
    async with asking() as (adapter, _):
        with pytest.raises(RejectedError, match="kind of letter") as caught:
            await actief(adapter, WANTS, kind="ANDERS")
        assert caught.value.code == "berichtenbox:ApplicationFault"
    async with asking(leverancier=OIN.replace("1000", "2000")) as (adapter, _):
        with pytest.raises(RejectedError, match="sender"):
            await actief(adapter, WANTS)
    async with asking(Options(away=True)) as (adapter, simulator):
        with pytest.raises(TransientError, match="cannot be reached"):
            await actief(adapter, WANTS)
        simulator.berichtenbox.options = Options()
        assert await actief(adapter, WANTS) == [True]


async def test_what_is_asked_and_answered_is_as_the_official_schemas_have_it(
    tmp_path: Path,
) -> None:
    official = official_schema(tmp_path)
    async with asking() as (adapter, simulator):
        await actief(adapter, WANTS, WANTS_NOT)
        [request] = simulator.journal.requests
        incoming = Incoming(
            number=1,
            method="POST",
            path=request.path,
            query="",
            headers=request.headers,
            body=request.body or b"",
        )
        answer = await simulator.berichtenbox.answer(incoming)
    for content in (request.body or b"", answer.body):
        [body] = etree.fromstring(content).iter("{*}Body")
        official.assertValid(body[0])
    headers = {name.lower(): value for name, value in request.headers.items()}
    assert headers["soapaction"].strip('"').endswith("/ValidateAbonnementen")


def official_schema(folder: Path) -> etree.XMLSchema:
    """The official schemas, whose imports point to a host of their maker."""
    source = next((standards_dir() / "berichtenbox").glob("*/BerichtenboxValidatieService"))
    files = {VALIDATION: "xsd0.xsd", TYPES: "xsd2.xsd", SHARED: "xsd3.xsd"}
    for name in files.values():
        schema = etree.parse(source / name)
        for one in schema.iter("{*}import"):
            one.set("schemaLocation", files[one.get("namespace", "")])
        (folder / name).write_bytes(etree.tostring(schema))
    return etree.XMLSchema(etree.parse(folder / "xsd0.xsd"))


def test_somebody_who_is_left_out_of_an_answer_is_never_taken_for_no() -> None:
    line = {"klant": {"Key": WANTS, "Rol": "Burger"}, "isBerichtSturen": True}
    for result in (None, [], [line], [None, line]):
        with pytest.raises(translate.Incomplete):
            translate.answer(result, [WANTS, WANTS_NOT], CLOCK.now())  # type: ignore[arg-type]  # a service may send nil
