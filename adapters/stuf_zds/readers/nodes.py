"""Lenient access to elements: by local name, in any order, empty or nil taken for no value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from lxml import etree

_STUF: Final = "{http://www.egem.nl/StUF/StUF0301}"
_NO_VALUE: Final = f"{_STUF}noValue"
_NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")
_CONTROL: Final = re.compile(r"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]")
_WHITE: Final = re.compile(r"\s+")
_DIGITS: Final = re.compile(r"[0-9]{4,17}", re.ASCII)
_FIRST_YEAR: Final = 1600
"""Older is the zero of some system (00010101), and no date."""
_MOST_NOTES: Final = 50


class Opmerkingen(list[str]):
    """Sentences about what was not taken over: at most fifty of 200 characters, each once."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []
        """Those about a value that is no such value, rather than one that we have no place for."""

    def add(self, path: str, reason: str, *, wrong: bool = False) -> None:
        """`path` is made of element names, `reason` is ours: neither holds a value."""
        sentence = f"{path}: {reason}"[:200]
        if wrong and sentence not in self.wrong:
            self.wrong.append(sentence)
        if sentence not in self and len(self) < _MOST_NOTES:
            self.append(sentence)


def local(element: etree._Element) -> str:
    """The name without its namespace; senders use the wrong one now and then."""
    return str(element.tag).rpartition("}")[2]


@cache
def _anywhere(name: str) -> str:
    """How lxml looks for a name in every namespace, and in none; the names are all our own."""
    return f"{{*}}{name}"


def children(element: etree._Element | None, *names: str) -> Iterator[etree._Element]:
    """The children with one of these names, as sent; with no names: all."""
    if element is None:
        return iter(())
    return element.iterchildren(*map(_anywhere, names)) if names else element.iterchildren("*")


def child(element: etree._Element | None, *names: str) -> etree._Element | None:
    """The first child by preference of the names: the schema's before the others."""
    if element is None:
        return None
    for name in names:
        for each in element.iterchildren(_anywhere(name)):
            return each
    return None


def under(element: etree._Element | None, path: str) -> etree._Element | None:
    """Follow names that are separated by slashes."""
    for name in path.split("/"):
        element = child(element, name)
    return element


def text(element: etree._Element | None, *names: str) -> str | None:
    """The text of the first of these children that has any, on one line; else None."""
    if element is None:
        return None
    for name in names:
        for each in element.iterchildren(_anywhere(name)):
            if found := line_of(each):
                return found
    return None


def line_of(element: etree._Element | None) -> str | None:
    """The element's own text on one line, without control characters; None for no value."""
    found = text_of(element)
    if found is None or (found.isprintable() and "  " not in found):
        return found
    return _WHITE.sub(" ", found).strip() or None


def text_of(element: etree._Element | None) -> str | None:
    """The element's own text with its line ends; None where it is absent, empty or nil."""
    if element is None or is_nil(element):
        return None
    found = element.text
    if not found:
        return None
    return (found if found.isprintable() else _CONTROL.sub("", found)).strip() or None


def is_nil(element: etree._Element) -> bool:
    """Said to have no value, and without one: some send a reason for none beside a value."""
    if not element.attrib:
        return False
    said = element.get(_NO_VALUE) is not None or element.get(_NIL) in ("true", "1")
    return said and not len(element) and not (element.text or "").strip()


def is_emptied(element: etree._Element | None) -> bool:
    """A notification that the value is taken away (geenWaarde, nil); absent says nothing."""
    if element is None:
        return False
    return is_nil(element) and element.get(_STUF + "noValue", "geenWaarde") == "geenWaarde"


def emptied_text(element: etree._Element, name: str) -> bool:
    """The message takes a text away; a plain empty element does so too."""
    found = child(element, name)
    return found is not None and not len(found) and line_of(found) is None


def stuf_attribute(element: etree._Element, name: str) -> str | None:
    """An attribute of StUF, also where its namespace was forgotten."""
    found = element.get(_STUF + name, element.get(name))
    return found.strip() or None if found else None


def cut(found: str | None, most: int, path: str, notes: Opmerkingen) -> str | None:
    """A text for people, held to a length; what was cut off is said."""
    if found is not None and len(found) > most:
        notes.add(path, f"longer than {most} characters; the end was left out.")
        return found[:most].rstrip()
    return found


def fitting(found: str | None, most: int, path: str, notes: Opmerkingen) -> str | None:
    """A number or code: whole, or not at all."""
    if found is not None and len(found) > most:
        notes.add(path, f"longer than {most} characters; left out.")
        return None
    return found


def day(element: etree._Element | None, *names: str, notes: Opmerkingen) -> str | None:
    """A complete date as YYYY-MM-DD; an incomplete one is said to be so."""
    for name in names:
        for each in children(element, name):
            known = known_date(each)
            if known is not None and len(known) == len("2026-11-23"):
                return known
            if line_of(each) is not None:
                if known is not None:
                    notes.add(name, "a date that is known in part only; left out.")
                elif not _is_zero(each):
                    notes.add(name, "no date; left out.", wrong=True)
    return None


_KNOWN: Final = {"V": 10, "D": 7, "M": 4, "J": 0}
"""indOnvolledigeDatum -> characters of YYYY-MM-DD that say something."""


def known_date(element: etree._Element | None) -> str | None:
    """A date as far as it is known: YYYY, YYYY-MM or YYYY-MM-DD."""
    found = _dashless(line_of(element))
    if element is None or found is None or int(found[:4]) < _FIRST_YEAR:
        return None
    complete = stuf_attribute(element, "indOnvolledigeDatum") or "V"
    length = min(_KNOWN.get(complete.upper(), 10), {4: 4, 6: 7}.get(len(found), 10))
    if length == len("2026-11-23"):
        try:
            return date(int(found[:4]), int(found[4:6]), int(found[6:8])).isoformat()
        except ValueError:
            length = 7 if found[4:6] != "00" else 4  # 00 for what is not known, before StUF 3
    if length == len("2026-11") and not "01" <= found[4:6] <= "12":
        return found[:4]
    return {7: f"{found[:4]}-{found[4:6]}", 4: found[:4]}.get(length)


def moment_of(element: etree._Element | None) -> datetime | None:
    """A tijdstip of 8 to 17 digits, of the town hall's clock; aware. None for no value."""
    found = _dashless(line_of(element))
    if found is None or len(found) < len("20261123") or int(found[:4]) < _FIRST_YEAR:
        return None
    digits = found.ljust(17, "0")
    try:
        return datetime(
            int(digits[:4]),
            int(digits[4:6]),
            int(digits[6:8]),
            int(digits[8:10]),
            int(digits[10:12]),
            int(digits[12:14]),
            int(digits[14:17]) * 1000,
            tzinfo=_AMSTERDAM,
        )
    except ValueError:
        return None


def _is_zero(element: etree._Element) -> bool:
    """What some systems write for no date: 00000000, 00010101."""
    found = _dashless(line_of(element))
    return found is not None and (int(found[:4]) < _FIRST_YEAR or int(found[:8]) == 0)


def _dashless(found: str | None) -> str | None:
    """The digits, also of an ISO 8601 date or time, which some systems send."""
    if found is None:
        return None
    bare = re.sub(r"[-:T.]", "", found.split("+")[0].rstrip("Z"))
    return bare[:17] if _DIGITS.fullmatch(bare[:17]) else None


def number(element: etree._Element | None, *names: str) -> int | None:
    found = text(element, *names)
    return int(found) if found is not None and found.isascii() and found.isdigit() else None
