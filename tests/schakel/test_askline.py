"""Bulkhead, breaker, deadline and tries of one destination for questions."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from adapters.contract import (
    ConfigurationError,
    NotOffered,
    RejectedError,
    TransientError,
    UncertainError,
)
from continuity.breaker import Breaker, BreakerPolicy, opened
from continuity.store.contract import StoreUnavailable
from continuity.store.memory import MemoryStore
from schakel.askline import AskLine
from schakel.unanswered import OutcomeUnknown, Refused, Unavailable
from tests.schakel.asking_kit import (
    DESTINATION,
    START,
    Hanging,
    ScriptedAsker,
    SettableClock,
    make_line,
    question,
)

GOOD = {"identificatie": "ZAAK-1"}
DOWN = TransientError("zaken.example.nl cannot be reached: no connection could be made.")


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


async def asked(
    line: AskLine,
    clock: SettableClock,
    *,
    repeatable: bool = True,
    tries: int = 1,
    seconds: float = 5,
) -> Mapping[str, Any]:
    answer = await line.ask(question(clock, seconds=seconds), repeatable=repeatable, tries=tries)
    return answer.data


async def broken(line: AskLine, clock: SettableClock, times: int) -> None:
    for _ in range(times):
        with pytest.raises(Unavailable):
            await asked(line, clock)


async def test_a_system_that_is_up_answers(clock: SettableClock) -> None:
    asker = ScriptedAsker(GOOD)

    assert await asked(make_line(asker, clock=clock), clock) == GOOD

    [(sent, context)] = asker.asked
    assert (sent.deadline, context.attempt) == (START + timedelta(seconds=5), 1)


async def test_a_repeatable_question_is_asked_again_within_its_deadline(
    clock: SettableClock,
) -> None:
    asker = ScriptedAsker(DOWN, GOOD)

    assert await asked(make_line(asker, clock=clock), clock, tries=3) == GOOD

    assert [context.attempt for _, context in asker.asked] == [1, 2]


async def test_no_try_is_made_for_which_there_is_no_time(clock: SettableClock) -> None:
    """A Retry-After beyond the deadline ends it at once. Seen failing without the comparison."""
    asker = ScriptedAsker(TransientError("overloaded", retry_after=timedelta(seconds=9)), GOOD)

    with pytest.raises(Unavailable, match="overloaded"):
        await asked(make_line(asker, clock=clock), clock, tries=3)

    assert len(asker.asked) == 1


async def test_a_system_that_is_down_is_unavailable_since_its_first_failure(
    clock: SettableClock,
) -> None:
    line = make_line(ScriptedAsker(DOWN), clock=clock)
    await broken(line, clock, 2)
    clock.advance(seconds=10)

    with pytest.raises(Unavailable) as caught:
        await asked(line, clock)

    error = caught.value
    assert (error.since, error.destination) == (START, DESTINATION)
    assert error.expected_probe == clock.now() + timedelta(seconds=30)
    assert error.members() == {
        "since": "2026-11-23T09:00:00+00:00",
        "expectedProbe": "2026-11-23T09:00:40+00:00",
        "destination": DESTINATION,
    }


async def test_after_enough_failures_nothing_is_asked_until_the_probe_and_then_one_question(
    clock: SettableClock,
) -> None:
    """I10 and I12 for questions. Seen failing without the claim of the probe."""
    asker = ScriptedAsker(DOWN)
    line = make_line(asker, clock=clock, threshold=3)
    await broken(line, clock, 10)
    assert len(asker.asked) == 3

    clock.advance(seconds=30)
    hanging = Hanging()
    asker.turns = [hanging, GOOD]
    probe = asyncio.create_task(asked(line, clock))
    await hanging.taken.wait()
    await broken(line, clock, 5)
    assert len(asker.asked) == 4
    probe.cancel()

    clock.advance(seconds=30)
    assert await asked(line, clock) == GOOD
    assert await asked(line, clock) == GOOD


async def test_what_the_worker_found_out_is_believed_at_once(clock: SettableClock) -> None:
    store, asker = MemoryStore(), ScriptedAsker(GOOD)
    line = make_line(asker, clock=clock, store=store)
    lease = await store.acquire_lease(
        DESTINATION, "n", now=START, ttl=timedelta(seconds=30), settle=timedelta()
    )
    assert lease is not None
    found = opened(Breaker(), BreakerPolicy(), now=START, reason="refused")
    await store.save_breaker(lease, found, reason="refused", now=START)

    with pytest.raises(Unavailable, match=r"refused") as caught:
        await asked(line, clock)

    assert asker.asked == []
    assert (caught.value.since, caught.value.expected_probe) == (START, found.probe_at)

    clock.advance(minutes=10)  # no worker has looked since: it must be dead
    assert await asked(line, clock) == GOOD


async def test_a_held_destination_is_not_asked(clock: SettableClock) -> None:
    store, asker = MemoryStore(), ScriptedAsker(GOOD)
    await store.hold(DESTINATION, by="anna", reason="maintenance", now=START)

    with pytest.raises(Unavailable, match="operator holds"):
        await asked(make_line(asker, clock=clock, store=store), clock)

    assert asker.asked == []


async def test_without_the_store_the_system_is_still_asked(clock: SettableClock) -> None:
    class Away(MemoryStore):
        async def is_held(self, destination: str) -> bool:
            raise StoreUnavailable(f"gone: {destination}")

    line = make_line(ScriptedAsker(GOOD), clock=clock, store=Away())

    assert await asked(line, clock) == GOOD


async def test_a_system_that_hangs_is_unavailable_at_the_deadline(clock: SettableClock) -> None:
    line = make_line(ScriptedAsker(Hanging()), clock=clock)

    with pytest.raises(Unavailable, match="did not answer in time"):
        await asked(line, clock, seconds=0.01)


async def test_a_question_that_may_have_changed_something_has_an_unknown_outcome(
    clock: SettableClock,
) -> None:
    line = make_line(ScriptedAsker(UncertainError("reset"), Hanging()), clock=clock)

    with pytest.raises(OutcomeUnknown, match="reset"):
        await asked(line, clock, repeatable=False)
    with pytest.raises(OutcomeUnknown, match="in time"):
        await asked(line, clock, repeatable=False, seconds=0.01)


async def test_a_full_bulkhead_asks_nothing_and_blames_nobody(clock: SettableClock) -> None:
    hanging = Hanging()
    asker = ScriptedAsker(hanging)
    line = make_line(asker, clock=clock, concurrency=1, threshold=1)
    first = asyncio.create_task(asked(line, clock, seconds=60))
    await hanging.taken.wait()

    with pytest.raises(Unavailable, match="All places"):
        await asked(line, clock, seconds=0.01)

    assert len(asker.asked) == 1
    first.cancel()
    asker.turns = [GOOD]
    assert await asked(line, clock) == GOOD


async def test_a_deadline_that_has_passed_is_not_the_system_s_fault(clock: SettableClock) -> None:
    asker = ScriptedAsker(GOOD)
    line = make_line(asker, clock=clock, threshold=1)

    with pytest.raises(Unavailable, match="deadline had passed"):
        await asked(line, clock, seconds=-1)

    assert await asked(line, clock) == GOOD


async def test_a_refusal_is_an_answer_and_shows_that_the_system_is_alive(
    clock: SettableClock,
) -> None:
    asker = ScriptedAsker(RejectedError("zgw:invalid", "bronorganisatie is onbekend"))
    line = make_line(asker, clock=clock, threshold=1)

    for _ in range(3):
        with pytest.raises(Refused, match="onbekend") as caught:
            await asked(line, clock)
        assert caught.value.members() == {"reason": "zgw:invalid"}

    assert len(asker.asked) == 3


async def test_a_wrong_setting_stops_the_questions_at_once(clock: SettableClock) -> None:
    asker = ScriptedAsker(ConfigurationError("zaken.secret", "the secret is not theirs"))
    line = make_line(asker, clock=clock)

    await broken(line, clock, 3)

    assert len(asker.asked) == 1


async def test_a_bug_in_an_adapter_is_said_by_its_place_and_never_by_its_words(
    clock: SettableClock,
) -> None:
    line = make_line(ScriptedAsker(KeyError("999993653")), clock=clock)

    with pytest.raises(Unavailable, match="KeyError in") as caught:
        await asked(line, clock)

    assert "999993653" not in str(caught.value)


async def test_what_is_not_offered_is_said_as_it_is(clock: SettableClock) -> None:
    with pytest.raises(NotOffered):
        await asked(make_line(ScriptedAsker(NotOffered("no")), clock=clock), clock)
