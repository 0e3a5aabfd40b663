"""A large document as base64 in the middle of an envelope, without ever having all of it.

The envelope is rendered and stored with MARKER in place of the content; what is sent is the same,
byte for byte, each time that the content is the same.
"""

from __future__ import annotations

import binascii
from collections.abc import AsyncIterator
from typing import Final

from adapters.contract import Content

MARKER: Final = "__SCHAKEL-CONTENT__"
"""Stands for the content in a stored envelope; base64 has no underscore, so it is no content."""

UNIT: Final = 3
"""Bytes that stand in four characters of base64."""


def split(envelope: bytes) -> tuple[bytes, bytes]:
    """Return what stands before and after MARKER; ValueError unless it is there exactly once."""
    parts = envelope.split(MARKER.encode())
    if len(parts) != 2:  # noqa: PLR2004 - before and after
        raise ValueError("the envelope has no single place for its content")
    return parts[0], parts[1]


def encoded_length(size: int) -> int:
    """Return the number of characters that `size` bytes take in base64, padding included."""
    return (size + UNIT - 1) // UNIT * 4


def total_length(envelope: bytes, size: int) -> int:
    """Return the Content-Length of an envelope with a content of `size` bytes in it."""
    head, tail = split(envelope)
    return len(head) + encoded_length(size) + len(tail)


async def pieces(envelope: bytes, content: Content) -> AsyncIterator[bytes]:
    """Give the envelope with the content in it; memory is that of one piece of the content.

    Raises what reading the content raises.
    """
    head, tail = split(envelope)
    yield head
    left = b""
    async for piece in content.read():
        left += piece
        whole = len(left) - len(left) % UNIT
        if whole:
            yield binascii.b2a_base64(left[:whole], newline=False)
            left = left[whole:]
    if left:
        yield binascii.b2a_base64(left, newline=False)
    yield tail
