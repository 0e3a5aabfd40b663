"""Every hour, and never in the way of what else the worker does."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from continuity.documents import Blobs, BlobsUnavailable, Collector, in_folder
from continuity.store.memory import MemoryStore
from schakel.orphans import EVERY, Orphans
from tests.continuity.documents.shelf import TENANT, FakeClock, library, put, sha_of

KEEP = timedelta(hours=48)


class House:
    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.store = MemoryStore()
        self.blobs: Blobs = in_folder(folder)
        self.library = library(self.blobs, self.store, clock=self.clock)
        collector = Collector(blobs=self.blobs, store=self.store, clock=self.clock, keep=KEEP)
        self.orphans = Orphans(collector, self.clock)

    async def has(self, content: bytes) -> bool:
        return await self.store.find_document(TENANT, sha_of(content)) is not None


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "documents")


async def test_orphans_are_looked_for_at_the_start_and_every_hour(house: House) -> None:
    await put(house.library, b"old")
    house.clock.advance(hours=49)
    assert not await house.orphans.step()
    assert not await house.has(b"old")

    await put(house.library, b"young")
    house.clock.advance(hours=48, seconds=1)
    house.orphans._next = house.clock.now() + timedelta(seconds=1)
    await house.orphans.step()
    assert await house.has(b"young")

    house.clock.advance(seconds=1)
    await house.orphans.step()
    assert not await house.has(b"young")


async def test_a_clock_that_was_set_back_does_not_stop_it(house: House) -> None:
    await put(house.library, b"old")
    house.clock.advance(hours=49)
    house.orphans._next = house.clock.now() + EVERY + timedelta(days=365)

    await house.orphans.step()

    assert not await house.has(b"old")


async def test_blobs_that_are_away_are_tried_again_an_hour_later(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(house.library, b"old")
    house.clock.advance(hours=49)

    async def away(_: str) -> None:
        raise BlobsUnavailable("The bucket cannot be used.")

    with monkeypatch.context() as patched:
        patched.setattr(house.blobs, "remove", away)
        assert not await house.orphans.step()
    house.clock.advance(hours=1)
    await house.orphans.step()

    pages = [blob async for page in house.blobs.pages() for blob in page]
    assert not await house.has(b"old")
    assert len(pages) <= 1  # its content is a stray now: collected by its own age
