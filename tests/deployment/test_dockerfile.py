"""The Dockerfile: clean by the linter, and it copies what the package needs, and nothing else."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.architecture.tree import ROOT
from tests.deployment.files import (
    DOCKERFILE,
    entrypoint,
    image_environment,
    instructions,
    last_stage,
    version,
)

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def copied() -> set[str]:
    """What comes from this folder."""
    lines = [rest.split() for name, rest in instructions() if name == "COPY"]
    return {source for words in lines if "--from=builder" not in words for source in words[:-1]}


def test_the_linter_has_nothing_to_say() -> None:
    lint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run(
        [lint, "--no-color", "--failure-threshold", "style", DOCKERFILE],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_copies_the_packages_and_what_they_are_built_with() -> None:
    packages = set(PROJECT["tool"]["uv"]["build-backend"]["module-name"])
    papers = {PROJECT["project"]["readme"], *PROJECT["project"]["license-files"]}
    assert copied() == packages | papers | {"pyproject.toml", "uv.lock"}


def test_nothing_else_is_sent_to_the_builder() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == copied()


def test_its_base_is_pinned_by_version_and_the_python_is_one_that_we_take() -> None:
    [base] = [rest for name, rest in instructions() if name == "ARG"]
    match = re.fullmatch(r"BASE=python:3\.(\d+)-slim-\w+", base)
    assert match is not None
    least = re.fullmatch(r">=3\.(\d+)", PROJECT["project"]["requires-python"])
    assert least is not None
    assert int(match[1]) >= int(least[1])
    sources = [rest for name, rest in instructions() if name == "FROM"]
    assert sources == ["${BASE} AS builder", "${BASE}"]


def test_uv_is_that_of_the_makefile_and_installs_what_is_locked() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    wanted = re.search(r"^UV_VERSION := (\S+)$", makefile, re.MULTILINE)
    assert wanted is not None
    runs = [rest for name, rest in instructions() if name == "RUN"]
    assert f"pip install --no-cache-dir uv=={wanted[1]}" in runs
    syncs = [run for run in runs if run.startswith("uv sync")]
    assert len(syncs) == 2
    assert all("--frozen" in run and "--no-dev" in run for run in syncs)
    assert "--no-editable" in syncs[-1]


def test_the_image_runs_the_command_line_as_a_user_that_is_a_number() -> None:
    steps = dict(last_stage())
    assert steps["USER"] == "10001:10001"
    assert entrypoint() == ["schakel"]
    assert "schakel" in PROJECT["project"]["scripts"]
    assert image_environment()["SCHAKEL_CONFIG"] == "/etc/schakel/schakel.toml"
    assert f'org.opencontainers.image.version="{version()}"' in steps["LABEL"]
