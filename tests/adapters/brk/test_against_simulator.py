"""The BRK adapter against the simulated BRK: every fault, and answers with a part missing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from adapters.brk import BrkAdapter, BrkSettings
from adapters.contract import ConfigurationError, DeliveryError, TransientError
from simulators.brk import BrkSimulator, Options
from simulators.kit import FaultRule, Match, running
from tests.adapters._kit.haalcentraal.register import CLOCK, CONTEXT, question
from tests.adapters._kit.haalcentraal.spoilt import PATIENCE, SPOILT, name_of
from tests.certificates import Authority
from tests.simulators.brk.world import ABROAD, FLAT, HOUSING, NOBODY, OWNER, SHARED, register

ADDRESS: dict[str, Any] = {"postcode": "3511AB", "huisnummer": 21}
RIGHTS = "/zakelijkgerechtigden$"
PERSONS = "/kadaster(niet)?natuurlijkpersonen/"


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
) -> AsyncIterator[tuple[BrkAdapter, BrkSimulator]]:
    tls = None if authority is None else authority.server()
    async with running(BrkSimulator(register=register(), options=options, tls=tls)) as simulator:
        http = {} if authority is None else {"ca_file": authority.file, "client_certificate": own}
        settings = BrkSettings.model_validate({"root": simulator.url, "api_key": key, "http": http})
        adapter = BrkAdapter(settings, clock=CLOCK)
        try:
            yield adapter, simulator
        finally:
            await adapter.aclose()


async def owners(adapter: BrkAdapter, *, seconds: float = 10, **data: Any) -> dict[str, Any]:
    asked = question("eigendom.van-adres", data or ADDRESS, seconds=seconds)
    return dict((await adapter.ask(asked, CONTEXT)).data)


async def test_every_kind_of_owner_is_read() -> None:
    async with asking() as (adapter, simulator):
        answer = await owners(adapter)
        flat = await owners(adapter, nummeraanduiding=FLAT.places[0].nummeraanduiding)
        nothing = await owners(adapter, postcode="3511AB", huisnummer=99)
        health = await adapter.check()
        targets = [one.path + one.query for one in simulator.journal.requests]

    (one,) = answer["onroerendeZaken"]
    registered, abroad, company = one["gerechtigden"]
    assert one["kadastraleAanduiding"] == SHARED.aanduiding
    assert registered["bsn"] == OWNER.identificatie
    assert registered["aandeel"] == {"teller": 1, "noemer": 2}
    assert abroad["overlijdensdatum"] == "2020-01-02"
    assert ABROAD.name in abroad["naam"]
    assert (company["naam"], company["rsin"]) == (HOUSING.name, HOUSING.rsin)
    assert company["recht"] == "erfpachter"
    assert flat["onroerendeZaken"][0]["soort"] == "appartementsrecht"
    assert nothing["onroerendeZaken"] == []
    assert answer["ontbreekt"] == flat["ontbreekt"] == []
    assert health.ok
    assert not any(OWNER.identificatie in one for one in targets)


async def test_whether_somebody_owns_it_is_said() -> None:
    async with asking() as (adapter, _):
        owner = await owners(adapter, **ADDRESS, bsn=OWNER.identificatie)
        nobody = await owners(adapter, **ADDRESS, bsn=NOBODY)
        elsewhere = await owners(adapter, postcode="3511AB", huisnummer=23, bsn=OWNER.identificatie)

    assert (owner["isGerechtigd"], nobody["isGerechtigd"]) == (True, False)
    assert elsewhere["isGerechtigd"] is False


@pytest.mark.parametrize(("rule", "consequence"), SPOILT, ids=name_of)
async def test_a_fault_of_the_first_call_is_never_an_empty_answer(
    rule: FaultRule, consequence: type[DeliveryError] | None, authority: Authority, own: Path
) -> None:
    async with asking(authority=authority, own=own) as (adapter, simulator):
        await simulator.script([rule])
        if consequence is None:
            assert (await owners(adapter))["ontbreekt"] == []
        else:
            with pytest.raises(consequence):
                await owners(adapter, seconds=PATIENCE)
        await simulator.clear_faults()
        assert (await owners(adapter))["onroerendeZaken"]


def aimed(rule: FaultRule, path: str) -> FaultRule:
    return FaultRule(
        kind=rule.kind,
        phase=rule.phase,
        settings=rule.settings,
        times=None,
        match=Match(path=path),
    )


@pytest.mark.parametrize(
    ("rule", "consequence"),
    [(rule, after) for rule, after in SPOILT if rule.kind != "refuse"],
    ids=name_of,
)
async def test_a_fault_further_on_is_a_part_that_is_missing(
    rule: FaultRule, consequence: type[DeliveryError] | None, authority: Authority, own: Path
) -> None:
    async with asking(authority=authority, own=own) as (adapter, simulator):
        await simulator.script([aimed(rule, RIGHTS)])
        answer = await owners(adapter, seconds=PATIENCE + 1, **ADDRESS, bsn=NOBODY)

    (one,) = answer["onroerendeZaken"]
    missing = {(part["deel"], part.get("van")) for part in answer["ontbreekt"]}
    if consequence is None:
        assert (missing, len(one["gerechtigden"])) == (set(), 3)
        return
    assert ("gerechtigden", SHARED.aanduiding) in missing
    assert one["gerechtigden"] == []
    assert "isGerechtigd" not in answer


async def test_persons_that_could_not_be_read_are_missing_and_their_rights_are_there() -> None:
    async with asking() as (adapter, simulator):
        rule = FaultRule(kind="status", times=None, match=Match(path=PERSONS))
        await simulator.script([rule])
        answer = await owners(adapter, **ADDRESS, bsn=NOBODY)

    (one,) = answer["onroerendeZaken"]
    assert [part["deel"] for part in answer["ontbreekt"]] == ["persoon", "persoon"]
    assert [holder["recht"] for holder in one["gerechtigden"]] == [
        "eigenaar",
        "eigenaar",
        "erfpachter",
    ]
    assert "isGerechtigd" not in answer


async def test_a_register_that_goes_down_after_the_first_call_leaves_what_was_read() -> None:
    async with asking() as (adapter, simulator):
        rule = FaultRule(kind="refuse", phase="after", match=Match(path="onroerendezaken$"))
        await simulator.script([rule])
        with pytest.raises(TransientError):
            await owners(adapter)
        await simulator.clear_faults()
        await simulator.script([FaultRule(kind="refuse", match=Match(path=RIGHTS))])
        answer = await owners(adapter, **ADDRESS, bsn=NOBODY)

    assert [part["deel"] for part in answer["ontbreekt"]] == ["gerechtigden", "aanspraak"]
    assert answer["onroerendeZaken"][0]["kadastraleAanduiding"] == SHARED.aanduiding
    assert "isGerechtigd" not in answer


async def test_somebody_with_thousands_of_parcels_leaves_the_owners_as_they_are() -> None:
    async with asking(Options(most_parcels=0)) as (adapter, _):
        by_list = await owners(adapter, **ADDRESS, bsn=OWNER.identificatie)
        flat: dict[str, Any] = {"postcode": "3511AB", "huisnummer": 23}
        by_search = await owners(adapter, **flat, bsn=OWNER.identificatie)

    assert by_list["isGerechtigd"] is True  # named in the right: no search was needed
    assert [part["deel"] for part in by_search["ontbreekt"]] == ["aanspraak"]
    assert by_search["onroerendeZaken"][0]["gerechtigden"]
    assert "isGerechtigd" not in by_search


async def test_a_503_without_content_is_a_failure_like_any_other() -> None:
    async with asking(Options(no_content_every=2)) as (adapter, _):
        answer = await owners(adapter)  # the second call of it fails
    async with asking(Options(no_content_every=1)) as (adapter, _):
        with pytest.raises(TransientError):
            await owners(adapter)

    assert [part["deel"] for part in answer["ontbreekt"]] == ["gerechtigden"]


async def test_an_expired_key_that_comes_as_a_500_is_asked_again_and_a_401_is_not() -> None:
    async with asking(Options(expired_key=True)) as (adapter, _):
        with pytest.raises(TransientError):
            await owners(adapter)
        health = await adapter.check()
    async with asking(key="andere") as (adapter, _):
        with pytest.raises(ConfigurationError):
            await owners(adapter)

    assert not health.ok


async def test_an_answer_without_data_is_read_as_no_parcels() -> None:
    """Nothing in it says that it is wrong; docs/adapters/brk.md names it."""
    async with asking(Options(without_data=True)) as (adapter, _):
        answer = await owners(adapter)

    assert answer["onroerendeZaken"] == []


async def test_without_our_certificate_nothing_is_answered(authority: Authority) -> None:
    async with asking(authority=authority) as (adapter, simulator):
        with pytest.raises(DeliveryError):
            await owners(adapter, seconds=2)
        assert not (await adapter.check()).ok
        assert simulator.journal.received == 0


async def test_a_certificate_of_somebody_else_is_not_taken_for_ours(
    authority: Authority, tmp_path: Path
) -> None:
    stranger = Authority.made(tmp_path, "Andere-CA").certificate("gemeente")
    async with asking(authority=authority, own=stranger) as (adapter, simulator):
        with pytest.raises(DeliveryError):
            await owners(adapter, seconds=2)
        assert simulator.journal.received == 0
