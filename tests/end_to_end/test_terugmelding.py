"""Terugmeldingen both ways through a running hub: ours to a simulated TMV, theirs to the core."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from schakel.compose import build
from schakel.security import Scope, create_key
from schakel.settings import load
from schakel.telemetry.logging import configure_logging
from simulators.kit import running
from simulators.tmv import Options, TmvSimulator
from tests.adapters.tmv.office import ACCOUNT, BSN, message
from tests.end_to_end.test_adres_gewijzigd import Shifted, until, waiting

OTHER: Final = "999990019"
CONFIGURATION: Final = """
[hub]
port = 0
oin = "00000001821002193000"
[security]
encryption = "none"
[[tenant]]
code = "0344"
name = "Utrecht"
[[destination]]
name = "tmv"
adapter = "tmv"
tenant = "0344"
[destination.settings]
url = "{url}"
gemeente = "0344"
user = "{user}"
password = "env:TMV_PASSWORD"
look_every_minutes = 0.01
[[destination]]
name = "kern"
adapter = "inbox"
[[purpose]]
name = "terugmelden"
[purpose.asks]
"terugmelding.inzien" = ["*"]
"terugmelding.termijnen" = ["*"]
[[ask]]
type = ["terugmelding.inzien", "terugmelding.termijnen"]
to = "tmv"
[[route]]
name = "ours"
type = ["nl.burgerzaken.terugmelding.gedaan", "nl.burgerzaken.terugmelding.ingetrokken"]
to = ["tmv"]
[[route]]
name = "answers"
type = "nl.burgerzaken.terugmelding.beantwoord"
to = ["tmv"]
[[route]]
name = "theirs"
type = [
  "nl.burgerzaken.terugmelding.ontvangen",
  "nl.burgerzaken.terugmelding.gewijzigd",
  "nl.burgerzaken.terugmelding.termijn-*",
]
to = ["kern"]
"""


async def test_terugmeldingen_go_both_ways_and_the_term_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TMV_PASSWORD", ACCOUNT["password"])
    configure_logging("INFO", "json")
    clock = Shifted()
    async with running(TmvSimulator(options=Options(**ACCOUNT, gemeente="599"))) as simulator:
        theirs = simulator.tmv.plant({"bsn": OTHER, "gemeente": "0344"})
        path = tmp_path / "schakel.toml"
        text = CONFIGURATION.format(url=simulator.url, user=ACCOUNT["user"])
        path.write_text(text, encoding="utf-8")
        hub = build(load(path), clock=clock)
        async with hub.running():
            scopes = frozenset({Scope.INBOX, Scope.PUBLISH, Scope.ASK})
            key = await create_key(
                hub.store, clock, name="kern", scopes=scopes, tenant="0344", by="a test"
            )
            headers = {"Authorization": f"Bearer {key.secret}"}
            transport = httpx.ASGITransport(app=hub.app)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://hub", headers=headers
            ) as core:
                event = message("gedaan").model_dump(mode="json", by_alias=True, exclude_none=True)
                content = {"Content-Type": "application/cloudevents+json"}
                answer = await core.post("/v1/messages", json=event, headers=content)
                assert answer.status_code == 202, answer.text

                async def there(count: int) -> bool:
                    return len(await waiting(core)) >= count

                await until(lambda: there(2))
                why = {"X-Doelbinding": "terugmelden", "X-Gebruiker": "balie-3"}
                found = await core.post("/v1/ask/terugmelding.termijnen", json={}, headers=why)
                assert found.status_code == 200, found.text
                [term] = found.json()["termijnen"]
                clock.by += timedelta(days=14)  # the timers are due, and nobody took it up

                async def over() -> bool:
                    return any(one["type"].endswith("verstreken") for one in await waiting(core))

                await until(over)
                events: list[dict[str, Any]] = await waiting(core)

    told = [(one["type"].rpartition(".")[2], one["subject"]) for one in events]
    number = str(theirs["dossiernummer"])
    assert term["dossier"]["dossiernummer"] == number
    assert sorted(kind for kind, subject in told if subject == number) == [
        "ontvangen",
        "termijn-nadert",
        "termijn-nadert",
        "termijn-verstreken",
    ]
    [ours] = [one for one in events if one["subject"] != number][:1]
    assert ours["data"]["bericht"]["id"] == "gedaan-1"
    said = capsys.readouterr()
    targets = "".join(f"{one.path}?{one.query}" for one in simulator.journal.requests)
    for bsn in (BSN, OTHER):
        assert bsn not in said.out + said.err + targets
