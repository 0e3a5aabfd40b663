"""Documents inside a message: cut out before it is parsed, decoded in pieces afterwards.

libxml2 refuses a text of more than ten million characters, and a tree with documents in it costs
a multiple of their size. So the base64 of `inhoud` never gets to the parser: a mark stands there.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

_MARK: Final = "schakel-inhoud-"
_LONG: Final = 64 * 1024
"""Shorter content stays where it is."""
_PIECE: Final = 256 * 1024
_QUANTUM: Final = 4
_WHITE: Final = re.compile(rb"[ \t\r\n]+")
_CONTENT: Final = re.compile(
    rb"(?P<open><(?:[A-Za-z_][\w.-]{0,99}:)?inhoud(?:[ \t\r\n][^<>]{0,4000})?>)"
    rb"(?P<base64>[A-Za-z0-9+/= \t\r\n]{%d,}+)(?=</)" % _LONG
)


class Damaged(ValueError):
    """The content is no base64."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A message without the content of its documents."""

    body: bytes
    contents: tuple[memoryview, ...]
    """Base64, as it was sent."""


def cut_out(body: bytes) -> Cut:
    """Replace long contents by marks. What has no such content, or is in UTF-16, stays as it is."""
    contents: list[memoryview] = []
    kept: list[bytes | memoryview] = []
    view, end = memoryview(body), 0
    for found in _CONTENT.finditer(body):
        kept += [view[end : found.end("open")], f"{_MARK}{len(contents)}".encode()]
        contents.append(view[found.start("base64") : found.end("base64")])
        end = found.end("base64")
    if not contents:
        return Cut(body, ())
    return Cut(b"".join([*kept, view[end:]]), tuple(contents))


def base64_of(inhoud: etree._Element, cut: Cut) -> memoryview:
    """The base64 that stands, or stood, in the element."""
    text = (inhoud.text or "").strip()
    if text.startswith(_MARK):
        place = text.removeprefix(_MARK)
        if place.isascii() and place.isdigit() and int(place) < len(cut.contents):
            return cut.contents[int(place)]
    return memoryview(text.encode("ascii", "replace"))


def check(content: memoryview) -> None:
    """Raises `Damaged` for what is no base64, before anything of it is stored."""
    for _ in decoded(content):
        pass


def decoded(content: memoryview) -> Iterator[bytes]:
    """The bytes, in pieces; raises `Damaged`."""
    rest, ended = b"", False
    for start in range(0, len(content), _PIECE):
        text = rest + _WHITE.sub(b"", content[start : start + _PIECE])
        whole = len(text) // _QUANTUM * _QUANTUM
        piece, rest = text[:whole], text[whole:]
        if piece:
            if ended:
                raise Damaged
            ended = piece.endswith(b"=")
            yield _decode(piece)
    if rest:
        raise Damaged


async def pieces(content: memoryview) -> AsyncIterator[bytes]:
    """As `decoded`, for who stores it."""
    for piece in decoded(content):
        yield piece


def _decode(piece: bytes) -> bytes:
    try:
        return binascii.a2b_base64(piece, strict_mode=True)
    except binascii.Error:
        raise Damaged from None


def digest_of(message: etree._Element, cut: Cut) -> bytes:
    """What has to be the same for a message to be the same: its canonical form and its contents.

    Prefixes, white space in tags and the envelope do not count, nor how the base64 is broken up.
    """
    digest = hashlib.sha256(etree.tostring(message, method="c14n", exclusive=True))
    for content in cut.contents:
        digest.update(hashlib.sha256(_WHITE.sub(b"", content)).digest())
    return digest.digest()
