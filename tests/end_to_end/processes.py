"""Real processes: the command line, a hub, a zaaksysteem. Each as its user would start it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

import httpx
import pytest

PATIENCE: Final = 30.0
"""Seconds that something which takes well under one may take on a busy machine."""
LOOK_EVERY: Final = 0.05
SECRET: Final = "alleen-voor-demonstratie-nooit-in-productie"
ENVIRONMENT: Final = {**os.environ, "SCHAKEL_ZGW_SECRET": SECRET, "COLUMNS": "200"}
"""Wide enough that no line is broken."""
SCHAKEL: Final = (sys.executable, "-m", "schakel")

CONFIGURATION: Final = """
[hub]
node = "test"
port = {port}
log_level = "debug"
shutdown_grace = "5s"
[store]
url = "sqlite:{store}"
[security]
encryption = "none"
[[tenant]]
code = "0344"
name = "Utrecht"
[[destination]]
name = "zaaksysteem"
adapter = "zgw"
timeout = "5s"
retry = {{ first = "100ms", longest = "1s", look_up_first = "100ms" }}
[destination.settings]
client_id = "schakel-demo"
secret = "env:SCHAKEL_ZGW_SECRET"
catalogus = {{ domein = "BURGZ", rsin = "002220647" }}
zaken.root = "{zgw}/zaken/api/v1"
catalogi.root = "{zgw}/catalogi/api/v1"
documenten.root = "{zgw}/documenten/api/v1"
[[route]]
name = "cases"
type = [
  "nl.burgerzaken.zaak.gestart",
  "nl.burgerzaken.zaak.status-gezet",
  "nl.burgerzaken.zaak.document-toegevoegd",
  "nl.burgerzaken.zaak.afgesloten",
]
to = ["zaaksysteem"]
"""
NOBODY: Final = "http://127.0.0.1:9"
"""Where no zaaksysteem listens."""


def configure(
    folder: Path, *, zgw: str = NOBODY, port: int = 0, store: str = "hub.sqlite3"
) -> None:
    text = CONFIGURATION.format(port=port, store=store, zgw=zgw)
    (folder / "schakel.toml").write_text(text, encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err

    def json(self) -> Any:
        assert self.code == 0, self.said
        return json.loads(self.out)


def schakel(
    *arguments: str,
    folder: Path,
    environment: Mapping[str, str] = ENVIRONMENT,
    under: Sequence[str] = (),
) -> Ended:
    """Runs a command to its end. `under` is a program that starts it in other circumstances."""
    done = subprocess.run(
        [*under, *SCHAKEL, *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=2 * PATIENCE,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Ended(code=done.returncode, out=done.stdout, err=done.stderr)


@contextmanager
def read_only(folder: Path) -> Iterator[Sequence[str]]:
    """Takes the right to write in `folder` away while the body runs.

    Yields the program under which that also holds for the superuser, to whom rights mean nothing.
    """
    under: Sequence[str] = ()
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("as superuser this test needs setpriv (util-linux)")
        under = ("setpriv", "--bounding-set", "-dac_override")
    mode = folder.stat().st_mode
    folder.chmod(0o555)
    try:
        yield under
    finally:
        folder.chmod(mode)


@contextmanager
def process(
    *arguments: str, folder: Path, log: str, module: str = "schakel"
) -> Iterator[subprocess.Popen[str]]:
    """A program of ours with its standard output in a pipe; killed at the end if it still runs."""
    with (
        (folder / log).open("ab") as errors,
        subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
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


def read_to(stream: IO[str] | None, text: str) -> str:
    """Reads on to the line that holds `text`; fails when the output ends before."""
    assert stream is not None
    for line in stream:
        if text in line:
            return line
    raise AssertionError(f"The process ended without saying {text!r}.")


def url_in(line: str, number: int = 0) -> str:
    return urls_in(line)[number]


def urls_in(text: str) -> list[str]:
    found: list[str] = re.findall(r"http://127\.0\.0\.1:\d+", text)
    return found


def until(true: Callable[[], Any], what: str) -> Any:
    """The first true value; fails when none comes."""
    deadline = time.monotonic() + PATIENCE
    while not (value := true()):
        assert time.monotonic() < deadline, f"This did not happen: {what}."
        time.sleep(LOOK_EVERY)
    return value


def refuses(url: str) -> bool:
    """Whether nothing listens there."""
    address = httpx.URL(url)
    with socket.socket() as one:
        return one.connect_ex((address.host, address.port or 80)) != 0


@dataclass(slots=True, kw_only=True)
class Hub:
    """A running hub with its first key, and the command line pointed at it."""

    folder: Path
    url: str
    key: str
    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)
    """All that the command line has shown."""

    def cli(self, *arguments: str, key: str | None = None) -> Ended:
        environment = {
            **ENVIRONMENT,
            "SCHAKEL_URL": self.url,
            "SCHAKEL_API_KEY": key or self.key,
        }
        ended = schakel(*arguments, folder=self.folder, environment=environment)
        self.said.append(ended.said)
        return ended

    def call(self, method: str, path: str, **request: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.key}"}
        with httpx.Client(base_url=self.url, headers=headers, timeout=PATIENCE) as client:
            return client.request(method, path, **request)

    def publish(self, event: Mapping[str, Any]) -> httpx.Response:
        content = json.dumps(event).encode()
        headers = {
            "Authorization": f"Bearer {self.key}",
            "Content-Type": "application/cloudevents+json",
        }
        return httpx.post(
            f"{self.url}/v1/messages", content=content, headers=headers, timeout=PATIENCE
        )

    def log(self) -> str:
        return (self.folder / "hub.log").read_text(encoding="utf-8")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        read_to(self.process.stdout, "has stopped")
        assert self.process.wait(PATIENCE) == 0


@contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[Hub]:
    """`schakel serve` for the first time in `folder`, which has a configuration."""
    with process("serve", *arguments, folder=folder, log="hub.log") as one:
        key = read_to(one.stdout, "First API key").rsplit(maxsplit=1)[1]
        url = url_in(read_to(one.stdout, "is ready"))
        yield Hub(folder=folder, url=url, key=key, process=one)


@dataclass(frozen=True, slots=True, kw_only=True)
class Zaaksysteem:
    """A running simulator. `url` is what the hub calls, `control` is for tests."""

    url: str
    control: str
    pid: int

    def script(self, *rules: Mapping[str, Any]) -> None:
        """Without a rule all is well again."""
        httpx.delete(f"{self.control}/faults").raise_for_status()
        if rules:
            httpx.post(f"{self.control}/faults", json=list(rules)).raise_for_status()

    def verdict(self, published: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        answer = httpx.post(f"{self.control}/verdict", json={"published": list(published)})
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found


@contextmanager
def simulating(folder: Path) -> Iterator[Zaaksysteem]:
    with process("simulate", "zgw", folder=folder, log="simulator.log") as one:
        line = read_to(one.stdout, "control:")
        yield Zaaksysteem(url=url_in(line), control=url_in(line, 1), pid=one.pid)
