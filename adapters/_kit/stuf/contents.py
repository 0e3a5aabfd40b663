"""Documents inside a message: cut out before it is parsed, decoded in pieces afterwards.

libxml2 refuses a text of more than ten million characters, and a tree with documents in it costs
a multiple of their size. So the content of `inhoud` never gets to the parser: a mark stands there.
`contentstream` does the same while an answer is still coming in.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from adapters._kit.stuf.base64stream import UNIT

MARK: Final = "schakel-inhoud-"
LONG: Final = 64 * 1024
"""Characters of base64; shorter content stays where it is."""
TAG: Final = rb"<(?:[A-Za-z_][\w.-]{0,99}:)?inhoud(?:[ \t\r\n][^<>]{0,4000})?>"
LONGEST_TAG: Final = 4200

_PIECE: Final = 256 * 1024
_RAW_PIECE: Final = _PIECE // UNIT * UNIT
_QUANTUM: Final = 4
_REFERENCE: Final = re.compile(rb"&#(?:9|1[03]|32|x0*(?:9|[aAdD]|20));")
_LONGEST_REFERENCE: Final = 12
_WHITE: Final = b" \t\r\n"
_CONTENT: Final = re.compile(
    rb"(?P<open>" + TAG + rb")(?P<base64>[A-Za-z0-9+/=&#; \t\r\n]{%d,}+)(?=</)" % LONG
)


class Damaged(ValueError):
    """The content is no base64."""


class _Bare:
    """Takes white space out of text that comes in pieces, also where it is written as `&#13;`."""

    def __init__(self) -> None:
        self.unread = b""

    def feed(self, piece: bytes | memoryview) -> bytes:
        text = (self.unread + bytes(piece)).translate(None, _WHITE)
        self.unread = b""
        if b"&" not in text:
            return text
        begun = text.rfind(b"&", max(0, len(text) - _LONGEST_REFERENCE))
        cut = len(text) if begun < 0 or b";" in text[begun:] else begun
        self.unread = text[cut:]
        return _REFERENCE.sub(b"", text[:cut])


class Decoder:
    """Base64 that comes in pieces of any length, with white space anywhere; raises `Damaged`."""

    def __init__(self) -> None:
        self._bare = _Bare()
        self._rest = b""
        self._ended = False

    def feed(self, piece: bytes | memoryview) -> bytes:
        """The bytes that are complete with this piece; may be none."""
        text = self._rest + self._bare.feed(piece)
        whole = len(text) // _QUANTUM * _QUANTUM
        text, self._rest = text[:whole], text[whole:]
        if not text:
            return b""
        if self._ended:
            raise Damaged
        self._ended = text.endswith(b"=")
        try:
            return binascii.a2b_base64(text, strict_mode=True)
        except binascii.Error:
            raise Damaged from None

    def close(self) -> None:
        """Raises `Damaged` when something is missing at the end."""
        if self._rest or self._bare.unread:
            raise Damaged


@dataclass(frozen=True, slots=True)
class Inhoud:
    """One content as it was sent: in base64, or as bytes in a part of its own (MTOM)."""

    data: memoryview = field(repr=False)
    raw: bool = False

    def decoded(self) -> Iterator[bytes]:
        """The bytes, in pieces; raises `Damaged`."""
        if self.raw:
            yield from (bytes(piece) for piece in _sliced(self.data, _RAW_PIECE))
            return
        decoder = Decoder()
        for piece in _sliced(self.data, _PIECE):
            if found := decoder.feed(piece):
                yield found
        decoder.close()

    async def pieces(self) -> AsyncIterator[bytes]:
        """As `decoded`, for who stores it."""
        for piece in self.decoded():
            yield piece

    def check(self) -> None:
        """Raises `Damaged` for what is no base64, before anything of it is stored."""
        for _ in self.decoded():
            pass

    def digest(self) -> bytes:
        """Of its base64 without white space."""
        digest, bare = hashlib.sha256(), _Bare()
        for piece in _sliced(self.data, _RAW_PIECE if self.raw else _PIECE):
            plain = binascii.b2a_base64(piece, newline=False) if self.raw else bare.feed(piece)
            digest.update(plain)
        return digest.digest()


@dataclass(frozen=True, slots=True)
class Cut:
    """A message without the content of its documents."""

    body: bytes
    contents: tuple[Inhoud, ...]


def cut_out(body: bytes) -> Cut:
    """Replace long contents by marks. What has no such content, or is in UTF-16, stays as it is."""
    contents: list[Inhoud] = []
    kept: list[bytes | memoryview] = []
    view, end = memoryview(body), 0
    for found in _CONTENT.finditer(body):
        kept += [view[end : found.end("open")], mark(len(contents))]
        contents.append(Inhoud(view[found.start("base64") : found.end("base64")]))
        end = found.end("base64")
    if not contents:
        return Cut(body, ())
    return Cut(b"".join([*kept, view[end:]]), tuple(contents))


def mark(place: int) -> bytes:
    return f"{MARK}{place}".encode()


def place_of(inhoud: etree._Element) -> int | None:
    """Which of the contents that were cut out stood in the element; None: it has its own text."""
    text = inhoud.text or ""
    if len(text) > LONG or not (text := text.strip()).startswith(MARK):
        return None
    place = text.removeprefix(MARK)
    return int(place) if place.isascii() and place.isdigit() else None


def content_of(inhoud: etree._Element, cut: Cut) -> Inhoud:
    """The content that stands, or stood, in the element."""
    place = place_of(inhoud)
    if place is not None and place < len(cut.contents):
        return cut.contents[place]
    return Inhoud(memoryview((inhoud.text or "").strip().encode("ascii", "replace")))


def digest_of(message: etree._Element, cut: Cut) -> bytes:
    """What has to be the same for a message to be the same: its canonical form and its contents.

    Prefixes, white space in tags and the envelope do not count, nor how the base64 is broken up.
    """
    digest = hashlib.sha256(etree.tostring(message, method="c14n", exclusive=True))
    for content in cut.contents:
        digest.update(content.digest())
    return digest.digest()


def _sliced(data: memoryview, length: int) -> Iterator[memoryview]:
    for start in range(0, len(data), length):
        yield data[start : start + length]
