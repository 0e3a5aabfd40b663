"""A counter over an outage: a number at once, the case under it later, and the answer back once.

The zaaksysteem runs in a thread of the test, so that it can be started late on a chosen port.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from schemas.examples import loading
from simulators.kit import running
from simulators.zgw import Options, ZgwSimulator
from tests.end_to_end.processes import (
    CONFIGURATION,
    ENVIRONMENT,
    PATIENCE,
    Hub,
    configure,
    process,
    read_to,
    serving,
    until,
    url_in,
)

RSIN: Final = "002220647"
GRANTED: Final = "nl.burgerzaken.zaak.identificatie-toegekend"
NUMBERS: Final = """
[[ask]]
type = "zaak.identificatie"
to = "zaaksysteem"
[[destination]]
name = "kern"
adapter = "core_amqp"
[destination.settings]
url = "env:SCHAKEL_TEST_BROKER"
[[route]]
name = "numbers"
type = "nl.burgerzaken.zaak.identificatie-toegekend"
to = ["kern"]
"""
"""The broker of the core does not run: what is told to the core waits, and can be counted."""
RULE: Final = """name = "Utrecht"
[tenant.identificatie]
pattern = "{gemeentecode}H{jaar}{volgnummer:07}"
"""


def configure_numbers(folder: Path, *, port: int) -> None:
    configure(folder, zgw=f"http://127.0.0.1:{port}")
    path = folder / "schakel.toml"
    text = path.read_text(encoding="utf-8")
    text = text.replace('name = "Utrecht"\n', RULE)
    text = text.replace('node = "test"', 'node = "test"\noin = "00000001002220647000"')
    text = text.replace(
        'secret = "env', 'reserve_numbers = true\nown_numbers = true\nsecret = "env'
    )
    text = text.replace("retry = {", 'breaker = { probe_interval = "1s" }\nretry = {')
    path.write_text(text + NUMBERS, encoding="utf-8")


@contextmanager
def zaaksysteem(port: int, *, insists: bool) -> Iterator[ZgwSimulator]:
    loop, ended, ready = asyncio.new_event_loop(), asyncio.Event(), threading.Event()
    made: list[ZgwSimulator] = []

    async def run() -> None:
        made.append(ZgwSimulator(port=port, options=Options(insists=insists)))
        async with running(made[0]):
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    assert ready.wait(PATIENCE)
    try:
        yield made[0]
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(PATIENCE)
        loop.close()


def ask(hub: Hub, key: str | None = None) -> tuple[dict[str, Any], float]:
    """The answer, and the seconds that a counter waited for it."""
    question = {"bronorganisatie": RSIN} | ({"sleutel": key} if key else {})
    begun = time.monotonic()
    answer = hub.call("POST", "/v1/ask/zaak.identificatie?tenant=0344", json=question)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found, time.monotonic() - begun


def event(kind: str, case: str) -> dict[str, Any]:
    made = loading.load(f"nl.burgerzaken.zaak.{kind}")
    made |= {"id": f"{kind}-{case}", "subject": case}
    made.pop("dependson", None)
    made["data"] |= {"zaakidentificatie": case}
    return made


def identity(hub: Hub, number: str) -> Mapping[str, Any]:
    [found] = hub.call("GET", f"/v1/identities?number={number}").json()["items"]
    return dict(found)


def told(hub: Hub) -> list[Mapping[str, Any]]:
    """What the core is told; each waits, for its broker is not there."""
    found = hub.call("GET", "/v1/deliveries?destination=kern").json()["items"]
    return [one for one in found if one["type"] == GRANTED]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setitem(ENVIRONMENT, "SCHAKEL_TEST_BROKER", "amqp://guest:guest@127.0.0.1:9/")
    return free_port()


@pytest.mark.slow
@pytest.mark.parametrize("insists", [True, False])
def test_a_counter_goes_on_over_an_outage_and_hears_the_number_once(
    tmp_path: Path, port: int, *, insists: bool
) -> None:
    configure_numbers(tmp_path, port=port)
    with serving(tmp_path) as hub:
        given, seconds = ask(hub, "aanvraag-0001")
        number = given["identificatie"]
        assert (given["voorlopig"], given["toegekendDoor"]) == (True, "hub")
        assert seconds < 1
        assert ask(hub, "aanvraag-0001")[0] == given
        assert identity(hub, number)["state"] == "provisional"
        for kind in ("gestart", "status-gezet"):
            assert hub.publish(event(kind, number)).status_code == 202

        with zaaksysteem(port, insists=insists) as simulator:
            until(lambda: identity(hub, number)["state"] == "definitive", "the case was opened")
            until(lambda: len(told(hub)) == 1, "the number was told")
            hub.process.kill()
            hub.process.wait(PATIENCE)

            with process("serve", folder=tmp_path, log="hub.log") as again:
                hub.url = url_in(read_to(again.stdout, "is ready"))
                done = {"state": "delivered", "destination": "zaaksysteem"}
                until(
                    lambda: (
                        len(hub.call("GET", "/v1/deliveries", params=done).json()["items"]) == 2
                    ),
                    "both messages arrived",
                )
                one = identity(hub, number)
                effects = simulator.journal.effects
                opened = [str(effect.case) for effect in effects if effect.kind == "zaak"]
                statuses = {str(effect.case) for effect in effects if effect.kind == "status"}
                assert opened == [one["definitiveNumber"]]
                assert statuses == set(opened)
                assert (one["definitiveNumber"] == number) is not insists
                until(lambda: identity(hub, number)["announcedAt"], "the number was marked")
                [message] = told(hub)
                assert message["subject"] == number
                fresh, _ = ask(hub)
                assert (fresh["voorlopig"], fresh["toegekendDoor"]) == (False, "zaaksysteem")


def test_the_configuration_of_these_tests_is_the_usual_one_with_numbers(tmp_path: Path) -> None:
    configure_numbers(tmp_path, port=9)
    text = (tmp_path / "schakel.toml").read_text(encoding="utf-8")
    assert text.count("reserve_numbers") == text.count("[tenant.identificatie]") == 1
    assert 'name = "cases"' in CONFIGURATION
