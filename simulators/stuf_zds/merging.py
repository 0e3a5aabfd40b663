"""Taking over a notification: new parts, and old and new merged into what is there.

The rule for a simple element: absent is no statement, without a value empties it. For a relation
its verwerkingssoort decides: T adds, V and E remove, R replaces, W replaces what is recognised by
its identification, I says nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.stuf_zds.xmlkit import (
    KIND,
    NAME,
    child,
    children,
    cleaned,
    is_empty,
    is_nil,
    local,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from lxml import etree

    from simulators.stuf_zds.state import Parts

_IDENTITIES = (
    *("inp.bsn", "anp.identificatie", "inn.nnpId", "ann.identificatie", "vestigingsNummer"),
    *("identificatie", "code", "omschrijving"),
)
"""What recognises the other side of a relation, the best first."""


def wanted_parts(item: etree._Element, without: Collection[str] = ()) -> Parts:
    """Everything that an object says, cleaned, by local name."""
    parts: Parts = {}
    for part in children(item):
        if local(part) not in without and not is_empty(part):
            parts.setdefault(local(part), []).append(cleaned(part))
    return parts


def merge(
    parts: Parts,
    old: etree._Element | None,
    new: etree._Element,
    without: Collection[str] = (),
) -> Parts:
    """Change `parts` as old and new say; returns what was added or put in place of another."""
    added: Parts = {}
    for name in dict.fromkeys(local(part) for part in children(new)):
        if name in without:
            continue
        items = list(children(new, name))
        if items[0].get(KIND) is None:
            _replace(parts, name, items, added)
        else:
            before = list(children(old, name))
            for number, item in enumerate(items):
                former = before[number] if number < len(before) else None
                _relate(parts, name, item, former, added)
    return added


def _replace(parts: Parts, name: str, items: list[etree._Element], added: Parts) -> None:
    """Take the new values of an element that is no relation: all of them, or none."""
    kept = [cleaned(item) for item in items if not is_empty(item)]
    if name == "extraElementen" and kept:
        kept = [_with_extras(next(iter(parts.get(name, ())), None), kept[0])]
    if kept:
        parts[name] = added[name] = kept
    else:
        parts.pop(name, None)


def _with_extras(there: etree._Element | None, new: etree._Element) -> etree._Element:
    """The extra elements that were there and are not named again, and then the new ones."""
    named = {part.get(NAME) for part in children(new)}
    for number, part in enumerate(list(children(there))):
        if part.get(NAME) not in named:
            new.insert(number, part)
    return new


def _relate(
    parts: Parts,
    name: str,
    item: etree._Element,
    former: etree._Element | None,
    added: Parts,
) -> None:
    kind = item.get(KIND)
    there = parts.setdefault(name, [])
    gone = former if former is not None and not is_nil(former) else item
    place = _place(there, gone)
    if kind in {"V", "E"} and place is not None:
        del there[place]
    elif kind in {"T", "R", "W"} and not is_nil(item):
        fresh = cleaned(item)
        if kind == "T" or place is None:
            there.append(fresh)
            added.setdefault(name, []).append(fresh)
        else:
            there[place] = fresh
            if kind == "R":
                added.setdefault(name, []).append(fresh)
    if not there:
        del parts[name]


def _place(there: list[etree._Element], item: etree._Element) -> int | None:
    """Where the same relation is; a single one that names nobody means the only one there."""
    wanted = identity(item)
    for number, known in enumerate(there):
        if wanted and identity(known) == wanted:
            return number
    return 0 if not wanted and len(there) == 1 else None


def identity(relation: etree._Element) -> str:
    """What the other side of a relation is recognised by; empty when it names nobody."""
    other = child(relation, "gerelateerde")
    if other is None:
        return ""
    for name in _IDENTITIES:
        found = next((part for part in other.iter() if local(part) == name), None)
        if found is not None and text(found):
            return f"{name}:{text(found)}"
    return ""
