"""Another index key for a whole store."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from continuity.keyring import Damaged, IndexKey, StoreKeys
from continuity.store.contract import Store, StoreUnavailable, WrongState
from continuity.store.memory import MemoryStore
from continuity.store.records import Column, DeliveryFilter, KeyTaken, Repeated
from continuity.store.sealed import sealed_store
from continuity.store.sealed.reindexing import reindex
from tests.conformance._store.given import NOW, TTL, ZGW, accept, lease_of, new_message
from tests.conformance._store.receptions import new_reception
from tests.conformance._store.upkeep import one_of_everything, purge
from tests.continuity.store.sealed.ring import INDEX, KEYS, NEW, OTHER_INDEX, keys

OTHER = keys(NEW, index=OTHER_INDEX)
FIRST = keys(NEW)


async def sealed(inner: Store, with_keys: StoreKeys) -> Store:
    store = sealed_store(inner, with_keys)
    await store.open()
    return store


async def renewed(inner: Store, with_keys: StoreKeys, *old: IndexKey) -> Store:
    await reindex(inner, with_keys, old=old, now=NOW, report=lambda _column, _done: None)
    return await sealed(inner, with_keys)


async def cases(store: Store) -> list[tuple[str, str]]:
    found = await store.list_deliveries(DeliveryFilter(subject="ZAAK-1"), before=None, limit=9)
    return [(one.subject, one.lane) for one in found]


@pytest.mark.parametrize("plain", [True, False])
async def test_cases_keep_their_lane_and_are_found_under_the_new_key(*, plain: bool) -> None:
    """Seen failing with the lanes left out."""
    inner = MemoryStore()
    first = inner if plain else await sealed(inner, FIRST)
    delivery_id = await one_of_everything(first)

    store = await renewed(inner, OTHER, IndexKey(INDEX))

    await accept(store, new_message("later"))
    assert await cases(store) == [("ZAAK-1", "ZAAK-1")] * 2
    lease = await lease_of(store)
    (work,) = await store.begin(lease, [2], now=NOW)
    assert work.references == {"zaak": "reference 999990019"}
    assert (await store.get_delivery(delivery_id)).subject == "ZAAK-1"
    lanes = {str(one.value) for one in await inner.read_values(Column.LANE, after=None, limit=9)}
    assert len(lanes) == 1
    assert "ZAAK" not in lanes.pop()


async def test_a_repeated_event_is_still_recognised() -> None:
    inner = MemoryStore()
    await accept(inner, new_message())

    store = await renewed(inner, KEYS)

    (again,) = await accept(store, new_message())
    assert not again.new
    body = b"other"
    other = new_message(body=body)
    assert other.digest == hashlib.sha256(body).digest()
    (answer,) = await store.accept([other], now=NOW)
    assert type(answer).__name__ == "Conflict"


async def test_a_repeated_request_is_still_recognised() -> None:
    """Seen failing with the digests left out."""
    inner = MemoryStore()
    await (await sealed(inner, FIRST)).receive(new_reception(), (), now=NOW)

    store = await renewed(inner, OTHER, IndexKey(INDEX))

    again = await store.receive(new_reception(), (), now=NOW)
    assert again == Repeated(reception=await store.get_reception(1))
    other = await store.receive(new_reception(content=b"other"), (), now=NOW)
    assert isinstance(other, KeyTaken)


async def test_it_can_be_broken_off_and_run_again() -> None:
    inner = MemoryStore()
    await accept(inner, *(new_message(f"e{n}", lane=f"L{n}") for n in range(3)))

    def breaks_off(column: Column, _done: int) -> None:
        if column is Column.LANE:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await reindex(inner, KEYS, old=(), now=NOW, report=breaks_off)
    with pytest.raises(StoreUnavailable, match="was broken off in this store: run it again"):
        await sealed(inner, KEYS)

    store = await renewed(inner, KEYS)

    assert [head.lane for head in await store.read_open(ZGW, after=0, limit=9)] == [
        *("L0", "L1", "L2")
    ]


async def test_a_hub_that_lives_is_not_pulled_the_rug_from_under() -> None:
    inner = MemoryStore()
    await inner.announce("hub-1", (), now=NOW - timedelta(seconds=1), ttl=TTL)

    with pytest.raises(WrongState, match=r"works with this store \(hub-1\): stop all"):
        await reindex(inner, KEYS, old=(), now=NOW, report=lambda _column, _done: None)


async def test_without_the_old_key_nothing_is_made_unreadable() -> None:
    inner = MemoryStore()
    await accept(await sealed(inner, FIRST), new_message())

    with pytest.raises(Damaged, match="under the index key"):
        await renewed(inner, OTHER)

    store = await renewed(inner, FIRST)
    assert await cases(store) == [("ZAAK-1", "ZAAK-1")]


async def test_the_token_of_a_purged_case_stays() -> None:
    inner = MemoryStore()
    store = await sealed(inner, FIRST)
    await one_of_everything(store)
    await purge(store)
    before = await inner.read_values(Column.SUBJECT, after=None, limit=9)

    await renewed(inner, OTHER, IndexKey(INDEX))

    assert await inner.read_values(Column.SUBJECT, after=None, limit=9) == before
