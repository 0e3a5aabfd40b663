"""`schakel demo` as a newcomer runs it, and what it does when something is wrong."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.end_to_end.processes import (
    ENVIRONMENT,
    PATIENCE,
    SCHAKEL,
    read_only,
    read_to,
    refuses,
    schakel,
    url_in,
    urls_in,
)

ALL_IS_WELL = re.compile(
    r"published=(\d+) delivered=\1 parked=0 lost=0 doubled=0 out_of_order=0", re.ASCII
)
"""The last line of the demo."""
NO_STATUS = "00000000-0000-4000-8000-000000000000"


def test_the_demo_delivers_everything_once_and_leaves_one_folder_that_it_names(
    tmp_path: Path,
) -> None:
    done = schakel("demo", folder=tmp_path)

    assert done.code == 0, done.said
    last = done.out.splitlines()[-1]
    assert ALL_IS_WELL.fullmatch(last), done.out
    [folder] = tmp_path.iterdir()
    assert folder.is_dir()
    assert f"{folder.name}/" in done.out
    assert "date-in-future" in done.out
    assert_nothing_runs(folder, done.out)
    assert json.loads((folder / "verdict.json").read_text(encoding="utf-8"))["clean"]


@pytest.mark.slow
def test_the_main_job_works_with_a_zaaksysteem_that_speaks_stuf(tmp_path: Path) -> None:
    done = schakel("demo", "stuf", folder=tmp_path)

    assert done.code == 0, done.said
    assert ALL_IS_WELL.fullmatch(done.out.splitlines()[-1]), done.out


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["postroom", "postroom-stuf"])
def test_what_a_zaaksysteem_starts_reaches_the_core_once_and_in_order(
    tmp_path: Path, scenario: str
) -> None:
    done = schakel("demo", scenario, folder=tmp_path)

    assert done.code == 0, done.said
    last = done.out.splitlines()[-1]
    well = r"told=(\d+) received=\1 lost=0 doubled=0 out_of_order=0 echoed=0"
    assert re.fullmatch(well, last), done.out


def test_the_list_names_the_scenarios_and_starts_nothing(tmp_path: Path) -> None:
    done = schakel("demo", "list", folder=tmp_path)

    assert done.code == 0
    assert re.search(r"^\s*main-job\s+\w+", done.out, re.MULTILINE)
    assert not list(tmp_path.iterdir())


def test_an_unknown_scenario_is_wrong_use(tmp_path: Path) -> None:
    done = schakel("demo", "main-jop", folder=tmp_path)

    assert done.code == 2
    assert "no scenario 'main-jop'; known are: main-job, stuf, postroom" in done.said
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_zaaksysteem_that_says_yes_and_does_nothing_is_found_out(tmp_path: Path) -> None:
    """The hub's own books are in order then: only the zaaksysteem's journal knows better."""
    with demo(tmp_path) as one:
        zgw = url_in(read_to(one.stdout, "zaaksysteem (simulator)"), 1)
        control = url_in(read_to(one.stdout, "what arrived there"))
        made = f"{zgw}/zaken/api/v1/statussen/{NO_STATUS}"
        lie = {
            "kind": "status",
            "phase": "before",
            "match": {"method": "POST", "path": "/statussen"},
            "settings": {"status": 201, "body": {"url": made}},
        }
        httpx.post(f"{control}/faults", json=[lie]).raise_for_status()
        rest, _ = one.communicate(timeout=2 * PATIENCE)

    assert one.returncode == 1, rest
    last = rest.splitlines()[-1]
    assert re.fullmatch(
        r"published=200 delivered=199 parked=0 lost=1 doubled=0 out_of_order=0", last
    ), rest


@pytest.mark.slow
def test_a_simulator_that_dies_ends_the_demo_with_a_sentence(tmp_path: Path) -> None:
    with demo(tmp_path) as one:
        read_to(one.stdout, "refuses connections")
        [folder] = tmp_path.iterdir()
        for pid in running_in(folder):
            if b"simulators" in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGKILL)
        rest, errors = one.communicate(timeout=2 * PATIENCE)

    assert one.returncode == 1, rest
    assert "Traceback" not in errors
    assert "could not go on" in rest
    assert folder.name in rest
    assert_nothing_runs(folder, rest)


@pytest.mark.parametrize(
    "ending",
    [
        signal.SIGINT,
        pytest.param(signal.SIGTERM, marks=pytest.mark.slow),
        pytest.param(signal.SIGHUP, marks=pytest.mark.slow),
    ],
)
def test_stopping_the_demo_half_way_leaves_no_process(
    tmp_path: Path, ending: signal.Signals
) -> None:
    with demo(tmp_path) as one:
        hub = read_to(one.stdout, "zaaksysteem (simulator)")
        read_to(one.stdout, "refuses connections")
        [folder] = tmp_path.iterdir()
        assert running_in(folder)
        one.send_signal(ending)
        rest, errors = one.communicate(timeout=PATIENCE)

    assert one.returncode == 1, rest
    assert errors == ""
    assert "Stopped" in rest
    assert folder.name in rest
    assert_nothing_runs(folder, hub)


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    with read_only(tmp_path) as under:
        done = schakel("demo", folder=tmp_path, under=under)

    assert done.code == 1
    assert "no folder can be made in" in done.out


@contextmanager
def demo(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Stopped in order at the end if it still runs, so that a failing test leaves nothing."""
    with subprocess.Popen(
        [*SCHAKEL, "demo"],
        cwd=folder,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as one:
        try:
            yield one
        finally:
            one.send_signal(signal.SIGINT)


def running_in(folder: Path) -> list[int]:
    """Processes that have `folder` as their working directory."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if link.readlink() == folder:
                found.append(int(link.parent.name))
        except OSError:
            continue  # it ended meanwhile, or is somebody else's
    return found


def assert_nothing_runs(folder: Path, said: str) -> None:
    assert running_in(folder) == []
    assert [url for url in urls_in(said) if not refuses(url)] == []
