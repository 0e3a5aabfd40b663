"""The local commands that hand over to other parts."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
from typer.testing import CliRunner

from schakel.cli import app
from schakel.cli.failure import Failure
from tests.schakel.cli.running import schakel

runner = CliRunner()


def test_exported_schemas_are_those_of_the_messages(tmp_path: Path) -> None:
    folder = tmp_path / "json"
    assert runner.invoke(app, ["schemas", "export", str(folder)]).exit_code == 0
    assert runner.invoke(app, ["schemas", "check", str(folder)]).exit_code == 0
    victim = next(folder.rglob("*.json"))
    victim.write_text("{}", encoding="utf-8")
    done = runner.invoke(app, ["schemas", "check", str(folder)])
    assert done.exit_code == 1
    assert f"differs: {victim}" in done.output


def test_the_committed_schemas_are_those_of_the_messages() -> None:
    assert runner.invoke(app, ["schemas", "check"]).exit_code == 0


def test_a_new_adapter_with_an_impossible_name_is_wrong_use(tmp_path: Path) -> None:
    done = runner.invoke(app, ["new-adapter", "Mijn Systeem", "--root", str(tmp_path)])
    assert isinstance(done.exception, Failure), done.exception
    assert done.exception.code == 2
    assert not list(tmp_path.iterdir())


def test_simulate_hands_all_its_arguments_to_the_simulators(tmp_path: Path) -> None:
    done = schakel("simulate", "--help", folder=tmp_path)
    assert done.returncode == 0
    assert "--port NAME=PORT" in done.stdout
    assert schakel("simulate", "nothing", folder=tmp_path).returncode == 2


@pytest.mark.parametrize(
    ("arguments", "module", "expected"),
    [
        (["demo"], "schakel.demo", None),
        (["demo", "list"], "schakel.demo", "list"),
        (["bench", "--clients", "3"], "schakel.bench", ["--clients", "3"]),
    ],
)
def test_demo_and_bench_end_with_what_their_modules_say(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], module: str, expected: object
) -> None:
    given: list[object] = []

    def run(what: object) -> int:
        given.append(what)
        return 7

    fake = ModuleType(module)
    vars(fake)["run"] = run
    monkeypatch.setitem(sys.modules, module, fake)
    assert runner.invoke(app, arguments).exit_code == 7
    assert given == [expected]
