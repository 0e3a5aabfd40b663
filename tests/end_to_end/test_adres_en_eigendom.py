"""An address and its owners, asked at a running hub while the registers behind it fail."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from schakel.compose import build
from schakel.security import Scope, create_key
from schakel.settings import load
from simulators.bag import BagSimulator
from simulators.brk import BrkSimulator
from simulators.kit import FaultRule, Match, running
from tests.conformance.worker import WallClock
from tests.simulators.bag.world import register as bag_register
from tests.simulators.brk.world import NOBODY, SHARED
from tests.simulators.brk.world import register as brk_register

CONFIGURATION: Final = """
[hub]
port = 0
[security]
encryption = "none"
[[tenant]]
code = "0344"
name = "Utrecht"
[[destination]]
name = "bag"
adapter = "bag"
[destination.settings]
root = "{bag}"
api_key = "env:KADASTER_KEY"
[[destination]]
name = "brk"
adapter = "brk"
[destination.settings]
root = "{brk}"
api_key = "env:KADASTER_KEY"
[[ask]]
type = ["adres.zoeken", "adres.raadplegen"]
to = "bag"
[[ask]]
type = "eigendom.van-adres"
to = "brk"
timeout = "2s"
[[purpose]]
name = "verhuizing"
verwerking = "burgerzaken@aangifte-verhuizing"
[purpose.asks]
"eigendom.van-adres" = ["*"]
"""
ADDRESS: Final = {"postcode": "3511AB", "huisnummer": 21}


@asynccontextmanager
async def hub_before(
    bag: BagSimulator, brk: BrkSimulator, folder: Path
) -> AsyncIterator[httpx.AsyncClient]:
    path = folder / "schakel.toml"
    path.write_text(CONFIGURATION.format(bag=bag.url, brk=brk.url), encoding="utf-8")
    hub = build(load(path))
    async with hub.running():
        scopes = frozenset({Scope.ASK})
        key = await create_key(
            hub.store, WallClock(), name="balie", scopes=scopes, tenant="0344", by="a test"
        )
        headers = {"Authorization": f"Bearer {key.secret}"}
        transport = httpx.ASGITransport(app=hub.app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://hub", headers=headers
        ) as http:
            yield http


async def ask(http: httpx.AsyncClient, kind: str, **data: Any) -> httpx.Response:
    why = {"X-Doelbinding": "verhuizing", "X-Gebruiker": "m.dewit"}
    return await http.post(f"/v1/ask/{kind}", json={**ADDRESS, **data}, headers=why)


async def test_what_one_register_lacks_the_other_still_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KADASTER_KEY", "schakel-demo")
    async with (
        running(BagSimulator(register=bag_register())) as bag,
        running(BrkSimulator(register=brk_register())) as brk,
        hub_before(bag, brk, tmp_path) as http,
    ):
        whole = await ask(http, "eigendom.van-adres", bsn=NOBODY)
        rule = FaultRule(kind="status", times=None, match=Match(path="/zakelijkgerechtigden$"))
        await brk.script([rule])
        partial = await ask(http, "eigendom.van-adres", bsn=NOBODY)
        await brk.clear_faults()
        await brk.script([FaultRule(kind="refuse")])
        down = await ask(http, "eigendom.van-adres", bsn=NOBODY)
        address = await ask(http, "adres.raadplegen")

    assert whole.status_code == 200, whole.text
    assert whole.json()["isGerechtigd"] is False
    assert partial.status_code == 200, partial.text
    assert "isGerechtigd" not in partial.json()
    [missing] = partial.json()["ontbreekt"]
    assert (missing["deel"], missing["van"]) == ("gerechtigden", SHARED.aanduiding)
    assert down.status_code == 503, down.text
    assert NOBODY not in down.text
    assert address.status_code == 200, address.text
    assert len(address.json()["adressen"]) == 1
