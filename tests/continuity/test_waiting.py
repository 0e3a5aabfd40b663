"""Why a delivery waits: what is said, what is said first, and that the gate agrees."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from continuity.breaker import CLOSED, Breaker, BreakerState
from continuity.delivery import OnParked, State, Wait
from continuity.gate import Gate
from continuity.policy import DestinationPolicy
from continuity.store.records import Delivery, DestinationStatus, Fault, Head, Lease
from continuity.waiting import Cause, Situation, Waiting, why_it_waits
from continuity.window import SendWindow

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # 10:00 in the town hall
LATER = NOW + timedelta(minutes=5)
OPENING = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)

OPEN_BREAKER = Breaker(
    state=BreakerState.OPEN, failures=5, opened_at=NOW, probe_at=LATER, reason="no answer"
)
NIGHTS = DestinationPolicy(send_window=SendWindow.parse("22:00-06:00"))
LEASE = Lease(destination="zaken", owner="node-1", epoch=1, expires_at=LATER)
DELIVERY = Delivery(
    id=10440,
    message_id=1,
    tenant="0344",
    source="urn:nld:gemeente:0344:systeem:kern",
    event_id="event-1",
    type="nl.burgerzaken.zaak.gestart",
    subject="0344-2026-000001",
    destination="zaken",
    route="cases",
    lane="0344/0344-2026-000001",
    on_parked=OnParked.BLOCK,
    state=State.WAITING,
    wait=Wait.QUEUED,
    due_at=None,
    doubtful=False,
    attempts=0,
    fault=None,
    detail="",
    edited=False,
    accepted_at=NOW,
    changed_at=NOW,
    deliver_until=None,
)
DESTINATION = DestinationStatus(
    name="zaken", held_by=None, held_reason="", breaker=CLOSED, lease=LEASE, oldest_open_at=NOW
)
FREE = Situation(
    delivery=DELIVERY,
    destination=DESTINATION,
    policy=DestinationPolicy(),
    ahead=None,
    settled=True,
    now=NOW,
)
"""Nothing is in the way of this one."""


def ahead(state: State) -> Head:
    return Head(
        id=10432,
        lane=DELIVERY.lane,
        state=state,
        due_at=None,
        on_parked=OnParked.BLOCK,
        deliver_until=None,
        dependent=False,
    )


def on(**changes: Any) -> Situation:
    """The destination is otherwise."""
    return replace(FREE, destination=replace(DESTINATION, **changes))


def of(**changes: Any) -> Situation:
    """The delivery is otherwise."""
    return replace(FREE, delivery=replace(DELIVERY, **changes))


def explained(situation: Situation) -> Waiting:
    waiting = why_it_waits(situation)
    assert waiting is not None
    return waiting


@pytest.mark.parametrize(
    ("situation", "cause", "words", "until"),
    [
        (replace(FREE, policy=None), Cause.NOT_CONFIGURED, "not in the configuration", None),
        (
            on(held_by="anna", held_reason="maintenance"),
            Cause.HELD,
            "zaken is held by anna, who said: 'maintenance'.",
            None,
        ),
        (on(held_by="anna"), Cause.HELD, "zaken is held by anna. It goes on after", None),
        (on(breaker=OPEN_BREAKER), Cause.BREAKER_OPEN, "is open ('no answer').", None),
        (
            on(breaker=replace(OPEN_BREAKER, reason="")),
            Cause.BREAKER_OPEN,
            "The breaker of zaken is open. ",
            None,
        ),
        (replace(FREE, policy=NIGHTS), Cause.OUTSIDE_HOURS, "22:00-06:00", OPENING),
        (
            replace(FREE, ahead=ahead(State.WAITING)),
            Cause.BEHIND_EARLIER,
            "behind delivery 10432 of the same lane, which waits itself",
            None,
        ),
        (replace(FREE, ahead=ahead(State.SENDING)), Cause.BEHIND_EARLIER, "being sent", None),
        (replace(FREE, ahead=ahead(State.UNCERTAIN)), Cause.BEHIND_EARLIER, "looked up", None),
        (
            replace(FREE, ahead=ahead(State.PARKED)),
            Cause.BEHIND_EARLIER,
            "which is parked: replay or discard",
            None,
        ),
        (replace(FREE, settled=False), Cause.DEPENDENCY, "its dependson names", None),
        (of(wait=Wait.SCHEDULED, due_at=LATER), Cause.SCHEDULED, "deliverfrom", LATER),
        (of(wait=Wait.RETRY, due_at=LATER, attempts=3), Cause.RETRY, "Attempt 3 failed", LATER),
        (
            of(wait=Wait.RETRY, due_at=LATER, fault=Fault(code="document:away", detail="x")),
            Cause.RETRY,
            "cannot read its document now, which is no fault of zaken",
            LATER,
        ),
        (
            of(state=State.UNCERTAIN, wait=Wait.LOOK_UP, due_at=LATER, attempts=2),
            Cause.LOOK_UP,
            "Whether attempt 2 arrived is in doubt; zaken is asked",
            LATER,
        ),
        (on(lease=None), Cause.NO_WORKER, "see that a worker runs", None),
        (on(lease=replace(LEASE, expires_at=NOW)), Cause.NO_WORKER, "No process", None),
        (FREE, Cause.TURN, "at most 4 at a time, and nothing while", None),
        (
            replace(FREE, policy=DestinationPolicy(concurrency=2, rate_per_second=0.5)),
            Cause.TURN,
            "at most 2 at a time and 0.5 a second,",
            None,
        ),
        (
            on(breaker=replace(OPEN_BREAKER, state=BreakerState.HALF_OPEN)),
            Cause.TURN,
            "zaken answers again",
            None,
        ),
    ],
)
def test_each_cause_has_its_sentence_and_its_end(
    situation: Situation, cause: Cause, words: str, until: datetime | None
) -> None:
    waiting = explained(situation)
    assert (waiting.cause, waiting.until) == (cause, until)
    assert words in waiting.detail
    assert waiting.detail.endswith(".")


def test_what_must_happen_first_is_said_first() -> None:
    """Everything is in its way; one thing after the other is cleared."""
    situation = Situation(
        delivery=replace(DELIVERY, wait=Wait.RETRY, due_at=LATER, attempts=1),
        destination=replace(DESTINATION, held_by="anna", breaker=OPEN_BREAKER, lease=None),
        policy=None,
        ahead=ahead(State.PARKED),
        settled=False,
        now=NOW,
    )
    said = [explained(situation).cause]

    def now_with(**changes: Any) -> None:
        nonlocal situation
        situation = replace(situation, **changes)
        said.append(explained(situation).cause)

    now_with(policy=NIGHTS)
    now_with(destination=replace(situation.destination, held_by=None))
    now_with(destination=replace(situation.destination, breaker=CLOSED))
    now_with(policy=DestinationPolicy())
    now_with(ahead=None)
    now_with(settled=True)
    now_with(delivery=replace(situation.delivery, due_at=NOW))
    now_with(destination=replace(situation.destination, lease=LEASE))

    assert said == [
        Cause.NOT_CONFIGURED,
        Cause.HELD,
        Cause.BREAKER_OPEN,
        Cause.OUTSIDE_HOURS,
        Cause.BEHIND_EARLIER,
        Cause.DEPENDENCY,
        Cause.RETRY,
        Cause.NO_WORKER,
        Cause.TURN,
    ]


def test_what_is_collected_waits_for_whoever_collects_and_for_nothing_of_a_sender() -> None:
    in_the_way = Situation(
        delivery=replace(DELIVERY, wait=Wait.SCHEDULED, due_at=LATER),
        destination=replace(DESTINATION, held_by="anna", breaker=OPEN_BREAKER, lease=None),
        policy=NIGHTS,
        ahead=ahead(State.WAITING),
        settled=False,
        now=NOW,
        is_collected=True,
    )
    released = replace(in_the_way, destination=replace(in_the_way.destination, held_by=None))
    due = replace(released, delivery=DELIVERY)
    said = [explained(one).cause for one in (in_the_way, released, due)]
    assert said == [Cause.HELD, Cause.SCHEDULED, Cause.NOT_COLLECTED]
    assert "inbox zaken" in explained(due).detail
    assert explained(due).detail.endswith(".")


@pytest.mark.parametrize("state", sorted(set(State) - {State.WAITING, State.UNCERTAIN}))
def test_what_is_closed_parked_or_being_sent_does_not_wait(state: State) -> None:
    held = on(held_by="anna")
    assert why_it_waits(replace(held, delivery=replace(DELIVERY, state=state))) is None


def test_what_may_have_been_taken_is_looked_up_without_regard_to_its_dependency() -> None:
    doubtful = of(state=State.UNCERTAIN, wait=Wait.LOOK_UP, due_at=NOW)
    assert explained(replace(doubtful, settled=False)).cause is Cause.TURN


@pytest.mark.parametrize(
    ("held_by", "state", "policy"),
    list(product((None, "anna"), BreakerState, (DestinationPolicy(), NIGHTS))),
)
def test_it_is_the_turn_of_a_due_head_exactly_when_the_gate_is_open(
    held_by: str | None, state: BreakerState, policy: DestinationPolicy
) -> None:
    breaker = replace(OPEN_BREAKER, state=state)
    gate = Gate(
        policy=policy, breaker=breaker, silent_until=NOW, next_start=NOW, held=held_by is not None
    )
    situation = replace(on(held_by=held_by, breaker=breaker), policy=policy)
    may_go = explained(situation).cause is Cause.TURN
    assert may_go == (gate.room(busy=0, now=NOW) > 0)
