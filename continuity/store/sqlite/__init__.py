"""The store in one SQLite file: durable, without a server."""

from continuity.store.sqlite.migration import migrate
from continuity.store.sqlite.store import SqliteStore

__all__ = ["SqliteStore", "migrate"]
