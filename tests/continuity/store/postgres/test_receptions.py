"""Receptions and the inbox with more than one process on the database."""

from __future__ import annotations

import asyncio

from continuity.store.postgres import PostgresStore
from continuity.store.records import DeliveryFilter, Received, Repeated
from tests.conformance._store.given import NOW, ZGW, accept, new_message
from tests.conformance._store.receptions import all_receptions, new_reception


async def test_two_processes_take_the_same_request_once(migrated_url: str) -> None:
    one, other = PostgresStore(migrated_url), PostgresStore(migrated_url)
    await asyncio.gather(one.open(), other.open())
    new, messages = new_reception(), [new_message()]

    answers = await asyncio.gather(
        *(store.receive(new, messages, now=NOW) for _ in range(20) for store in (one, other))
    )

    assert sum(isinstance(answer, Received) for answer in answers) == 1
    assert sum(isinstance(answer, Repeated) for answer in answers) == 39
    assert len(await all_receptions(one)) == 1
    assert len(await one.list_deliveries(DeliveryFilter(), before=None, limit=9)) == 1
    await asyncio.gather(one.close(), other.close())


async def test_two_processes_collect_each_delivery_once(migrated_url: str) -> None:
    """Seen failing with the version of the row (xmin) left out of `MOVE`."""
    one, other = PostgresStore(migrated_url), PostgresStore(migrated_url)
    await asyncio.gather(one.open(), other.open())
    await accept(one, *(new_message(f"e{n}") for n in range(50)))
    ids = range(1, 51)

    changed = await asyncio.gather(
        *(store.collect(ids, by="kern", now=NOW) for store in (one, other))
    )

    assert sorted(number for some in changed for number in some) == list(ids)
    assert await one.read_inbox([ZGW], after=0, limit=9, now=NOW) == []
    assert await one.counts() == await one.recount()
    await asyncio.gather(one.close(), other.close())


async def test_words_that_the_database_cannot_keep_are_kept_without_them(migrated_url: str) -> None:
    """Seen failing with the key as it came: the call broke off, and so did its whole group."""
    store = PostgresStore(migrated_url)
    await store.open()
    new = new_reception("k\x00\ud800")

    first = await store.receive(new, (), now=NOW)

    assert isinstance(first, Received)
    assert await store.receive(new, (), now=NOW) == Repeated(reception=first.reception)
    await store.close()
