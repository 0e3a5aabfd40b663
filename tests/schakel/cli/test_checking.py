"""`schakel check`: what it finds."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

import pytest

from adapters.contract import (
    CannotTell,
    ConfigurationError,
    Context,
    Health,
    NotThere,
    Receipt,
    TransientError,
)
from continuity.delivery import State
from continuity.store.memory import MemoryStore
from continuity.store.records import Count
from continuity.store.sqlite import migrate
from schakel.amqp import assembly
from schakel.cli import checking
from schakel.cli.checking import (
    Finding,
    _missing,
    counters,
    examine_destinations,
    examine_documents,
    examine_entrance,
    examine_store,
)
from schakel.settings import Settings, SqliteFile, load
from schakel.settings.shelves import DocumentSettings, Folder
from schemas import Message
from tests.schakel.cli.running import GOOD, SECRET, configured, schakel


class Partner:
    """An adapter whose `check` ends as it is told."""

    handles: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, outcome: Health | Exception) -> None:
        self.outcome = outcome

    async def check(self) -> Health:
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome

    async def deliver(self, message: Message, context: Context) -> Receipt:
        raise AssertionError("a check delivers nothing")

    async def look_up(self, message: Message, context: Context) -> Receipt | NotThere | CannotTell:
        raise AssertionError("a check looks nothing up")

    async def aclose(self) -> None: ...


class Miscounting(MemoryStore):
    """Counters that were changed behind the store's back."""

    async def counts(self) -> Sequence[Count]:
        return [Count(destination="a", tenant="0344", state=State.PARKED, count=1)]


async def test_every_destination_is_told_apart_by_what_its_adapter_says() -> None:
    partners = {
        "good": Partner(Health(ok=True, detail="It answers.")),
        "bad": Partner(Health(ok=False, detail="It answers 500.")),
        "down": Partner(TransientError("No connection.")),
        "wrong": Partner(ConfigurationError("secret", "It was refused.")),
    }
    assert [(one.ok, one.detail) for one in await examine_destinations(partners)] == [
        (True, "It answers."),
        (False, "It answers 500."),
        (False, "No connection."),
        (False, "secret: It was refused."),
    ]


async def test_a_destination_that_hangs_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "LONGEST_CHECK_SECONDS", 0)

    class Hanging(Partner):
        async def check(self) -> Health:
            await asyncio.Event().wait()
            raise AssertionError("cancelled before")

    [finding] = await examine_destinations({"slow": Hanging(Health(ok=True, detail=""))})
    assert not finding.ok
    assert "No answer within" in finding.detail


async def test_a_store_that_is_not_there_yet_is_fine_and_is_not_made(tmp_path: Path) -> None:
    path = SqliteFile(tmp_path / "schakel.sqlite3")
    [finding] = await examine_store(path)
    assert finding.ok
    assert _missing(path) == finding
    [finding] = await examine_store(SqliteFile(tmp_path / "nowhere" / "schakel.sqlite3"))
    assert not finding.ok


async def test_a_good_store_has_counters_and_an_audit_chain(tmp_path: Path) -> None:
    path = tmp_path / "schakel.sqlite3"
    migrate(path)
    findings = await examine_store(SqliteFile(path))
    assert [(one.subject, one.ok) for one in findings] == [
        ("store", True),
        ("counters", True),
        ("audit trail", True),
    ]


async def test_a_file_that_is_no_store_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "schakel.sqlite3"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE other (x)")
    connection.close()
    [finding] = await examine_store(SqliteFile(path))
    assert finding.subject == "store"
    assert not finding.ok


async def test_counters_that_differ_from_a_recount_are_a_problem() -> None:
    store = Miscounting()
    await store.open()
    finding = await counters(store)
    await store.close()
    assert finding == Finding(
        subject="counters",
        ok=False,
        detail="They differ from a recount of the deliveries: report this, it is a bug.",
    )


def test_the_command_prints_every_finding_and_ends_with_1_on_problems(tmp_path: Path) -> None:
    configured(tmp_path)
    done = schakel("check", folder=tmp_path)
    assert done.returncode == 1
    assert "no rule takes them: nl.burgerzaken.zaak.bijgewerkt" in done.stdout
    assert "destination zaaksysteem" in done.stdout
    assert done.stdout.endswith("1 problem(s) found.\n")


def with_broker(folder: Path, url: str) -> Settings:
    path = configured(folder, GOOD + '[amqp]\nurl = "env:BROKER"\n')
    return load(path, environ={"ZGW_SECRET": SECRET, "BROKER": url})


async def test_without_a_broker_in_the_configuration_nothing_is_said_of_it(tmp_path: Path) -> None:
    path = configured(tmp_path)
    assert await examine_entrance(load(path, environ={"ZGW_SECRET": SECRET})) == []


async def test_a_broker_is_told_and_nothing_is_made_there(tmp_path: Path, amqp_url: str) -> None:
    for _ in range(2):
        [finding] = await examine_entrance(with_broker(tmp_path, amqp_url))
        assert (finding.subject, finding.ok) == ("broker", True)
        assert "made at the first start: schakel.outbound.rest, " in finding.detail


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("amqp://127.0.0.1:9/", "There is no connection to 127.0.0.1:9"),
        ("amqp://guest:hush@{place}/", "does not accept the user or the password"),
        ("amqp://guest:guest@{place}/nowhere", "the user may not use the virtual host"),
    ],
)
async def test_a_broker_that_cannot_be_used_is_a_problem_with_its_reason(
    tmp_path: Path, amqp_url: str, url: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assembly, "CONNECT_SECONDS", 2.0)
    address = url.format(place=urlsplit(amqp_url).netloc.rpartition("@")[2])
    [finding] = await examine_entrance(with_broker(tmp_path, address))
    assert (finding.subject, finding.ok) == ("broker", False)
    assert sentence in finding.detail
    assert "hush" not in finding.detail


def shelves(folder: Path) -> DocumentSettings:
    return DocumentSettings(where=Folder(folder), limit=1 << 20, keep=timedelta(hours=48))


async def test_a_folder_for_documents_that_is_not_there_yet_is_not_made(tmp_path: Path) -> None:
    finding = await examine_documents(shelves(tmp_path / "documents"))

    assert finding.ok
    assert "will be made" in finding.detail
    assert not (tmp_path / "documents").exists()


async def test_a_folder_for_documents_is_told(tmp_path: Path) -> None:
    assert await examine_documents(shelves(tmp_path)) == Finding(
        subject="documents", ok=True, detail=str(tmp_path)
    )


async def test_a_place_for_documents_that_cannot_be_used_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    finding = await examine_documents(shelves(tmp_path / "file"))

    assert not finding.ok
    assert "cannot be used" in finding.detail
