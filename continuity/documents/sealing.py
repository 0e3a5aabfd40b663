"""The content of a document as the blob store has it: blocks, each encrypted and authenticated.

Every upload has a key of its own, so the number of a block can be its nonce. A block opens only at
its own place of its own upload. Pure: no I/O.
"""

from __future__ import annotations

import math
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

BLOCK: Final = 1 << 20
"""Bytes of content in every block but the last."""
_TAG: Final = 16
SEALED_BLOCK: Final = BLOCK + _TAG
_NONCE: Final = 12


class DamagedBlock(Exception):
    """A block is not what was written there: changed, cut off, of another place or upload."""


class Seal:
    """Opens and closes the blocks of one upload."""

    def __init__(self, key: bytes, location: str) -> None:
        self._cipher = AESGCM(key)
        self._location = location.encode()

    def close(self, number: int, block: bytes | memoryview) -> bytes:
        return self._cipher.encrypt(number.to_bytes(_NONCE), block, self._location)

    def open(self, number: int, sealed: bytes | memoryview) -> bytes:
        """Raises `DamagedBlock`."""
        try:
            return self._cipher.decrypt(number.to_bytes(_NONCE), sealed, self._location)
        except InvalidTag as error:
            raise DamagedBlock from error


def new_key() -> bytes:
    return AESGCM.generate_key(256)


def blocks_of(size: int) -> int:
    """Number of blocks of a content of `size` bytes."""
    return math.ceil(size / BLOCK)


def sealed_size(size: int) -> int:
    """Bytes that a content of `size` bytes takes in the blob store."""
    return size + _TAG * blocks_of(size)
