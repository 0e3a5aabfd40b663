"""Keys of the store and purging, from the command line, with a real hub process."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from continuity.keyring import new_key, read_key
from schakel.cli.application import app
from tests.schakel.cli.running import GOOD, SECRET, configured, line, serving
from tests.schakel.http.harness import BSN, event

PLAIN = '[security]\nencryption = "none"\n'
SEALED = """[security]
data_keys = [{{ id = "2026a", key = "env:DATA_A" }}{more}]
index_key = "env:INDEX"
"""
MORE = ', { id = "2026b", key = "env:DATA_B" }'
CANARY = b"0344-2026-"


def sealed(*, more: bool = False) -> str:
    return GOOD.replace(PLAIN, SEALED.format(more=MORE if more else ""))


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("ZGW_SECRET", SECRET)
    monkeypatch.setenv("COLUMNS", "200")
    return CliRunner()


@pytest.fixture
def keyed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATA_A", "DATA_B", "INDEX"):
        monkeypatch.setenv(name, new_key())


def test_a_key_is_made_and_nothing_else_is_needed(runner: CliRunner) -> None:
    done = runner.invoke(app, ["keys", "make-data-key"])
    assert done.exit_code == 0
    assert len(read_key(done.output)) == 32


@pytest.mark.usefixtures("keyed")
def test_a_store_gets_keys_and_later_newer_ones(
    runner: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From plain, by a reindex, to one key, and by a rotation to the next."""
    file = configured(tmp_path)
    message = tmp_path / "message.json"
    message.write_text(json.dumps(event()), encoding="utf-8")
    with serving(tmp_path) as process:
        key = first_key(line(process, "First API key"))
        monkeypatch.setenv("SCHAKEL_API_KEY", key)
        monkeypatch.setenv("SCHAKEL_URL", url_in(line(process, "is ready")))
        assert ran(runner, "publish", str(message)).startswith("Accepted: 1")
        assert "Nothing is encrypted" in ran(runner, "keys", "status")
        stop(process)
    assert CANARY in in_files(tmp_path)

    configured(tmp_path, sealed())
    refused = runner.invoke(app, ["serve", "--config", str(file)])
    assert "filled without encryption" in str(refused.exception)
    assert "start the hub" in ran(runner, "keys", "reindex", "--config", str(file))
    with serving(tmp_path) as process:
        monkeypatch.setenv("SCHAKEL_URL", url_in(line(process, "is ready")))
        assert "2 values are not encrypted yet" in ran(runner, "keys", "status")
        assert "Everything is under key '2026a': 2 values" in ran(runner, "keys", "rotate")
        assert "it encrypts" in ran(runner, "keys", "status")
        stop(process)

    configured(tmp_path, sealed(more=True))
    with serving(tmp_path) as process:
        monkeypatch.setenv("SCHAKEL_URL", url_in(line(process, "is ready")))
        assert "Everything is under key '2026b'" in ran(runner, "keys", "rotate")
        status = ran(runner, "keys", "status")
        assert re.search(r"2026a\s+no\s+0\s+may be taken out of data_keys", status), status
        assert json.loads(ran(runner, "deliveries", "list", "--json"))[0]["subject"]
        assert "Nothing is old enough" in ran(runner, "purge", "--dry-run")
        assert "Removed the content of 0 messages." in ran(runner, "purge")
        stop(process)
    found = in_files(tmp_path)
    assert CANARY not in found
    assert BSN.encode() not in found


def stop(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


def url_in(said: str) -> str:
    found = re.search(r"http://\S+", said)
    assert found is not None
    return found.group()


def ran(runner: CliRunner, *arguments: str) -> str:
    done = runner.invoke(app, arguments)
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


def first_key(said: str) -> str:
    return said.rsplit(" ", 1)[1].strip()


def in_files(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.glob("*.sqlite3*"))


@pytest.mark.usefixtures("keyed")
def test_a_reindex_needs_keys_and_the_right_old_ones(runner: CliRunner, tmp_path: Path) -> None:
    file = configured(tmp_path)
    none = runner.invoke(app, ["keys", "reindex", "--config", str(file)])
    assert "there is no key to turn to" in str(none.exception)
    configured(tmp_path, sealed())
    for where, wanted in [
        ("env:NOWHERE", "there is no key"),
        ("file:nowhere", "there is no key"),
        ("secret", 'write "env:NAME" or "file:PATH"'),
        ("env:HOME", "no key of 32 bytes"),
    ]:
        command = ["keys", "reindex", "--config", str(file), "--old-index-key", where]
        assert wanted in str(runner.invoke(app, command).exception)
