"""Whether a destination may be sent to now: held, hours, silence asked for, breaker, rate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from continuity.breaker import Breaker, BreakerState
from continuity.policy import DestinationPolicy


@dataclass(slots=True, kw_only=True)
class Gate:
    policy: DestinationPolicy
    breaker: Breaker
    silent_until: datetime
    """The partner asked for silence until then (Retry-After)."""
    next_start: datetime
    """Not before this time may the next attempt start (rate limit)."""
    held: bool = False

    def room(self, *, busy: int, now: datetime) -> int:
        """How many attempts may start now while `busy` are under way."""
        if self.held or now < self.silent_until or not self._in_hours(now):
            return 0
        if self.breaker.state is BreakerState.OPEN:
            return 0
        slots = 1 if self.breaker.state is BreakerState.HALF_OPEN else self.policy.concurrency
        free = slots - busy
        if self.policy.rate_per_second is not None:
            free = min(free, 1 if now >= self.next_start else 0)
        return max(0, free)

    def started(self, count: int, *, now: datetime) -> None:
        """Counts attempts for the rate limit."""
        if self.policy.rate_per_second is not None and count:
            self.next_start = now + timedelta(seconds=count / self.policy.rate_per_second)

    def silence(self, wait: timedelta, *, now: datetime) -> None:
        self.silent_until = max(self.silent_until, now + wait)

    def clock_set_back(self, by: timedelta) -> None:
        """Moves what was planned on the old clock to the new one."""
        self.next_start -= by
        self.silent_until -= by
        if self.breaker.probe_at is not None:
            self.breaker = replace(self.breaker, probe_at=self.breaker.probe_at - by)

    def may_probe(self, now: datetime) -> bool:
        """True when the breaker is open and its probe is due; a held destination is left alone."""
        probe_at = self.breaker.probe_at
        return (
            self.breaker.state is BreakerState.OPEN
            and not self.held
            and self._in_hours(now)
            and now >= self.silent_until
            and (probe_at is None or now >= probe_at)
        )

    def changes_at(self, now: datetime) -> datetime | None:
        """When time alone may open it next; None when only an event can."""
        times = [self.silent_until, self.next_start]
        if self.policy.send_window is not None:
            times.append(self.policy.send_window.next_opening(now))
        if self.breaker.state is BreakerState.OPEN and self.breaker.probe_at is not None:
            times.append(self.breaker.probe_at)
        return min((time for time in times if time > now), default=None)

    def _in_hours(self, now: datetime) -> bool:
        return self.policy.send_window is None or self.policy.send_window.is_open(now)
