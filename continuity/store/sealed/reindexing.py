"""Another index key, or the first one, for a whole store, while no hub uses it.

Lanes are found by equality: if some of a case's messages lay under one index key and some under
another, a later one could overtake. So this is done at once, for everything, with the hub stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from continuity.keyring import IndexKey, StoreKeys
from continuity.store.contract import Store, StoreUnavailable, WrongState
from continuity.store.records import Column
from continuity.store.sealed.kinds import INDEX_COLUMNS
from continuity.store.sealed.marker import CURSOR, Marker, check_data_keys, with_newest
from continuity.store.sealed.rewriting import rewrite_page, under_index

ROWS_AT_A_TIME: Final = 500
_NODE: Final = "schakel keys reindex"
_MOMENT: Final = timedelta(seconds=1)

Report = Callable[[Column, int], None]
"""Told after each page: the column, and how many values of it were looked at until now."""


async def reindex(
    store: Store, keys: StoreKeys, *, old: Sequence[IndexKey], now: datetime, report: Report
) -> None:
    """Brings everything that is searched for under `keys.index`; can be broken off and run again.

    `store` is the open store within. Raises `WrongState` while a process delivers from it,
    `StoreUnavailable` when it has data keys that are not configured, and `Damaged` when a value
    lies under an index key that is neither the new one nor one of `old`.
    """
    await _refuse_company(store, now)
    before = await store.read_cursor(CURSOR)
    marker = Marker(index="") if before is None else Marker.read(before)
    check_data_keys(marker, keys)
    marker = with_newest(replace(marker, index=""), keys)
    await _mark(store, marker, before)
    for column in INDEX_COLUMNS:
        await _column(store, keys.index, old, column, report)
    await _mark(store, replace(marker, index=keys.index.fingerprint), marker.text())


async def _column(
    store: Store, new: IndexKey, old: Sequence[IndexKey], column: Column, report: Report
) -> None:
    rewrite = under_index(new, old, column)
    done = 0
    after: str | None = None
    while True:
        after, looked_at = await rewrite_page(
            store, column, after=after, limit=ROWS_AT_A_TIME, rewrite=rewrite
        )
        done += looked_at
        report(column, done)
        if after is None:
            return


async def _refuse_company(store: Store, now: datetime) -> None:
    living = await store.announce(_NODE, (), now=now, ttl=_MOMENT)
    await store.withdraw(_NODE)
    others = sorted(set(living) - {_NODE})
    if others:
        raise WrongState(
            f"A hub works with this store ({', '.join(others)}): stop all its processes first. One "
            "that was killed counts as living for some seconds."
        )


async def _mark(store: Store, marker: Marker, before: str | None) -> None:
    text = marker.text()
    if text != before and not await store.save_cursor(CURSOR, text, before=before):
        raise StoreUnavailable("Somebody else changes the keys of this store: try again.")
