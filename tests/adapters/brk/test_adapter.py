"""Who owns what stands at an address: from a register on a real socket, also when parts fail."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from adapters.brk import BrkAdapter, BrkSettings
from adapters.contract import ConfigurationError, TransientError
from tests.adapters._kit.haalcentraal.register import (
    CLOCK,
    CONTEXT,
    KEY,
    Body,
    Register,
    question,
    register,
)

OWNER = "999990019"
OTHER = "999990408"
ADDRESS = {"postcode": "3511AB", "huisnummer": 21}


def brk(path: str, body: Body) -> Body | None:
    one = {"identificatie": "22310000170000", "kadastraleAanduiding": "Utrecht B 1700"}
    if path == "/kadastraalonroerendezaken":
        if "burgerservicenummer" in body:
            owned = [one] if body["burgerservicenummer"] == OWNER else []
            return {"_embedded": {"kadastraalOnroerendeZaken": owned}}
        found = [one | {"type": "perceel"}] if body.get("huisnummer") == "21" else []
        return {"_embedded": {"kadastraalOnroerendeZaken": found}} if found else {"_links": {}}
    if path.endswith("/zakelijkgerechtigden"):
        rights = [
            {
                "type": "eigenaar",
                "tenaamstelling": {"aandeel": {"teller": 1, "noemer": 2}},
                "persoon": {"identificatie": OWNER, "type": "ingeschreven_natuurlijk_persoon"},
            },
            {
                "type": "erfpachter",
                "persoon": {"identificatie": "77", "type": "kadaster_niet_natuurlijk_persoon"},
            },
        ]
        return {"_embedded": {"zakelijkGerechtigden": rights}}
    if path == "/kadasternietnatuurlijkpersonen/77":
        return {"statutaireNaam": "Stichting Wonen", "kvkNummer": "12345678"}
    return None


@asynccontextmanager
async def asking(key: str = KEY) -> AsyncIterator[tuple[BrkAdapter, Register]]:
    async with register(brk) as server:
        settings = BrkSettings.model_validate({"root": server.url, "api_key": key})
        adapter = BrkAdapter(settings, clock=CLOCK)
        try:
            yield adapter, server
        finally:
            await adapter.aclose()


async def owners(adapter: BrkAdapter, **data: str | int) -> Body:
    asked = question("eigendom.van-adres", {**ADDRESS, **data})
    return dict((await adapter.ask(asked, CONTEXT)).data)


async def test_an_address_has_objects_and_they_have_owners() -> None:
    async with asking() as (adapter, server):
        answer = await owners(adapter)
    (one,) = answer["onroerendeZaken"]
    assert one["kadastraleAanduiding"] == "Utrecht B 1700"
    person, company = one["gerechtigden"]
    assert (person["bsn"], person["aandeel"]) == (OWNER, {"teller": 1, "noemer": 2})
    assert company["naam"] == "Stichting Wonen"
    assert "isGerechtigd" not in answer
    assert not any(OWNER in call.target for call in server.asked)


async def test_an_owner_is_recognised_without_another_call() -> None:
    async with asking() as (adapter, server):
        assert (await owners(adapter, bsn=OWNER))["isGerechtigd"] is True
        assert all(call.method == "GET" for call in server.asked)


async def test_who_has_no_right_is_said_to_have_none() -> None:
    async with asking() as (adapter, server):
        answer = await owners(adapter, bsn=OTHER)
    assert answer["isGerechtigd"] is False
    assert answer["ontbreekt"] == []
    asked = server.asked[-1]
    assert (asked.method, asked.body) == ("POST", {"burgerservicenummer": OTHER})


async def test_an_address_without_objects_has_no_owners() -> None:
    async with asking() as (adapter, _):
        assert (await owners(adapter, huisnummer=22))["onroerendeZaken"] == []


async def test_owners_that_could_not_be_read_are_missing_and_never_none() -> None:
    async with asking() as (adapter, server):
        server.failing += [(200, brk("/kadastraalonroerendezaken", {"huisnummer": "21"}) or {}, {})]
        server.failing += [(503, {"code": "noContent"}, {})]
        answer = await owners(adapter, bsn=OTHER)
    (missing,) = answer["ontbreekt"]
    assert (missing["deel"], missing["van"]) == ("gerechtigden", "Utrecht B 1700")
    assert "isGerechtigd" not in answer  # nobody can tell


async def test_a_person_that_could_not_be_read_is_missing_and_the_right_is_there() -> None:
    async with asking() as (adapter, server):
        plain = server.handler
        server.handler = lambda path, body: (
            None if path.startswith("/kadasterniet") else plain(path, body)
        )
        answer = await owners(adapter)
    (missing,) = answer["ontbreekt"]
    assert missing["deel"] == "persoon"
    assert len(answer["onroerendeZaken"][0]["gerechtigden"]) == 2


async def test_the_first_call_has_to_succeed() -> None:
    async with asking() as (adapter, server):
        server.failing.append((500, {}, {}))
        with pytest.raises(TransientError):
            await owners(adapter)


async def test_a_wrong_key_is_our_configuration() -> None:
    async with asking("verkeerd") as (adapter, _):
        with pytest.raises(ConfigurationError):
            await owners(adapter)
        assert not (await adapter.check()).ok
