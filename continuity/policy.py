"""How one destination wants to be treated: the bulkhead around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from continuity.breaker import BreakerPolicy
from continuity.retry import RetryPolicy
from continuity.window import SendWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationPolicy:
    concurrency: int = 4
    """Attempts under way at the same time. 2 to 4 is enough for a real zaaksysteem."""
    rate_per_second: float | None = None
    """Attempts started per second, at most; None: no limit."""
    timeout: timedelta = timedelta(seconds=30)
    """Longest time for one attempt; after it the outcome is uncertain."""
    send_window: SendWindow | None = None
    """Outside it nothing is sent; None: always open."""
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    breaker: BreakerPolicy = field(default_factory=BreakerPolicy)
