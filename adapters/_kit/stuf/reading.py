"""Reading any StUF message that real systems send: which one it is, and what its parts say.

Only what keeps us from knowing what a message means is refused, with the code that the caller
should answer. Order, lengths and missing parts are not looked at here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from lxml import etree

from adapters._kit.stuf.charset import charset_of, redeclared
from adapters._kit.stuf.faults import Fout, read_fault
from adapters._kit.stuf.names import PREFIXES, STUF, XSI, Profile, q
from adapters._kit.stuf.naming import Named, NietLeesbaar, name_of
from adapters._kit.stuf.soap import Opened, SoapVersion, open_envelope
from adapters._kit.stuf.stuurgegevens import Stuurgegevens, read
from schemas.xml import XmlLimits, XmlRefused, parse_xml

__all__ = [
    "Bericht",
    "NietLeesbaar",
    "Waarde",
    "child",
    "children",
    "read_bericht",
    "read_datum",
    "text",
    "waarde",
]


@dataclass(frozen=True, slots=True)
class Bericht:
    """One message, taken out of its envelope."""

    berichtcode: str
    """`Lk01`, `Bv03`, ...; empty for a SOAP fault that holds no StUF message (Q9)."""
    operation: str | None
    """Name in names.OPERATIONS of what is asked or answered; None: not to be told from it alone."""
    profile: Profile | None
    """None for messages that are the same in every profile (Bv, Fo, StUF-BG)."""
    element: etree._Element = field(repr=False)
    stuurgegevens: Stuurgegevens = field(repr=False)
    soap_version: SoapVersion | None
    """None: it came without an envelope."""
    action: str | None
    """SOAPAction as it came, unquoted."""
    fault: Fout | None
    """Set for Fo01, Fo02, Fo03 and a bare SOAP fault."""


Staat = Literal["absent", "nil", "value"]

NO_VALUES: Final = frozenset(
    {"nietOndersteund", "nietGeautoriseerd", "geenWaarde", "waardeOnbekend", "vastgesteldOnbekend"}
)


@dataclass(frozen=True, slots=True)
class Waarde:
    """What an element says: nothing (absent), that there is no value (nil), or a value."""

    staat: Staat
    text: str | None = field(default=None, repr=False)
    no_value: str | None = None
    """Why there is none: one of NO_VALUES; `geenWaarde` where only an empty element says so."""

    def __bool__(self) -> bool:
        return self.staat == "value"


_ACTION: Final = re.compile(r""";\s*action\s*=\s*["']?([^"';]+)""", re.IGNORECASE)

ABSENT: Final = Waarde("absent")


def read_bericht(
    data: bytes,
    action: str | None = None,
    limits: XmlLimits | None = None,
    *,
    content_type: str = "",
) -> Bericht:
    """Return the message in `data`; `action` is the SOAPAction, with or without quotes.

    `content_type` is the HTTP header: its charset counts where the document declares none (Q7),
    and its action parameter (SOAP 1.2) where `action` is empty.

    Raises NietLeesbaar, and nothing else.
    """
    try:
        root = parse_xml(redeclared(data, charset_of(content_type)), limits)
    except XmlRefused as err:
        raise NietLeesbaar("StUF055", f"It is no XML that is taken here ({err.reason}).") from err
    return bericht_of(root, action or action_of(content_type))


def action_of(content_type: str) -> str | None:
    """Return the action parameter of a SOAP 1.2 content type."""
    named = _ACTION.search(content_type)
    return named[1] if named else None


def bericht_of(root: etree._Element, action: str | None = None) -> Bericht:
    """Return the message in a parsed document; raises NietLeesbaar."""
    opened = open_envelope(root)
    unquoted = (action or "").strip().strip('"').strip() or None
    if opened.fault is not None:
        return _faulty(opened.fault, opened, unquoted)
    if not opened.body_children:
        raise NietLeesbaar("StUF022", "The envelope has no message in its Body.")
    element = opened.body_children[0]
    head = _stuurgegevens(element)
    named = name_of(element, head, unquoted)
    return Bericht(
        berichtcode=named.berichtcode,
        operation=named.operation,
        profile=named.profile,
        element=element,
        stuurgegevens=head,
        soap_version=opened.version,
        action=unquoted,
        fault=read_fault(element) if named.berichtcode.startswith("Fo") else None,
    )


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """Return the first child with this local name, in whatever namespace (Q18, redeclared ones)."""
    return next(iter(_named(element, name)), None)


def children(element: etree._Element | None, name: str) -> Sequence[etree._Element]:
    """Return every child with this local name, in document order; none for None."""
    return tuple(_named(element, name))


def at(element: etree._Element | None, path: str) -> etree._Element | None:
    """Return the element at `path`, local names with `/` between them; the first of each."""
    for name in path.split("/"):
        element = child(element, name)
    return element


def text(element: etree._Element | None, path: str = "") -> str | None:
    """Return the trimmed text at `path`, of `element` itself without one; None: no value."""
    return waarde(element, path).text


def waarde(element: etree._Element | None, path: str = "") -> Waarde:
    """Return what the element at `path` says, with the difference between absent and nil."""
    found = at(element, path) if path else element
    if found is None:
        return ABSENT
    reason = found.get(q(STUF, "noValue")) or found.get("noValue")
    nil = (found.get(q(XSI, "nil")) or "").strip() in {"true", "1"}
    content = (found.text or "").strip()
    if content and not nil:
        return Waarde("value", content)
    return Waarde("nil", None, reason if reason in NO_VALUES else "geenWaarde")


Onvolledig = Literal["V", "D", "M", "J"]


@dataclass(frozen=True, slots=True)
class Datum:
    """A date of which a part may be unknown. V complete, D no day, M no month, J nothing known."""

    jaar: int | None
    maand: int | None
    dag: int | None

    @property
    def compleet(self) -> date | None:
        if self.jaar is None or self.maand is None or self.dag is None:
            return None
        return date(self.jaar, self.maand, self.dag)


def read_datum(element: etree._Element | None) -> Datum | None:
    """Read YYYYMMDD with indOnvolledigeDatum; zeros too mean unknown. None: no date at all.

    The indicator leads: what it calls unknown is not read, whatever the filler digits are.
    """
    digits = text(element) or ""
    if element is None or not digits.isascii() or not digits[:8].isdigit():
        return None
    digits = digits[:8].ljust(8, "0")
    known = {"D": 6, "M": 4, "J": 0}.get(element.get(q(STUF, "indOnvolledigeDatum"), "V"), 8)
    digits = digits[:known].ljust(8, "0")
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    datum = Datum(year or None, (month or None) if year else None, day or None)
    if datum.maand is None:
        datum = Datum(datum.jaar, None, None)
    try:
        date(year or 2000, month or 1, day or 1)
    except ValueError:
        return Datum(datum.jaar, None, None)
    return None if datum == Datum(None, None, None) and known else datum


def _named(element: etree._Element | None, name: str) -> Iterator[etree._Element]:
    if element is None:
        return
    for part in element:
        if part.tag.rpartition("}")[2] == name:
            yield part


def _stuurgegevens(element: etree._Element) -> Stuurgegevens:
    found = child(element, "stuurgegevens")
    return Stuurgegevens("") if found is None else read(found)


def _faulty(fault: etree._Element, opened: Opened, action: str | None) -> Bericht:
    """A SOAP fault: with a StUF message in its detail, or bare (Q9)."""
    detail = next((p for p in fault if etree.QName(p).localname in {"detail", "Detail"}), None)
    inner = None if detail is None else next(iter(detail), None)
    is_stuf = inner is not None and etree.QName(inner).localname.startswith("Fo0")
    element = inner if inner is not None and is_stuf else fault
    head = _stuurgegevens(element) if is_stuf else Stuurgegevens("")
    named = name_of(element, head, None) if is_stuf else Named("", None, None)
    return Bericht(
        berichtcode=named.berichtcode,
        operation=named.operation,
        profile=named.profile,
        element=element,
        stuurgegevens=head,
        soap_version=opened.version,
        action=action,
        fault=read_fault(element),
    )


def element_in(ns: str, name: str) -> etree._Element:
    """Return a new element with the usual prefixes declared."""
    return etree.Element(q(ns, name), nsmap=dict(PREFIXES))
