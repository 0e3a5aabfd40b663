"""`schakel routes`: why, and where to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from schakel.cli import app
from schakel.cli.errors import explain
from schemas.examples import load
from tests.schakel.cli.running import GOOD, SECRET, configured

GESTART = "nl.burgerzaken.zaak.gestart"


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CliRunner:
    monkeypatch.setenv("ZGW_SECRET", SECRET)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    return CliRunner()


def message(folder: Path, message_type: str = GESTART, **changes: object) -> str:
    path = folder / "message.json"
    path.write_text(json.dumps(load(message_type) | changes), encoding="utf-8")
    return str(path)


def test_it_says_where_a_message_goes_and_why(runner: CliRunner, tmp_path: Path) -> None:
    configured(tmp_path)
    done = runner.invoke(app, ["routes", "explain", message(tmp_path)])
    assert done.exit_code == 0
    assert "Matches: sends it to zaaksysteem." in done.output
    assert done.output.endswith("It goes to zaaksysteem.\n")


def test_a_message_that_no_rule_wants_ends_with_1(runner: CliRunner, tmp_path: Path) -> None:
    configured(tmp_path)
    afgesloten = message(tmp_path, "nl.burgerzaken.zaak.afgesloten")
    done = runner.invoke(app, ["routes", "explain", afgesloten])
    assert done.exit_code == 1
    assert "Does not match: it is for type" in done.output
    assert "it will be parked as unrouted" in done.output


def test_a_message_that_is_ignored_on_purpose_ends_with_0(
    runner: CliRunner, tmp_path: Path
) -> None:
    ignoring = '[[route]]\nname = "later"\ntype = "*afgesloten"\nto = []\nreason = "Not yet."'
    configured(tmp_path, GOOD + ignoring)
    afgesloten = message(tmp_path, "nl.burgerzaken.zaak.afgesloten")
    done = runner.invoke(app, ["routes", "explain", afgesloten])
    assert done.exit_code == 0
    assert "nowhere, on purpose: rule 'later'" in done.output


def test_a_message_of_an_unknown_tenant_would_be_refused(runner: CliRunner, tmp_path: Path) -> None:
    configured(tmp_path)
    done = runner.invoke(app, ["routes", "explain", message(tmp_path, tenant="0363")])
    assert done.exit_code == 1
    assert "There is no [[tenant]] 0363" in done.output


def test_the_message_may_come_from_standard_input(runner: CliRunner, tmp_path: Path) -> None:
    configured(tmp_path)
    done = runner.invoke(app, ["routes", "explain", "-"], input=json.dumps(load(GESTART)))
    assert done.exit_code == 0
    assert "It goes to zaaksysteem." in done.output


def test_a_message_that_is_wrong_is_refused_with_its_fields(
    runner: CliRunner, tmp_path: Path
) -> None:
    configured(tmp_path)
    done = runner.invoke(app, ["routes", "explain", message(tmp_path, time="2026-11-23T10:15:00")])
    assert done.exception is not None
    lines, code = explain(done.exception) or ([], 0)
    assert code == 1
    assert any("time (timezone_required)" in line for line in lines)


def test_a_file_that_is_not_there_is_wrong_use(runner: CliRunner, tmp_path: Path) -> None:
    configured(tmp_path)
    done = runner.invoke(app, ["routes", "explain", "nothing.json"])
    assert done.exception is not None
    sentence = "nothing.json cannot be read: No such file or directory."
    assert explain(done.exception) == ([sentence], 2)


def test_the_list_shows_the_rules_and_what_no_rule_takes(runner: CliRunner, tmp_path: Path) -> None:
    conditional = """
[[route]]
name = "moving"
type = "nl.burgerzaken.zaak.gestart"
to = []
reason = "[x] Someday."
when = {"data.zaaktype.identificatie" = ["B0237", "B03*"]}
"""
    configured(tmp_path, GOOD + conditional)
    done = runner.invoke(app, ["routes", "list"])
    assert done.exit_code == 0
    assert "1. cases" in done.output
    assert 'data.zaaktype.identificatie is "B0237" or "B03*"' in done.output
    assert "nowhere: [x] Someday." in done.output
    assert "No rule takes nl.burgerzaken.zaak.bijgewerkt" in done.output
