"""Which keys a store was written with, kept in the store itself, so that a wrong key shows at once.

Without it a hub with another index key would accept new messages into lanes of their own: later
messages of a case could overtake earlier ones. So such a hub is not started.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Final

from continuity.keyring import StoreKeys
from continuity.store.contract import Store, StoreUnavailable
from continuity.store.records import Column

CURSOR: Final = "sealed"
"""The cursor under which it is kept."""

_NOT_INDEXED: Final = (
    "This store was filled without encryption, or under another index key: stop all hub processes, "
    "make a backup and run 'schakel keys reindex' once."
)
_UNFINISHED: Final = (
    "'schakel keys reindex' was broken off in this store: run it again before a hub is started."
)
_SEALED: Final = (
    "This store is encrypted: configure its keys in [security] (the newest is '{newest}') and "
    'remove encryption = "none".'
)
_MISSING: Final = (
    "Values in this store are encrypted under key '{key}', which is not configured: add that key "
    "to [security] data_keys again. 'schakel keys status' says when a key is not needed any more."
)
_MISTYPED: Final = (
    "Key '{key}' is not the key that this store knows under that name: put the right one back, or "
    "give the new key a name of its own."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    index: str
    """Fingerprint of the index key; empty while a reindex is under way."""
    keys: dict[str, str] = field(default_factory=dict)
    """Fingerprint of each data key under which values may lie, by its id."""

    def text(self) -> str:
        return json.dumps({"index": self.index, "keys": self.keys}, sort_keys=True)

    @staticmethod
    def read(text: str) -> Marker:
        return Marker(**json.loads(text))


async def refuse_sealed(store: Store) -> None:
    """For a hub without keys: raises `StoreUnavailable` when the store is encrypted."""
    text = await store.read_cursor(CURSOR)
    if text is not None:
        newest = next(reversed(Marker.read(text).keys), "?")
        raise StoreUnavailable(_SEALED.format(newest=newest))


async def check_and_mark(store: Store, keys: StoreKeys) -> None:
    """Raises `StoreUnavailable` when the keys do not fit the store; else notes the newest key."""
    while True:
        text = await store.read_cursor(CURSOR)
        if text is None:
            await _check_empty(store)
            marker = Marker(index=keys.index.fingerprint)
        else:
            marker = Marker.read(text)
            check(marker, keys)
        after = with_newest(marker, keys).text()
        if after == text or await store.save_cursor(CURSOR, after, before=text):
            return


def check(marker: Marker, keys: StoreKeys) -> None:
    """Raises `StoreUnavailable`."""
    check_data_keys(marker, keys)
    if not marker.index:
        raise StoreUnavailable(_UNFINISHED)
    if marker.index != keys.index.fingerprint:
        raise StoreUnavailable(_NOT_INDEXED)


def check_data_keys(marker: Marker, keys: StoreKeys) -> None:
    """Raises `StoreUnavailable`."""
    for key_id, known in marker.keys.items():
        configured = keys.data.fingerprints.get(key_id)
        if configured is None:
            raise StoreUnavailable(_MISSING.format(key=key_id))
        if configured != known:
            raise StoreUnavailable(_MISTYPED.format(key=key_id))


def with_newest(marker: Marker, keys: StoreKeys) -> Marker:
    newest = keys.data.newest
    return replace(marker, keys={**marker.keys, newest: keys.data.fingerprints[newest]})


async def _check_empty(store: Store) -> None:
    for column in (Column.SUBJECT, Column.CASE_NUMBER):
        if await store.read_values(column, after=None, limit=1):
            raise StoreUnavailable(_NOT_INDEXED)
