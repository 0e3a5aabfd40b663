"""docker-compose.yml and its addition: sound, tight, and of one mind with the configuration.

Seen to fail with each of these: an unknown key, `latest`, another version, root, a service that is
not started again, a password in the environment, a port open to all, a store that can be reached, a
file or secret that is absent, too short a time to stop, and nodes of RabbitMQ that differ.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schakel.settings import load
from tests.architecture.tree import ROOT
from tests.deployment.files import CLUSTER, COMPOSE, image, read_yaml, seconds, services

FILES = pytest.mark.parametrize("path", [COMPOSE, CLUSTER], ids=lambda path: path.name)
SCHEMA = ("--builtin-schema", "vendor.compose-spec")
_TAGGED = re.compile(r"[a-z0-9./-]+:(?P<tag>[\w.-]+)(@sha256:[0-9a-f]{64})?")
_LOCAL = re.compile(r"127\.0\.0\.1:\d+:\d+")
_SECRET = re.compile(r"/run/secrets/(\w+)")
CALLERS_SECONDS = 10
"""Beside hub.shutdown_grace: how long callers that are still connected may finish."""


def every_service(path: Path, **which: Any) -> list[tuple[str, dict[str, Any]]]:
    found = list(services(read_yaml(path), **which))
    assert found
    return found


@FILES
def test_it_fits_the_schema_of_compose(path: Path) -> None:
    check = Path(sys.executable).with_name("check-jsonschema")
    done = subprocess.run([check, *SCHEMA, path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@FILES
def test_every_image_has_a_tag_that_says_something(path: Path) -> None:
    for name, service in every_service(path):
        match = _TAGGED.fullmatch(service["image"])
        assert match is not None, name
        assert match["tag"] != "latest", name


def test_what_we_build_carries_the_version_of_the_project() -> None:
    built = {one["image"] for _, one in every_service(COMPOSE) if "build" in one}
    assert built == {image()}


@FILES
def test_every_service_has_as_few_rights_as_it_can_have(path: Path) -> None:
    for name, service in every_service(path):
        user, _, group = service["user"].partition(":")
        assert int(user) > 0, name
        assert int(group) > 0, name
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "cap_add" not in service, name
        assert "privileged" not in service, name
        assert "no-new-privileges:true" in service["security_opt"], name


@FILES
def test_what_goes_on_running_is_watched_and_started_again(path: Path) -> None:
    for name, service in every_service(path):
        if name == "migrate":
            assert service["healthcheck"] == {"disable": True}
            assert service["restart"] == "no"
            continue
        assert service["restart"] == "unless-stopped", name
        assert service["healthcheck"]["test"][0] == "CMD", name


@FILES
def test_no_secret_stands_in_an_environment_or_a_command(path: Path) -> None:
    for name, service in every_service(path):
        for key in service.get("environment", {}):
            assert key.endswith("_FILE") or not re.search("PASS|SECRET|KEY|COOKIE|URL", key), name
        assert "://" not in str(service.get("command", "")).replace("http://simulators", ""), name


@FILES
def test_nothing_is_published_beyond_this_machine(path: Path) -> None:
    for name, service in every_service(path):
        for port in service.get("ports", []):
            assert _LOCAL.fullmatch(port), name


def test_store_is_out_of_reach_from_outside() -> None:
    compose = read_yaml(COMPOSE)
    assert compose["networks"]["inside"]["internal"] is True
    assert compose["services"]["postgres"]["networks"] == ["inside"]


def mounted(compose: dict[str, Any], kind: str, service: dict[str, Any]) -> Iterator[str]:
    for one in service.get(kind, []):
        yield one if isinstance(one, str) else one["source"]


def test_every_file_that_is_mounted_is_there_or_made() -> None:
    both = [read_yaml(COMPOSE), read_yaml(CLUSTER)]
    for kind in ("configs", "secrets"):
        defined = {name: one["file"] for part in both for name, one in part.get(kind, {}).items()}
        used = {
            name
            for part in both
            for service in part["services"].values()
            for name in mounted(part, kind, service)
        }
        assert used == set(defined)
        if kind == "configs":
            assert all((ROOT / file).is_file() for file in defined.values())
            continue
        made = (ROOT / "deploy" / "make-secrets").read_text(encoding="utf-8")
        for name, file in defined.items():
            assert file == f"deploy/secrets/{name}"
            assert re.search(rf"\bkeep {name}$", made, re.MULTILINE), name


def test_the_hub_gets_the_secrets_that_its_configuration_names_and_no_others() -> None:
    compose = read_yaml(COMPOSE)
    configuration = (ROOT / compose["configs"]["schakel"]["file"]).read_text(encoding="utf-8")
    named = set(_SECRET.findall(configuration))
    for name, service in every_service(COMPOSE, ours=True):
        wanted = set() if name == "simulators" else named
        assert set(mounted(compose, "secrets", service)) == wanted, name


def test_the_configuration_is_sound_and_stops_before_it_is_killed(tmp_path: Path) -> None:
    make = ROOT / "deploy" / "make-secrets"
    subprocess.run([make, tmp_path], check=True, capture_output=True)
    text = (ROOT / "deploy" / "schakel.toml").read_text(encoding="utf-8")
    file = tmp_path / "schakel.toml"
    file.write_text(text.replace("/run/secrets", str(tmp_path)), encoding="utf-8")
    hub = load(file, environ={}).hub
    grace = hub.shutdown_grace.total_seconds() + CALLERS_SECONDS
    for name, service in every_service(COMPOSE, ours=True):
        if name != "simulators":
            assert seconds(service["stop_grace_period"]) > grace, name


def test_secrets_that_are_there_are_kept(tmp_path: Path) -> None:
    make = ROOT / "deploy" / "make-secrets"
    subprocess.run([make, tmp_path], check=True, capture_output=True)
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    assert len(set(before.values())) == len(before)
    again = subprocess.run([make, tmp_path], check=True, capture_output=True, text=True)
    assert again.stdout == ""
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == before
    assert tmp_path.stat().st_mode & 0o777 == 0o700


def test_there_are_two_of_each_role_under_names_of_their_own() -> None:
    ours = dict(every_service(COMPOSE, ours=True))
    for role in ("api", "amqp", "worker"):
        pair = [name for name, one in ours.items() if one["command"][1:3] == ["--role", role]]
        assert pair == [f"{role}-1", f"{role}-2"]
    assert all(service["hostname"] == name for name, service in ours.items())


def test_the_other_nodes_of_rabbitmq_are_like_the_first() -> None:
    first = read_yaml(COMPOSE)["services"]["rabbitmq-1"]
    nodes = [one for name, one in every_service(CLUSTER) if name.startswith("rabbitmq-")]
    assert len(nodes) == 2
    for node in nodes:
        for key in ("image", "user", "entrypoint", "tmpfs", "secrets", "healthcheck", "read_only"):
            assert node[key] == first[key], key
        assert node["networks"]["inside"] == first["networks"]["inside"]
        assert node["configs"][:1] == first["configs"]
