"""A letter goes through a running hub to a simulated Berichtenbox, and the core hears the end."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from schakel.compose import Hub, build
from schakel.security import Scope, create_key
from schakel.settings import load
from schakel.telemetry.logging import configure_logging
from simulators.berichtenbox import BerichtenboxSimulator, Options
from simulators.berichtenbox.gateway import HOST
from simulators.kit import running
from tests.adapters.berichtenbox.post import OIN, TOWN, WANTS, WANTS_NOT, letter
from tests.end_to_end.test_adres_gewijzigd import Shifted, until, waiting

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
name = "berichtenbox"
adapter = "berichtenbox"
tenant = "0344"
[destination.settings]
url = "{base}/BerichtenboxValidatieService"
leverancier = "{oin}"
[destination.settings.gateway]
root = "{base}/service/rest/v19"
host = "{host}"
cpa_id = "{cpa}"
from_oin = "{oin}"
user = "{user}"
password = "env:GATEWAY_PASSWORD"
look_every_minutes = 0.01
[[destination]]
name = "kern"
adapter = "inbox"
[[route]]
name = "letters"
type = "nl.burgerzaken.berichtenbox.gevraagd"
to = ["berichtenbox"]
[[route]]
name = "what-became-of-it"
type = "nl.burgerzaken.bericht.*"
to = ["kern"]
"""


async def published(hub: Hub, core: httpx.AsyncClient, number: str, bsn: str) -> None:
    event = letter(number, bsn=bsn).model_dump(mode="json", by_alias=True, exclude_none=True)
    answer = await core.post(
        "/v1/messages", json=event, headers={"Content-Type": "application/cloudevents+json"}
    )
    assert answer.status_code == 202, answer.text


async def test_letters_end_in_the_inbox_of_the_core_with_what_became_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GATEWAY_PASSWORD", Options().password)
    configure_logging("INFO", "json")
    clock = Shifted()
    made = BerichtenboxSimulator(town=TOWN, options=Options(ack_seconds=1, result_seconds=1))
    async with running(made) as simulator:
        text = CONFIGURATION.format(
            base=simulator.base_url, oin=OIN, host=HOST, cpa=Options().cpa, user=Options().user
        )
        path = tmp_path / "schakel.toml"
        path.write_text(text, encoding="utf-8")
        hub = build(load(path), clock=clock)
        async with hub.running():
            scopes = frozenset({Scope.INBOX, Scope.PUBLISH})
            key = await create_key(
                hub.store, clock, name="kern", scopes=scopes, tenant="0344", by="a test"
            )
            async with httpx.AsyncClient(
                transport=httpx.ASGITransport(app=hub.app),
                base_url="http://hub",
                headers={"Authorization": f"Bearer {key.secret}"},
            ) as core:
                await published(hub, core, "wel", WANTS)
                await published(hub, core, "niet", WANTS_NOT)

                async def both() -> bool:
                    return len(await waiting(core)) == 2

                await until(both)
                events = {one["data"]["bericht"]["id"]: one for one in await waiting(core)}

    assert events["brief-wel"]["type"] == "nl.burgerzaken.bericht.afgeleverd"
    steps: list[dict[str, Any]] = events["brief-wel"]["data"]["verloop"]
    assert [one["stap"] for one in steps] == [
        "abonnement_gecontroleerd",
        "aangenomen",
        "bevestigd",
        "verwerkt",
    ]
    assert events["brief-wel"]["data"]["bestemming"] == "berichtenbox"
    assert events["brief-niet"]["type"] == "nl.burgerzaken.bericht.niet-afgeleverd"
    assert events["brief-niet"]["data"]["reden"] == "niet_bereikbaar"
    said = capsys.readouterr()
    addresses = "".join(f"{one.path}?{one.query}" for one in simulator.journal.requests)
    for bsn in (WANTS, WANTS_NOT):
        assert bsn not in said.out + said.err + addresses + str(events)
