"""Bringing stored values under another key, page by page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TypeVar

from continuity.keyring import Damaged, DataKeyRing, IndexKey, Unreadable, is_sealed, key_of
from continuity.store.contract import Upkeep
from continuity.store.records import Column, NewValue, StoredValue
from continuity.store.rules import PAGE_BYTES
from continuity.store.sealed.kinds import DATA_COLUMNS, INDEX_COLUMNS

Plain = TypeVar("Plain", bytes, str)
Rewrite = Callable[[bytes | str], bytes | str]


async def rewrite_page(
    store: Upkeep, column: Column, *, after: str | None, limit: int, rewrite: Rewrite
) -> tuple[str | None, int]:
    """Rewrites the next values; returns where it came to, and how many it looked at.

    None: that was the end. What is added later, or changed meanwhile, is left alone: it is written
    under the newest key anyway, and messages that keep coming in would make this endless.
    """
    page = await store.read_values(column, after=after, limit=limit)
    changes = [change for one in page if (change := _change(one, rewrite)) is not None]
    if changes:
        await store.replace_values(column, changes)
    full = len(page) == limit or sum(_size(one.value) for one in page) >= PAGE_BYTES
    return (page[-1].place if full else None), len(page)


def _size(value: bytes | str) -> int:
    return len(value.encode() if isinstance(value, str) else value)


def _change(one: StoredValue, rewrite: Rewrite) -> NewValue | None:
    after = rewrite(one.value)
    return None if after == one.value else NewValue(place=one.place, before=one.value, after=after)


def under_newest(ring: DataKeyRing, column: Column) -> Rewrite:
    """Raises `Unreadable` never: what cannot be read stays as it is, to be mended or restored."""
    kind = DATA_COLUMNS[column]

    def rewrite(stored: bytes | str) -> bytes | str:
        if is_sealed(stored) and key_of(stored) == ring.newest:
            return stored
        try:
            if isinstance(stored, str):
                return ring.seal_text(ring.unseal_text(stored, kind), kind)
            return ring.seal(ring.unseal(stored, kind), kind)
        except Unreadable:
            return stored

    return rewrite


def under_index(new: IndexKey, old: Sequence[IndexKey], column: Column) -> Rewrite:
    """Raises `Damaged` when none of the keys fits. The token of a purged case stays as it is."""
    kind = INDEX_COLUMNS[column]
    keys = (new, *old)

    def rewrite(stored: bytes | str) -> bytes | str:
        if isinstance(stored, str):
            plain = _first_fit([partial(key.unseal_text, stored, kind) for key in keys])
            return new.seal_text(plain, kind) or stored
        return new.seal(_first_fit([partial(key.unseal, stored, kind) for key in keys]), kind)

    return rewrite


def _first_fit(ways: Sequence[Callable[[], Plain]]) -> Plain:
    """The first that does not say that the value is damaged; else what the last one says."""
    for way in ways[:-1]:
        with suppress(Damaged):
            return way()
    return ways[-1]()
