"""Building elements: prefixes that never change, nothing for what is absent, noValue for no value.

A name is written `ZKN:identificatie`. What is None is left out: in a notification that says
nothing about it. An empty text says that there is no value (`noValue="geenWaarde"`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Final, Literal

from lxml import etree

from adapters._kit.stuf.charset import clean
from adapters._kit.stuf.names import PREFIXES, STUF, XSI, q
from adapters._kit.stuf.stuurgegevens import tijdstip

Part = etree._Element | None  # noqa: SLF001 - lxml's only name for the class
Verwerkingssoort = Literal["T", "W", "V", "E", "I", "R"]

_MIDNIGHT: Final = "000000000"
_NO_FRACTION: Final = "000"
_SECOND: Final = timedelta(seconds=1)


def name_of(name: str) -> str:
    """Return `ZKN:object` as lxml writes it."""
    prefix, _, local = name.partition(":")
    return q(PREFIXES[prefix], local)


def element(name: str, *parts: Part, **attributes: str) -> etree._Element:
    """Return an element with these parts, without those that are None; attributes are StUF's."""
    made = etree.Element(name_of(name), nsmap=dict(PREFIXES))
    for key, value in attributes.items():
        made.set(q(STUF, key), value)
    made.extend(part for part in parts if part is not None)
    return made


def group(name: str, *parts: Part) -> Part:
    """Return an element with these parts; None when there are none."""
    present = [part for part in parts if part is not None]
    return element(name, *present) if present else None


def text(name: str, value: str | date | int | None, **attributes: str) -> Part:
    """Return an element with this value; None for None and for an empty text."""
    if value is None or value == "":
        return None
    made = element(name, **attributes)
    made.text = _written(value)
    return made


def told(name: str, value: str | date | int | None) -> Part:
    """Return an element with this value, of a change: an empty text says that it is empty now."""
    return nil(name) if value == "" else text(name, value)


def nil(name: str, why: str = "geenWaarde", **attributes: str) -> etree._Element:
    """Return an element that says why it has no value."""
    made = element(name, noValue=why, **attributes)
    made.set(q(XSI, "nil"), "true")
    return made


def entity(
    name: str, entiteittype: str, verwerkingssoort: Verwerkingssoort | None, *parts: Part
) -> etree._Element:
    """Return an entity or a relation; without verwerkingssoort it is one in a question."""
    attributes = {"entiteittype": entiteittype}
    if verwerkingssoort is not None:
        attributes["verwerkingssoort"] = verwerkingssoort
    return element(name, *parts, **attributes)


def extra_elementen(values: Mapping[str, str | None]) -> Part:
    """Return `extraElementen` with those that have a value; None when there are none."""
    parts = []
    for name, value in values.items():
        part = told("StUF:extraElement", value)
        if part is not None:
            part.set("naam", clean(name))
            parts.append(part)
    return group("StUF:extraElementen", *parts)


def in_order(parts: Iterable[Part], order: Mapping[str, int]) -> list[etree._Element]:
    """Return the parts as the schema wants them; those of one name keep their order."""
    present = [part for part in parts if part is not None]
    return sorted(present, key=lambda part: order[etree.QName(part).localname])


def positions(names: str) -> Mapping[str, int]:
    """Return the place of each name of a list, for `in_order`."""
    return {name: place for place, name in enumerate(names.split())}


def sent_moment(moment: datetime) -> datetime:
    """Return when a status was set, as we say it: never midnight sharp (Q16).

    Receivers take that for a day without a time, and put the statuses of a day in a wrong order.
    """
    whole = moment - timedelta(microseconds=moment.microsecond % 1000)
    return whole + _SECOND if tijdstip(whole).endswith(_MIDNIGHT) else whole


def status_moment(moment: datetime) -> str:
    """Return when a status was set: 14 digits, or 17 where there are milliseconds."""
    digits = tijdstip(sent_moment(moment))
    return digits.removesuffix(_NO_FRACTION) if digits.endswith(_NO_FRACTION) else digits


def _written(value: str | date | int) -> str:
    if isinstance(value, date):
        return f"{value:%Y%m%d}"
    return clean(value) if isinstance(value, str) else str(value)
