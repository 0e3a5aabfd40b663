"""Looking at external systems for what nobody told us."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from structlog.testing import capture_logs

from adapters.contract import Clock, News, Polled, TransientError
from continuity.store.memory import MemoryStore
from schakel.intake import NewsRefused
from schakel.polling import Polled as Subject
from schakel.polling import Polling
from schemas.messagetypes import ONTVANGST

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class FakeClock:
    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> datetime:
        return self.moment


class System:
    """A system whose answers are given beforehand; an error among them is raised."""

    poll_every = timedelta(minutes=15)

    def __init__(self, *answers: Polled | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[str | None] = []

    async def poll(self, cursor: str | None, clock: Clock) -> Polled:
        del clock
        self.asked.append(cursor)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


class FakeIntake:
    """Keeps what it is told, or refuses all of it."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.refuses = False

    async def take_news(self, news: Any, *, tenant: str, destination: str) -> None:
        if self.refuses:
            raise NewsRefused("no OIN")
        self.taken += [f"{tenant}/{destination}/{one.id}" for one in news]


def found(id_: str, cursor: str, *, more: bool = False) -> Polled:
    news = News(id=id_, type=ONTVANGST, data={"soort": "zaak", "inhoud": {}}, time=NOW)
    return Polled(news=(news,), cursor=cursor, more=more)


async def polling(
    system: System, intake: FakeIntake, clock: FakeClock, store: MemoryStore
) -> Polling:
    subject = Subject(poller=system, tenant="0344", every=System.poll_every)
    return Polling(polled={"zs": subject}, store=store, intake=intake, clock=clock)  # type: ignore[arg-type]  # it has what polling uses


async def test_it_looks_once_in_each_period_and_goes_on_where_it_was() -> None:
    system, intake, clock, store = (
        System(found("a", "1"), found("b", "2")),
        FakeIntake(),
        FakeClock(),
        MemoryStore(),
    )
    one = await polling(system, intake, clock, store)
    other = await polling(system, intake, clock, store)
    assert not await one.step()
    assert not await other.step()
    assert system.asked == [None]
    clock.moment += timedelta(minutes=15)
    await other.step()
    await one.step()
    assert system.asked == [None, "1"]
    assert intake.taken == ["0344/zs/a", "0344/zs/b"]


async def test_more_is_fetched_at_once() -> None:
    system, intake = System(found("a", "1", more=True), found("b", "2")), FakeIntake()
    one = await polling(system, intake, FakeClock(), MemoryStore())
    assert await one.step()
    assert not await one.step()
    assert system.asked == [None, "1"]


async def test_a_look_that_broke_is_made_again_from_the_same_place_after_the_pause() -> None:
    system, intake, clock = (
        System(TransientError("away"), found("a", "1")),
        FakeIntake(),
        FakeClock(),
    )
    one = await polling(system, intake, clock, MemoryStore())
    assert not await one.step()
    assert not await one.step()
    assert system.asked == [None]
    clock.moment += timedelta(minutes=15)
    await one.step()
    assert system.asked == [None, None]
    assert intake.taken == ["0344/zs/a"]


async def test_a_bug_in_one_look_is_said_without_its_words_and_does_not_stop_the_hub() -> None:
    system, intake, clock = (
        System(ValueError("999993653"), found("a", "1")),
        FakeIntake(),
        FakeClock(),
    )
    one = await polling(system, intake, clock, MemoryStore())
    with capture_logs() as said:
        assert not await one.step()
    assert "bug: ValueError" in str(said)
    assert "999993653" not in str(said)
    clock.moment += timedelta(minutes=15)
    await one.step()
    assert intake.taken == ["0344/zs/a"]


async def test_what_was_refused_is_looked_for_again() -> None:
    system, intake, clock = System(found("a", "1"), found("a", "1")), FakeIntake(), FakeClock()
    one = await polling(system, intake, clock, MemoryStore())
    intake.refuses = True
    await one.step()
    intake.refuses = False
    clock.moment += timedelta(minutes=15)
    await one.step()
    assert system.asked == [None, None]
    assert intake.taken == ["0344/zs/a"]


async def test_a_clock_that_was_set_back_does_not_stop_it_for_long() -> None:
    system, intake, clock = System(found("a", "1"), found("b", "2")), FakeIntake(), FakeClock()
    one = await polling(system, intake, clock, MemoryStore())
    await one.step()
    clock.moment -= timedelta(hours=1)
    await one.step()
    assert system.asked == [None, "1"]
