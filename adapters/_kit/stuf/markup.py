"""XML as text: put together from the inside out, and parsed once where a tree is wanted.

libxml2 makes a tree of a text many times faster than Python can put one together call by call. A
name is written `ZKN:identificatie`; the prefixes are those of `names` and never change. What is
None is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final, NewType

from lxml import etree

from adapters._kit.stuf.charset import clean
from adapters._kit.stuf.names import PREFIXES

Markup = NewType("Markup", str)
"""Sound XML, with prefixes that are declared further out."""

Part = Markup | None

_is_plain: Final = re.compile(r"[ !\"#$%'-;=?-~]*").fullmatch
"""What needs neither composing nor escaping: most values."""
_SPECIAL: Final = re.compile(r"[&<>\r]")
_SPECIAL_IN_ATTRIBUTE: Final = re.compile(r'[&<>"\r\n\t]')
_ESCAPES: Final[Mapping[str, str]] = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "\r": "&#13;",
    "\n": "&#10;",
    "\t": "&#9;",
}
_DECLARED: Final = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in PREFIXES.items())
_NAME: Final = re.compile(r"<[^:>]*:([^ />]+)")
_PARSER: Final = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, collect_ids=False
)
"""For what we wrote ourselves: the content of a document may be longer than a stranger's text."""


def element(name: str, *parts: Part) -> Markup:
    """Return an element with these parts."""
    content = "".join(filter(None, parts))
    return Markup(f"<{name}>{content}</{name}>" if content else f"<{name}/>")


def element_with(name: str, attributes: Mapping[str, str], *parts: Part) -> Markup:
    """Return an element with attributes, which are named with their prefix."""
    said = "".join([f' {key}="{quoted(value)}"' for key, value in attributes.items()])
    content = "".join(filter(None, parts))
    return Markup(f"<{name}{said}>{content}</{name}>" if content else f"<{name}{said}/>")


def text(name: str, value: str | date | int | None) -> Part:
    """Return an element with this value; None for None and for an empty text."""
    if value is None or value == "":
        return None
    if isinstance(value, str) and _is_plain(value):
        return f"<{name}>{value}</{name}>"  # type: ignore[return-value]  # a call of Markup costs a fifth more, here
    return Markup(f"<{name}>{written(value)}</{name}>")


def written(value: str | date | int) -> Markup:
    """Return a value as it stands in an element; a date as eight digits."""
    if isinstance(value, str):
        return Markup(_SPECIAL.sub(_escape, clean(value)))
    if type(value) is date:
        return _day(value)
    if isinstance(value, date):
        return Markup(value.isoformat()[:10].replace("-", ""))
    return Markup(str(value))


@lru_cache(maxsize=4096)
def _day(value: date) -> Markup:
    """A town hall writes the same days over and over. No moments: equal ones may differ in day."""
    return Markup(value.isoformat().replace("-", ""))


def local_name(part: Markup) -> str:
    """Return the name of an element, without its prefix."""
    found = _NAME.match(part)
    if found is None:
        raise ValueError("this is no element")
    return found[1]


def document(name: str, *parts: Part) -> etree._Element:
    """Return the tree of an outermost element with these parts."""
    whole = f"<{name}{_DECLARED}>{''.join(filter(None, parts))}</{name}>"
    return etree.fromstring(whole.encode(), _PARSER)


def parsed(part: Markup) -> etree._Element:
    """Return the tree of an element; the prefixes are declared on it."""
    name = _NAME.match(part)
    if name is None:
        raise ValueError("this is no element")
    end = name.end()
    return etree.fromstring(f"{part[:end]}{_DECLARED}{part[end:]}".encode(), _PARSER)


def quoted(value: str) -> str:
    """Return a value as it stands in an attribute."""
    return _SPECIAL_IN_ATTRIBUTE.sub(_escape, value)


def _escape(found: re.Match[str]) -> str:
    return _ESCAPES[found[0]]
