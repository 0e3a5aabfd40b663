"""What one destination gets while its lease is held: in order, within limits, over outages."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from adapters.contract import (
    ConfigurationError,
    DocumentAwayError,
    Health,
    Receipt,
    TransientError,
)
from continuity import tenure
from continuity.breaker import CLOSED, BreakerState
from continuity.delivery import OnParked, State
from tests.continuity.fakes import (
    Watcher,
    answers,
    at,
    hangs,
    raises,
    seconds,
)
from tests.continuity.hub import (
    BREAKER,
    CALM,
    DOWN,
    FAR,
    LOST,
    REFUSED,
    Hub,
    mend,
    opened,
    sick,
    virtual,
)

# Order and limits.


@settings(max_examples=20)
@given(seed=st.integers(), lanes=st.integers(1, 6), concurrency=st.integers(1, 4))
def test_whatever_the_latencies_and_failures_each_lane_keeps_its_order(
    seed: int, lanes: int, concurrency: int
) -> None:
    """I3, and never more attempts at a time than allowed.

    Seen failing: `Lanes.take` that offers its lane again at once.
    """

    @virtual
    async def story(hub: Hub) -> None:
        random = Random(seed)
        adapter = hub.destination(concurrency=concurrency, timeout=seconds(5))
        adapter.latency = lambda: random.choice([0, 0.1, 1, 3])
        lane_of = {f"e{number:02}": f"lane-{random.randrange(lanes)}" for number in range(30)}
        for event_id in lane_of:
            if random.random() < 0.3:
                adapter.plan(event_id, random.choice([DOWN, LOST, hangs]))
        await hub.start()
        for event_id, lane in lane_of.items():
            await hub.publish(event_id, lane=lane)
            await asyncio.sleep(random.choice([0, 0, 2]))
        await hub.until_state(State.DELIVERED, *lane_of)
        assert sorted(adapter.taken) == sorted(lane_of)
        for lane in set(lane_of.values()):
            mine = [event_id for event_id in adapter.taken if lane_of[event_id] == lane]
            assert mine == sorted(mine)
        assert adapter.most_running <= concurrency
        await hub.stop()

    story()


@virtual
async def test_the_concurrency_is_used_to_the_full_and_not_exceeded(hub: Hub) -> None:
    """Seen failing: `Gate.room` without `- busy`."""
    adapter = hub.destination(concurrency=3)
    adapter.latency = lambda: 1
    await hub.publish(*(f"e{number}" for number in range(9)))
    await hub.start()
    await hub.has_taken(adapter, 9)
    assert adapter.most_running == 3
    assert max(call.ended or at(99) for call in adapter.calls) == at(3)


@virtual
async def test_the_rate_limit_spaces_the_starts(hub: Hub) -> None:
    adapter = hub.destination(rate_per_second=2.0)
    await hub.publish(*(f"e{number}" for number in range(7)))
    await hub.start()
    await hub.has_taken(adapter, 7)
    starts = adapter.times("deliver")
    assert all(later - earlier >= seconds(0.5) for earlier, later in pairwise(starts))
    assert starts[-1] < at(3.2)


@virtual
async def test_what_another_process_accepts_is_noticed_within_the_poll(hub: Hub) -> None:
    adapter = hub.destination()
    await hub.start()
    await asyncio.sleep(10)
    process, hub.process = hub.process, None  # nobody wakes it
    await hub.publish("e1")
    hub.process = process
    await hub.has_taken(adapter, 1, within=2.1)


@virtual
async def test_a_message_is_delivered_at_once_when_the_worker_is_woken(hub: Hub) -> None:
    adapter = hub.destination()
    hub.observer = watcher = Watcher()
    await hub.start()
    await asyncio.sleep(10.5)
    await hub.publish("e1")
    await hub.until_state(State.DELIVERED, "e1", within=0.1)
    assert adapter.times("deliver") == [at(10.5)]
    assert watcher.outcomes == [("north", State.DELIVERED, seconds(0))]
    assert watcher.delays == [("north", seconds(0))]


@virtual
async def test_a_scheduled_message_waits_for_its_hour_and_its_lane_with_it(hub: Hub) -> None:
    adapter = hub.destination()
    await hub.publish("early", lane="a", deliver_from=at(100))
    await hub.publish("behind", lane="a")
    await hub.publish("other", lane="b")
    await hub.start()
    await hub.has_taken(adapter, 3)
    assert adapter.taken == ["other", "early", "behind"]
    assert adapter.times("deliver")[1] == at(100)


@virtual
async def test_a_dependant_waits_for_what_it_depends_on_in_another_lane(hub: Hub) -> None:
    """I4. Seen failing: without the question to `settled`, the child overtakes."""
    adapter = hub.destination()
    adapter.plan("parent", DOWN, DOWN)
    await hub.publish("child", lane="b", depends_on="parent")
    await hub.start()
    await asyncio.sleep(3)
    assert adapter.calls == []
    await hub.publish("parent", lane="a")
    await hub.has_taken(adapter, 2)
    assert adapter.taken == ["parent", "child"]
    last = adapter.times("deliver")[-2:]
    assert last[1] == last[0]


@virtual
async def test_a_dependant_goes_in_the_moment_in_which_the_other_is_out_of_its_way(
    hub: Hub,
) -> None:
    """Delivered, expired or discarded. Seen failing: each without its call of `Dependants`."""
    adapter = hub.destination()
    adapter.plan("refused", REFUSED)
    adapter.plan("late", *[DOWN] * 50)
    await hub.publish("refused", lane="r")
    await hub.publish("late", lane="l", deliver_until=at(30))
    await hub.publish("child of refused", lane="a", depends_on="refused")
    await hub.publish("child of late", lane="b", depends_on="late")
    await hub.start()
    await asyncio.sleep(12)
    assert not {"child of refused", "child of late"} & set(adapter.taken)
    parked = await hub.delivery("refused")
    await hub.store.discard(parked.id, by="op", reason="not needed", now=hub.clock.now())
    hub.wake()
    await hub.until_state(State.DELIVERED, "child of refused", within=0.2)
    await hub.until_state(State.DELIVERED, "child of late", within=30)
    assert adapter.times("deliver")[-1] <= at(36)


@virtual
async def test_waiting_for_a_message_that_never_comes_costs_little(hub: Hub) -> None:
    adapter = hub.destination()
    meddled = hub.meddle()
    for number in range(50):
        await hub.publish(f"child{number}", depends_on="never")
    await hub.start()
    await asyncio.sleep(1)
    meddled.called.clear()
    await asyncio.sleep(300)
    assert adapter.calls == []
    assert meddled.called["waits_for"] <= 50 / 4 * 10 * 1.5


# Long lanes.


@virtual
async def test_a_long_slow_lane_leaves_the_others_their_turn(hub: Hub) -> None:
    """More rows in one lane than are read ahead: they must not fill the memory for all."""
    adapter = hub.destination(concurrency=2)
    adapter.latency = lambda: 5
    await hub.publish(*(f"long{number:04}" for number in range(1200)), lane="long")
    await hub.publish("other", lane="other")
    await hub.start()
    await asyncio.sleep(5.5)
    assert sorted(adapter.taken) == ["long0000", "other"]


@virtual
async def test_a_dispatcher_that_cannot_go_on_waits_and_does_not_spin(hub: Hub) -> None:
    adapter = hub.destination(concurrency=2)
    adapter.latency = lambda: 20
    await hub.publish(*(f"long{number:04}" for number in range(1200)), lane="long")
    await hub.start()
    await asyncio.sleep(1)
    looks = []
    for _ in range(3):
        await asyncio.sleep(5)
        looks.append(hub.clock.asked)
    assert max(looks) < 100


@virtual
async def test_many_long_lanes_that_are_all_busy_do_not_make_it_spin(hub: Hub) -> None:
    """Memory is full of rows behind busy heads, slots are idle, and there is more to read."""
    adapter = hub.destination(concurrency=40)
    adapter.latency = lambda: 20
    for lane in range(30):
        await hub.publish(*(f"l{lane}-{number}" for number in range(30)), lane=f"long{lane}")
    await hub.publish(*(f"more{number}" for number in range(tenure.READ_AHEAD)), lane="long0")
    await hub.start()
    await asyncio.sleep(10)
    assert adapter.running == 30
    assert hub.clock.asked < 100
    await asyncio.sleep(15)
    assert len(adapter.taken) == 30


@virtual
async def test_a_lane_with_many_parked_ones_to_step_over_still_goes_on(
    hub: Hub,
) -> None:
    """A lane is read from its beginning: a page full of rows to skip must not hold it up."""
    adapter = hub.destination()
    many = [f"bad{number:04}" for number in range(tenure.READ_AHEAD + 1)]
    for event_id in many:
        adapter.plan(event_id, REFUSED)
    await hub.publish(*many, lane="a", on_parked=OnParked.SKIP)
    await hub.start()
    await hub.until_state(State.PARKED, many[-1])
    adapter.plan("good", DOWN)  # so that its lane is blocked for a while, and read again
    await hub.publish("good", lane="a", on_parked=OnParked.SKIP)
    await hub.until_state(State.DELIVERED, "good", within=60)


# The partner is down.


@virtual
async def test_a_failed_head_waits_and_its_lane_with_it_while_others_go_on(hub: Hub) -> None:
    adapter = hub.destination(retry=CALM)
    adapter.plan("a1", DOWN)
    await hub.publish("a1", "a2", lane="a")
    await hub.publish("b1", "b2", lane="b")
    await hub.start()
    await hub.has_taken(adapter, 4)
    assert adapter.taken == ["b1", "b2", "a1", "a2"]
    assert adapter.times("deliver")[-2] == at(5)


@virtual
async def test_the_breaker_opens_at_its_threshold_and_then_only_probes_are_sent(hub: Hub) -> None:
    """I10. Seen failing: `Gate.room` that has room while open; `failed` that never opens."""
    adapter = hub.destination(concurrency=1, breaker=BREAKER)
    hub.observer = watcher = Watcher()
    await hub.publish(*(f"e{number}" for number in range(20)))
    await hub.start()
    await opened(hub, adapter)
    assert len(adapter.times("deliver")) == 3
    await asyncio.sleep(600)
    assert len(adapter.times("deliver")) == 3
    probes = adapter.times("check")
    assert 18 <= len(probes) <= 20
    assert all(later - earlier >= seconds(30) for earlier, later in pairwise(probes))
    assert watcher.breakers == [("closed", "open")]
    breaker = await hub.store.read_breaker("north")
    assert breaker.reason == "still down"


@virtual
async def test_when_the_partner_is_back_all_that_waited_goes_at_once(hub: Hub) -> None:
    """I12: within one probe interval, also what had backed off for much longer.

    Seen failing: without `make_due`, or without `free_waiting`, they wait out their retries.
    """
    adapter = hub.destination(concurrency=2, breaker=BREAKER, retry=FAR)
    events = [f"e{number}" for number in range(10)]
    await hub.publish(*events)
    await hub.start()
    await opened(hub, adapter)
    await asyncio.sleep(100)
    mend(adapter)
    since = hub.clock.now()
    await hub.until_state(State.DELIVERED, *events, within=30.5)
    assert hub.clock.now() - since <= seconds(30.5)


@virtual
async def test_half_open_lets_one_message_try_and_one_failure_shuts_it_again(hub: Hub) -> None:
    adapter = hub.destination(concurrency=4, breaker=BREAKER)
    hub.observer = watcher = Watcher()
    await hub.publish(*(f"e{number}" for number in range(20)))
    await hub.start()
    await opened(hub, adapter)
    before = len(adapter.times("deliver"))
    adapter.health = None  # it answers a check, but takes nothing
    await asyncio.sleep(95)
    assert len(adapter.times("check")) == 3
    assert len(adapter.times("deliver")) == before + 3
    assert watcher.breakers == [("closed", "open")] + 3 * [
        ("open", "half_open"),
        ("half_open", "open"),
    ]


@virtual
async def test_half_open_with_nothing_to_send_closes_by_itself(hub: Hub) -> None:
    adapter = hub.destination(breaker=BREAKER, concurrency=1)
    await hub.publish("e1", "e2", "e3")
    await hub.start()
    await opened(hub, adapter)
    for event_id in ("e1", "e2", "e3"):
        delivery = await hub.delivery(event_id)
        await hub.store.discard(delivery.id, by="op", reason="test", now=hub.clock.now())
    hub.wake()
    adapter.health = None

    async def closed() -> bool:
        return (await hub.store.read_breaker("north")).state is BreakerState.CLOSED

    await hub.until(closed, within=31)


@virtual
async def test_a_retry_after_is_silence_for_the_whole_destination(hub: Hub) -> None:
    """Seen failing: without `gate.silence`, the second lane is sent at once."""
    adapter = hub.destination(concurrency=1, retry=CALM)
    adapter.plan("e1", raises(TransientError("503", retry_after=seconds(120))))
    await hub.publish("e1", "e2", "e3")
    await hub.start()
    await hub.has_taken(adapter, 3)
    assert adapter.times("deliver")[1] == at(120)


@virtual
async def test_a_wrong_credential_opens_the_breaker_at_once_and_the_message_waits(hub: Hub) -> None:
    adapter = hub.destination(concurrency=1, breaker=BREAKER)
    adapter.delivers = raises(ConfigurationError("settings.secret", "403"))
    adapter.health = sick
    await hub.publish("e1", "e2", lane="a")
    await hub.start()
    await asyncio.sleep(300)
    assert adapter.kinds("e1") == ["deliver"]
    assert await hub.state("e1") is State.WAITING
    mend(adapter)
    await hub.until_state(State.DELIVERED, "e1", "e2", within=31)
    assert adapter.taken == ["e1", "e2"]


@virtual
async def test_a_probe_that_hangs_is_a_bad_probe(hub: Hub) -> None:
    async def never_ends() -> Health:
        await asyncio.Event().wait()
        raise AssertionError("nobody sets that event")

    adapter = hub.destination(concurrency=1, breaker=BREAKER, timeout=seconds(5))
    await hub.publish("e1", "e2", "e3", "e4")
    await hub.start()
    await opened(hub, adapter)
    adapter.health = never_ends
    await asyncio.sleep(40)
    breaker = await hub.store.read_breaker("north")
    assert breaker.reason == "no answer to a check within 5 s"


@pytest.mark.parametrize("error", [TransientError("refused"), ConfigurationError("url", "none")])
def test_a_probe_that_raises_is_a_bad_probe(error: Exception) -> None:
    @virtual
    async def story(hub: Hub) -> None:
        async def broken() -> Health:
            raise error

        adapter = hub.destination(concurrency=1, breaker=BREAKER)
        await hub.publish("e1", "e2", "e3", "e4")
        await hub.start()
        await opened(hub, adapter)
        adapter.health = broken
        await asyncio.sleep(100)
        assert len(adapter.times("check")) in {3, 4}
        assert (await hub.store.read_breaker("north")).state is BreakerState.OPEN

    story()


@virtual
async def test_a_bug_in_a_check_keeps_to_the_probe_interval_and_costs_no_lease(hub: Hub) -> None:
    async def broken() -> Health:
        raise KeyError("zaak")

    adapter = hub.destination(concurrency=1, breaker=BREAKER)
    meddled = hub.meddle()
    await hub.publish("e1", "e2", "e3", "e4")
    await hub.start()
    await opened(hub, adapter)
    adapter.health = broken
    with capture_logs():
        await asyncio.sleep(100)
    assert len(adapter.times("check")) in {3, 4}
    assert meddled.called["acquire_lease"] == 1


@virtual
async def test_a_bug_of_ours_is_no_sign_of_life_of_the_partner(hub: Hub) -> None:
    """It parks its own message; the breaker of a partner that is down stays as it is."""
    adapter = hub.destination(concurrency=2, breaker=BREAKER)

    async def crashes_late(*_: object) -> Receipt:
        await asyncio.sleep(20)
        raise KeyError("zaak")

    adapter.plan("buggy", crashes_late)
    await hub.publish("buggy", "e1", "e2", "e3", "e4", "e5")
    await hub.start()
    await opened(hub, adapter)
    before = len(adapter.times("deliver"))
    await hub.until_state(State.PARKED, "buggy")
    await asyncio.sleep(1)
    assert (await hub.store.read_breaker("north")).state is BreakerState.OPEN
    assert len(adapter.times("deliver")) == before


@virtual
async def test_documents_that_are_out_of_reach_are_no_failure_of_the_partner(hub: Hub) -> None:
    """What needs none goes on; the others follow within a minute. Seen failing: it opened."""
    adapter = hub.destination(concurrency=2, breaker=BREAKER, retry=FAR)
    hub.observer = watcher = Watcher()
    with_document = [f"d{number}" for number in range(10)]
    for event in with_document:
        adapter.plan(event, *[raises(DocumentAwayError("no bucket"))] * 4)
    await hub.publish(*with_document)
    await hub.start()
    await asyncio.sleep(30)
    assert (await hub.store.read_breaker("north")) == CLOSED
    await hub.publish("without")
    await hub.until_state(State.DELIVERED, "without", within=1)
    await hub.until_state(State.DELIVERED, *with_document, within=241)
    assert watcher.breakers == []


@virtual
async def test_a_late_success_closes_an_open_breaker(hub: Hub) -> None:
    adapter = hub.destination(concurrency=2, breaker=BREAKER)
    adapter.plan("slow", answers(Receipt(), after=10))
    await hub.publish("slow", "e1", "e2", "e3", "e4", "e5")
    await hub.start()
    await opened(hub, adapter)
    mend(adapter)
    await hub.until_state(State.DELIVERED, "slow", "e1", "e2", "e3", "e4", "e5", within=11)


@virtual
async def test_a_read_that_began_before_the_recovery_does_not_block_a_lane_for_long(
    hub: Hub,
) -> None:
    """The rows were read with their old retry times; meanwhile these were made due at once."""
    adapter = hub.destination(concurrency=1, breaker=BREAKER, retry=FAR)
    await hub.publish("e1", "e2", "e3")
    await hub.start()
    await opened(hub, adapter)
    await hub.stop()
    meddled = hub.meddle()

    async def slow_answer() -> None:
        await asyncio.sleep(0.5)

    async def slow_commit() -> None:
        await asyncio.sleep(0.2)

    meddled.after["read_open"] = slow_answer
    meddled.before["make_due"] = slow_commit
    mend(adapter)
    await hub.start()
    await hub.until_state(State.DELIVERED, "e1", "e2", "e3", within=40)


# The outcome is in doubt.


@virtual
async def test_what_arrived_without_an_answer_is_looked_up_and_not_sent_again(hub: Hub) -> None:
    """I2. Seen failing: when `decide` answers an `UncertainError` with a `RetryAt`."""
    adapter = hub.destination()
    adapter.plan("e1", LOST)
    adapter.looks_up = answers(Receipt(references={"zaak": "https://zaken/1"}))
    await hub.publish("e1", "e2", lane="a")
    await hub.start()
    await hub.until_state(State.DELIVERED, "e1", "e2")
    assert adapter.kinds("e1") == ["deliver", "look_up"]
    assert adapter.taken == ["e2"]


@virtual
async def test_what_did_not_arrive_is_sent_again_after_the_look_up(hub: Hub) -> None:
    adapter = hub.destination()
    adapter.plan("e1", hangs)
    await hub.publish("e1", "e2", lane="a")
    await hub.start()
    await hub.until_state(State.DELIVERED, "e1", "e2")
    assert adapter.kinds("e1") == ["deliver", "look_up", "deliver"]
    assert adapter.taken == ["e1", "e2"]
