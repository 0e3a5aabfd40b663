"""A person asked at a running hub: the purpose reaches the register, and no more is asked there."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from schakel.compose import build
from schakel.security import Scope, create_key
from schakel.settings import load
from simulators.brp import BrpSimulator, Options
from simulators.kit import running
from simulators.town import EDGES, town
from tests.certificates import Authority
from tests.conformance.worker import WallClock

CONFIGURATION: Final = """
[hub]
port = 0
[security]
encryption = "none"
[[tenant]]
code = "0344"
name = "Utrecht"
[[destination]]
name = "brp"
adapter = "brp"
tenant = "0344"
[destination.settings]
personen_url = "{url}"
gateway = "open-formulieren"
oin = "00000099000000001000"
http = {{ ca_file = "{ca}", client_certificate = "{own}" }}
[[ask]]
type = ["persoon.raadplegen", "persoon.zoeken"]
to = "brp"
[[purpose]]
name = "verhuizing"
verwerking = "burgerzaken@aangifte-verhuizing"
[purpose.asks]
"persoon.raadplegen" = ["personen.geslachtsnaam", "personen.verblijfplaats.postcode"]
[[purpose]]
name = "adresonderzoek"
[purpose.asks]
"persoon.zoeken" = ["*"]
"""
TOWN: Final = town(1, 300)
WHY: Final = {"X-Doelbinding": "verhuizing", "X-Gebruiker": "m.dewit"}


@asynccontextmanager
async def asking(folder: Path) -> AsyncIterator[tuple[httpx.AsyncClient, BrpSimulator]]:
    authority = Authority.made(folder)
    own = authority.certificate("gemeente")
    brp = BrpSimulator(town=TOWN, options=Options(gateway="headers"), tls=authority.server())
    async with running(brp) as simulator:
        text = CONFIGURATION.format(url=simulator.url, ca=authority.file, own=own)
        path = folder / "schakel.toml"
        path.write_text(text, encoding="utf-8")
        hub = build(load(path))
        async with hub.running():
            key = await create_key(
                hub.store,
                WallClock(),
                name="balie",
                scopes=frozenset({Scope.ASK}),
                tenant="0344",
                by="a test",
            )
            transport = httpx.ASGITransport(app=hub.app)
            headers = {"Authorization": f"Bearer {key.secret}"}
            async with httpx.AsyncClient(
                transport=transport, base_url="http://hub", headers=headers
            ) as client:
                yield client, simulator


async def ask(http: httpx.AsyncClient, kind: str, data: Any) -> httpx.Response:
    return await http.post(f"/v1/ask/{kind}", json=data, headers=WHY)


async def test_the_register_is_asked_for_what_the_purpose_allows_and_told_why(
    tmp_path: Path,
) -> None:
    somebody = next(one for one in TOWN.persons.values() if one.kinderen)
    async with asking(tmp_path) as (http, simulator):
        answer = await ask(http, "persoon.raadplegen", {"bsn": somebody.bsn})
        request = list(simulator.journal.requests)[-1]
    assert somebody.stay.address is not None
    assert answer.json()["personen"] == [
        {
            "geslachtsnaam": somebody.geslachtsnaam,
            "verblijfplaats": {"postcode": somebody.stay.address.postcode},
        }
    ]
    asked = json.loads(request.body or b"")
    assert set(asked["fields"]) == {
        "burgerservicenummer",
        "naam.geslachtsnaam",
        "verblijfplaats.verblijfadres.postcode",
    }
    headers = {name.lower(): value for name, value in request.headers.items()}
    assert headers["x-doelbinding"] == "verhuizing"
    assert headers["x-gebruiker"] == "m.dewit"
    assert headers["x-verwerking"] == "burgerzaken@aangifte-verhuizing"


async def test_a_secret_address_says_that_it_is_secret(tmp_path: Path) -> None:
    async with asking(tmp_path) as (http, _):
        answer = await ask(http, "persoon.raadplegen", {"bsn": EDGES["geheim"]})
    [one] = answer.json()["personen"]
    assert one["geheimhouding"] is True
    assert "bsn" not in one


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("persoon.zoeken", {"geslachtsnaam": "Bakker", "geboortedatum": "1980-01-01"}),
        ("adres.bewoning", {"adresseerbaarObject": "0" * 15 + "1", "peildatum": "2026-01-01"}),
    ],
)
async def test_what_the_purpose_does_not_cover_never_reaches_the_register(
    tmp_path: Path, kind: str, data: Any
) -> None:
    async with asking(tmp_path) as (http, simulator):
        answer = await ask(http, kind, data)
        assert simulator.journal.received == 0
    assert answer.status_code == 403
