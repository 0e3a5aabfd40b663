"""Random histories: the SQLite store and the memory store must answer alike, always."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from continuity.breaker import Breaker, BreakerState
from continuity.delivery import State, Wait
from continuity.store.contract import Store, StoreError
from continuity.store.memory import MemoryStore
from continuity.store.records import (
    UNROUTED,
    DeliveryFilter,
    Elsewhere,
    Fault,
    Lease,
    NewDelivery,
    NewMessage,
    NewReception,
    Outcome,
    ReceptionFilter,
    ReceptionOutcome,
    ReplayOptions,
)
from continuity.store.sqlite import SqliteStore
from tests.conformance._store.given import MAIL, NO_ROUTE, NOW, SETTLE, TTL, ZGW, new_message

EVENTS = st.sampled_from([f"event-{number}" for number in range(6)])
DESTINATIONS = st.sampled_from([ZGW, MAIL])
OWNERS = st.sampled_from(["node-1", "node-2"])
IDS = st.integers(min_value=1, max_value=12)
STEPS = st.dictionaries(st.sampled_from(["zaak", "rol"]), st.sampled_from(["a", "b"]), max_size=2)
ROUTES = st.sampled_from([(), (ZGW,), (MAIL,), (ZGW, MAIL), (UNROUTED,)])
TIMES = st.sampled_from([None, NOW + timedelta(minutes=1), NOW + timedelta(hours=1)])

PLANS = st.integers(min_value=1, max_value=3)
ELSEWHERE = Elsewhere(destination=MAIL, types=frozenset({new_message().type}), tenant="gm9001")
OPTIONS = st.builds(
    ReplayOptions,
    rate_per_second=st.sampled_from([None, 1.0]),
    stop_at_percent=st.sampled_from([0, 20]),
    approve_above=st.sampled_from([0, 1]),
    to=st.sampled_from([None, ELSEWHERE]),
)

Call = Callable[[Store], Awaitable[object]]


@st.composite
def messages(draw: st.DrawFn) -> NewMessage:
    to = draw(ROUTES)
    return new_message(
        draw(EVENTS),
        body=draw(st.sampled_from([b"1", b"2"])),
        to=to,
        lane=draw(st.sampled_from(["ZAAK-1", "ZAAK-2"])),
        tenant=draw(st.sampled_from(["gm9001", "gm9002"])),
        deliver_from=draw(TIMES),
        deliver_until=draw(TIMES),
        depends_on=draw(st.none() | EVENTS),
        parked=NO_ROUTE if to == (UNROUTED,) else None,
    )


@st.composite
def receptions(draw: st.DrawFn) -> NewReception:
    return NewReception(
        tenant=draw(st.sampled_from(["gm9001", "gm9002"])),
        destination=draw(DESTINATIONS),
        key=draw(st.sampled_from(["", "a", "b"])),
        digest=draw(st.sampled_from([b"1", b"2"])),
        outcome=draw(st.sampled_from(ReceptionOutcome)),
        kind=draw(st.sampled_from(["x", "y"])),
        request=b"request",
        answer=draw(st.sampled_from([b"1", b"2"])),
        answer_status=200,
        answer_type="text/xml",
    )


@st.composite
def outcomes(draw: st.DrawFn) -> Outcome:
    doubtful = draw(st.booleans())
    outcome = Outcome(
        delivery_id=draw(IDS),
        state=draw(
            st.sampled_from([State.DELIVERED, State.WAITING, State.UNCERTAIN, State.PARKED])
        ),
        doubtful=doubtful,
        fault=draw(st.none() | st.just(Fault(code="transient", detail="503"))),
        detail=draw(st.sampled_from(["", "seen"])),
        references=draw(STEPS),
        completed=draw(STEPS),
        look_ups=draw(st.integers(min_value=0, max_value=2)),
    )
    if outcome.state in {State.WAITING, State.UNCERTAIN}:
        wait = draw(st.sampled_from([Wait.QUEUED, Wait.RETRY, Wait.LOOK_UP]))
        return replace(outcome, wait=wait, due_at=draw(TIMES))
    return outcome


def by_id(outcome: Outcome) -> int:
    return outcome.delivery_id


class SameAnswers(RuleBasedStateMachine):
    """Seen failing with the counter of `begin` left out of the SQLite store."""

    @initialize()
    def begin_anew(self) -> None:
        self.now: datetime = NOW
        self.leases: dict[str, list[Lease]] = {ZGW: [], MAIL: []}
        self.folder = tempfile.TemporaryDirectory()
        self.loop = asyncio.new_event_loop()
        self.memory = MemoryStore()
        self.other = self.new_store()
        self.loop.run_until_complete(self.other.open())

    def new_store(self) -> Store:
        """An empty one, to be compared with memory."""
        return SqliteStore(Path(self.folder.name) / "hub.db", inline=True)

    def teardown(self) -> None:
        if hasattr(self, "loop"):
            self.loop.run_until_complete(self.other.close())
            self.loop.close()
            self.folder.cleanup()

    def both(self, call: Call) -> object:
        """Calls both; their answers, or their refusals, must be the same."""
        wanted, found = self.answer(self.memory, call), self.answer(self.other, call)
        assert found == wanted
        return found

    def answer(self, store: Store, call: Call) -> object:
        async def asked() -> object:
            try:
                answer = await call(store)
            except StoreError as refusal:
                return type(refusal), str(refusal)
            return list(answer) if isinstance(answer, list | tuple) else answer

        return self.loop.run_until_complete(asked())

    @rule(new=st.lists(messages(), max_size=3))
    def accept(self, new: list[NewMessage]) -> None:
        self.both(lambda store: store.accept(new, now=self.now))

    @rule(destination=DESTINATIONS, owner=OWNERS)
    def acquire(self, destination: str, owner: str) -> None:
        lease = self.both(
            lambda store: store.acquire_lease(
                destination, owner, now=self.now, ttl=TTL, settle=SETTLE
            )
        )
        if isinstance(lease, Lease):
            self.leases[destination].append(lease)

    @rule(seconds=st.sampled_from([1, 20, 3600]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def open_again(self) -> None:
        self.loop.run_until_complete(self.other.close())
        self.loop.run_until_complete(self.other.open())

    def lease(self, destination: str, *, stale: bool) -> Lease:
        leases = self.leases[destination]
        return leases[0 if stale else -1]

    def leased(self) -> bool:
        return all(self.leases.values())

    @precondition(leased)
    @rule(destination=DESTINATIONS, stale=st.booleans(), ids=st.lists(IDS, max_size=4))
    def begin(self, destination: str, ids: list[int], *, stale: bool) -> None:
        lease = self.lease(destination, stale=stale)
        self.both(lambda store: store.begin(lease, ids, now=self.now))

    @precondition(leased)
    @rule(destination=DESTINATIONS, ended=st.lists(outcomes(), max_size=2, unique_by=by_id))
    def finish(self, destination: str, ended: list[Outcome]) -> None:
        lease = self.lease(destination, stale=False)
        self.both(lambda store: store.finish(lease, ended, now=self.now))

    @precondition(leased)
    @rule(destination=DESTINATIONS, outcome=outcomes())
    def begin_and_finish(self, destination: str, outcome: Outcome) -> None:
        lease = self.lease(destination, stale=False)
        ids = [outcome.delivery_id]
        self.both(lambda store: store.begin(lease, ids, now=self.now))
        self.both(lambda store: store.finish(lease, [outcome], now=self.now))

    @precondition(leased)
    @rule(destination=DESTINATIONS, number=IDS, prepared=STEPS, completed=STEPS)
    def save_steps(
        self, destination: str, number: int, prepared: dict[str, str], completed: dict[str, str]
    ) -> None:
        lease = self.lease(destination, stale=False)
        requests = {step: text.encode() for step, text in prepared.items()}
        self.both(
            lambda store: store.save_steps(lease, number, prepared=requests, completed=completed)
        )

    @precondition(leased)
    @rule(destination=DESTINATIONS)
    def look_around(self, destination: str) -> None:
        lease = self.lease(destination, stale=False)
        self.both(lambda store: store.load(lease, range(1, 13)))
        self.both(lambda store: store.recalled_lanes(lease))
        self.both(lambda store: store.make_due(lease, now=self.now))

    @precondition(leased)
    @rule(destination=DESTINATIONS, state=st.sampled_from(BreakerState))
    def save_breaker(self, destination: str, state: BreakerState) -> None:
        lease = self.lease(destination, stale=False)
        breaker = Breaker(state=state, failures=1, opened_at=self.now)
        self.both(lambda store: store.save_breaker(lease, breaker, reason="x", now=self.now))

    @precondition(leased)
    @rule(destination=DESTINATIONS)
    def release_lease(self, destination: str) -> None:
        lease = self.lease(destination, stale=False)
        self.both(lambda store: store.release_lease(lease, now=self.now))

    @rule(destination=DESTINATIONS, limit=st.integers(min_value=1, max_value=3))
    def expire(self, destination: str, limit: int) -> None:
        self.both(lambda store: store.expire(destination, now=self.now, limit=limit))

    @rule(destination=DESTINATIONS, held=st.booleans())
    def hold(self, destination: str, *, held: bool) -> None:
        if held:
            self.both(lambda s: s.hold(destination, by="anna", reason="x", now=self.now))
        else:
            self.both(lambda s: s.release(destination, by="anna", reason="x", now=self.now))

    @rule(number=IDS, edited=st.none() | st.just(b"edited"), absent=st.booleans())
    def replay(self, number: int, edited: bytes | None, *, absent: bool) -> None:
        self.both(
            lambda store: store.replay(
                number,
                by="anna",
                reason="x",
                now=self.now,
                edited_body=edited,
                verified_absent=absent,
            )
        )

    @rule(number=IDS)
    def discard(self, number: int) -> None:
        self.both(lambda store: store.discard(number, by="anna", reason="x", now=self.now))

    @rule(new=receptions(), more=st.lists(messages(), max_size=2))
    def receive(self, new: NewReception, more: list[NewMessage]) -> None:
        self.both(lambda store: store.receive(new, more, now=self.now))

    @rule(ids=st.lists(IDS, max_size=3))
    def collect(self, ids: list[int]) -> None:
        self.both(lambda store: store.collect(ids, by="kern", now=self.now))

    @rule(number=IDS, to=st.lists(DESTINATIONS, unique=True))
    def reroute(self, number: int, to: list[str]) -> None:
        new = [NewDelivery(destination=name, route="later") for name in to]
        self.both(lambda store: store.reroute(number, new, by="anna", reason="x", now=self.now))

    @rule(number=IDS, to=DESTINATIONS, absent=st.booleans())
    def redirect(self, number: int, to: str, *, absent: bool) -> None:
        self.both(
            lambda store: store.redirect(
                number, to, by="anna", reason="x", now=self.now, verified_absent=absent
            )
        )

    @rule(destination=st.none() | DESTINATIONS, options=OPTIONS)
    def plan(self, destination: str | None, options: ReplayOptions) -> None:
        which = DeliveryFilter(destination=destination)
        self.both(
            lambda store: store.plan_replay(
                which, options=options, by="anna", reason="x", now=self.now
            )
        )

    @rule(number=PLANS, sample=st.none() | st.integers(1, 3))
    def start_plan(self, number: int, sample: int | None) -> None:
        self.both(lambda store: store.start_replay(number, by="bert", now=self.now, sample=sample))

    @rule(number=PLANS, act=st.sampled_from(["approve", "pause", "resume"]))
    def operate_plan(self, number: int, act: str) -> None:
        self.both(
            lambda store: getattr(store, f"{act}_replay")(
                number, by="carl", reason="x", now=self.now
            )
        )

    @rule(number=st.integers(min_value=1, max_value=3), limit=st.integers(1, 3))
    def advance(self, number: int, limit: int) -> None:
        self.both(lambda store: store.advance_replay(number, limit=limit, now=self.now))

    @rule(number=st.integers(min_value=1, max_value=3))
    def cancel(self, number: int) -> None:
        self.both(lambda store: store.cancel_replay(number, by="bert", now=self.now))

    @invariant()
    def lists_are_the_same(self) -> None:
        self.both(lambda store: store.list_deliveries(DeliveryFilter(), before=None, limit=99))
        self.both(lambda store: store.destinations())
        for name in (ZGW, MAIL):
            self.both(lambda store, name=name: store.read_open(name, after=0, limit=99))  # type: ignore[misc]  # lambda with default

    @invariant()
    def counters_equal_a_recount(self) -> None:
        for store in (self.memory, self.other):
            counts = self.answer(store, lambda s: s.counts())
            assert counts == self.answer(store, lambda s: s.recount())
        self.both(lambda store: store.counts())

    @invariant()
    def the_audit_trail_is_the_same_and_holds(self) -> None:
        self.both(lambda store: store.audit_trail(after=0, limit=10_000))
        assert self.both(lambda store: store.verify_audit()) is None

    @invariant()
    def receptions_and_inboxes_are_the_same(self) -> None:
        self.both(lambda store: store.list_receptions(ReceptionFilter(), before=None, limit=99))
        names = (ZGW, MAIL)
        self.both(lambda store: store.read_inbox(names, after=0, limit=99, now=self.now))

    @invariant()
    def plans_are_the_same(self) -> None:
        self.both(lambda store: store.list_replays(before=None, limit=99))
        self.both(lambda store: store.followed_replays())
        for number in (1, 2, 3):
            self.both(lambda store, number=number: store.replay_rows(number, after=0, limit=99))  # type: ignore[misc]  # lambda with default
            self.both(lambda store, number=number: store.replay_history(number))  # type: ignore[misc]  # lambda with default

    @invariant()
    def dependencies_are_settled_alike(self) -> None:
        for number in range(1, 13):
            self.both(lambda store, number=number: store.waits_for([number]))  # type: ignore[misc]  # lambda with default


SameAnswers.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,  # a commit takes as long as the disk takes
    suppress_health_check=[HealthCheck.too_slow],
)
TestSameAnswers = SameAnswers.TestCase
