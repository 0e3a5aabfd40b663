"""How the BAG may behave towards a key: which one it knows, and how often it may ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    api_key: str = "schakel-demo"
    key_refusal: Literal[401, 403] = 401
    """What an unknown key gets: both stand in the official description."""
    per_second: int = 50
    per_day: int = 50_000
    """Until midnight in Amsterdam, on the settable clock."""
    day_header: Literal["Kadaster-RateLimit-DayLimit", "RateLimit-DayLimit", ""] = (
        "Kadaster-RateLimit-DayLimit"
    )
    """Both names occur; empty: the day's limit stands in no header."""
    unavailable: bool = False
    """Every question is a 503 sourceUnavailable."""
