"""Consequences that are the BAG's own; what a status or a code means stands in the kit's table."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from adapters._kit.sending import Answer
from adapters.contract import DeliveryError, TransientError

REGISTER: Final = "bag"
NOT_FOUND: Final = "bag:notFound"
"""The address asked for is not there: an empty answer, no refusal."""

_AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")
_DAY_LEFT: Final = ("kadaster-ratelimit-daylimit-remaining", "ratelimit-daylimit-remaining")
_TOO_MANY_REQUESTS: Final = 429


class DayQuotaError(TransientError):
    """The key has had its calls of this day; `until` is the coming midnight in Amsterdam."""

    def __init__(self, now: datetime, until: datetime) -> None:
        super().__init__(
            "The BAG key has used up its calls of today; it may ask again after midnight.",
            retry_after=until - now,
        )
        self.until = until


def day_quota(answer: Answer, now: datetime) -> DeliveryError | None:
    """Return the consequence of a 429 that says that nothing is left of the day; else None."""
    left = next((answer.headers[name] for name in _DAY_LEFT if name in answer.headers), None)
    if answer.status != _TOO_MANY_REQUESTS or left != "0":
        return None
    local = now.astimezone(_AMSTERDAM)
    midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return DayQuotaError(now, midnight.astimezone(now.tzinfo))
