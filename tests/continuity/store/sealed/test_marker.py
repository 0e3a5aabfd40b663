"""A hub with keys that do not fit its store is not started."""

from __future__ import annotations

import pytest

from continuity.keyring import Secret
from continuity.store.contract import Store, StoreUnavailable
from continuity.store.memory import MemoryStore
from continuity.store.sealed import refuse_sealed, sealed_store
from tests.conformance._store.given import accept, new_message
from tests.continuity.store.sealed.ring import INDEX, KEYS, NEW, OLD, OTHER_INDEX, keys


@pytest.fixture
async def inner() -> MemoryStore:
    """Holds one message, sealed with the older of two keys."""
    inner = MemoryStore()
    store = sealed_store(inner, keys(OLD))
    await store.open()
    await accept(store, new_message())
    return inner


async def opened(inner: Store, *ring: Secret, index: bytes = INDEX) -> Store:
    store = sealed_store(inner, keys(*ring, index=index))
    await store.open()
    return store


async def test_the_right_keys_open_it_again_and_again(inner: MemoryStore) -> None:
    await opened(inner, OLD)
    await opened(inner, OLD)
    await opened(inner, OLD, NEW)
    store = await opened(inner, NEW, OLD)

    assert (await store.get_message(1)).subject == "ZAAK-1"


async def test_a_key_that_was_used_may_not_be_left_out(inner: MemoryStore) -> None:
    with pytest.raises(StoreUnavailable, match="under key '2026a', which is not configured"):
        await opened(inner, NEW)


async def test_a_key_that_was_added_is_needed_from_then_on(inner: MemoryStore) -> None:
    await opened(inner, OLD, NEW)

    with pytest.raises(StoreUnavailable, match="2026b"):
        await opened(inner, OLD)


async def test_another_key_under_a_known_name_is_refused(inner: MemoryStore) -> None:
    with pytest.raises(StoreUnavailable, match="Key '2026a' is not the key that this store knows"):
        await opened(inner, Secret(id="2026a", value=bytes(32)))


async def test_another_index_key_is_refused(inner: MemoryStore) -> None:
    """Seen failing: lanes would fall apart, and later messages overtake earlier ones."""
    with pytest.raises(StoreUnavailable, match="run 'schakel keys reindex' once"):
        await opened(inner, OLD, index=OTHER_INDEX)


async def test_a_store_that_was_filled_in_plain_is_refused() -> None:
    inner = MemoryStore()
    await accept(inner, new_message())

    with pytest.raises(StoreUnavailable, match="filled without encryption"):
        await sealed_store(inner, KEYS).open()


async def test_an_encrypted_store_is_refused_without_keys(inner: MemoryStore) -> None:
    with pytest.raises(StoreUnavailable, match=r"This store is encrypted: .* newest is '2026a'"):
        await refuse_sealed(inner)


async def test_a_plain_store_needs_no_keys() -> None:
    inner = MemoryStore()
    await accept(inner, new_message())

    await refuse_sealed(inner)
