"""The sealed store keeps the contract, around every store, and lets nothing through in plain."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from continuity.keyring import Unreadable
from continuity.store import contract
from continuity.store.contract import Store
from continuity.store.memory import MemoryStore
from continuity.store.postgres import PostgresStore
from continuity.store.records import (
    Column,
    DeliveryFilter,
    Issuer,
    NewIdentity,
    NewValue,
    ReceptionFilter,
    StoredValue,
)
from continuity.store.sealed.codec import Codec
from continuity.store.sealed.kinds import DATA_COLUMNS, INDEX_COLUMNS
from continuity.store.sealed.store import PASSED_ON, SealedStore, sealed_store
from continuity.store.sqlite import SqliteStore
from tests.conformance._store.given import NOW, TENANT, ZGW, accept, new_message
from tests.conformance._store.receptions import new_reception
from tests.conformance._store.upkeep import LATE, Unsealed, one_of_everything, purge
from tests.conformance.sqlite import empty_database
from tests.conformance.store import StoreContract
from tests.continuity.store.sealed.ring import KEYS
from tests.databases import EMPTY

METHODS = frozenset(
    name for name, _ in inspect.getmembers(contract.Store, inspect.isfunction) if name[0] != "_"
)
CANARY = b"999990019"


def test_every_method_of_the_contract_is_sealed_or_passed_on_deliberately() -> None:
    """Seen failing with a method added to the contract: nothing passes by accident."""
    sealed = {name for name in vars_of(SealedStore) if name in METHODS}

    assert sealed | PASSED_ON == METHODS
    assert sealed & PASSED_ON == frozenset()


def test_every_column_is_under_one_kind_of_key() -> None:
    """Seen failing with a column left out: a rotation would pass it over."""
    assert set(DATA_COLUMNS) | set(INDEX_COLUMNS) == set(Column)
    assert not set(DATA_COLUMNS) & set(INDEX_COLUMNS)


def vars_of(kind: type) -> set[str]:
    return {name for one in kind.__mro__ if one is not object for name in vars(one)}


@pytest.mark.parametrize("name", sorted(METHODS - PASSED_ON))
def test_a_sealed_method_has_the_signature_of_the_contract(name: str) -> None:
    wanted = inspect.signature(getattr(contract.Store, name))

    assert str(inspect.signature(getattr(SealedStore, name))) == str(wanted)


def test_a_method_that_nobody_decided_on_does_not_exist() -> None:
    with pytest.raises(AttributeError, match="say in continuity/store/sealed"):
        SealedStore(MemoryStore(), KEYS).publish_everything  # noqa: B018 - it does not exist: that is the test


class SealedContract(StoreContract):
    @pytest.fixture
    def unsealed(self) -> Unsealed:
        return plain


class TestSealedMemoryStore(SealedContract):
    @pytest.fixture
    async def store(self) -> Store:
        store = sealed_store(MemoryStore(), KEYS)
        await store.open()
        return store


class TestSealedSqliteStore(SealedContract):
    @pytest.fixture
    async def store(self, tmp_path: Path) -> AsyncIterator[Store]:
        store = sealed_store(SqliteStore(empty_database(tmp_path / "hub.db"), inline=True), KEYS)
        await store.open()
        yield store
        await store.close()


def plain(column: Column, value: bytes | str) -> bytes | str:
    codec = Codec(KEYS)
    if column in DATA_COLUMNS:
        kind = DATA_COLUMNS[column]
        if isinstance(value, str):
            return codec.data.unseal_text(value, kind)
        return codec.data.unseal(value, kind)
    kind = INDEX_COLUMNS[column]
    if isinstance(value, str):
        return codec.index.unseal_text(value, kind)
    return codec.index.unseal(value, kind)


def in_files(folder: Path) -> bytes:
    """All bytes of the database, its log included."""
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))


def a_number(case_number: str) -> NewIdentity:
    return NewIdentity(
        tenant=TENANT,
        case_number=case_number,
        destination=ZGW,
        key=bytes(32),
        issuer=Issuer.HUB,
        definitive=False,
        asked_by="balie",
    )


def swap(old: StoredValue, new: bytes | str) -> NewValue:
    return NewValue(place=old.place, before=old.value, after=new)


async def test_nothing_personal_reaches_the_files_in_plain(tmp_path: Path) -> None:
    """Seen failing with the steps, and with the lane, passed on as they are."""
    store = sealed_store(SqliteStore(tmp_path / "hub.db"), KEYS)
    await store.open()
    await one_of_everything(store)
    await accept(store, new_message("other", lane="0344/ZAAK-9"))
    await store.add_identity(a_number("ZAAK-9"), now=NOW)

    found = in_files(tmp_path)
    await store.close()

    assert b"event-1" in found
    assert b"ZAAK-" not in found
    assert CANARY not in found


async def test_a_purged_case_is_still_found_by_its_number() -> None:
    store = sealed_store(MemoryStore(), KEYS)
    await store.open()
    await one_of_everything(store)
    await purge(store)

    found = await store.list_deliveries(DeliveryFilter(subject="ZAAK-1"), before=None, limit=9)

    assert [(one.id, one.subject, one.purged_at) for one in found] == [(1, "", LATE)]


async def test_one_that_cannot_be_read_does_not_hide_the_others() -> None:
    inner = MemoryStore()
    store = sealed_store(inner, KEYS)
    await store.open()
    await accept(store, new_message("a"), new_message("b"))
    first, _ = await inner.read_values(Column.BODY, after=None, limit=2)
    await inner.replace_values(Column.BODY, [swap(first, sealed_bytes(first.value)[:-1])])

    broken, whole = await store.read_inbox([ZGW], after=0, limit=9, now=NOW)

    assert broken.body == b""
    assert broken.unreadable is not None
    assert broken.unreadable.code == "damaged"
    assert (whole.body, whole.unreadable) == (b'{"id":"b"}', None)


async def test_a_reception_that_cannot_be_read_is_listed_and_says_so() -> None:
    """Seen failing with an exception for the whole list."""
    inner = MemoryStore()
    store = sealed_store(inner, KEYS)
    await store.open()
    for number in range(2):
        await store.receive(new_reception(f"k{number}"), (), now=NOW)
    first, _ = await inner.read_values(Column.RECEPTION_KEY, after=None, limit=2)
    await inner.replace_values(Column.RECEPTION_KEY, [swap(first, str(first.value)[:-1])])

    found = await store.list_receptions(ReceptionFilter(), before=None, limit=9)

    assert [one.key for one in found] == ["k1", "(unreadable)"]
    with pytest.raises(Unreadable, match="A stored key of a received request"):
        await store.get_reception(1)


def sealed_bytes(value: bytes | str) -> bytes:
    assert isinstance(value, bytes)
    return value


async def test_a_value_moved_to_another_row_of_another_kind_is_damaged() -> None:
    inner = MemoryStore()
    store = sealed_store(inner, KEYS)
    await store.open()
    delivery_id = await one_of_everything(store)
    (request,) = await inner.read_values(Column.REQUEST, after=None, limit=1)
    (body,) = await inner.read_values(Column.EDITED_BODY, after=None, limit=1)
    await inner.replace_values(Column.EDITED_BODY, [swap(body, request.value)])

    with pytest.raises(Unreadable, match="A stored body cannot be decrypted under key '2026b'"):
        await store.get_body(delivery_id)


class TestSealedPostgresStore(SealedContract):
    @pytest.fixture
    async def store(self, class_url: str) -> AsyncIterator[Store]:
        connection = await asyncpg.connect(class_url)
        await connection.execute(EMPTY)
        await connection.close()
        store = sealed_store(PostgresStore(class_url), KEYS)
        await store.open()
        yield store
        await store.close()
