"""What an error of PostgreSQL or of the connection means: a table, and the sentence for it.

No sentence holds the password or the user of the URL: `place` is host, port and database.
"""

from __future__ import annotations

from typing import Final

import asyncpg

from continuity.store.contract import StoreUnavailable

_GONE: Final = (
    "The database at {place} does not answer. See that PostgreSQL runs there and that this machine "
    "reaches it; the hub reconnects by itself."
)
_READ_ONLY: Final = (
    "The database at {place} is read-only: a standby, or a primary that was taken over. Point the "
    "store's URL at the primary; with several hosts in the URL the hub finds it by itself."
)
_NO_ACCESS: Final = (
    "The database at {place} refuses the hub's user. Check user and password in the store's URL, "
    "and pg_hba.conf on the server."
)
_LOCKED: Final = (
    "Another session holds a lock that the hub needs in {place} for too long. See pg_stat_activity "
    "for who it is; a backup or a migration in a long transaction may be the cause."
)
_SLOW: Final = (
    "The database at {place} did not finish a statement in time. See its load and its disk."
)
_DAMAGED: Final = (
    "The database at {place} reports damaged data. Stop the hub, keep the files, and put a backup "
    "in their place."
)

SENTENCES: Final = {
    "08": _GONE,
    "25006": _READ_ONLY,
    "25P03": _GONE,
    "28": _NO_ACCESS,
    "3D000": (
        "There is no database at {place}. Create it (CREATE DATABASE), or change the store's URL."
    ),
    "40": (
        "The database at {place} broke off the same change again and again because of others that "
        "ran at the same time. See pg_stat_activity for long transactions."
    ),
    "42501": (
        "The hub's user lacks a right on {place}. Grant it the rights on its tables, or run "
        "'schakel migrate' as their owner."
    ),
    "42P01": "A table is missing in {place}: make a backup, then run 'schakel migrate'.",
    "42703": "A column is missing in {place}: make a backup, then run 'schakel migrate'.",
    "53100": (
        "The disk of the database at {place} is full. Free space on it; nothing needs to be "
        "restarted."
    ),
    "53200": "The database at {place} has no memory left. See its load and its settings.",
    "53300": (
        "The database at {place} accepts no more connections. Raise max_connections, or run fewer "
        "processes of the hub: each takes up to seven."
    ),
    "55P03": _LOCKED,
    "57014": _SLOW,
    "57": _GONE,
    "58": "The disk of the database at {place} reports an error. See its log, and check the disk.",
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
}
"""By SQLSTATE, or by its first two characters, which name a class."""

_LOST_CODES: Final = ("08", "25006", "25P03", "53300", "57P")
_TRY_AGAIN: Final = ("40001", "40P01")


class Again(Exception):
    """The transaction was broken off by another one and has left nothing: run it again."""


class Lost(Exception):
    """The connection broke off before COMMIT was sent: nothing of the transaction has happened."""


class InDoubt(Exception):
    """The connection broke off after COMMIT was sent, and nobody can say what became of it."""


def is_lost(error: BaseException) -> bool:
    """The connection is of no use any more; a new one may be."""
    if isinstance(error, asyncpg.PostgresError):
        return _code(error).startswith(_LOST_CODES)
    if isinstance(error, asyncpg.InterfaceError):  # or a mistake of ours in using asyncpg
        return "closed" in str(error)
    return isinstance(error, OSError | asyncpg.InternalClientError)


def is_broken_off(error: BaseException) -> bool:
    """Serialization failure or deadlock: nothing has happened, and a new try may go well."""
    return isinstance(error, asyncpg.PostgresError) and _code(error) in _TRY_AGAIN


def unavailable(error: BaseException, place: str) -> BaseException:
    """What to raise for `error`; the error itself when it is a bug of ours, not a condition."""
    sentence = _sentence(error)
    return error if sentence is None else StoreUnavailable(sentence.format(place=place))


def busy(place: str) -> StoreUnavailable:
    return StoreUnavailable(SENTENCES["40"].format(place=place))


def gone(place: str) -> StoreUnavailable:
    return StoreUnavailable(_GONE.format(place=place))


def uncertain(place: str) -> StoreUnavailable:
    return StoreUnavailable(
        f"The connection to the database at {place} broke off while it committed, and it could "
        "not be asked whether it had. The hub finds out by itself when it goes on.",
        uncertain=True,
    )


def closed(place: str) -> StoreUnavailable:
    return StoreUnavailable(f"The store at {place} is closed: open it before it is used.")


def _sentence(error: BaseException) -> str | None:
    if isinstance(error, asyncpg.TargetServerAttributeNotMatched):
        return _READ_ONLY
    if isinstance(error, asyncpg.PostgresError):
        code = _code(error)
        return SENTENCES.get(code) or SENTENCES.get(code[:2])
    if isinstance(error, asyncpg.ClientConfigurationError):
        return "The store's URL for {place} is not right: postgresql://USER:PASSWORD@HOST:PORT/NAME"
    return _GONE if is_lost(error) else None


def _code(error: asyncpg.PostgresError) -> str:
    return error.sqlstate or ""
