"""Keyed hashes of persons, for the protocol log; and removing from it what is old enough."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from adapters.contract import Clock
from continuity.keyring import protocol_key
from continuity.store.contract import Store
from schakel.errand import Errand

DEFAULT_KEEP: Final = timedelta(days=7305)
"""Twenty years, as a municipality that gives out data of the BRP has to keep."""
EVERY: Final = timedelta(hours=1)
ENTRIES_AT_A_TIME: Final = 500
_TRIAL: Final = b"schakel: a trial without keys and without real persons"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolSettings:
    """How long the log is kept, and the keys of its hashes, the newest last."""

    keys: tuple[bytes, ...] = field(repr=False)
    keep: timedelta = DEFAULT_KEEP

    @staticmethod
    def trial() -> ProtocolSettings:
        """Where the configuration says that nothing is encrypted: without real persons."""
        return ProtocolSettings(keys=(protocol_key(_TRIAL),))


class PersonHasher:
    """HMAC-SHA256 over municipality and burgerservicenummer.

    Nine digits are soon tried out: without the keys nobody can tell whom a hash is about, and with
    them somebody is found whose number is known.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        """`keys` in the order in which they were made; at least one."""
        if not keys:
            raise ValueError("A hash of a person needs a key.")
        self._keys = tuple(keys)

    def of(self, bsns: Iterable[str], tenant: str) -> frozenset[bytes]:
        """Return a hash for each, under the newest key."""
        return frozenset(_hash(self._keys[-1], bsn, tenant) for bsn in bsns)

    def all_of(self, bsn: str, tenant: str) -> frozenset[bytes]:
        """Return the hashes of one person under every key: older entries are found too."""
        return frozenset(_hash(key, bsn, tenant) for key in self._keys)


class ProtocolPurge(Errand):
    """Every hour a bit; several processes may do it at once."""

    def __init__(self, *, store: Store, keep: timedelta, clock: Clock) -> None:
        super().__init__("protocol")
        self._store = store
        self._keep = keep
        self._clock = clock
        self._next: datetime | None = None
        self._removed = 0

    async def step(self) -> bool:
        now = self._clock.now()
        if self._next is not None and now < self._next <= now + EVERY:
            return False
        before = now - self._keep
        removed = await self._store.purge_protocol(before=before, limit=ENTRIES_AT_A_TIME)
        self._removed += removed
        if removed == ENTRIES_AT_A_TIME:
            return True
        if self._removed:
            self._log.info("protocol_purged", entries=self._removed, keep_days=self._keep.days)
        self._removed = 0
        self._next = now + EVERY
        return False


def _hash(key: bytes, bsn: str, tenant: str) -> bytes:
    return hmac.new(key, f"{tenant}:{bsn}".encode(), hashlib.sha256).digest()
