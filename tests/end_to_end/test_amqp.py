"""RabbitMQ as the core uses it: real publishers, real hub processes, real kills."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from adapters._kit.amqp import AmqpClosed
from schakel.amqp.topology import INGRESS, REJECTED
from tests.end_to_end.processes import (
    ENVIRONMENT,
    PATIENCE,
    Hub,
    configure,
    read_to,
    schakel,
    serving,
    until,
)
from tests.schakel.amqp.rig import broker, left, numbered, publish
from tests.services import vhost

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "outbox_publisher.py"

DIES_BEFORE_ACK = """
import os, signal, sys
from adapters._kit.amqp import AmqpChannel
AmqpChannel.ack = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
from schakel.cli import main
main()
"""
DIES_BEFORE_MARK = f"""
import os, signal, sys
sys.path.insert(0, {str(EXAMPLE.parent)!r})
import outbox_publisher
mark, left = outbox_publisher.mark, [3]
def dies(*arguments):
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    mark(*arguments)
outbox_publisher.mark = dies
outbox_publisher.main()
"""


@pytest.fixture
def url() -> Iterator[str]:
    with vhost() as address:
        yield address


@pytest.fixture
def folder(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    configure(tmp_path)
    path = tmp_path / "schakel.toml"
    path.write_text(path.read_text() + '\n[amqp]\nurl = "env:SCHAKEL_AMQP_URL"\n')
    monkeypatch.setenv("SCHAKEL_AMQP_URL", url)
    monkeypatch.setitem(ENVIRONMENT, "SCHAKEL_AMQP_URL", url)
    return tmp_path


@contextmanager
def hub(
    folder: Path, *arguments: str, node: str, program: Sequence[str] = ("-m", "schakel")
) -> Iterator[subprocess.Popen[str]]:
    """A hub process of its own name, on the configuration and store in `folder`."""
    text = (folder / "schakel.toml").read_text().replace('node = "test"', f'node = "{node}"')
    config = folder / f"{node}.toml"
    config.write_text(text)
    command = [sys.executable, *program, "serve", "--config", str(config), *arguments]
    with (
        (folder / f"{node}.log").open("ab") as errors,
        subprocess.Popen(
            command,
            cwd=folder,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as one,
    ):
        try:
            yield one
        finally:
            one.kill()


def ready(one: subprocess.Popen[str], url: str) -> None:
    """Its consumer is there too; that comes after the line."""
    read_to(one.stdout, "is ready")
    until(lambda: _declared(url), "the hub has declared its queue")


def _declared(url: str) -> bool:
    try:
        waiting(url)
    except AmqpClosed:
        return False
    return True


def stored(api: Hub) -> list[dict[str, Any]]:
    """Every delivery, in the order of acceptance."""
    listed: list[dict[str, Any]] = []
    path = "/v1/deliveries?limit=200"
    while path:
        page = api.call("GET", path).json()
        listed += page["items"]
        path = page["next"]
    return sorted(listed, key=lambda one: int(one["id"]))


def waiting(url: str, queue: str = INGRESS) -> int:
    async def ask() -> int:
        async with broker(url) as connection:
            return await left(connection, queue)

    return asyncio.run(ask())


def publish_all(url: str, numbers: Sequence[int], *, cases: int) -> None:
    async def work() -> None:
        async with broker(url) as core:
            for number in numbers:
                await publish(core, numbered(number, case=number % cases))

    asyncio.run(work())


def events_of(api: Hub) -> dict[str, list[int]]:
    """Ids of the events of each case, in the order of acceptance."""
    found: dict[str, list[int]] = {}
    for one in stored(api):
        found.setdefault(one["subject"], []).append(int(one["eventId"]))
    return found


@pytest.mark.slow
def test_two_hub_processes_and_one_is_killed_keep_the_order_of_every_case(
    folder: Path, url: str
) -> None:
    with serving(folder, "--role", "api") as api:
        with (
            hub(folder, "--role", "amqp", node="one") as first,
            hub(folder, "--role", "amqp", node="two") as second,
        ):
            ready(first, url)
            ready(second, url)
            publish_all(url, range(100), cases=5)
            until(lambda: len(stored(api)) >= 1, "the first messages are stored")
            publish_all(url, range(100, 200), cases=5)
            first.send_signal(signal.SIGKILL)
            publish_all(url, range(200, 300), cases=5)
            until(lambda: len(stored(api)) >= 300, "all messages are stored")
        found = events_of(api)
    assert sum(map(len, found.values())) == 300
    for case in found.values():
        assert case == sorted(case)


@pytest.mark.slow
def test_a_hub_killed_between_the_commit_and_the_acknowledgement_doubles_nothing(
    folder: Path, url: str
) -> None:
    with serving(folder, "--role", "api") as api:
        with hub(folder, "--role", "amqp", node="one", program=("-c", DIES_BEFORE_ACK)) as first:
            ready(first, url)
            publish_all(url, range(20), cases=2)
            assert first.wait(PATIENCE) == -signal.SIGKILL
        before = len(stored(api))
        assert before > 0, "it died before the commit"
        with hub(folder, "--role", "amqp", node="one") as second:
            ready(second, url)
            until(lambda: len(stored(api)) == 20, "all messages are stored")
            second.send_signal(signal.SIGTERM)
            assert second.wait(PATIENCE) == 0
        assert waiting(url) == 0
        found = [number for case in events_of(api).values() for number in case]
        assert sorted(found) == list(range(20))


@pytest.mark.slow
def test_a_publisher_with_an_outbox_killed_before_it_marks_loses_and_doubles_nothing(
    folder: Path, url: str
) -> None:
    core = folder / "core.sqlite3"
    cases = [f"0344-2026-{number:06d}" for number in range(6)]
    run = [sys.executable, str(EXAMPLE), str(core)]
    with serving(folder) as all_in_one:
        until(lambda: _declared(url), "the hub has declared its queue")
        subprocess.run([*run, "start", *cases], check=True, env=ENVIRONMENT)
        dying = [sys.executable, "-c", DIES_BEFORE_MARK, str(core), "relay"]
        dead = subprocess.run(dying, check=False, env=ENVIRONMENT)
        assert dead.returncode == -signal.SIGKILL
        again = subprocess.run(
            [*run, "relay"], check=True, env=ENVIRONMENT, capture_output=True, text=True
        )
        assert again.stdout == "Published: 4.\n", "two of the three were marked"
        until(lambda: len(stored(all_in_one)) >= 6, "all messages are stored")
        listed = stored(all_in_one)
        assert [one["subject"] for one in listed] == cases
        metrics = all_in_one.call("GET", "/metrics").text
        assert 'schakel_amqp_messages_total{result="duplicate"} 1.0' in metrics


@pytest.mark.slow
def test_the_command_line_publishes_to_the_broker_and_replays_what_was_refused(
    folder: Path, url: str
) -> None:
    file = folder / "events.json"
    file.write_text(json.dumps([numbered(1), numbered(2) | {"tenant": "0363"}, numbered(3)]))
    with serving(folder) as one:
        until(lambda: _declared(url), "the hub has declared its queue")
        said = schakel("publish", str(file), "--amqp", url, folder=folder)
        assert said.code == 0, said.said
        assert "Published: 3." in said.out
        until(lambda: len(stored(one)) == 2, "the good ones are stored")
        (refused,) = one.cli("rejected", "list", "--json").json()
        assert refused["problems"][0]["rule"] == "unknown_tenant"
        assert "unknown_tenant" in one.cli("rejected", "show", refused["id"]).out
        path = folder / "schakel.toml"
        path.write_text(path.read_text() + '\n[[tenant]]\ncode = "0363"\nname = "Amsterdam"\n')
        one.process.send_signal(signal.SIGHUP)
        read_to(one.process.stdout, "is ready")
        done = one.cli("rejected", "replay", "--all", "--reason", "tenant added")
        assert "Sent in again: 1." in done.out
        until(lambda: len(stored(one)) == 3, "the mended one is stored")
        assert "Nothing was refused." in one.cli("rejected", "list").out
    assert waiting(url, REJECTED) == 0


@pytest.mark.slow
def test_a_hub_whose_broker_is_away_serves_http_and_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ENVIRONMENT, "SCHAKEL_AMQP_URL", "amqp://127.0.0.1:9/")
    with serving(folder) as one:
        assert one.publish(numbered(1)).status_code == 202
        assert one.call("GET", "/readyz").json() == {"status": "ready", "amqp": "away"}
        one.stop()
        assert one.log().count("broker_away") == 1
