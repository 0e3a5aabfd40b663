"""Connections to one database file."""

from __future__ import annotations

import os
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Final

from continuity.store.contract import StoreUnavailable
from continuity.store.sqlite.errors import unavailable

_OWNER_ONLY: Final = 0o600
_WRITER_CACHE_KIB: Final = 10 * 1024
_READER_CACHE_KIB: Final = 4 * 1024
_CHECKPOINT_PAGES: Final = 4000
"""16 MiB of log before it is copied into the database: fewer, longer checkpoints."""
_LOG_LIMIT: Final = 64 * 1024 * 1024
"""Bytes to which the log file is cut back after a burst."""


def create_file(path: Path) -> bool:
    """Makes an empty file that only its owner can read; False when it was there."""
    if not path.parent.is_dir():
        raise StoreUnavailable(
            f"The folder {path.parent} does not exist: create it, or change the store's path."
        )
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, _OWNER_ONLY))
    except FileExistsError:
        return False
    except OSError as error:
        raise StoreUnavailable(
            f"The file {path} cannot be created ({error.strerror}): give the hub's user write "
            "access to its folder, or change the store's path."
        ) from error
    return True


def connect_writer(path: Path, *, patience: timedelta) -> sqlite3.Connection:
    """The one connection that writes. It waits `patience` for another process's lock."""
    connection = _connect(path, "rw", patience)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")  # removed content is overwritten
        connection.execute(f"PRAGMA cache_size = -{_WRITER_CACHE_KIB}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        connection.execute(f"PRAGMA journal_size_limit = {_LOG_LIMIT}")
    except sqlite3.Error as error:
        connection.close()
        raise unavailable(error, path) from error
    return connection


def connect_reader(path: Path, *, patience: timedelta) -> sqlite3.Connection:
    """Reads only; a writer never makes it wait."""
    connection = _connect(path, "ro", patience)
    connection.execute("PRAGMA query_only = ON")
    connection.execute(f"PRAGMA cache_size = -{_READER_CACHE_KIB}")
    return connection


def _connect(path: Path, mode: str, patience: timedelta) -> sqlite3.Connection:
    try:
        return sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,  # transactions begin where we say so
            check_same_thread=False,  # one thread at a time, not always the same
            timeout=patience.total_seconds(),
            cached_statements=256,
        )
    except sqlite3.Error as error:
        raise unavailable(error, path) from error
