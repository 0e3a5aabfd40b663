"""The parts as `serve` connects them."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from schakel.compose import Role, build
from schakel.settings import Settings, load
from tests.schakel.amqp.rig import PATIENCE, broker, numbered, publish, until
from tests.schakel.cli.running import GOOD, SECRET, configured

SECTION = '\n[amqp]\nurl = "env:BROKER"\n'


def settings(folder: Path, url: str, more: str = SECTION) -> Settings:
    path = configured(folder, GOOD + more)
    return load(path, environ={"ZGW_SECRET": SECRET, "BROKER": url})


@pytest.mark.parametrize("role", ["all", "amqp"])
async def test_a_hub_takes_messages_while_it_runs_and_says_that_it_can(
    tmp_path: Path, url: str, role: Role
) -> None:
    hub = build(settings(tmp_path, url), role=role)
    assert hub.amqp is not None
    async with hub.running():
        await hub.amqp.connection.ready(PATIENCE)
        transport = httpx.ASGITransport(app=hub.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
            answer = await client.get("/readyz")
            assert answer.json() == {"status": "ready", "amqp": "connected"}
        async with broker(url) as core:
            await publish(core, numbered(1))
            taken = hub.amqp._metrics._new._value
            await until(lambda: taken.get() == 1)


@pytest.mark.parametrize(("role", "more"), [("api", SECTION), ("worker", SECTION), ("all", "")])
def test_other_roles_and_a_hub_without_the_section_take_nothing(
    tmp_path: Path, role: Role, more: str
) -> None:
    assert build(settings(tmp_path, "amqp://127.0.0.1:9/", more), role=role).amqp is None
