"""The parts of a hub, connected: they start and stop together."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from adapters.contract import Deliverer
from continuity.store.contract import StoreUnavailable
from schakel.compose import ADAPTERS, Hub, Role, build
from schakel.intake import Published
from schakel.lateness import Lateness
from schakel.nodelock import NodeInUse
from schakel.settings import Settings, load
from schemas import MESSAGE_TYPES
from schemas.examples import load as example
from tests.schakel.cli.running import SECRET, configured


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(configured(tmp_path), environ={"ZGW_SECRET": SECRET})


async def status_of(hub: Hub, path: str) -> int:
    transport = httpx.ASGITransport(app=hub.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
        return (await client.get(path)).status_code


async def test_a_running_hub_is_ready_and_a_stopped_one_has_let_go(settings: Settings) -> None:
    hub = build(settings)
    async with hub.running():
        assert await status_of(hub, "/readyz") == 200
        assert hub.worker.running
    assert not hub.worker.running
    with pytest.raises(StoreUnavailable):
        await hub.store.ping()


async def test_a_message_that_no_rule_wants_is_kept_for_a_person(settings: Settings) -> None:
    hub = build(settings)
    async with hub.running():
        event = example("nl.burgerzaken.zaak.afgesloten")
        [outcome] = await hub.intake.publish([event])
        assert isinstance(outcome, Published)
        [count] = await hub.store.counts()
        assert (count.destination, count.state) == ("unrouted", "parked")


@pytest.mark.parametrize("role", ["api", "worker"])
async def test_a_role_starts_its_part_only(settings: Settings, role: Role) -> None:
    hub = build(settings, role=role)
    async with hub.running():
        assert await status_of(hub, "/readyz") == 200
        assert hub.worker.running is (role == "worker")


async def test_a_second_worker_of_the_same_name_is_refused(settings: Settings) -> None:
    async with build(settings).running():
        with pytest.raises(NodeInUse):
            async with build(settings).running():
                pass


class Broken(Exception):
    """What breaks the worker in a test."""


async def test_a_worker_that_breaks_ends_the_hub(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = build(settings)

    async def fail() -> None:
        raise Broken

    monkeypatch.setattr(hub.worker, "run", fail)
    with pytest.raises(ExceptionGroup) as caught:
        async with hub.running():
            await asyncio.Event().wait()
    assert caught.group_contains(Broken)


def test_every_adapter_of_the_table_is_one(settings: Settings) -> None:
    for name, kind in ADAPTERS.items():
        assert kind.handles <= set(MESSAGE_TYPES), name
    destination = settings.destinations["zaaksysteem"]

    class Fixed:
        def now(self) -> datetime:
            return datetime(2026, 11, 23, tzinfo=UTC)

    create = ADAPTERS[destination.adapter].create
    assert create is not None
    made = create(destination.settings, Fixed())
    assert isinstance(made, Deliverer)
    assert made.handles == ADAPTERS[destination.adapter].handles


STUF = """
[hub]
oin = "00000001002220647000"
public_url = "https://hub.example.nl"
trusted_proxies = "127.0.0.1"
client_certificate_header = "X-Client-Subject"
inbound_memory = "64MiB"

[store]
url = "sqlite:schakel.sqlite3"

[security]
encryption = "none"

[[tenant]]
code = "0344"
name = "Utrecht"

[[destination]]
name = "kern"
adapter = "inbox"

[[destination]]
name = "djuma"
adapter = "stuf_zds"
tenant = "0344"
[destination.settings]
beantwoord_vraag_url = "https://djuma.example.nl/b"
vrije_berichten_url = "https://djuma.example.nl/v"
ontvang_asynchroon_url = "https://djuma.example.nl/o"
zender.applicatie = "SCHAKEL"
ontvanger.applicatie = "DJUMA"
inbound = {enabled = true, certificate_subjects = ["CN=djuma,O=Gemeente"]}

[[route]]
type = "*"
to = []
reason = "nothing is sent in these tests"
"""


async def test_a_certificate_that_the_proxy_checked_lets_a_system_in(tmp_path: Path) -> None:
    """And the addresses that the hub gives out are its public ones."""
    hub = build(load(configured(tmp_path, STUF), environ={}))
    transport = httpx.ASGITransport(app=hub.app, client=("127.0.0.1", 4711))
    elsewhere = httpx.ASGITransport(app=hub.app, client=("192.0.2.9", 4711))
    place, told = (
        "/inbound/0344/djuma/OntvangAsynchroon",
        {"X-Client-Subject": "CN=djuma,O=Gemeente"},
    )
    async with hub.running(), httpx.AsyncClient(transport=transport, base_url="http://h") as proxy:
        wsdl = (await proxy.get(f"{place}?wsdl")).text
        let_in = (await proxy.post(place, content=b"<x/>", headers=told)).text
        other = (
            await proxy.post(place, content=b"<x/>", headers={"X-Client-Subject": "CN=x"})
        ).text
        async with httpx.AsyncClient(transport=elsewhere, base_url="http://h") as stranger:
            forged = (await stranger.post(place, content=b"<x/>", headers=told)).text

    assert f"https://hub.example.nl{place}" in wsdl
    assert "StUF052" not in let_in
    assert "StUF052" in other
    assert "StUF052" in forged


async def test_what_waits_in_an_inbox_expires_by_an_errand_of_the_worker(tmp_path: Path) -> None:
    """How is in tests/schakel/test_lateness.py."""
    hub = build(load(configured(tmp_path, STUF), environ={}))
    (errand,) = (one for one in hub.errands if isinstance(one, Lateness))
    assert errand.destinations == ("kern",)
    await hub.close()


def test_an_adapter_that_no_destination_names_is_not_imported(tmp_path: Path) -> None:
    """What a hub has no use for takes no memory."""
    code = f"""
import asyncio, sys
from pathlib import Path
from schakel.compose import build
from schakel.settings import load

async def main():
    await build(load(Path({str(configured(tmp_path))!r}))).close()

asyncio.run(main())
print(*sorted(sys.modules))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "ZGW_SECRET": SECRET},
        capture_output=True,
        text=True,
        check=True,
    )
    imported = set(done.stdout.split())
    folders = {name.split(".")[1] for name in imported if name.startswith("adapters.")}
    assert folders - {"_kit", "contract"} == {"zgw"}
