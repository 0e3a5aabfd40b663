"""Where the messages are kept: a file of our own, or a PostgreSQL server."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import SecretStr

_SQLITE: Final = "sqlite:"
_POSTGRES: Final = ("postgresql://", "postgres://")
_HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s:@/,\[\]]+)(:[0-9]{1,5})?")
_HOW: Final = (
    'Write "sqlite:" and the path of the file; or "env:NAME" or "file:PATH" where the address of a '
    "PostgreSQL database is (postgresql://user:password@host/database)."
)


@dataclass(frozen=True, slots=True)
class SqliteFile:
    path: Path

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True, slots=True)
class PostgresDatabase:
    url: SecretStr

    def __str__(self) -> str:
        """Without user and password."""
        parts = urlsplit(self.url.get_secret_value())
        return f"postgresql://{parts.netloc.rpartition('@')[2]}{parts.path}"


StoreAddress = SqliteFile | PostgresDatabase


def read_address(url: str, *, base: Path, environ: Mapping[str, str]) -> StoreAddress:
    """Raises `ValueError` with a sentence. A relative path starts from `base`."""
    if url.startswith(_SQLITE):
        return _file(url, base)
    if url.startswith(_POSTGRES):
        if urlsplit(url).password is not None:
            raise ValueError(
                "A password may not stand in the configuration: put the whole address in an "
                'environment variable or a file, and write "env:NAME" or "file:PATH".'
            )
        return _database(url)
    return _referred(_lookup(url, base, environ), base)


def _lookup(reference: str, base: Path, environ: Mapping[str, str]) -> str:
    kind, _, name = reference.partition(":")
    if kind == "env" and name:
        if not environ.get(name):
            raise ValueError(f"The environment variable {name} is not set.")
        return environ[name]
    if kind == "file" and name:
        try:
            return (base / name).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ValueError(f"{base / name} cannot be read: {error.strerror}.") from error
    raise ValueError(_HOW)


def _referred(url: str, base: Path) -> StoreAddress:
    if url.startswith(_SQLITE):
        return _file(url, base)
    if url.startswith(_POSTGRES):
        return _database(url)
    raise ValueError(f"What it refers to is no address of a store. {_HOW}")


def _file(url: str, base: Path) -> SqliteFile:
    name = url.removeprefix(_SQLITE)
    if not name:
        raise ValueError(_HOW)
    return SqliteFile(base / name)


def _database(url: str) -> PostgresDatabase:
    parts = urlsplit(url)
    hosts = parts.netloc.rpartition("@")[2].split(",")  # several: a database and its standbys
    if not parts.path.strip("/") or not all(_HOST.fullmatch(host) for host in hosts):
        raise ValueError("The address of the database names no host or no database.")
    return PostgresDatabase(SecretStr(url))
