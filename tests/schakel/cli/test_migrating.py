"""`schakel migrate`."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from schakel.cli import app
from tests.schakel.cli.running import SECRET, configured


def test_it_names_what_it_applied_and_does_nothing_the_second_time(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ZGW_SECRET", SECRET)
    monkeypatch.chdir(tmp_path)
    configured(tmp_path)
    first = CliRunner().invoke(app, ["migrate"])
    assert first.exit_code == 0
    assert "applied 0001_pre_" in first.output
    second = CliRunner().invoke(app, ["migrate", "--phase", "pre"])
    assert second.exit_code == 0
    assert second.output == "schakel.sqlite3 needs no migration.\n"
