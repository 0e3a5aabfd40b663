"""Consequences that are the BAG's own; what a status or a code means stands in the kit's table."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from adapters._kit.problem import read_problem
from adapters._kit.sending import Answer
from adapters.contract import ConfigurationError, DeliveryError, TransientError

REGISTER: Final = "bag"
NOT_FOUND: Final = "bag:notFound"
"""The address asked for is not there: an empty answer, no refusal."""

_AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")
_DAY_LEFT: Final = ("kadaster-ratelimit-daylimit-remaining", "ratelimit-daylimit-remaining")
_TOO_MANY_REQUESTS: Final = 429
_FORBIDDEN: Final = 403
_KEY_CODES: Final = frozenset({"", "authentication", "autorisation"})


class DayQuotaError(TransientError):
    """The key has had its calls of this day; `until` is the coming midnight in Amsterdam."""

    def __init__(self, now: datetime, until: datetime) -> None:
        super().__init__(
            "The BAG key has used up its calls of today; it may ask again after midnight.",
            retry_after=until - now,
        )
        self.until = until


def own_consequence(answer: Answer, now: datetime) -> DeliveryError | None:
    """Return what an answer means in the BAG alone; None: what it means everywhere."""
    return _key_refused(answer) or day_quota(answer, now)


def _key_refused(answer: Answer) -> ConfigurationError | None:
    """The BAG is public: it has no question that one key may ask and another may not."""
    if answer.status != _FORBIDDEN or read_problem(answer.body).code not in _KEY_CODES:
        return None
    detail = f"{answer.host} does not accept our key (403): renew it, or set the right one."
    return ConfigurationError("api_key", detail)


def day_quota(answer: Answer, now: datetime) -> DeliveryError | None:
    """Return the consequence of a 429 that says that nothing is left of the day; else None."""
    left = next((answer.headers[name] for name in _DAY_LEFT if name in answer.headers), None)
    if answer.status != _TOO_MANY_REQUESTS or left != "0":
        return None
    local = now.astimezone(_AMSTERDAM)
    midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return DayQuotaError(now, midnight.astimezone(now.tzinfo))
