"""Building elements: prefixes that never change, nothing for what is absent, noValue for no value.

A name is written `ZKN:identificatie`. What is None is left out: in a notification that says
nothing about it. An empty text says that there is no value (`noValue="geenWaarde"`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Final, Literal

from adapters._kit.stuf.charset import clean
from adapters._kit.stuf.markup import (
    Markup,
    Part,
    element,
    element_with,
    local_name,
    quoted,
    text,
    written,
)
from adapters._kit.stuf.stuurgegevens import tijdstip

__all__ = [
    "Markup",
    "Part",
    "Verwerkingssoort",
    "element",
    "element_with",
    "entity",
    "extra_elementen",
    "group",
    "in_order",
    "nil",
    "positions",
    "sent_moment",
    "status_moment",
    "text",
    "told",
    "written",
]

Verwerkingssoort = Literal["T", "W", "V", "E", "I", "R"]

_MIDNIGHT: Final = "000000000"
_NO_FRACTION: Final = "000"
_SECOND: Final = timedelta(seconds=1)


def group(name: str, *parts: Part) -> Part:
    """Return an element with these parts; None when there are none."""
    present = [part for part in parts if part is not None]
    return element(name, *present) if present else None


def told(name: str, value: str | date | int | None) -> Part:
    """Return an element with this value, of a change: an empty text says that it is empty now."""
    return nil(name) if value == "" else text(name, value)


def nil(name: str, why: str = "geenWaarde", **attributes: str) -> Markup:
    """Return an element that says why it has no value."""
    said = {f"StUF:{key}": value for key, value in attributes.items()}
    return element_with(name, {"StUF:noValue": why, **said, "xsi:nil": "true"})


def entity(
    name: str,
    entiteittype: str,
    verwerkingssoort: Verwerkingssoort | None,
    *parts: Part,
    functie: str | None = None,
) -> Markup:
    """Return an entity or a relation; without verwerkingssoort it is one in a question.

    `functie` says what an entity inside a free message is there for.
    """
    start = f"<{name}{_attributes(entiteittype, verwerkingssoort, functie)}"
    content = "".join(filter(None, parts))
    return Markup(f"{start}>{content}</{name}>" if content else f"{start}/>")


def extra_elementen(values: Mapping[str, str | None]) -> Part:
    """Return `extraElementen` with those that have a value; None when there are none."""
    return group(
        "StUF:extraElementen",
        *(_extra(name, value) for name, value in values.items() if value is not None),
    )


def in_order(parts: Iterable[Part], order: Mapping[str, int]) -> list[Markup]:
    """Return the parts as the schema wants them; those of one name keep their order."""
    present = [part for part in parts if part is not None]
    return sorted(present, key=lambda part: order[local_name(part)])


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


@cache
def _attributes(entiteittype: str, verwerkingssoort: str | None, functie: str | None) -> str:
    """There are some dozens of them, all of our own making."""
    said = {"entiteittype": entiteittype, "verwerkingssoort": verwerkingssoort, "functie": functie}
    return "".join(f' StUF:{name}="{value}"' for name, value in said.items() if value is not None)


def _extra(name: str, value: str) -> Markup:
    named = _named(name)
    if value:
        return Markup(f"<StUF:extraElement{named}>{written(value)}</StUF:extraElement>")
    return Markup(f'<StUF:extraElement StUF:noValue="geenWaarde" xsi:nil="true"{named}/>')


@lru_cache(maxsize=1024)
def _named(name: str) -> str:
    return f' naam="{quoted(clean(name))}"'
