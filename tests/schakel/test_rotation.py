"""Everything comes under the newest key, in steps, whoever takes them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from continuity.keyring import DataKeyRing, key_of
from continuity.store.contract import Store
from continuity.store.memory import MemoryStore
from continuity.store.records import Column, NewValue
from continuity.store.sealed import sealed_store
from continuity.store.sealed.kinds import DATA_COLUMNS
from continuity.store.sqlite import SqliteStore
from schakel.rotation import (
    VALUES_AT_A_TIME,
    KeyUse,
    Rotation,
    key_use,
    read_progress,
    start_rotation,
)
from tests.conformance._store.given import NOW, ZGW, accept, lease_of, new_message
from tests.conformance._store.upkeep import one_of_everything, values
from tests.continuity.store.sealed.ring import NEW, OLD, keys

BOTH = DataKeyRing([OLD, NEW])


class Clock:
    def now(self) -> datetime:
        return datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture(params=["memory", "sqlite"])
def inner(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "memory":
        return MemoryStore()
    return SqliteStore(tmp_path / "hub.db", inline=True)


async def reopened(inner: Store, *ring: object) -> Store:
    await inner.close()
    store = sealed_store(inner, keys(*ring))  # type: ignore[arg-type]  # secrets
    await store.open()
    return store


async def filled(inner: Store) -> Store:
    """Everything under the old key, and opened with both."""
    store = await reopened(inner, OLD)
    await one_of_everything(store)
    return await reopened(inner, OLD, NEW)


def runner(store: Store) -> Rotation:
    return Rotation(store=store, ring=BOTH, clock=Clock())


async def keys_in_use(store: Store) -> set[str]:
    return {key_of(one.value) for column in DATA_COLUMNS for one in await values(store, column)}


async def test_after_a_rotation_everything_is_under_the_newest_key(inner: Store) -> None:
    store = await filled(inner)
    assert await keys_in_use(store) == {"2026a"}

    await start_rotation(store, BOTH, Clock(), by="anna")
    while await runner(store).step():
        pass

    assert await keys_in_use(store) == {"2026b"}
    progress = await read_progress(store)
    assert progress is not None
    assert (progress.state, progress.done, progress.started_by) == (
        *("done", progress.total, "anna"),
    )
    assert sum(progress.total.values()) == len(
        [one for column in DATA_COLUMNS for one in await values(store, column)]
    )
    store = await reopened(inner, NEW)
    assert await store.get_body(1) == b'{"canary":"edited 999990019"}'
    await inner.close()


async def test_the_old_key_may_not_go_before(inner: Store) -> None:
    store = await filled(inner)

    uses, plain = await key_use(store, BOTH)

    assert plain == 0
    assert {use.id: use.values > 0 for use in uses} == {"2026a": True, "2026b": False}
    assert uses[1] == KeyUse(id="2026b", newest=True, values=0)
    await inner.close()


async def test_plain_values_of_before_are_encrypted(inner: Store) -> None:
    store = await filled(inner)
    (old,) = await values(store, Column.BODY)
    plain = NewValue(place=old.place, before=old.value, after=b'{"id":"1"}')
    await store.replace_values(Column.BODY, [plain])
    assert (await key_use(store, BOTH))[1] == 1

    await start_rotation(store, BOTH, Clock(), by="anna")
    while await runner(store).step():
        pass

    assert (await key_use(store, BOTH))[1] == 0
    assert (await store.get_message(1)).body == b'{"id":"1"}'
    await inner.close()


async def test_it_goes_on_elsewhere_after_any_step_while_messages_flow(inner: Store) -> None:
    """Another process takes every step; the cursor is never lost with the process."""
    store = await reopened(inner, OLD)
    new = [new_message(f"e{n}", lane=f"L{n}") for n in range(2 * VALUES_AT_A_TIME + 10)]
    await accept(store, *new)
    store = await reopened(inner, OLD, NEW)
    await start_rotation(store, BOTH, Clock(), by="anna")

    steps = 0
    while await runner(store).step():
        steps += 1
        await accept(store, new_message(f"during-{steps}", lane=f"M{steps}"))

    assert await keys_in_use(store) == {"2026b"}
    lease = await lease_of(store)
    heads = await store.read_open(ZGW, after=0, limit=1000)
    works = await store.begin(lease, [head.id for head in heads], now=NOW)
    assert len(works) == len(new) + steps
    assert all(work.unreadable is None for work in works)
    await inner.close()


async def test_a_damaged_value_does_not_stop_it_and_keeps_its_key(inner: Store) -> None:
    store = await filled(inner)
    (old,) = await values(store, Column.BODY)
    assert isinstance(old.value, bytes)
    broken = NewValue(place=old.place, before=old.value, after=old.value[:-1])
    await store.replace_values(Column.BODY, [broken])

    await start_rotation(store, BOTH, Clock(), by="anna")
    while await runner(store).step():
        pass

    uses, _ = await key_use(store, BOTH)
    assert {use.id: use.values for use in uses}["2026a"] == 1
    with pytest.raises(Exception, match="2026a"):
        await reopened(inner, NEW)


async def test_starting_it_again_goes_on(inner: Store) -> None:
    store = await filled(inner)
    first = await start_rotation(store, BOTH, Clock(), by="anna")

    assert await start_rotation(store, BOTH, Clock(), by="bert") == first
    await inner.close()


async def test_without_a_start_nothing_is_done(inner: Store) -> None:
    store = await filled(inner)

    assert not await runner(store).step()
    assert await read_progress(store) is None
    await inner.close()
