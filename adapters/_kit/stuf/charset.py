"""Writing a document in a target's own charset, without a character that it would choke on.

Some intermediaries take ISO-8859-1 only, some break on what is outside the basic plane (Q7), and
characters that XML 1.0 does not have come from users' keyboards (Q8).
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from lxml import etree

_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_PARAMETER: Final = re.compile(r""";\s*charset\s*=\s*["']?([A-Za-z0-9._-]+)""", re.IGNORECASE)
_DECLARED: Final = re.compile(rb"\s*(?:\xef\xbb\xbf)?<\?xml[^>]*\bencoding\b")

_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u2032": "'", "\u02bc": "'",
        "\u201c": '"', "\u201d": '"', "\u201e": '"',
        "\u2010": "-", "\u2011": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
        "\u2026": "...", "\u2022": "*", "\u20ac": "EUR", "\u2122": "TM",
        "\u0131": "i", "\u0141": "L", "\u0142": "l", "\u0110": "D", "\u0111": "d",
        "\u0152": "OE", "\u0153": "oe", "\u0126": "H", "\u0127": "h", "\u0138": "k",
        "\u0166": "T", "\u0167": "t", "\u014a": "N", "\u014b": "n", "\u1e9e": "SS",
    }
)  # fmt: skip
"""What has no decomposition, and is still to be read."""


def clean(text: str) -> str:
    """Return `text` composed (NFC) and without the characters that XML 1.0 cannot hold."""
    if text.isascii() and text.isprintable():
        return text  # as most texts are; composing costs more than all else here
    return unicodedata.normalize("NFC", _NOT_XML.sub("", text))


def fit(text: str, charset: str) -> str:
    """Return `text` in characters of `charset` only: the nearest letters, `?` for what has none."""
    composed = clean(text)
    try:
        composed.encode(charset)
    except UnicodeEncodeError:
        return "".join(_nearest(character, charset) for character in composed)
    return composed


def encode(root: etree._Element, charset: str = "utf-8", *, transliterate: bool = False) -> bytes:
    """Return the document with its XML declaration.

    With `transliterate`, no character outside `charset` is left: some readers do not understand
    the numeric references that stand for them otherwise. For utf-8 it means: nothing outside the
    basic plane.
    """
    if transliterate:
        for element in root.iter(etree.Element):
            if element.text:
                element.text = _fit(element.text, charset)
            for name, value in element.attrib.items():
                element.set(name, _fit(str(value), charset))
    written: bytes = etree.tostring(root, xml_declaration=True, encoding=charset)  # type: ignore[assignment]  # str for the charset "unicode" only
    return written


def charset_of(content_type: str) -> str | None:
    """Return the charset that a Content-Type header names, None when it names none we know."""
    named = _PARAMETER.search(content_type)
    if named is None:
        return None
    try:
        return codecs.lookup(named[1]).name
    except LookupError:
        return None


def redeclared(data: bytes, charset: str | None) -> bytes:
    """Return `data` as UTF-8 where only its Content-Type says in which `charset` it is (Q7).

    What the document itself declares counts for more; what does not decode is left as it is.
    """
    if charset in {None, "utf-8", "ascii"} or _DECLARED.match(data[:200]):
        return data
    try:
        text = data.decode(str(charset))
    except (UnicodeDecodeError, LookupError):
        return data
    return text.encode()


def _fit(text: str, charset: str) -> str:
    if charset.lower().replace("-", "") == "utf8":
        return "".join(c if ord(c) <= 0xFFFF else "?" for c in clean(text))  # noqa: PLR2004 - the end of the basic plane
    return fit(text, charset)


def _nearest(character: str, charset: str) -> str:
    plain = "".join(
        part
        for part in unicodedata.normalize("NFKD", _WORDS.get(character, character))
        if not unicodedata.combining(part)
    )
    for candidate in (character, plain):
        try:
            candidate.encode(charset)
        except UnicodeEncodeError:
            continue
        return candidate
    return "?"
