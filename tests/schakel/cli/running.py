"""Runs the command line as its users do: in a process of its own.

Starting one takes longer than most commands. What a command says and ends with is the same in this
process (`schakel_here`); what a process does by itself (it serves, it logs) needs its own.
"""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from unittest.mock import patch

from schakel.cli import main

SECRET = "only-in-this-test-and-nowhere-else-at-all"

GOOD = """
[hub]
port = 0
[security]
encryption = "none"
[[tenant]]
code = "0344"
name = "Utrecht"
[[destination]]
name = "zaaksysteem"
adapter = "zgw"
[destination.settings]
client_id = "test"
secret = "env:ZGW_SECRET"
zaken.root = "http://127.0.0.1:9/zaken/api/v1"
catalogi.root = "http://127.0.0.1:9/catalogi/api/v1"
documenten.root = "http://127.0.0.1:9/documenten/api/v1"
[[route]]
name = "cases"
type = ["nl.burgerzaken.zaak.gestart", "nl.burgerzaken.zaak.status-gezet"]
to = ["zaaksysteem"]
"""


def configured(folder: Path, text: str = GOOD) -> Path:
    path = folder / "schakel.toml"
    path.write_text(text, encoding="utf-8")
    return path


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "from schakel.cli import main; main()", *arguments]


def environment() -> dict[str, str]:
    return {**os.environ, "ZGW_SECRET": SECRET, "COLUMNS": "200"}


def schakel(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs to the end, in `folder`."""
    return subprocess.run(
        command(*arguments),
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def schakel_here(
    *arguments: str, folder: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    """The same within this process, through the same `main`."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    with (
        contextlib.chdir(folder),
        patch.dict(os.environ, {**environment(), **variables}),
        patch.object(sys, "argv", ["schakel", *arguments]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


@contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`schakel serve`, killed at the end if it still runs."""
    with subprocess.Popen(
        command("serve", *arguments),
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def line(process: subprocess.Popen[str], text: str) -> str:
    """Reads its output on to the line that holds `text`; fails when it ends before."""
    return _read_to(process.stdout, text)


def log_line(process: subprocess.Popen[str], text: str) -> str:
    """The same for its log."""
    return _read_to(process.stderr, text)


def _read_to(stream: IO[str] | None, text: str) -> str:
    assert stream is not None
    for one in stream:
        if text in one:
            return one
    raise AssertionError(f"The process ended without saying {text!r}.")
