"""The files of a deployment, as tests read them."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml  # type: ignore[import-untyped]  # PyYAML brings no types

from tests.architecture.tree import ROOT

COMPOSE: Final = ROOT / "docker-compose.yml"
CLUSTER: Final = ROOT / "deploy" / "compose.rabbitmq-cluster.yml"
DOCKERFILE: Final = ROOT / "Dockerfile"
KUBERNETES: Final = ROOT / "deploy" / "kubernetes"

_UNITS: Final = {"s": 1, "m": 60, "h": 3600}
_LONG_LINE: Final = re.compile(r"\\\n\s*")

Table = dict[str, Any]


def version() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found: str = project["version"]
    return found


def image() -> str:
    """The hub's own image, as every file must name it."""
    return f"schakel:{version()}"


def read_yaml(path: Path) -> Table:
    found: Table = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def read_all_yaml(path: Path) -> list[Table]:
    return [one for one in yaml.safe_load_all(path.read_text(encoding="utf-8")) if one]


def seconds(duration: str) -> int:
    """From `60s` or `5m`."""
    return int(duration[:-1]) * _UNITS[duration[-1]]


def instructions() -> list[tuple[str, str]]:
    """Those of the Dockerfile in their order, without comments, each on one line."""
    text = "\n".join(
        line
        for line in DOCKERFILE.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    )
    lines = _LONG_LINE.sub("", text).splitlines()
    return [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in lines)]


def last_stage() -> list[tuple[str, str]]:
    """What the image itself is made with."""
    steps = instructions()
    start = max(number for number, (name, _) in enumerate(steps) if name == "FROM")
    return steps[start:]


def image_environment() -> Mapping[str, str]:
    pairs = [rest for name, rest in last_stage() if name == "ENV"]
    return dict(pair.split("=", 1) for line in pairs for pair in line.split())


def entrypoint() -> list[str]:
    [found] = [rest for name, rest in last_stage() if name == "ENTRYPOINT"]
    command: list[str] = json.loads(found)
    return command


def services(
    compose: Mapping[str, Any], *, ours: bool | None = None
) -> Iterator[tuple[str, Table]]:
    """By name; `ours`: only those that run the hub's image, or only the others."""
    for name, service in compose["services"].items():
        if "image" in service and ours in {None, service["image"] == image()}:
            yield name, service
