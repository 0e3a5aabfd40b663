from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from continuity.store.contract import Store
from continuity.store.sqlite import SqliteStore
from tests.conformance.sqlite import empty_database
from tests.conformance.store import StoreContract


class TestThreaded(StoreContract):
    @pytest.fixture
    async def store(self, tmp_path: Path) -> AsyncIterator[Store]:
        store = SqliteStore(empty_database(tmp_path / "hub.db"))
        await store.open()
        yield store
        await store.close()


class TestInline(StoreContract):
    @pytest.fixture
    async def store(self, tmp_path: Path) -> AsyncIterator[Store]:
        store = SqliteStore(empty_database(tmp_path / "hub.db"), inline=True)
        await store.open()
        yield store
        await store.close()
