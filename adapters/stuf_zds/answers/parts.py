"""Leaves of answers, held to what the schema takes."""

from __future__ import annotations

from datetime import date

from adapters.stuf_zds.writing.build import Part, text


def line(name: str, value: str | None, most: int) -> Part:
    return None if not value else text(name, value[:most].strip())


def day(name: str, value: str | None) -> Part:
    return None if value is None else text(name, date.fromisoformat(value))
