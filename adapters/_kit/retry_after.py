"""The Retry-After header (RFC 9110, section 10.2.3): seconds or an HTTP date."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

_SECONDS: Final = re.compile(r"\d{1,9}", re.ASCII)
_LONGEST: Final = timedelta(days=366)


def read_retry_after(value: str | None, now: datetime) -> timedelta | None:
    """How long the partner asks us to wait, at most a year; None when it said nothing usable.

    A date in the past says nothing usable either: with clocks that differ it would mean "at once".
    What is absurd but well-formed is returned; the worker caps it.
    """
    if value is None:
        return None
    text = value.strip()
    if _SECONDS.fullmatch(text):
        return min(timedelta(seconds=int(text)), _LONGEST)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError, IndexError, TypeError):  # what the stdlib raises on garbage
        return None
    if moment.tzinfo is None:  # "-0000": UTC without a statement about the sender's zone
        moment = moment.replace(tzinfo=UTC)
    try:
        wait = moment - now
    except OverflowError:
        return None
    return min(wait, _LONGEST) if wait > timedelta(0) else None
