"""The breaker over any sequence of events: bounded load when down, no lock-out when healthy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from hypothesis import given
from hypothesis import strategies as st

from continuity import breaker as breakers
from continuity.breaker import CLOSED, Breaker, BreakerPolicy, BreakerState
from continuity.gate import Gate
from continuity.policy import DestinationPolicy
from tests.continuity.fakes import at, seconds

POLICY = BreakerPolicy(threshold=3, probe_interval=seconds(30))


def failed(breaker: Breaker, now: datetime, reason: str = "down") -> Breaker:
    return breakers.failed(breaker, POLICY, now=now, reason=reason)


def opened_at(number: float) -> Breaker:
    return breakers.opened(CLOSED, POLICY, now=at(number), reason="down")


def test_it_opens_at_the_threshold_and_not_before() -> None:
    """Seen failing: `<=` instead of `<` in `failed` opens it one failure late."""
    breaker = CLOSED
    for number in range(1, POLICY.threshold):
        breaker = failed(breaker, at(number))
        assert breaker == replace(CLOSED, failures=number)
    assert failed(breaker, at(9), "no answer") == Breaker(
        state=BreakerState.OPEN,
        failures=3,
        opened_at=at(9),
        probe_at=at(39),
        reason="no answer",
    )


def test_a_success_in_between_starts_the_count_again() -> None:
    breaker = failed(failed(CLOSED, at(0)), at(1))
    assert failed(breakers.succeeded(breaker), at(2)).state is BreakerState.CLOSED


def test_a_late_failure_does_not_postpone_the_probe_of_an_open_breaker() -> None:
    """Seen failing: without the early return, `probe_at` moves with each late failure."""
    before = opened_at(0)
    assert failed(before, at(20)) == replace(before, failures=1)


def test_a_bad_probe_postpones_the_next_one_by_one_interval_and_keeps_when_it_opened() -> None:
    before = opened_at(0)
    after = breakers.opened(before, POLICY, now=at(31), reason="still down")
    assert after == replace(before, probe_at=at(61), reason="still down")


def test_a_good_probe_lets_one_message_try() -> None:
    assert breakers.probed(opened_at(0)).state is BreakerState.HALF_OPEN


def test_one_failure_while_half_open_opens_it_again_for_one_interval() -> None:
    after = failed(breakers.probed(opened_at(0)), at(40))
    assert (after.state, after.probe_at) == (BreakerState.OPEN, at(70))
    assert after.opened_at == at(0)


def test_a_success_closes_it_from_any_state_and_leaves_nothing_behind() -> None:
    for breaker in (CLOSED, failed(CLOSED, at(0)), opened_at(0), breakers.probed(opened_at(0))):
        assert breakers.succeeded(breaker) == CLOSED


class Event(Enum):
    FAILED = "an attempt failed"
    SUCCEEDED = "an attempt succeeded"
    MISCONFIGURED = "our configuration is wrong"
    TURN = "the dispatcher looks whether a probe is due"


@dataclass(slots=True)
class Play:
    """The dispatcher's way of using the breaker, and what the partner sees of it."""

    gate: Gate
    now: datetime
    healthy: bool
    probes: list[datetime]

    def happens(self, event: Event) -> None:
        breaker = self.gate.breaker
        match event:
            case Event.FAILED:
                self.gate.breaker = failed(breaker, self.now)
            case Event.SUCCEEDED:
                self.gate.breaker = breakers.succeeded(breaker)
            case Event.MISCONFIGURED:
                self.gate.breaker = breakers.opened(breaker, POLICY, now=self.now, reason="403")
            case Event.TURN:
                self._turn()

    def _turn(self) -> None:
        if not self.gate.may_probe(self.now):
            return
        self.probes.append(self.now)
        breaker = self.gate.breaker
        self.gate.breaker = (
            breakers.probed(breaker)
            if self.healthy
            else breakers.opened(breaker, POLICY, now=self.now, reason="down")
        )


def play(*, healthy: bool, breaker: Breaker = CLOSED) -> Play:
    policy = DestinationPolicy(breaker=POLICY, concurrency=4)
    gate = Gate(policy=policy, breaker=breaker, silent_until=at(0), next_start=at(0))
    return Play(gate=gate, now=at(0), healthy=healthy, probes=[])


steps = st.lists(st.tuples(st.floats(0, 20), st.sampled_from(Event)), max_size=60)


@given(steps)
def test_it_is_open_or_half_open_when_and_only_when_it_knows_since_when_and_until(
    history: list[tuple[float, Event]],
) -> None:
    story = play(healthy=True)
    for wait, event in history:
        story.now += seconds(wait)
        story.happens(event)
        breaker = story.gate.breaker
        is_closed = breaker.state is BreakerState.CLOSED
        assert (breaker.opened_at is None) is is_closed
        assert (breaker.probe_at is None) is is_closed
        assert breaker.failures < POLICY.threshold or not is_closed


@given(steps)
def test_a_partner_that_is_down_sees_one_probe_per_interval_at_most(
    history: list[tuple[float, Event]],
) -> None:
    """I10. Seen failing: with `probe_at` left unchanged after a bad probe."""
    story = play(healthy=False, breaker=opened_at(0))
    for wait, event in history:
        story.now += seconds(wait)
        if event is not Event.SUCCEEDED:  # a partner that is down answers nothing
            story.happens(event)
    gaps = zip(story.probes, story.probes[1:], strict=False)
    assert all(later - earlier >= POLICY.probe_interval for earlier, later in gaps)
    assert story.gate.breaker.state is BreakerState.OPEN


@given(before=steps, late=st.lists(st.floats(0, 30), max_size=10))
def test_a_partner_that_is_healthy_again_is_let_in_within_one_interval(
    before: list[tuple[float, Event]], late: list[float]
) -> None:
    """I12: whatever went before, and however many late failures still trickle in."""
    story = play(healthy=False)
    for wait, event in before:
        story.now += seconds(wait)
        story.happens(event)
    story.healthy, since = True, story.now
    for wait in sorted(late):
        story.now = since + seconds(wait)
        if story.gate.breaker.state is BreakerState.OPEN:
            story.happens(Event.FAILED)
    story.now = since + POLICY.probe_interval
    story.happens(Event.TURN)
    assert story.gate.breaker.state is not BreakerState.OPEN
    assert story.gate.room(busy=0, now=story.now) >= 1


@given(st.integers(0, 10))
def test_half_open_lets_one_message_through_whatever_the_concurrency(busy: int) -> None:
    """Seen failing: with the closed branch's `concurrency - busy` for half-open."""
    story = play(healthy=True, breaker=breakers.probed(opened_at(0)))
    assert story.gate.room(busy=busy, now=at(1)) == (1 if busy == 0 else 0)


def test_the_probe_interval_does_not_grow() -> None:
    breaker, now = opened_at(0), at(0)
    for _ in range(50):
        assert breaker.probe_at is not None
        assert breaker.probe_at - now == timedelta(seconds=30)
        now = breaker.probe_at
        breaker = breakers.opened(breaker, POLICY, now=now, reason="down")
