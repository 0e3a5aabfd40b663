"""`schakel serve` as a process: its first words, its signals, its end."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
from pathlib import Path

import httpx
import pytest

from schakel.cli.failure import WRONG_USE, Failure
from schakel.cli.serving import listen
from tests.schakel.amqp.rig import broker, left
from tests.schakel.cli.running import GOOD, configured, line, log_line, schakel, serving


def url_in(ready: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+", ready)
    assert found is not None, ready
    return found[0]


def stop(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGTERM)
    line(process, "has stopped")
    assert process.wait(timeout=30) == 0


def test_it_says_where_it_listens_and_shows_the_first_key_once(tmp_path: Path) -> None:
    configured(tmp_path)
    with serving(tmp_path) as process:
        key = line(process, "First API key").rsplit(maxsplit=1)[1]
        url = url_in(line(process, "is ready"))
        assert httpx.get(f"{url}/readyz").status_code == 200
        headers = {"Authorization": f"Bearer {key}"}
        assert httpx.get(f"{url}/v1/keys", headers=headers).status_code == 200
        stop(process)
        assert process.stderr is not None
        assert key not in process.stderr.read()
    with serving(tmp_path) as process:
        assert process.stdout is not None
        assert "is ready" in process.stdout.readline()
        stop(process)


def test_a_reload_takes_the_new_configuration_on_the_same_port(tmp_path: Path) -> None:
    configured(tmp_path)
    with serving(tmp_path) as process:
        first = url_in(line(process, "routes: 1"))
        configured(tmp_path, GOOD + '[[tenant]]\ncode = "0363"\nname = "Amsterdam"')
        process.send_signal(signal.SIGHUP)
        assert url_in(line(process, "tenants: 2")) == first
        assert httpx.get(f"{first}/readyz").status_code == 200
        stop(process)


def test_a_reload_with_mistakes_is_refused_and_the_hub_goes_on(tmp_path: Path) -> None:
    configured(tmp_path)
    with serving(tmp_path) as process:
        url = url_in(line(process, "is ready"))
        configured(tmp_path, GOOD + "[hubb]")
        process.send_signal(signal.SIGHUP)
        assert "Did you mean 'hub'?" in log_line(process, "reload_refused")
        assert httpx.get(f"{url}/readyz").status_code == 200
        stop(process)


def test_a_reload_with_a_folder_without_schemas_is_refused(tmp_path: Path) -> None:
    configured(tmp_path)
    with serving(tmp_path) as process:
        url = url_in(line(process, "is ready"))
        configured(tmp_path, GOOD + '[schemas]\ndir = "nowhere"')
        process.send_signal(signal.SIGHUP)
        assert "No official schemas are installed" in log_line(process, "reload_refused")
        assert httpx.get(f"{url}/readyz").status_code == 200
        stop(process)


def test_a_hub_does_not_start_without_the_schemas_that_it_was_told_of(tmp_path: Path) -> None:
    configured(tmp_path, GOOD + '[schemas]\ndir = "nowhere"')
    done = schakel("serve", folder=tmp_path)
    assert done.returncode == WRONG_USE
    assert "No official schemas are installed in" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_worker_needs_no_port_and_shares_the_store_with_an_api(tmp_path: Path) -> None:
    configured(tmp_path)
    with serving(tmp_path, "--role", "api") as api:
        url = url_in(line(api, "role api"))
        with serving(tmp_path, "--role", "worker") as worker:
            assert "without HTTP" in line(worker, "is ready")
            assert httpx.get(f"{url}/readyz").status_code == 200
            stop(worker)
        stop(api)


def test_a_worker_with_a_port_shows_its_health_there_and_nothing_else(tmp_path: Path) -> None:
    configured(tmp_path)
    with serving(tmp_path, "--role", "worker", "--port", "0") as worker:
        ready = line(worker, "is ready")
        url = url_in(ready)
        assert "role worker" in ready
        assert httpx.get(f"{url}/healthz").status_code == 200
        assert httpx.get(f"{url}/readyz").json() == {"status": "ready"}
        assert httpx.get(f"{url}/metrics").status_code == 401
        assert httpx.get(f"{url}/v1/keys").status_code == 404
        assert httpx.post(f"{url}/v1/messages").status_code == 404
        stop(worker)
    with serving(tmp_path, "--role", "api") as api:
        line(api, "First API key")
        stop(api)


def test_two_workers_of_one_name_are_refused(tmp_path: Path) -> None:
    configured(tmp_path)
    with serving(tmp_path) as process:
        line(process, "is ready")
        done = schakel("serve", "--role", "worker", folder=tmp_path)
        assert done.returncode == 1
        assert "give each process its own hub.node" in done.stderr
        assert "Traceback" not in done.stderr
        stop(process)


def test_it_is_ready_when_the_queues_are_there(tmp_path: Path, amqp_url: str) -> None:
    configured(tmp_path, f'{GOOD}[amqp]\nurl = "file:broker"\n')
    (tmp_path / "broker").write_text(amqp_url)
    with serving(tmp_path, "--role", "amqp") as process:
        line(process, "is ready")
        assert waiting(amqp_url) == 0
        stop(process)


def test_without_the_broker_it_is_ready_a_little_later_and_serves_meanwhile(
    tmp_path: Path,
) -> None:
    """Seen failing with a line that waits for nothing."""
    configured(tmp_path, f'{GOOD}[amqp]\nurl = "file:broker"\n')
    (tmp_path / "broker").write_text("amqp://127.0.0.1:9/")
    with serving(tmp_path) as process:
        url = url_in(line(process, "is ready"))
        assert httpx.get(f"{url}/readyz").json() == {"status": "ready", "amqp": "away"}
        stop(process)
        assert process.stderr is not None
        assert "started_without_broker" in process.stderr.read()


def waiting(url: str) -> int:
    """Messages in the queue; raises when there is none."""

    async def ask() -> int:
        async with broker(url) as connection:
            return await left(connection)

    return asyncio.run(ask())


def test_a_host_that_is_none_is_a_sentence() -> None:
    with pytest.raises(Failure, match="is not an address"):
        listen("no such host", 0)
    with pytest.raises(Failure, match=r"not an address of this machine: mend hub\.host"):
        listen("192.0.2.1", 0)


def test_a_port_of_zero_is_any_free_one() -> None:
    with listen("127.0.0.1", 0) as one, listen("127.0.0.1", 0) as other:
        assert one.getsockname() != other.getsockname()
