"""API keys: 256 random bits, shown once, kept as a SHA-256 digest only.

A plain digest is enough here: nobody can guess 256 random bits, so a slow password hash would add
cost to every request and no safety.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from adapters.contract import Clock
from continuity.store.contract import Keys, WrongState
from continuity.store.records import ApiKey

PREFIX: Final = "schakel_"
"""Starts every key, so that scanners of source code and logs can find a leaked one."""

LIFE_IN_MEMORY: Final = timedelta(seconds=5)
"""How long a found key is believed without asking the store.

A key revoked through this process stops at once; one revoked by another process within this time.
"""

_KEY: Final = re.compile(r"schakel_[A-Za-z0-9_-]{43}", re.ASCII)
_SECRET_BYTES: Final = 32
_FIRST_ID: Final = "k" + "0" * 10
_ID_BYTES: Final = 5
_ACTOR: Final = re.compile(r".* \((?P<id>k[0-9a-f]{10})\)", re.ASCII | re.DOTALL)


class Scope(StrEnum):
    PUBLISH = "publish"  # send messages, and see what became of them
    INBOX = "inbox"  # fetch what is for the core
    ASK = "ask"  # put questions to external systems
    OPERATE = "operate"  # see and mend deliveries, hold destinations, read metrics
    PROTOCOL = "protocol"  # see who asked what about whom
    ADMIN = "admin"  # manage keys


SCOPES: Final = frozenset(Scope)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who sent the request."""

    key_id: str
    name: str
    scopes: frozenset[str]
    tenant: str | None
    """The only tenant whose rows exist for this caller; None: all of them."""

    @property
    def actor(self) -> str:
        """How the audit trail names the caller: the key's name, and its id that never changes."""
        return f"{self.name} ({self.key_id})"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A key just made. `secret` exists here and nowhere else: it is shown once."""

    key: ApiKey
    secret: str

    def __repr__(self) -> str:
        return f"NewKey({self.key.id})"


class KeyRing:
    """Finds the caller behind a key, remembering good answers for `LIFE_IN_MEMORY`.

    Keys that are not found are not remembered: memory is bounded by the number of real keys.
    """

    def __init__(self, store: Keys, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._found: dict[bytes, tuple[Caller, datetime]] = {}

    async def caller(self, secret: str) -> Caller | None:
        """Returns None for a text that is no key, an unknown key and a revoked one alike."""
        if not _KEY.fullmatch(secret):
            return None
        digest = _digest(secret)
        now = self._clock.now()
        if (known := self._found.get(digest)) and known[1] > now:
            return known[0]
        key = await self._store.find_key(digest)
        if key is None or key.revoked_at is not None:
            self._found.pop(digest, None)
            return None
        caller = Caller(key_id=key.id, name=key.name, scopes=key.scopes, tenant=key.tenant)
        self._found[digest] = (caller, now + LIFE_IN_MEMORY)
        return caller

    def forget(self) -> None:
        """After a key was revoked here: ask the store again for all of them."""
        self._found.clear()


async def create_key(
    store: Keys,
    clock: Clock,
    *,
    name: str,
    scopes: frozenset[str],
    tenant: str | None,
    by: str,
    key_id: str | None = None,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> NewKey:
    """Stores a new key and returns it with its secret. `by` is who made it, for the audit trail.

    Raises `WrongState` when `key_id` is in use; without one the key gets an id of its own.
    """
    secret = PREFIX + _base64url(random_bytes(_SECRET_BYTES))
    key = ApiKey(
        id=key_id or f"k{random_bytes(_ID_BYTES).hex()}",
        name=name,
        secret_hash=_digest(secret),
        scopes=scopes,
        tenant=tenant,
        created_at=clock.now(),
        revoked_at=None,
    )
    await store.add_key(key, by=by)
    return NewKey(key=key, secret=secret)


async def ensure_first_key(store: Keys, clock: Clock) -> str | None:
    """Makes a key with all scopes when the hub has no key yet; returns its secret, to show once.

    None when a key exists, also when all of them were revoked: a restart must not open the door
    that somebody closed. Of several processes that start at once, one makes it: its id is fixed.
    """
    if await store.list_keys():
        return None
    with suppress(WrongState):
        made = await create_key(
            store,
            clock,
            name="first",
            scopes=SCOPES,
            tenant=None,
            by="schakel serve",
            key_id=_FIRST_ID,
        )
        return made.secret
    return None


def key_id_of(actor: str) -> str | None:
    """The key's id in a name that `Caller.actor` made; None for any other name."""
    match = _ACTOR.fullmatch(actor)
    return match["id"] if match else None


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("ascii")).digest()


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
