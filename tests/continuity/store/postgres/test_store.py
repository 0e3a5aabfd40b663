from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from continuity.store.contract import Store
from continuity.store.postgres import PostgresStore
from tests.conformance.store import StoreContract
from tests.databases import EMPTY


class TestPostgresStore(StoreContract):
    @pytest.fixture
    async def store(self, class_url: str) -> AsyncIterator[Store]:
        connection = await asyncpg.connect(class_url)
        await connection.execute(EMPTY)
        await connection.close()
        store = PostgresStore(class_url)
        await store.open()
        yield store
        await store.close()
