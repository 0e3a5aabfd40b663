from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from continuity.documents import Blobs, Collector, DocumentLibrary, in_folder
from continuity.documents.collecting import AT_A_TIME, Collected
from continuity.store.memory import MemoryStore
from continuity.store.memory.documents import stop_using
from continuity.store.records import Document
from tests.conformance._store.given import new_message
from tests.continuity.documents.shelf import (
    START,
    TENANT,
    FakeClock,
    library,
    pieces,
    put,
    sha_of,
    whole,
)

KEEP = timedelta(hours=48)
NOTHING = Collected(orphans=0, strays=0)


class Shelf:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = FakeClock()
        self.store = MemoryStore()
        self.blobs: Blobs = in_folder(folder)
        self.library: DocumentLibrary = library(self.blobs, self.store, clock=self.clock)
        self.collector = Collector(blobs=self.blobs, store=self.store, clock=self.clock, keep=KEEP)

    def files(self) -> list[Path]:
        return [path for path in self.folder.rglob("*") if path.is_file()]

    async def refer(self, content: bytes) -> None:
        message = new_message(document=sha_of(content), tenant=TENANT)
        await self.store.accept([message], now=self.clock.now())

    async def stray(self, name: str, *, age: timedelta) -> None:
        await self.blobs.write(name, pieces(b"left by an upload"))
        moment = (START - age).timestamp()
        os.utime(self.folder / name, (moment, moment))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "documents")


async def test_an_orphan_goes_after_its_time_with_its_content(shelf: Shelf) -> None:
    await put(shelf.library, b"aangifte")
    shelf.clock.advance(hours=48)
    assert await shelf.collector.collect() == NOTHING
    shelf.clock.advance(seconds=1)

    assert await shelf.collector.collect() == Collected(orphans=1, strays=0)

    assert shelf.files() == []
    assert await shelf.library.find(TENANT, sha_of(b"aangifte")) is None
    assert await shelf.collector.collect() == NOTHING


async def test_a_document_that_a_message_refers_to_stays(shelf: Shelf) -> None:
    await put(shelf.library, b"aangifte")
    await shelf.refer(b"aangifte")
    shelf.clock.advance(days=1000)

    assert await shelf.collector.collect() == NOTHING

    assert await whole(shelf.library, b"aangifte") == b"aangifte"


async def test_a_document_whose_messages_are_purged_goes_too(shelf: Shelf) -> None:
    await put(shelf.library, b"aangifte")
    await shelf.refer(b"aangifte")
    shelf.clock.advance(days=100)
    stop_using(shelf.store._tables, [1], shelf.clock.now())
    assert await shelf.collector.collect() == NOTHING
    shelf.clock.advance(hours=49)

    assert await shelf.collector.collect() == Collected(orphans=1, strays=0)


async def test_more_than_one_page_of_orphans_goes_at_once(shelf: Shelf) -> None:
    for number in range(AT_A_TIME + 5):
        await put(shelf.library, b"%d" % number)
    shelf.clock.advance(days=3)

    assert (await shelf.collector.collect()).orphans == AT_A_TIME + 5
    assert shelf.files() == []


async def test_content_that_no_document_knows_goes_after_its_time(shelf: Shelf) -> None:
    await put(shelf.library, b"aangifte")
    await shelf.refer(b"aangifte")
    known = shelf.files()
    os.utime(known[0], (0, 0))
    await shelf.stray("ab/old", age=KEEP + timedelta(seconds=1))
    await shelf.stray("ab/young", age=KEEP)

    assert await shelf.collector.collect() == Collected(orphans=0, strays=1)

    assert {path.name for path in shelf.files()} == {known[0].name, "young"}


async def test_a_message_that_is_accepted_in_between_keeps_its_document(shelf: Shelf) -> None:
    """Seen failing with a collector that removes content without asking the store again."""
    await put(shelf.library, b"aangifte")
    shelf.clock.advance(days=3)

    class Racing(MemoryStore):
        async def orphans(self, *, before: object, limit: int) -> list[Document]:
            found = await shelf.store.orphans(before=shelf.clock.now(), limit=limit)
            await shelf.refer(b"aangifte")
            return list(found)

    racing = Racing()
    racing._tables = shelf.store._tables
    collector = Collector(blobs=shelf.blobs, store=racing, clock=shelf.clock, keep=KEEP)

    assert await collector.collect() == NOTHING

    assert await whole(shelf.library, b"aangifte") == b"aangifte"


async def test_content_that_another_collector_was_about_to_remove_goes_and_no_other(
    shelf: Shelf,
) -> None:
    await put(shelf.library, b"aangifte")
    shelf.clock.advance(days=3)
    (orphan,) = await shelf.store.orphans(before=shelf.clock.now(), limit=1)
    await shelf.store.forget_document(orphan, before=shelf.clock.now())
    await put(shelf.library, b"aangifte")
    for path in shelf.files():
        os.utime(path, (START.timestamp(), START.timestamp()))

    assert await shelf.collector.collect() == Collected(orphans=0, strays=1)

    assert await whole(shelf.library, b"aangifte") == b"aangifte"
