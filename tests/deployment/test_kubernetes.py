"""The Kubernetes example: consistent in itself, tight, and of one mind with command line and image.

That the files are what Kubernetes understands was seen by hand (`kubectl kustomize`, and its
schemas); here is what would rot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from schakel.cli.application import app
from schakel.settings import load
from tests.architecture.tree import ROOT
from tests.deployment.files import KUBERNETES, image_environment, last_stage, read_all_yaml, version

ROLES = ("api", "amqp", "worker")
SHARED = KUBERNETES / "shared"
PAGE = ROOT / "docs" / "howto" / "run-on-kubernetes.md"
CALLERS_SECONDS = 10
LABELS = "app.kubernetes.io/"
KEY = "0" * 43 + "="

Object = dict[str, Any]


def objects(kind: str) -> dict[str, Object]:
    """By name."""
    return {
        one["metadata"]["name"]: one
        for path in sorted(KUBERNETES.rglob("*.yaml"))
        for one in read_all_yaml(path)
        if one["kind"] == kind and "metadata" in one
    }


def role(name: str) -> Object:
    return objects("Deployment")[f"schakel-{name}"]


def pods() -> Iterator[tuple[str, Object]]:
    """What every pod of ours is to be like, by the name of its workload."""
    for kind in ("Deployment", "Job"):
        for name, one in objects(kind).items():
            yield name, one["spec"]["template"]["spec"]


def container(pod: Object) -> Object:
    [only] = pod["containers"]
    found: Object = only
    return found


def test_every_file_is_a_resource_of_its_kustomization() -> None:
    for folder in ("shared", "hub", "migrate-pre", "migrate-post"):
        [one] = read_all_yaml(KUBERNETES / folder / "kustomization.yaml")
        listed = {"kustomization.yaml", *one["resources"]}
        assert {path.name for path in (KUBERNETES / folder).glob("*.yaml")} == listed
        assert one.get("components", ["../shared"]) == ["../shared"]


def test_the_image_is_of_this_version_and_named_by_nothing_else() -> None:
    [shared] = read_all_yaml(SHARED / "kustomization.yaml")
    assert [one["newTag"] for one in shared["images"]] == [version()]
    assert {container(pod)["image"] for _, pod in pods()} == {"schakel"}


@pytest.mark.parametrize("name", ROLES)
def test_a_rolling_upgrade_never_leaves_fewer_than_two(name: str) -> None:
    spec = role(name)["spec"]
    assert spec["replicas"] == 2
    assert spec["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    budget = objects("PodDisruptionBudget")[f"schakel-{name}"]["spec"]
    assert budget["minAvailable"] == 1
    labels = spec["template"]["metadata"]["labels"]
    assert budget["selector"] == spec["selector"] == {"matchLabels": labels}
    assert labels[f"{LABELS}component"] == name


@pytest.mark.parametrize("name", ROLES)
def test_it_is_asked_whether_it_lives_and_whether_it_can_work(name: str) -> None:
    hub = container(role(name)["spec"]["template"]["spec"])
    [port] = hub["ports"]
    assert load_configuration_text().count(f"port = {port['containerPort']}") == 1
    for probe, path in (
        ("startup", "/healthz"),
        ("liveness", "/healthz"),
        ("readiness", "/readyz"),
    ):
        assert hub[f"{probe}Probe"]["httpGet"] == {"path": path, "port": port["name"]}
    if name != "api":
        assert hub["args"][3:] == ["--port", str(port["containerPort"])]


def test_every_command_is_one_of_the_command_line() -> None:
    for name, pod in pods():
        words = container(pod)["args"]
        said = CliRunner().invoke(app, [*words, "--help"])
        assert said.exit_code == 0, (name, said.output)
        with_option = [word for word in words if word.startswith("--")]
        assert all(option in said.output for option in with_option), name
    assert [container(role(name)["spec"]["template"]["spec"])["args"][2] for name in ROLES] == [
        *ROLES
    ]


def test_every_pod_has_as_few_rights_as_it_can_have() -> None:
    [user] = [rest for name, rest in last_stage() if name == "USER"]
    for name, pod in pods():
        of_pod = pod["securityContext"]
        assert of_pod["runAsNonRoot"] is True, name
        assert f"{of_pod['runAsUser']}:{of_pod['runAsGroup']}" == user, name
        assert of_pod["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert pod["automountServiceAccountToken"] is False, name
        assert container(pod)["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }, name
        assert container(pod)["resources"]["limits"]["memory"], name
        assert container(pod)["resources"]["requests"]["cpu"], name
        assert "env" not in container(pod), name


def test_configuration_and_secrets_are_where_the_program_looks() -> None:
    file = Path(image_environment()["SCHAKEL_CONFIG"])
    for name, pod in pods():
        mounts = {one["name"]: one["mountPath"] for one in container(pod)["volumeMounts"]}
        assert mounts["configuration"] == str(file.parent), name
        assert f'"file:{mounts["secrets"]}/' in load_configuration_text(), name
        volumes = {one["name"]: one for one in pod["volumes"]}
        assert set(volumes) == set(mounts), name
        assert volumes["secrets"]["secret"]["secretName"] == "schakel"
    [shared] = read_all_yaml(SHARED / "kustomization.yaml")
    [generated] = shared["configMapGenerator"]
    assert generated["files"] == [file.name]
    assert not objects("Secret")


def load_configuration_text() -> str:
    return (SHARED / "schakel.toml").read_text(encoding="utf-8")


def secrets() -> set[str]:
    return set(re.findall(r'"file:/run/schakel/(\w+)"', load_configuration_text()))


def test_the_page_makes_the_secrets_that_the_configuration_names() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert set(re.findall(r"--from-file=(\w+)", page)) == secrets()


def test_the_configuration_is_sound_and_stops_before_it_is_killed(tmp_path: Path) -> None:
    given = {
        "database_url": "postgresql://schakel:x@database.example.nl/schakel?sslmode=verify-full",
        "amqp_url": "amqps://schakel:x@broker.example.nl/schakel",
    }
    for name in secrets():
        (tmp_path / name).write_text(given.get(name, KEY), encoding="utf-8")
    file = tmp_path / "schakel.toml"
    text = load_configuration_text().replace("/run/schakel", str(tmp_path))
    file.write_text(text, encoding="utf-8")
    hub = load(file, environ={}).hub
    for name in ROLES:
        pod = role(name)["spec"]["template"]["spec"]
        pause = container(pod).get("lifecycle", {}).get("preStop", {}).get("sleep", {})
        least = hub.shutdown_grace.total_seconds() + CALLERS_SECONDS + pause.get("seconds", 0)
        assert pod["terminationGracePeriodSeconds"] > least, name


def test_nobody_reaches_anybody_unless_it_is_said() -> None:
    policies = objects("NetworkPolicy")
    nothing = policies["nothing-by-default"]["spec"]
    assert nothing == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    service = objects("Service")["schakel"]["spec"]
    open_to_callers = policies["callers-to-api"]["spec"]["podSelector"]["matchLabels"]
    assert service["selector"] == open_to_callers
    assert objects("Namespace")["schakel"]["metadata"]["labels"][
        "pod-security.kubernetes.io/enforce"
    ] == ("restricted")
