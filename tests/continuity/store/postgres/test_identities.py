"""Case numbers from one database, drawn and recorded by more than one process."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from continuity.store.contract import NumberTaken
from continuity.store.postgres import PostgresStore
from continuity.store.records import Identity
from tests.conformance._store.given import NOW
from tests.conformance._store.identities import new_identity
from tests.continuity.store.drawing import EACH, draw_in_two_processes


@pytest.mark.slow
def test_two_processes_never_draw_the_same_number(migrated_url: str) -> None:
    drawn = draw_in_two_processes(migrated_url)

    assert sorted(drawn) == list(range(1, 2 * EACH + 1))
    assert set(drawn.values()) == {1}


async def test_two_stores_that_record_at_once_agree(migrated_url: str) -> None:
    """One key gets one number, and one number goes to one key, whichever store is first."""
    stores = [PostgresStore(migrated_url, node=f"node-{number}") for number in (1, 2)]
    for store in stores:
        await store.open()

    async def add(store: PostgresStore, number: int, key: int) -> Identity | NumberTaken:
        new = replace(new_identity(f"0344H{number}"), key=b"%d" % key)
        try:
            return await store.add_identity(new, now=NOW)
        except NumberTaken as error:
            return error

    one_key = await asyncio.gather(
        *(add(store, number, 0) for number in range(20) for store in stores)
    )
    taken = [one for one in one_key if isinstance(one, NumberTaken)]
    assert taken == []
    assert len({one.case_number for one in one_key if isinstance(one, Identity)}) == 1

    one_number = await asyncio.gather(
        *(
            add(store, 99, 2 * key + place)
            for key in range(1, 20)
            for place, store in enumerate(stores)
        )
    )
    given = [one for one in one_number if isinstance(one, Identity)]
    assert len(given) == 1
    for store in stores:
        await store.close()
