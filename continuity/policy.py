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
    slowest_upload: int = 1 << 20
    """Bytes per second at least for a document beside the message: see `attempt_limit`."""
    send_window: SendWindow | None = None
    """Outside it nothing is sent; None: always open."""
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    breaker: BreakerPolicy = field(default_factory=BreakerPolicy)


def attempt_limit(policy: DestinationPolicy, document_size: int) -> timedelta:
    """Longest time for one attempt at a message with a document of that many bytes beside it.

    It may take longer than a lease lives: a lease is renewed while attempts run, and whoever cannot
    renew it ends them. What a new owner may then still find under way is the upload of parts, which
    may be repeated (docs/adr/0013-claim-check.md).
    """
    return policy.timeout + timedelta(seconds=document_size / policy.slowest_upload)
