"""The one XML parser for every byte from outside.

No document type, so no entities and nothing external; no network; every size bounded. Input is
checked while it streams in: what is refused is refused early, whatever would have followed.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from lxml import etree

_CHUNK: Final = 64 * 1024

_BYTE_ORDER_MARKS: Final = (
    # Longest first: the mark of UTF-32 starts with that of UTF-16.
    (codecs.BOM_UTF32_LE, None),
    (codecs.BOM_UTF32_BE, None),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Declared name -> codec. UTF-16 counts only with its byte order mark (XML 1.0, section 4.3.3).
_CODECS: Final = {
    "utf-8": "utf-8",
    "us-ascii": "ascii",
    "iso-8859-1": "iso-8859-1",
    "iso-8859-15": "iso-8859-15",
    "windows-1252": "cp1252",
}
_NAMES_UNDER_MARK: Final = {
    "utf-8": frozenset({"utf-8"}),
    "utf-16-le": frozenset({"utf-16", "utf-16le"}),
    "utf-16-be": frozenset({"utf-16", "utf-16be"}),
}

_LONGEST_DECLARATION: Final = 512
_DECLARATION_START: Final = re.compile(r"<\?xml[ \t\r\n]")
_DECLARATION: Final = re.compile(
    r"""<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?P<v>["'])(?P<version>[^"'<>]*)(?P=v)"""
    r"""(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?P<e>["'])(?P<encoding>[^"'<>]*)(?P=e))?"""
    r"""(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?P<s>["'])(?:yes|no)(?P=s))?"""
    r"""[ \t\r\n]*\?>""",
    re.ASCII,
)

# White space, comments and processing instructions, taken whole. What follows them is the root
# element, a document type, rubbish, or not here yet.
_MISC: Final = re.compile(r"(?:[ \t\r\n]++|<!--.*?-->|<\?.*?\?>)*+", re.DOTALL)
_UNFINISHED_MISC: Final = re.compile(r"<?\Z|<!(?:-(?:-.*)?)?\Z|<\?", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class XmlLimits:
    """What a document may have at most; each is far above anything that our standards send."""

    max_bytes: int = 10 * 1024 * 1024  # as received, and again as UTF-8
    max_prolog: int = 16 * 1024  # characters before the root element
    max_depth: int = 100  # elements inside each other; libxml2 stops at 256 by itself
    max_elements: int = 100_000
    max_attributes: int = 64  # of one element
    max_attribute_length: int = 64 * 1024  # characters of one value


class XmlRefused(ValueError):
    """The bytes are no XML that the hub takes.

    `reason` is a short code: `not_well_formed`, `encoding`, `document_type`, or the name of the
    limit that was passed. `detail` says where and what, without anything of the content. The
    sender has to change the document.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"The XML is refused ({reason}): {detail}")
        self.reason = reason
        self.detail = detail


def parse_xml(data: bytes | Iterable[bytes], limits: XmlLimits | None = None) -> etree._Element:
    """Return the root element of a document; raises `XmlRefused`, and nothing else, for bad bytes.

    An iterable is read no further than needed to refuse. Comments and processing instructions are
    dropped, so that an element's text is whole: `a<!-- -->b` reads as `ab`. XInclude is not done.
    """
    if isinstance(data, bytes):
        root = _parsed_at_once(data, limits or _USUAL)
        if root is not None:
            return root
        data = (data,)
    reader = XmlReader(limits)
    for piece in data:
        reader.feed(piece)
    return reader.close()


_USUAL: Final = XmlLimits()
_LEAST_OF_AN_ELEMENT: Final = len("<a/>")


def _parsed_at_once(data: bytes, limits: XmlLimits) -> etree._Element | None:
    """Return the root of a document so small that it passes most limits by its size alone.

    None: it has to be read with care, which also finds the words for what is wrong with it.
    """
    size = len(data)
    within = min(_CHUNK, limits.max_bytes, limits.max_attribute_length, limits.max_prolog * 4)
    if size > within or size // _LEAST_OF_AN_ELEMENT > limits.max_elements:
        return None
    try:
        decoder, body = _open_head(data)
        text = decoder.decode(body, True)
        misc = _MISC.match(text)
        start = misc.end() if misc else 0
        if start > limits.max_prolog or text.startswith("<!", start):
            return None
        encoded = text.encode()
        if len(encoded) > limits.max_bytes:
            return None
        root = etree.fromstring(encoded, _PARSER)
    except (XmlRefused, UnicodeDecodeError, etree.XMLSyntaxError):
        return None
    if _deeper_than(limits.max_depth)(root) or root.getroottree().docinfo.internalDTD is not None:
        return None
    most = max([len(one.attrib) for one in root.iter()])
    return root if most <= limits.max_attributes else None


@lru_cache(maxsize=8)
def _deeper_than(depth: int) -> etree.XPath:
    return etree.XPath(f"boolean({'/*' * (depth + 1)})")


_PARSER: Final = etree.XMLParser(
    encoding="utf-8",
    collect_ids=False,
    dtd_validation=False,
    huge_tree=False,
    load_dtd=False,
    no_network=True,
    remove_comments=True,
    remove_pis=True,
    resolve_entities=False,
)


class XmlReader:
    """The parser for a body that arrives in pieces: `feed` each, then `close`."""

    def __init__(self, limits: XmlLimits | None = None) -> None:
        self._limits = limits or XmlLimits()
        self._received = 0
        self._head: bytes | None = b""
        self._decoder: codecs.IncrementalDecoder | None = None
        self._prolog: str | None = ""
        self._tree = _TreeBuilder(self._limits)

    def feed(self, piece: bytes) -> None:
        """Take the next bytes; raises `XmlRefused` as soon as they cannot become a document."""
        view = memoryview(piece)
        for start in range(0, len(view), _CHUNK):
            self._feed_chunk(bytes(view[start : start + _CHUNK]), final=False)

    def close(self) -> etree._Element:
        """Return the root element; raises `XmlRefused` when the document is not complete."""
        self._feed_chunk(b"", final=True)
        self._decoder = None
        return self._tree.close()

    def _feed_chunk(self, chunk: bytes, *, final: bool) -> None:
        self._received += len(chunk)
        _hold("max_bytes", self._received, self._limits.max_bytes)
        if self._head is not None:
            self._head += chunk
            if not final and not _head_is_complete(self._head):
                return
            self._decoder, chunk = _open_head(self._head)
            self._head = None
        if self._decoder is None:
            raise ValueError("An XmlReader reads one document; make another one.")
        try:
            text = self._decoder.decode(chunk, final)
        except UnicodeDecodeError as error:
            detail = f"The bytes are not {error.encoding} as the document says or implies."
            raise XmlRefused("encoding", detail) from None
        self._feed_text(text, final=final)

    def _feed_text(self, text: str, *, final: bool) -> None:
        if self._prolog is not None:
            self._prolog += text
            if not self._prolog_ends(final=final):
                return
            text, self._prolog = self._prolog, None
        self._tree.feed(text)

    def _prolog_ends(self, *, final: bool) -> bool:
        """Say whether the root element has begun; a document type never gets to libxml2."""
        prolog = self._prolog or ""
        match = _MISC.match(prolog)
        end = match.end() if match else 0
        if prolog.startswith("<!DOCTYPE", end):
            detail = "A document type (<!DOCTYPE>) is not accepted; send the document without it."
            raise XmlRefused("document_type", detail)
        if final:
            return True
        if end < len(prolog) and not _UNFINISHED_MISC.match(prolog, end):
            undecided = "<!DOCTYPE".startswith(prolog[end : end + len("<!DOCTYPE")])
            if not undecided:
                _hold("max_prolog", end, self._limits.max_prolog)
                return True
        _hold("max_prolog", len(prolog), self._limits.max_prolog)
        return False


class _TreeBuilder:
    """libxml2, fed with UTF-8, watched after every chunk."""

    def __init__(self, limits: XmlLimits) -> None:
        self._limits = limits
        self._bytes = 0
        self._depth = 0
        self._elements = 0
        self._parser = etree.XMLPullParser(
            events=("start", "end"),
            encoding="utf-8",
            collect_ids=False,
            dtd_validation=False,
            huge_tree=False,
            load_dtd=False,
            no_network=True,
            remove_comments=True,
            remove_pis=True,
            resolve_entities=False,
        )

    def feed(self, text: str) -> None:
        for start in range(0, len(text), _CHUNK):
            encoded = text[start : start + _CHUNK].encode()
            self._bytes += len(encoded)
            _hold("max_bytes", self._bytes, self._limits.max_bytes)
            try:
                self._parser.feed(encoded)
            except etree.XMLSyntaxError as error:
                self._watch()  # a limit passed before the fault is the better reason
                raise _not_well_formed(error) from None
            self._watch()

    def close(self) -> etree._Element:
        try:
            root: etree._Element = self._parser.close()
        except etree.XMLSyntaxError as error:
            raise _not_well_formed(error) from None
        self._watch()
        if root.getroottree().docinfo.internalDTD is not None:
            # The prolog was searched for one; this holds when libxml2 reads a prolog differently.
            raise XmlRefused("document_type", "A document type is not accepted.")
        return root

    def _watch(self) -> None:
        limits = self._limits
        events: Iterator[tuple[str, etree._Element]] = self._parser.read_events()  # type: ignore[assignment]  # the stubs know all kinds of events, this parser has two
        for event, element in events:
            if event == "end":
                self._depth -= 1
                continue
            self._depth += 1
            self._elements += 1
            _hold("max_depth", self._depth, limits.max_depth)
            _hold("max_elements", self._elements, limits.max_elements)
            if values := element.values():
                _hold("max_attributes", len(values), limits.max_attributes)
                longest = max(map(len, values))
                _hold("max_attribute_length", longest, limits.max_attribute_length)


def _hold(limit: str, actual: int, allowed: int) -> None:
    if actual > allowed:
        raise XmlRefused(limit, f"The document passes the limit {limit} of {allowed:,}.")


def _head_is_complete(head: bytes) -> bool:
    """Say whether the byte order mark and the declaration have arrived, if there are any."""
    return len(head) >= _LONGEST_DECLARATION


def _open_head(head: bytes) -> tuple[codecs.IncrementalDecoder, bytes]:
    """Return the decoder for the document, and its first bytes without mark and declaration."""
    marked = next(
        ((mark, codec) for mark, codec in _BYTE_ORDER_MARKS if head.startswith(mark)), None
    )
    if marked and marked[1] is None:
        raise XmlRefused("encoding", "UTF-32 is not accepted; send UTF-8.")
    codec = marked[1] if marked else None
    body = head[len(marked[0]) :] if marked else head
    # ASCII and its extensions agree on the declaration; the rest is decoded properly afterwards.
    width = 2 if codec and codec.startswith("utf-16") else 1
    text = body[: _LONGEST_DECLARATION - 4].decode(codec or "ascii", "replace")
    declared = None
    if _DECLARATION_START.match(text):
        declaration = _DECLARATION.match(text)
        if declaration is None:
            detail = "The XML declaration at the start is not well-formed, or too long."
            raise XmlRefused("not_well_formed", detail)
        if declaration["version"] != "1.0":
            raise XmlRefused("not_well_formed", "Only XML 1.0 is accepted.")
        declared = declaration["encoding"]
        body = body[declaration.end() * width :]
    return codecs.getincrementaldecoder(_codec_for(codec, declared))(), body


def _codec_for(marked: str | None, declared: str | None) -> str:
    name = declared.lower() if declared is not None else None
    if marked is not None:
        if name is not None and name not in _NAMES_UNDER_MARK[marked]:
            detail = "The declared encoding contradicts the byte order mark."
            raise XmlRefused("encoding", detail)
        return marked
    codec = _CODECS.get("utf-8" if name is None else name)
    if codec is None:
        detail = f"The declared encoding is not accepted here; use one of {', '.join(_CODECS)}."
        raise XmlRefused("encoding", detail)
    return codec


def _not_well_formed(error: etree.XMLSyntaxError) -> XmlRefused:
    # libxml2's own sentence may quote the content; the name of its error does not.
    line, column = error.position
    if not line:
        detail = "It holds no element, or refers to an entity that XML itself does not define."
        return XmlRefused("not_well_formed", detail)
    code: int = error.code  # type: ignore[attr-defined]  # missing in lxml-stubs
    kind = etree.ErrorTypes._getName(code)  # noqa: SLF001 - lxml's only table of names
    return XmlRefused("not_well_formed", f"libxml2 reports {kind} at line {line}, column {column}.")
