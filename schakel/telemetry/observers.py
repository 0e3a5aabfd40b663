"""What the worker reports, as Prometheus metrics and as log lines."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from continuity.breaker import Breaker, BreakerState
from continuity.delivery import State

_ATTEMPT_BUCKETS: Final = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_DELIVERED_BUCKETS: Final = (0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14400, 86400)
_BREAKER_LEVELS: Final = {
    BreakerState.CLOSED: 0,
    BreakerState.HALF_OPEN: 1,
    BreakerState.OPEN: 2,
}


class PrometheusObserver:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._attempts = Counter(
            "schakel_attempts",
            "Attempts and look-ups, by the state that they ended in.",
            ("destination", "outcome"),
            registry=registry,
        )
        self._seconds = Histogram(
            "schakel_attempt_seconds",
            "Time that one attempt or look-up took at the partner.",
            ("destination",),
            buckets=_ATTEMPT_BUCKETS,
            registry=registry,
        )
        self._latency = Histogram(
            "schakel_delivered_seconds",
            "Time from acceptance to delivery.",
            ("destination",),
            buckets=_DELIVERED_BUCKETS,
            registry=registry,
        )
        self._breaker = Gauge(
            "schakel_breaker_state",
            "State of a destination's breaker: 0 closed, 1 half-open, 2 open.",
            ("destination",),
            registry=registry,
        )

    def attempted(self, *, destination: str, outcome: State, took: timedelta) -> None:
        self._attempts.labels(destination, outcome.value).inc()
        self._seconds.labels(destination).observe(took.total_seconds())

    def delivered(self, *, destination: str, after: timedelta) -> None:
        self._latency.labels(destination).observe(after.total_seconds())

    def breaker_changed(self, *, destination: str, before: Breaker, after: Breaker) -> None:
        del before  # the gauge shows what is
        self._breaker.labels(destination).set(_BREAKER_LEVELS[after.state])


class LoggingObserver:
    """One line when a destination goes away and one when it is back; none in between."""

    def __init__(self) -> None:
        self._log = structlog.stdlib.get_logger("schakel.destinations")
        self._away: set[str] = set()

    def attempted(self, *, destination: str, outcome: State, took: timedelta) -> None:
        if self._log.isEnabledFor(logging.DEBUG):  # a line that nobody sees costs as much to make
            self._log.debug(
                "attempted",
                destination=destination,
                outcome=outcome.value,
                seconds=round(took.total_seconds(), 4),
            )

    def delivered(self, *, destination: str, after: timedelta) -> None: ...

    def breaker_changed(self, *, destination: str, before: Breaker, after: Breaker) -> None:
        if after.state is BreakerState.OPEN and destination not in self._away:
            self._away.add(destination)
            self._log.warning(
                "destination_away",
                destination=destination,
                failures=after.failures,
                reason=after.reason,
            )
        elif after.state is BreakerState.CLOSED and before.state is not BreakerState.CLOSED:
            self._away.discard(destination)
            since = before.opened_at.isoformat() if before.opened_at else None
            self._log.warning("destination_back", destination=destination, away_since=since)


class HubObserver:
    """Metrics and log lines together: what `serve` gives to the worker."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._metrics = PrometheusObserver(registry)
        self._logs = LoggingObserver()

    def attempted(self, *, destination: str, outcome: State, took: timedelta) -> None:
        self._metrics.attempted(destination=destination, outcome=outcome, took=took)
        self._logs.attempted(destination=destination, outcome=outcome, took=took)

    def delivered(self, *, destination: str, after: timedelta) -> None:
        self._metrics.delivered(destination=destination, after=after)

    def breaker_changed(self, *, destination: str, before: Breaker, after: Breaker) -> None:
        self._metrics.breaker_changed(destination=destination, before=before, after=after)
        self._logs.breaker_changed(destination=destination, before=before, after=after)
