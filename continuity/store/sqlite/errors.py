"""SQLite's errors as sentences for the operator, in one table."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from continuity.store.contract import StoreUnavailable

_PRIMARY: Final = 0xFF
"""Extended result codes keep the primary code in their lowest byte."""

_SENTENCES: Final = {
    sqlite3.SQLITE_BUSY: (
        "The database {path} is locked by another process. Stop that process, or wait until it "
        "is done; 'fuser {path}' names it."
    ),
    sqlite3.SQLITE_LOCKED: (
        "The database {path} is locked by another process. Stop that process, or wait until it "
        "is done; 'fuser {path}' names it."
    ),
    sqlite3.SQLITE_FULL: (
        "The disk that holds {path} is full. Free space on it; nothing needs to be restarted."
    ),
    sqlite3.SQLITE_NOTADB: (
        "The file {path} is not an SQLite database. Point the store's path at another file, or "
        "put a backup in its place."
    ),
    sqlite3.SQLITE_CORRUPT: (
        "The database {path} is damaged. Stop the hub, keep the file, and put a backup in its "
        "place."
    ),
    sqlite3.SQLITE_PERM: (
        "There is no permission to use {path}. Give the hub's user read and write access to the "
        "file and its folder."
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "The database {path} cannot be opened. See that it is a file, and give the hub's user "
        "read and write access to it and to its folder."
    ),
    sqlite3.SQLITE_READONLY: (
        "The database {path} is read-only. Give the hub's user write access to the file and its "
        "folder, and see that the disk is not mounted read-only."
    ),
    sqlite3.SQLITE_IOERR: (
        "The disk that holds {path} reports an error. See the system's log, and check the disk."
    ),
}


def unavailable(error: sqlite3.Error, path: Path, *, committing: bool = False) -> Exception:
    """What to raise for `error`; the error itself when it is a bug of ours, not a condition.

    `committing`: it came from the commit. Then only a lock and a full disk say surely that
    nothing was kept.
    """
    code: int | None = getattr(error, "sqlite_errorcode", None)
    primary = None if code is None else code & _PRIMARY
    sentence = _SENTENCES.get(primary) if primary is not None else None
    if sentence is None:
        return error
    certain = not committing or primary in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL}
    return StoreUnavailable(sentence.format(path=path), uncertain=not certain)


def closed(path: Path) -> StoreUnavailable:
    return StoreUnavailable(f"The store {path} is closed: open it before it is used.")
