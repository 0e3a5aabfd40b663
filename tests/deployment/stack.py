"""docker-compose.yml without containers: the same commands, environment and files, as processes.

Everything is read from the files of the deployment. Replaced is only what a container would give:
the root of its files (each service sees its own configs and secrets, and no others), its host
name, and its ports. PostgreSQL and RabbitMQ are those of the tests.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, Final

from tests.architecture.tree import ROOT
from tests.deployment.files import (
    COMPOSE,
    entrypoint,
    image_environment,
    read_yaml,
    seconds,
    services,
)

PROGRAMS: Final = Path(sys.executable).parent
_SECRETS: Final = "/run/secrets"
_RUNS_ONCE: Final = "no"
_PATIENCE: Final = 120.0
"""Seconds for eight processes on a busy machine; alone they take some ten."""
_LOOK_EVERY: Final = 0.3


@dataclass(slots=True)
class Service:
    """One service of ours, and the process that stands for its container."""

    name: str
    spec: Mapping[str, Any]
    root: Path
    """Where its configs and secrets are, under their paths in the container."""
    replaced: Mapping[str, str]
    """Texts of the container, and what stands for them here."""
    process: subprocess.Popen[bytes] | None = None

    def here(self, text: str) -> str:
        for pattern, value in self.replaced.items():
            text = re.sub(pattern, value, text)
        return text

    @property
    def out(self) -> str:
        return (self.root / "out").read_text(encoding="utf-8")

    @property
    def log(self) -> str:
        return (self.root / "log").read_text(encoding="utf-8")

    @property
    def running(self) -> subprocess.Popen[bytes]:
        assert self.process is not None, self.name
        return self.process

    def start(self) -> None:
        command: list[str] = self.spec["command"]
        [program, *words] = [*entrypoint(), *command]
        with (self.root / "out").open("ab") as out, (self.root / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [PROGRAMS / program, *map(self.here, words)],
                cwd=self.root / "work",
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=log,
            )

    def environment(self) -> dict[str, str]:
        """The image's and the service's; the path of programs is ours."""
        given = {**image_environment(), **self.spec.get("environment", {})}
        return {**{key: self.here(value) for key, value in given.items()}, "PATH": os.defpath}

    def is_healthy(self) -> bool:
        """As its own health check sees it; a process that ended never will be."""
        assert self.running.poll() is None, f"{self.name} ended: {self.log[-2000:]}"
        check = self.spec["healthcheck"]
        test: list[str] = check["test"]
        [how, program, *words] = test
        assert how == "CMD"
        try:
            done = subprocess.run(
                [PROGRAMS / program, *map(self.here, words)],
                env=self.environment(),
                capture_output=True,
                timeout=seconds(check["timeout"]),
                check=False,
            )
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0

    def call(self, *words: str) -> str:
        """Runs a command of the image as this service would, as `docker compose exec` does."""
        done = subprocess.run(
            [PROGRAMS / entrypoint()[0], *words],
            cwd=self.root / "work",
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def kill(self) -> None:
        self.running.kill()
        self.running.wait()

    def stop(self) -> int:
        """Asks it to end, as `docker compose stop` does; returns how it did, fails when late."""
        self.running.send_signal(signal.SIGTERM)
        return self.running.wait(seconds(self.spec.get("stop_grace_period", "10s")))


class Stack:
    """The services of ours by name, in an order in which each comes after what it depends on."""

    def __init__(self, folder: Path, *, database: str, broker: str) -> None:
        self._compose = read_yaml(COMPOSE)
        self._folder = folder
        self._given = {"database_url": database, "amqp_url": broker}
        self.ports = _Ports()
        subprocess.run([ROOT / "deploy" / "make-secrets", folder / "secrets"], check=True)
        (folder / "volumes").mkdir()
        ours = dict(services(self._compose, ours=True))
        order = TopologicalSorter({name: _waits_for(one) for name, one in ours.items()})
        self.services = {
            name: self._service(name, ours[name]) for name in order.static_order() if name in ours
        }

    def __getitem__(self, name: str) -> Service:
        return self.services[name]

    def url(self, name: str, port: int) -> str:
        """Where a port of a service's container is found here."""
        return f"http://127.0.0.1:{self.ports[name, port]}"

    def secret(self, name: str) -> str:
        return self._given.get(name) or (self._folder / "secrets" / name).read_text().strip()

    def up(self) -> None:
        for name in self.services:
            self.start(name)
        for service in self.services.values():
            if service.spec["restart"] != _RUNS_ONCE:
                until(service.is_healthy, f"{service.name} is healthy")

    def start(self, name: str) -> None:
        """After what it depends on has come as far as it must."""
        for other, how in self.services[name].spec.get("depends_on", {}).items():
            if other in self.services:
                self._wait(self.services[other], how["condition"])
        self.services[name].start()

    def _wait(self, service: Service, condition: str) -> None:
        if condition == "service_completed_successfully":
            assert service.running.wait(_PATIENCE) == 0, service.log
        else:
            assert condition == "service_healthy"
            until(service.is_healthy, f"{service.name} is healthy")

    def _service(self, name: str, spec: Mapping[str, Any]) -> Service:
        root = self._folder / name
        (root / "work").mkdir(parents=True)
        service = Service(
            name=name, spec=spec, root=root, replaced=self._replaced(name, spec, root)
        )
        for secret in spec.get("secrets", []):
            _write(root, f"{_SECRETS}/{secret}", self.secret(secret))
        for config in spec.get("configs", []):
            text = (ROOT / self._compose["configs"][config["source"]]["file"]).read_text()
            named = text.replace("[hub]\n", f'[hub]\nnode = "{spec["hostname"]}"\n')
            assert named != text
            _write(root, config["target"], service.here(named))
        return service

    def _replaced(self, name: str, spec: Mapping[str, Any], root: Path) -> dict[str, str]:
        volumes = [one.split(":") for one in spec.get("volumes", [])]
        for volume, _ in volumes:
            (self._folder / "volumes" / volume).mkdir(exist_ok=True)
        simulators = self.ports["simulators", 8090]
        return {
            **{target: str(self._folder / "volumes" / volume) for volume, target in volumes},
            _SECRETS: f"{root}{_SECRETS}",
            "/etc/schakel": f"{root}/etc/schakel",
            r"0\.0\.0\.0": "127.0.0.1",
            "//simulators:8090": f"//127.0.0.1:{simulators}",
            r"\b8080\b": str(self.ports[name, 8080]),
            r"\b8090\b": str(simulators),
            r"\b8091\b": str(self.ports["simulators", 8091]),
        }

    def close(self) -> None:
        for service in self.services.values():
            if service.process is not None:
                service.kill()


class _Ports(dict[tuple[str, int], int]):
    """A free port of this machine for each port of a container."""

    def __missing__(self, key: tuple[str, int]) -> int:
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            port: int = one.getsockname()[1]
        self[key] = port
        return port


def until(true: Callable[[], bool], what: str) -> None:
    """Fails when that does not come."""
    deadline = time.monotonic() + _PATIENCE
    while not true():
        assert time.monotonic() < deadline, f"This did not happen: {what}."
        time.sleep(_LOOK_EVERY)


def _waits_for(spec: Mapping[str, Any]) -> list[str]:
    return list(spec.get("depends_on", {}))


def _write(root: Path, name: str, text: str) -> None:
    path = root / name.removeprefix("/")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@contextmanager
def running(folder: Path, *, database: str, broker: str) -> Iterator[Stack]:
    """Up and healthy; killed at the end, whatever still runs."""
    stack = Stack(folder, database=database, broker=broker)
    try:
        stack.up()
        yield stack
    finally:
        stack.close()
