from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from continuity.store.contract import Store
from continuity.store.memory import MemoryStore
from tests.conformance._store.given import accept_many
from tests.conformance.store import StoreContract


class TestMemoryStore(StoreContract):
    @pytest.fixture
    async def store(self) -> AsyncIterator[Store]:
        store = MemoryStore()
        await store.open()
        yield store
        await store.close()


async def test_a_changed_entry_breaks_the_audit_chain() -> None:
    store = MemoryStore()
    await accept_many(store, 5)
    trail = store._tables.audit
    trail[2] = replace(trail[2], actor="somebody else")

    assert await store.verify_audit() == 3
