from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from continuity.breaker import CLOSED, Breaker, BreakerState
from continuity.delivery import State
from continuity.observer import Observer
from schakel.telemetry import HubObserver, configure_logging

SINCE = datetime(2026, 11, 23, 9, tzinfo=UTC)
OPEN = Breaker(state=BreakerState.OPEN, failures=5, opened_at=SINCE, reason="refused")
HALF_OPEN = Breaker(state=BreakerState.HALF_OPEN, failures=5, opened_at=SINCE)


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    stream = io.StringIO()
    configure_logging("info", "json", stream)
    yield stream
    logging.captureWarnings(capture=False)
    root.handlers[:], level = before
    root.setLevel(level)


def test_attempts_deliveries_and_the_breaker_are_measured_per_destination(
    stream: io.StringIO,
) -> None:
    registry = CollectorRegistry()
    observer: Observer = HubObserver(registry)
    observer.attempted(destination="a", outcome=State.DELIVERED, took=timedelta(milliseconds=30))
    observer.attempted(destination="a", outcome=State.WAITING, took=timedelta(seconds=2))
    observer.delivered(destination="a", after=timedelta(seconds=3))
    observer.breaker_changed(destination="a", before=CLOSED, after=OPEN)
    lines = generate_latest(registry).decode().splitlines()
    for line in (
        'schakel_attempts_total{destination="a",outcome="delivered"} 1.0',
        'schakel_attempts_total{destination="a",outcome="waiting"} 1.0',
        'schakel_attempt_seconds_bucket{destination="a",le="0.05"} 1.0',
        'schakel_attempt_seconds_sum{destination="a"} 2.03',
        'schakel_delivered_seconds_sum{destination="a"} 3.0',
        'schakel_breaker_state{destination="a"} 2.0',
    ):
        assert line in lines
    assert len(stream.getvalue().splitlines()) == 1


def test_a_destination_is_logged_once_when_it_goes_and_once_when_it_is_back(
    stream: io.StringIO,
) -> None:
    observer = HubObserver(CollectorRegistry())
    history = [CLOSED, OPEN, HALF_OPEN, OPEN, HALF_OPEN, OPEN, HALF_OPEN, CLOSED]
    for before, after in pairwise(history):
        observer.breaker_changed(destination="zaken", before=before, after=after)
    away, back = (json.loads(line) for line in stream.getvalue().splitlines())
    assert (away["event"], away["destination"], away["reason"]) == (
        "destination_away",
        "zaken",
        "refused",
    )
    assert (back["event"], back["away_since"]) == ("destination_back", SINCE.isoformat())


def test_a_destination_that_was_away_before_a_restart_is_announced_when_it_is_back(
    stream: io.StringIO,
) -> None:
    observer = HubObserver(CollectorRegistry())
    observer.breaker_changed(destination="zaken", before=HALF_OPEN, after=CLOSED)
    assert "destination_back" in stream.getvalue()
