"""`schakel subscriptions`: from the configuration to the Notificaties API, in a person's words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from schakel.cli.failure import FOUND_PROBLEMS, WRONG_USE, Failure
from schakel.cli.subscriptions import _run
from simulators.kit import running
from simulators.zgw import DEMO_CLIENT, ZgwSimulator
from tests.adapters.zgw.inbound.conftest import hub_for
from tests.adapters.zgw.inbound.hub import AUTH, Hub
from tests.schakel.cli.running import GOOD, configured, schakel_here

SECRET = "alleen-voor-demonstratie-nooit-in-productie"


@pytest.fixture
async def simulator() -> AsyncIterator[ZgwSimulator]:
    simulator = ZgwSimulator()
    async with running(simulator):
        yield simulator


@pytest.fixture
async def hub(simulator: ZgwSimulator) -> AsyncIterator[Hub]:
    async with hub_for(simulator) as hub:
        yield hub


@pytest.fixture
def config(simulator: ZgwSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ZGW_SECRET", SECRET)
    monkeypatch.setenv("CALLBACK_AUTH", AUTH)
    sections = f"""notificaties.root = "{simulator.base_url}/api/v1"
postroom.callback_auth = "env:CALLBACK_AUTH"
[[route]]
"""
    text = GOOD.replace("http://127.0.0.1:9", simulator.base_url)
    text = text.replace('"test"', f'"{DEMO_CLIENT}"').replace("[[route]]\n", sections)
    return configured(tmp_path, text.replace("[hub]\n", '[hub]\noin = "00000001002220647000"\n'))


async def run(
    config: Path,
    url: str | None,
    *,
    ensure: bool = False,
    destination: str = "zaaksysteem",
    tenant: str | None = None,
) -> int:
    """In a thread, as the command has a loop of its own."""
    return await asyncio.to_thread(
        _run,
        config,
        destination,
        url,
        tenant,
        lambda found, callback: found.ensure(callback) if ensure else found.show(callback),
    )


async def test_it_shows_makes_and_shows_again(
    config: Path, hub: Hub, capsys: pytest.CaptureFixture[str]
) -> None:
    public = hub.url.partition("/inbound/")[0]
    assert await run(config, public) == FOUND_PROBLEMS
    assert "no subscription" in capsys.readouterr().out
    assert await run(config, public, ensure=True) == 0
    said = capsys.readouterr().out
    assert "A subscription was made." in said
    assert f"{hub.url}: documenten, zaken" in said
    assert await run(config, f"{public}/", tenant="0344") == 0
    assert AUTH not in said


def _set_public_url(config: Path, public: str) -> None:
    text = config.read_text(encoding="utf-8")
    configured(config.parent, text.replace("[hub]\n", f'[hub]\npublic_url = "{public}"\n'))


async def test_without_an_address_it_is_that_of_the_hub(
    config: Path, hub: Hub, capsys: pytest.CaptureFixture[str]
) -> None:
    public = hub.url.partition("/inbound/")[0]
    _set_public_url(config, public)
    assert await run(config, None, ensure=True) == 0
    assert f"{hub.url}: documenten, zaken" in capsys.readouterr().out


async def test_a_refusal_is_a_sentence(config: Path) -> None:
    with pytest.raises(Failure, match="can it reach") as caught:
        await run(config, "http://127.0.0.1:1", ensure=True)
    assert caught.value.code == FOUND_PROBLEMS


async def test_a_wrong_credential_names_its_setting(
    config: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZGW_SECRET", "een ander geheim, ook lang genoeg is")
    with pytest.raises(Failure, match=r"notificaties\.secret: ") as caught:
        await run(config, hub.url)
    assert caught.value.code == FOUND_PROBLEMS


@pytest.mark.parametrize(
    ("url", "asked", "words"),
    [
        ("http://x", ("elders", None), "There is no destination elders"),
        (None, ("zaaksysteem", None), "Give --url"),
        ("http://x", ("zaaksysteem", "0999"), "Give --tenant, one of 0344"),
    ],
)
async def test_what_is_asked_wrongly_is_said(
    config: Path, url: str | None, asked: tuple[str, str | None], words: str
) -> None:
    with pytest.raises(Failure, match=words) as caught:
        await run(config, url, destination=asked[0], tenant=asked[1])
    assert caught.value.code == WRONG_USE


def test_a_destination_without_these_settings_says_which(tmp_path: Path) -> None:
    configured(tmp_path)
    done = schakel_here(
        "subscriptions", "show", "zaaksysteem", "--url", "http://x", folder=tmp_path
    )
    assert done.returncode == WRONG_USE
    assert "[destination.settings.postroom]" in done.stderr
    assert "Traceback" not in done.stderr
