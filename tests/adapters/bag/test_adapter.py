"""The BAG adapter against a register on a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from adapters.bag import BagAdapter, BagSettings
from adapters.bag.errors import DayQuotaError
from adapters.contract import TransientError
from tests.adapters._kit.haalcentraal.register import (
    CLOCK,
    CONTEXT,
    KEY,
    Body,
    Register,
    question,
    register,
)

ADDRESS = {"openbareRuimteNaam": "Lindelaan", "huisnummer": 21, "postcode": "3511AB"}
WRITTEN = {"postcode": "3511AB", "huisnummer": 21}


def bag(path: str, body: Body) -> Body | None:
    if path == "/info":
        return {"version": "2.9"}
    if path in {"/adressen", "/adressenuitgebreid"}:
        found = [ADDRESS] if body.get("huisnummer") == "21" else []
        return {"_embedded": {"adressen": found}} if found else {}
    if path == "/adressenuitgebreid/0344200000000021":
        return ADDRESS | {"oppervlakte": 88}
    if path == "/adressen/zoek":
        return {"_embedded": {"zoekresultaten": [{"omschrijving": "Lindelaan 21"}]}}
    return None


@asynccontextmanager
async def asking() -> AsyncIterator[tuple[BagAdapter, Register]]:
    async with register(bag) as server:
        settings = BagSettings.model_validate({"root": server.url, "api_key": KEY})
        adapter = BagAdapter(settings, clock=CLOCK)
        try:
            yield adapter, server
        finally:
            await adapter.aclose()


async def found(adapter: BagAdapter, kind: str, data: Body) -> list[Body]:
    answer = await adapter.ask(question(kind, data), CONTEXT)
    return list(answer.data["adressen"])


async def test_addresses_are_found_in_each_way() -> None:
    async with asking() as (adapter, server):
        assert (await found(adapter, "adres.zoeken", WRITTEN))[0]["straatnaam"] == "Lindelaan"
        (hit,) = await found(adapter, "adres.zoeken", {"zoek": "linde"})
        assert hit["omschrijving"] == "Lindelaan 21"
        number = {"nummeraanduiding": "0344200000000021"}
        assert (await found(adapter, "adres.raadplegen", number))[0]["oppervlakte"] == 88
        await found(adapter, "adres.raadplegen", WRITTEN)
    assert "exacteMatch=true" in server.asked[-1].target
    assert server.asked[-1].headers["accept-crs"] == "epsg:28992"


async def test_no_address_is_an_empty_answer() -> None:
    async with asking() as (adapter, _):
        assert await found(adapter, "adres.zoeken", {"postcode": "3511AB", "huisnummer": 5}) == []
        nobody = {"nummeraanduiding": "0344200000000099"}
        assert await found(adapter, "adres.raadplegen", nobody) == []


async def test_a_day_whose_calls_are_spent_asks_nothing_more() -> None:
    async with asking() as (adapter, server):
        spent = {"Kadaster-RateLimit-DayLimit-Remaining": "0"}
        server.failing.append((429, {"code": "tooManyRequests"}, spent))
        for _ in range(3):
            with pytest.raises(DayQuotaError):
                await found(adapter, "adres.zoeken", WRITTEN)
        assert len(server.asked) == 1


async def test_too_fast_is_a_pause_like_any_other() -> None:
    async with asking() as (adapter, server):
        server.failing.append((429, {"code": "tooManyRequests"}, {"Retry-After": "1"}))
        with pytest.raises(TransientError) as caught:
            await found(adapter, "adres.zoeken", WRITTEN)
        assert not isinstance(caught.value, DayQuotaError)
        assert await found(adapter, "adres.zoeken", WRITTEN)


async def test_the_check_proves_address_and_key() -> None:
    async with asking() as (adapter, server):
        assert (await adapter.check()).ok
        server.failing.append((401, {}, {}))
        assert not (await adapter.check()).ok
