"""Lengths of time and sizes as people write them: `30s`, `10MiB`."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Final

from pydantic import BeforeValidator, PlainSerializer

from continuity.window import SendWindow

_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)\s?(ms|s|m|h|d)", re.ASCII)
_SECONDS: Final = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_LONGEST: Final = timedelta(days=36525)

_SIZE: Final = re.compile(r"(\d+)\s?(B|KiB|MiB|GiB)", re.ASCII)
_BYTES: Final = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}


def parse_duration(value: object) -> timedelta:
    """From `500ms`, `30s`, `5m`, `2h` or `1d`; `ValueError` says how to write it."""
    if isinstance(value, timedelta):
        return value
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(
            'Write a number with its unit in quotes: "500ms", "30s", "5m", "2h", "1d".'
        )
    seconds = float(match[1]) * _SECONDS[match[2]]
    if not 0 < seconds <= _LONGEST.total_seconds():
        raise ValueError(f"A length of time is more than zero and at most {_LONGEST.days} days.")
    return timedelta(seconds=seconds)


def format_duration(value: timedelta) -> str:
    """The shortest form that `parse_duration` reads."""
    seconds = value.total_seconds()
    for unit in ("d", "h", "m", "s"):
        if seconds >= _SECONDS[unit] and seconds % _SECONDS[unit] == 0:
            return f"{seconds / _SECONDS[unit]:.0f}{unit}"
    return f"{seconds * 1000:.0f}ms"


def parse_size(value: object) -> int:
    """Bytes, from `512KiB`, `10MiB` and the like; `ValueError` says how to write it."""
    match = _SIZE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError('Write a whole number with its unit in quotes: "512KiB", "10MiB".')
    return int(match[1]) * _BYTES[match[2]]


def format_size(value: int) -> str:
    """The shortest form that `parse_size` reads."""
    unit = next(u for u in ("GiB", "MiB", "KiB", "B") if value % _BYTES[u] == 0)
    return f"{value // _BYTES[unit]}{unit}"


def parse_window(value: object) -> SendWindow | None:
    if value is None or isinstance(value, SendWindow):
        return value
    return SendWindow.parse(str(value))


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    PlainSerializer(format_duration, return_type=str),
]
Size = Annotated[int, BeforeValidator(parse_size), PlainSerializer(format_size, return_type=str)]
"""A number of bytes."""
