"""The breaker of one destination: a pure state machine, kept in the store.

closed: traffic flows. open: nothing is sent; from `probe_at` on, one probe may be made.
half_open: the probe (`check`) was good; one real message is under way.

The probe interval does not grow: a partner that is healthy again is never kept shut out longer
than one interval (invariant I12), and one that is down sees one cheap call per interval (I10).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class BreakerState(StrEnum):
    CLOSED = "closed"  # traffic flows
    OPEN = "open"  # nothing is sent until a probe succeeds
    HALF_OPEN = "half_open"  # the probe was good; one real message is under way


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerPolicy:
    threshold: int = 5
    """Failures in a row that open the breaker."""
    probe_interval: timedelta = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    state: BreakerState = BreakerState.CLOSED
    failures: int = 0
    """Failures in a row since the last success."""
    opened_at: datetime | None = None
    """When it last left `closed`; None while closed."""
    probe_at: datetime | None = None
    """Not before this time may the next probe be made; None while closed."""
    reason: str = ""
    """Why it is open, for the operator."""


def failed(breaker: Breaker, policy: BreakerPolicy, *, now: datetime, reason: str) -> Breaker:
    """After a transient or uncertain attempt. While half-open, one failure opens it again.

    A late failure while it is open already does not postpone the next probe.
    """
    counted = replace(breaker, failures=breaker.failures + 1)
    if breaker.state is BreakerState.OPEN:
        return counted
    if breaker.state is BreakerState.CLOSED and counted.failures < policy.threshold:
        return counted
    return opened(counted, policy, now=now, reason=reason)


def opened(breaker: Breaker, policy: BreakerPolicy, *, now: datetime, reason: str) -> Breaker:
    """Opens at once, or postpones the next probe of one that is open already."""
    return replace(
        breaker,
        state=BreakerState.OPEN,
        opened_at=breaker.opened_at or now,
        probe_at=now + policy.probe_interval,
        reason=reason,
    )


def probed(breaker: Breaker) -> Breaker:
    """After a good `check`: one real message may go."""
    return replace(breaker, state=BreakerState.HALF_OPEN)


def succeeded(breaker: Breaker) -> Breaker:
    """After any clear answer of the partner, a refusal included: it is alive."""
    return breaker if breaker == CLOSED else CLOSED


CLOSED = Breaker()
