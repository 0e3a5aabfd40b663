"""What `schakel serve` says when it cannot start, and what it does when its store fails."""

from __future__ import annotations

import re
import resource
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from schemas.examples import load
from tests.end_to_end.processes import (
    CONFIGURATION,
    NOBODY,
    Hub,
    configure,
    read_only,
    schakel,
    serving,
    until,
)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """One hub for all the trouble with its store: it must get over each."""
    folder = tmp_path_factory.mktemp("hub")
    configure(folder)
    with serving(folder) as hub:
        yield hub
        hub.stop()


# --- it cannot start ---


def test_a_port_in_use_is_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        configure(tmp_path, port=port)
        done = schakel("serve", folder=tmp_path)

    assert done.code == 1
    assert done.out == ""
    assert done.err == (
        f"Port {port} on 127.0.0.1 is in use: stop what listens there, or choose another with "
        "hub.port.\n"
    )
    assert not (tmp_path / "hub.sqlite3").exists()


@pytest.mark.slow
def test_a_database_that_another_process_holds_is_a_sentence(tmp_path: Path) -> None:
    configure(tmp_path)
    assert schakel("migrate", folder=tmp_path).code == 0
    with exclusive(tmp_path / "hub.sqlite3"):
        done = schakel("serve", folder=tmp_path)

    assert done.code == 1
    last = done.err.splitlines()[-1]
    assert last.startswith("The database hub.sqlite3 is locked by another process. Stop that")
    assert done.out == ""


def test_a_file_that_is_no_database_is_a_sentence_and_stays_as_it_was(tmp_path: Path) -> None:
    configure(tmp_path)
    letter = "Geachte heer, mevrouw,\n" * 1000
    (tmp_path / "hub.sqlite3").write_text(letter, encoding="utf-8")
    done = schakel("serve", folder=tmp_path)

    assert done.code == 1
    assert "hub.sqlite3 is not an SQLite database. Point the store's path at another" in done.err
    assert len(done.err.splitlines()) == 1
    assert (tmp_path / "hub.sqlite3").read_text(encoding="utf-8") == letter


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    configure(tmp_path, store="no-such-folder/hub.sqlite3")
    done = schakel("serve", folder=tmp_path)

    assert done.code == 1
    assert "no-such-folder does not exist: create it, or change the store's path." in done.err
    assert len(done.err.splitlines()) == 1
    assert not (tmp_path / "no-such-folder").exists()


def test_a_folder_that_may_not_be_written_is_a_sentence(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    configure(tmp_path, store="closed/hub.sqlite3")
    with read_only(closed) as under:
        done = schakel("serve", folder=tmp_path, under=under)

    assert done.code == 1
    assert "cannot be created (Permission denied): give the hub's user write access" in done.err
    assert len(done.err.splitlines()) == 1


@pytest.mark.slow
def test_a_database_that_may_be_read_only_is_a_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    configure(tmp_path, store="closed/hub.sqlite3")
    assert schakel("migrate", folder=tmp_path).code == 0
    (folder / "hub.sqlite3").chmod(0o400)
    with read_only(folder) as under:
        done = schakel("serve", folder=tmp_path, under=under)

    assert done.code == 1
    assert re.search(r"hub\.sqlite3 (is read-only|cannot be opened)", done.err), done.err
    assert "write access" in done.err
    assert len(done.err.splitlines()) == 1


def test_all_mistakes_in_all_files_are_listed_and_nothing_is_started(tmp_path: Path) -> None:
    """The port is taken: a hub that had tried to listen would have said so instead."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        text = CONFIGURATION.format(port=taken.getsockname()[1], store="hub.sqlite3", zgw=NOBODY)
        text = text.replace("shutdown_grace", "shutdown_grase")
        text = text.replace('timeout = "5s"', 'timeout = "5 parsecs"')
        text = text.replace("SCHAKEL_ZGW_SECRET", "SCHAKEL_NO_SUCH_SECRET")
        (tmp_path / "schakel.toml").write_text(text, encoding="utf-8")
        (tmp_path / "conf.d").mkdir()
        (tmp_path / "conf.d" / "more.toml").write_text(MORE_MISTAKES, encoding="utf-8")
        done = schakel("serve", folder=tmp_path)

    assert done.code == 2
    assert done.out == ""
    head, *mistakes = done.err.splitlines()
    assert head == "The configuration has 5 mistakes; nothing was started:"
    for wanted, found in zip(FIVE_MISTAKES, mistakes, strict=True):
        assert re.match(wanted, found), found
    assert not list(tmp_path.glob("hub.sqlite3*"))


MORE_MISTAKES = """
[[tenant]]
code = "344"
name = "Utrecht, once more"
[[route]]
name = "elsewhere"
type = "nl.burgerzaken.zaak.gestart"
to = ["zaaksystem"]
"""
FIVE_MISTAKES = (
    r"  schakel\.toml: hub\.shutdown_grase: .*Did you mean 'shutdown_grace'\?",
    r"  schakel\.toml: destination\[1\]\.timeout \(zaaksysteem\): ",
    r"  schakel\.toml: destination\[1\]\.settings\.secret \(zaaksysteem\): .*NO_SUCH_SECRET",
    r"  conf\.d/more\.toml: tenant\[1\]\.code \(Utrecht, once more\): .*four digits",
    r"  conf\.d/more\.toml: route\[1\]\.to \(elsewhere\): .*'zaaksysteem'",
)


# --- it runs ---


def test_a_second_hub_of_the_same_name_is_refused_and_the_first_goes_on(hub: Hub) -> None:
    second = schakel("serve", folder=hub.folder)

    assert second.code == 1
    assert "Another process delivers from" in second.err
    assert "as node 'test': stop it, or give each process its own hub.node." in second.err
    assert len(second.err.splitlines()) == 1
    assert hub.publish(event("0344-2026-000001")).status_code == 202


def test_a_locked_store_is_a_503_and_the_hub_gets_over_it(hub: Hub) -> None:
    message = event("0344-2026-000002")
    with exclusive(hub.folder / "hub.sqlite3"):
        assert_unavailable(hub.publish(message))
        assert httpx.get(f"{hub.url}/healthz").status_code == 200

    assert_accepted_again(hub, message)
    assert "hub.sqlite3 is locked by another process. Stop that process" in hub.log()


def test_a_full_disk_is_a_503_and_the_hub_gets_over_it(hub: Hub) -> None:
    """The limit stands for the disk: SQLite cannot make its log any longer."""
    if not hasattr(resource, "prlimit"):
        pytest.skip("needs prlimit, which is Linux's")
    message = event("0344-2026-000003")
    log = hub.folder / "hub.sqlite3-wal"
    with no_file_longer_than(log.stat().st_size, hub.process.pid):
        assert_unavailable(hub.publish(message))
        assert_unavailable(hub.publish(message))
        assert httpx.get(f"{hub.url}/healthz").status_code == 200

    assert_accepted_again(hub, message)
    assert "The disk that holds" in hub.log()


# --- helpers ---


def event(zaak: str) -> dict[str, Any]:
    example = load("nl.burgerzaken.zaak.gestart")
    data = example["data"] | {"zaakidentificatie": zaak}
    return example | {"id": f"gestart-{zaak}", "subject": zaak, "data": data}


def assert_unavailable(answer: httpx.Response) -> None:
    assert answer.status_code == 503, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) > 0
    problem = answer.json()
    assert problem["type"] == "urn:nld:schakel:problem:store-unavailable"
    assert "Send the same event again later, with the same id: that is safe." in problem["detail"]
    assert "sqlite" not in answer.text.lower()


def assert_accepted_again(hub: Hub, message: dict[str, Any]) -> None:
    """The same message, now that the cause is gone; and it is there once."""
    answer = hub.publish(message)
    assert answer.status_code == 202, answer.text
    number = answer.json()["id"]
    again = hub.publish(message)
    assert (again.json()["id"], again.json()["new"]) == (number, False)
    assert httpx.get(f"{hub.url}/readyz").status_code == 200
    until(lambda: goes_on(hub, number), f"message {number} is being delivered")
    assert hub.process.poll() is None


def goes_on(hub: Hub, number: int) -> bool:
    """It was attempted; or, on a slow machine, the breaker opened first: nobody listens there."""
    [listed] = hub.call("GET", f"/v1/messages/{number}").json()["deliveries"]
    delivery = hub.call("GET", f"/v1/deliveries/{listed['id']}").json()
    waits = delivery["waitsBecause"]
    return delivery["attempts"] > 0 or (waits is not None and waits["cause"] == "breaker_open")


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """This process has the database to itself while the body runs."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def no_file_longer_than(size: int, pid: int) -> Iterator[None]:
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
