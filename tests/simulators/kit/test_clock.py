from datetime import UTC, datetime, timedelta, timezone

from simulators.kit import SettableClock

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class _Source:
    def __init__(self) -> None:
        self.moment = NOON

    def __call__(self) -> datetime:
        return self.moment


def test_a_set_clock_runs_on_from_where_it_was_set() -> None:
    source = _Source()
    clock = SettableClock(source)
    clock.set(NOON + timedelta(days=1), frozen=False)
    source.moment += timedelta(seconds=5)
    assert clock.now() == NOON + timedelta(days=1, seconds=5)


def test_a_frozen_clock_stands_still_until_it_is_advanced() -> None:
    source = _Source()
    clock = SettableClock(source)
    clock.set(NOON, frozen=True)
    source.moment += timedelta(hours=1)
    assert clock.now() == NOON
    clock.advance(timedelta(seconds=3))
    assert clock.now() == NOON + timedelta(seconds=3)


def test_the_clock_speaks_utc_whatever_it_was_set_in() -> None:
    clock = SettableClock(_Source())
    clock.set(datetime(2026, 7, 1, 14, tzinfo=timezone(timedelta(hours=2))), frozen=True)
    assert clock.now().isoformat() == "2026-07-01T12:00:00+00:00"


def test_reset_returns_to_the_real_time() -> None:
    clock = SettableClock(_Source())
    clock.set(NOON + timedelta(days=9), frozen=True)
    clock.reset()
    assert clock.now() == NOON
    assert not clock.frozen
