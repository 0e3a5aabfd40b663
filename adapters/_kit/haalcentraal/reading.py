"""Reading what a register answers, leniently: what is odd counts as absent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from schemas.identifiers import passes_elfproef

Json = dict[str, Any]

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_LAST_YEAR: Final = 9999
_LAST_MONTH: Final = 12


def part(one: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return a member that is an object; an empty one where it is anything else."""
    value = one.get(name)
    return value if isinstance(value, Mapping) else {}


def objects(value: Any) -> list[Mapping[str, Any]]:
    """Return the objects in a list; none where it is no list."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def listed(document: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the members of a HAL collection; an empty one has no `_embedded`."""
    return objects(part(document, "_embedded").get(name))


def line(value: Any, most: int) -> str | None:
    """Return a text on one line, cut at `most` characters; None for no text."""
    text = " ".join(value.split()) if isinstance(value, str) else ""
    return text[:most] or None


def whole(value: Any, least: int, most: int) -> int | None:
    """Return a whole number within these bounds; true and false are none."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and least <= value <= most else None


def day(value: Any) -> str | None:
    """Return a day as YYYY-MM-DD; None for anything else."""
    return value if isinstance(value, str) and _DAY.fullmatch(value) else None


def date_of(value: Any) -> str | None:
    """Return a date as far as it is known: YYYY, YYYY-MM or YYYY-MM-DD.

    It comes as a plain day, or as an object with `datum`, or `jaar` and perhaps `maand`.
    """
    if not isinstance(value, Mapping):
        return day(value)
    if isinstance(value.get("datum"), str):
        return day(value["datum"])
    year = whole(value.get("jaar"), 1, _LAST_YEAR)
    month = whole(value.get("maand"), 1, _LAST_MONTH)
    if year is None:
        return None
    return f"{year:04}" if month is None else f"{year:04}-{month:02}"


def nine(value: Any) -> str | None:
    """Return a BSN or RSIN; None for what fails the elfproef."""
    return value if isinstance(value, str) and passes_elfproef(value) else None


def known(values: Mapping[str, Any]) -> Json:
    """Leave out what is not there: None, and what is empty."""
    return {name: value for name, value in values.items() if value not in (None, [], {})}
