"""The command line as a whole: fast help, exit codes, sentences instead of tracebacks."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from schakel.cli import app, application, main
from schakel.settings import ConfigurationMistakes
from tests.schakel.cli.running import GOOD, configured, schakel, schakel_here

COMMANDS = {
    *("serve", "check", "migrate", "routes", "schemas", "new-adapter", "simulate", "demo", "bench"),
    *("publish", "messages", "deliveries", "replay", "discard", "hold", "release"),
    *("destinations", "keys"),
}
HEAVY = {"adapters", "fastapi", "httpx", "lxml", "pydantic", "rich", "routing", "uvicorn"}


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys\nfrom schakel.cli import main\nsys.argv = ['schakel', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    print(*sorted(sys.modules), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert "serve" in done.stdout
    assert not HEAVY & set(done.stderr.split())


def test_every_command_has_its_first_sentence_in_the_help(tmp_path: Path) -> None:
    done = schakel_here("--help", folder=tmp_path)
    assert done.returncode == 0
    _, _, listed = done.stdout.partition("Commands:")
    for name in COMMANDS:
        assert f"\n  {name} " in listed
    assert "..." not in listed.partition("publish")[0]  # the local commands: whole sentences


def test_wrong_use_ends_with_2(tmp_path: Path) -> None:
    for arguments in (["srve"], ["serve", "--role", "king"], ["routes", "explain"], []):
        done = schakel_here(*arguments, folder=tmp_path)
        assert done.returncode == 2, arguments
        assert "Traceback" not in done.stderr


def test_the_version_is_shown(tmp_path: Path) -> None:
    done = schakel("--version", folder=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("schakel ")


def test_a_configuration_with_mistakes_ends_with_2_and_lists_them_all(tmp_path: Path) -> None:
    text = GOOD.replace("code =", "kode =").replace('to = ["zaak', 'to = ["zak')
    configured(tmp_path, text.replace("env:ZGW_SECRET", "env:NOT_SET"))
    done = schakel("serve", folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "The configuration has 4 mistakes; nothing was started:",
        "  schakel.toml: tenant[1].code (Utrecht): This key is required: add it.",
        "  schakel.toml: tenant[1].kode (Utrecht): This key is not known. Did you mean 'code'?",
        (
            "  schakel.toml: destination[1].settings.secret (zaaksysteem): The environment "
            "variable NOT_SET is not set: put the secret there."
        ),
        (
            "  schakel.toml: route[1].to (cases): There is no destination 'zaksysteem'. "
            "Did you mean 'zaaksysteem'?"
        ),
    ]
    assert not list(tmp_path.glob("*.sqlite3*"))


@pytest.mark.parametrize("command", ["serve", "check", "migrate", "routes list"])
def test_every_local_command_refuses_a_configuration_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, command.split())
    assert isinstance(done.exception, ConfigurationMistakes)
    assert "schakel.toml: There is no such file" in str(done.exception)
    assert "--config" in str(done.exception)


def test_a_port_in_use_is_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        configured(tmp_path)
        done = schakel("serve", "--port", str(port), folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr == (
        f"Port {port} on 127.0.0.1 is in use: stop what listens there, or choose another with "
        "hub.port.\n"
    )


def test_a_store_that_is_no_database_is_a_sentence(tmp_path: Path) -> None:
    configured(tmp_path)
    (tmp_path / "schakel.sqlite3").write_bytes(b"This is not a database. " * 100)
    done = schakel("serve", folder=tmp_path)
    assert done.returncode == 1
    assert "schakel.sqlite3" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_bug_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(application, "app", broken)
    with pytest.raises(ZeroDivisionError):
        main()
