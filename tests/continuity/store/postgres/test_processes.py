"""Several stores on one database, as several processes have them."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import asyncpg
import pytest

from continuity.store.contract import StaleLease, Store, WrongState
from continuity.store.postgres import PostgresStore, sql
from continuity.store.postgres.connection import SETTINGS
from tests.conformance._store.given import (
    LATER,
    MAIL,
    NOW,
    SETTLE,
    TTL,
    ZGW,
    accept,
    accept_many,
    delivered,
    lease_of,
    new_message,
    parked,
)

Heard = asyncio.Queue[frozenset[str]]


@pytest.fixture
async def open_store(migrated_url: str) -> AsyncIterator[Callable[[], Awaitable[PostgresStore]]]:
    stores: list[PostgresStore] = []

    async def opened() -> PostgresStore:
        stores.append(PostgresStore(migrated_url))
        await stores[-1].open()
        return stores[-1]

    yield opened
    for store in stores:
        await store.close()


@pytest.fixture
async def one(open_store: Callable[[], Awaitable[PostgresStore]]) -> PostgresStore:
    return await open_store()


@pytest.fixture
async def two(open_store: Callable[[], Awaitable[PostgresStore]]) -> PostgresStore:
    return await open_store()


async def test_a_process_that_was_taken_over_can_write_nothing_more(
    one: PostgresStore, two: PostgresStore
) -> None:
    ids = await accept_many(one, 2)
    old = await lease_of(one)
    await one.begin(old, ids, now=NOW)
    new = await lease_of(two, owner="node-2", now=LATER)

    with pytest.raises(StaleLease):
        await one.finish(old, [delivered(ids[0])], now=LATER)
    with pytest.raises(StaleLease):
        await one.begin(old, ids, now=LATER)

    await two.finish(new, [delivered(number) for number in ids], now=LATER)
    assert await two.counts() == await two.recount()


async def test_of_many_that_want_a_destination_one_gets_it(
    one: PostgresStore, two: PostgresStore
) -> None:
    names = [f"node-{number}" for number in range(6)]

    leases = await asyncio.gather(
        *(
            store.acquire_lease(ZGW, name, now=NOW, ttl=TTL, settle=SETTLE)
            for store, name in zip([one, two] * 3, names, strict=True)
        )
    )

    assert len([lease for lease in leases if lease is not None]) == 1


async def test_a_take_over_sees_the_intents_that_were_being_committed(
    migrated_url: str, one: PostgresStore, two: PostgresStore
) -> None:
    """Seen failing with leases that are read without FOR SHARE: the attempt was not recovered."""
    (delivery_id,) = await accept_many(one, 1)
    old = await lease_of(one)
    blocker = await asyncpg.connect(migrated_url)
    await blocker.execute("BEGIN; LOCK TABLE sending")  # keeps `begin` in its transaction
    begun = asyncio.create_task(one.begin(old, [delivery_id], now=NOW))
    await waiting_for_a_lock(migrated_url, 1)

    too_early = await two.acquire_lease(ZGW, "node-2", now=LATER, ttl=TTL, settle=SETTLE)
    await blocker.close()
    works = await begun
    lease = await lease_of(two, owner="node-2", now=LATER)

    assert too_early is None
    assert len(works) == 1
    assert [work.delivery_id for work in await two.load(lease, [delivery_id])] == [delivery_id]


async def waiting_for_a_lock(url: str, count: int) -> None:
    """Returns as soon as that many sessions of this database wait for a lock."""
    connection = await asyncpg.connect(url)
    while True:
        waiting = await connection.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
            "AND datname = current_database()"
        )
        if waiting >= count:
            return await connection.close()


async def test_a_delivery_that_two_processes_change_is_changed_by_two_after_each_other(
    one: PostgresStore, two: PostgresStore
) -> None:
    """Seen failing with `MOVE` without `xmin`: both discarded it, and the counters were wrong."""
    ids = await accept_many(one, 30)

    for number in ids:
        outcomes = await asyncio.gather(
            *(store.discard(number, by="anna", reason="x", now=NOW) for store in (one, two)),
            return_exceptions=True,
        )
        assert sorted(isinstance(outcome, WrongState) for outcome in outcomes) == [False, True]

    assert await one.counts() == await one.recount()


async def test_ids_become_visible_in_order_while_many_processes_accept(
    one: PostgresStore, two: PostgresStore
) -> None:
    """Seen failing with `BEGIN` instead of `BEGIN_ACCEPT`: a cursor passed ids by."""
    done = asyncio.Event()

    async def read_on(store: Store) -> list[int]:
        seen: list[int] = []
        while True:
            last = done.is_set()
            heads = await store.read_open(ZGW, after=seen[-1] if seen else 0, limit=1000)
            seen += [head.id for head in heads]
            if last and not heads:
                return seen

    async def publish(store: Store, name: str) -> None:
        for number in range(60):
            await accept(store, new_message(f"{name}-{number}", lane=name))

    readers = [asyncio.create_task(read_on(store)) for store in (one, two)]
    await asyncio.gather(
        *(publish(store, f"{name}-{n}") for n, store in enumerate((one, two)) for name in "abc")
    )
    done.set()

    for reader in readers:
        assert len(await reader) == 360


async def test_an_event_that_two_processes_accept_is_stored_once(
    one: PostgresStore, two: PostgresStore
) -> None:
    answers = await asyncio.gather(
        *(store.accept([new_message()], now=NOW) for store in (one, two) * 10)
    )

    assert sorted(answer.new for (answer,) in answers) == [False] * 19 + [True]  # type: ignore[union-attr]  # all accepted


async def test_others_hear_what_one_accepts_and_what_its_operators_do(
    one: PostgresStore, two: PostgresStore
) -> None:
    heard: Heard = asyncio.Queue()
    one.subscribe(heard.put_nowait)
    await listening(one)

    _, delivery_id = await parked(two)
    assert await heard.get() == {ZGW}
    await two.replay(delivery_id, by="anna", reason="again", now=NOW)
    assert await heard.get() == {ZGW}
    await two.hold(MAIL, by="anna", reason="maintenance", now=NOW)
    assert await heard.get() == {MAIL}


async def test_one_does_not_hear_itself(one: PostgresStore, two: PostgresStore) -> None:
    heard: Heard = asyncio.Queue()
    one.subscribe(heard.put_nowait)
    await listening(one)

    await accept(one, new_message("a"))
    await accept(two, new_message("b", to=(MAIL,)))

    assert await heard.get() == {MAIL}


async def test_after_a_reconnect_everything_may_be_news(
    migrated_url: str, one: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("continuity.store.postgres.news._PAUSE", 0)
    await accept(one, new_message("a", to=(ZGW, MAIL)))
    heard: Heard = asyncio.Queue()
    one.subscribe(heard.put_nowait)
    await listening(one)

    connection = await asyncpg.connect(migrated_url)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE application_name LIKE 'schakel listening%' AND datname = current_database()"
    )
    await connection.close()

    assert await heard.get() == {ZGW, MAIL}


async def test_too_many_names_for_one_notification_are_told_as_all(
    one: PostgresStore, two: PostgresStore
) -> None:
    heard: Heard = asyncio.Queue()
    one.subscribe(heard.put_nowait)
    await listening(one)
    names = [f"{'zaaksysteem-' * 5}{number}" for number in range(200)]

    await accept(two, new_message("a", to=names))

    assert await heard.get() == set(names)


async def listening(store: PostgresStore) -> None:
    """Returns when the store's LISTEN is in place."""
    assert store._listener is not None
    await store._listener.ready.wait()


PUBLISHER = """
import asyncio, sys
from continuity.store.postgres import PostgresStore
from tests.conformance._store.given import accept, new_message

async def main():
    store = PostgresStore(sys.argv[1])
    await store.open()
    async def publish(name):
        number = 0
        while True:
            await accept(store, new_message(f"{name}-{number}", lane=name))
            print(f"{name}-{number}", flush=True)
            number += 1
    await asyncio.gather(*(publish(f"{sys.argv[2]}-{n}") for n in range(4)))

asyncio.run(main())
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stopped"])
async def test_a_process_that_dies_or_stops_at_any_moment_loses_nothing_and_blocks_nobody(
    migrated_url: str, one: PostgresStore, how: signal.Signals
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PUBLISHER, migrated_url, "p", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    acknowledged = [(await process.stdout.readline()).decode().strip() for _ in range(60)]

    os.kill(process.pid, how)
    (mine,) = await accept(one, new_message("mine"))  # at most the server's limit later

    stored = {
        (await one.get_delivery(head.id)).event_id
        for head in await one.read_open(ZGW, after=0, limit=10_000)
    }
    assert mine.new
    assert {*acknowledged, "mine"} <= stored
    assert await one.counts() == await one.recount()
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()
    assert await one.verify_audit() is None


async def test_a_dead_session_does_not_keep_the_lock_on_acceptance(
    migrated_url: str, one: PostgresStore
) -> None:
    holder = await asyncpg.connect(migrated_url, server_settings=SETTINGS)
    await holder.execute("BEGIN")
    await holder.execute(sql.LOCK_ACCEPT)
    waiting = asyncio.create_task(accept(one, new_message()))
    await waiting_for_a_lock(migrated_url, 1)

    holder.terminate()

    assert (await waiting)[0].new
