"""Keys for tests."""

from __future__ import annotations

from continuity.keyring import DataKeyRing, IndexKey, Secret, StoreKeys

OLD = Secret(id="2026a", value=bytes(range(32)))
NEW = Secret(id="2026b", value=bytes(range(32, 64)))
INDEX = bytes(range(64, 96))
OTHER_INDEX = bytes(range(96, 128))


def keys(*ring: Secret, index: bytes = INDEX) -> StoreKeys:
    return StoreKeys(data=DataKeyRing(ring), index=IndexKey(index))


KEYS = keys(OLD, NEW)
