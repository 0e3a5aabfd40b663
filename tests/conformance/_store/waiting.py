"""Expiry, what becomes due, dependencies, and the breaker."""

from __future__ import annotations

from datetime import timedelta

from continuity.breaker import CLOSED, Breaker, BreakerState
from continuity.delivery import State
from continuity.store.contract import Store
from tests.conformance._store.given import (
    LATER,
    MAIL,
    NOW,
    SECOND,
    ZGW,
    accept,
    accept_many,
    doubtful_outcome,
    lease_of,
    new_message,
    refused,
    retry,
    under_way,
)


class WaitingContract:
    async def test_what_was_not_taken_in_time_expires(self, store: Store) -> None:
        await accept(
            store,
            new_message("late", deliver_until=NOW + 2 * SECOND),
            new_message("later", deliver_until=NOW + SECOND),
            new_message("in-time", deliver_until=LATER),
            new_message("always"),
            new_message("elsewhere", to=(MAIL,), deliver_until=NOW + SECOND),
        )

        assert list(await store.expire(ZGW, now=NOW, limit=10)) == []
        expired = await store.expire(ZGW, now=NOW + 2 * SECOND, limit=10)

        assert list(expired) == [2, 1]
        assert (await store.get_delivery(1)).state is State.EXPIRED
        states = [(await store.get_delivery(number)).state for number in (3, 4, 5)]
        assert states == [State.WAITING] * 3
        assert [entry.actor for entry in await store.timeline(1)][-1] == "expiry"

    async def test_expiry_is_done_in_portions(self, store: Store) -> None:
        await accept(
            store, *(new_message(f"event-{n}", deliver_until=NOW + SECOND) for n in range(5))
        )

        portions = [await store.expire(ZGW, now=LATER, limit=2) for _ in range(4)]

        assert [list(portion) for portion in portions] == [[1, 2], [3, 4], [5], []]

    async def test_what_may_have_been_taken_does_not_expire(self, store: Store) -> None:
        lease, delivery_id = await under_way(store, new_message(deliver_until=NOW + SECOND))
        assert list(await store.expire(ZGW, now=LATER, limit=10)) == []
        await store.finish(lease, [refused(delivery_id, doubtful=True)], now=NOW)
        assert list(await store.expire(ZGW, now=LATER, limit=10)) == []
        await store.replay(delivery_id, by="anna", reason="again", now=NOW)

        assert list(await store.expire(ZGW, now=LATER, limit=10)) == []

    async def test_what_failed_before_expires_like_the_rest(self, store: Store) -> None:
        lease, delivery_id = await under_way(store, new_message(deliver_until=NOW + SECOND))
        await store.finish(lease, [retry(delivery_id)], now=NOW)

        assert list(await store.expire(ZGW, now=LATER, limit=10)) == [delivery_id]

    async def test_after_recovery_everything_that_waits_is_due(self, store: Store) -> None:
        ids = await accept_many(store, 3)
        await accept(store, new_message("tonight", deliver_from=LATER))
        lease = await lease_of(store)
        await store.begin(lease, ids, now=NOW)
        soon = retry(ids[2], due_at=NOW - timedelta(seconds=1))
        await store.finish(lease, [retry(ids[0]), doubtful_outcome(ids[1]), soon], now=NOW)

        assert await store.make_due(lease, now=NOW) == 2

        heads = await store.read_open(ZGW, after=0, limit=10)
        assert [head.due_at for head in heads] == [None, None, soon.due_at, LATER]
        assert await store.make_due(lease, now=NOW) == 0

    async def test_a_delivery_without_a_dependency_waits_for_nothing(self, store: Store) -> None:
        await accept(store, new_message())

        assert await store.waits_for([1, 99]) == {}

    async def test_a_dependant_waits_until_the_other_delivery_is_closed(self, store: Store) -> None:
        await accept(store, new_message("first"), new_message("second", depends_on="first"))
        lease = await lease_of(store)

        assert await store.waits_for([1, 2]) == {2: 1}
        await store.begin(lease, [1], now=NOW)
        assert await store.waits_for([2]) == {2: 1}
        await store.finish(lease, [refused(1)], now=NOW)
        assert await store.waits_for([2]) == {2: 1}
        await store.discard(1, by="anna", reason="not needed", now=NOW)
        assert await store.waits_for([2]) == {}

    async def test_a_dependant_waits_for_a_message_that_was_never_accepted(
        self, store: Store
    ) -> None:
        await accept(
            store,
            new_message("second", depends_on="first"),
            new_message("first", tenant="gm9002"),
            new_message("first", source="urn:other"),
        )

        assert await store.waits_for([1]) == {1: None}

    async def test_a_dependency_that_goes_elsewhere_is_not_waited_for(self, store: Store) -> None:
        await accept(
            store, new_message("first", to=(MAIL,)), new_message("second", depends_on="first")
        )

        assert await store.waits_for([2]) == {}

    async def test_a_breaker_is_closed_until_it_is_saved(self, store: Store) -> None:
        lease = await lease_of(store)
        broken = Breaker(
            state=BreakerState.OPEN,
            failures=5,
            opened_at=NOW,
            probe_at=LATER,
            reason="connection refused",
        )
        assert await store.read_breaker(ZGW) == CLOSED

        await store.save_breaker(lease, broken, reason="connection refused", now=NOW)

        assert await store.read_breaker(ZGW) == broken
        assert await store.read_breaker(MAIL) == CLOSED

    async def test_a_change_of_the_breakers_state_is_audited(self, store: Store) -> None:
        lease = await lease_of(store)
        for breaker in (
            Breaker(failures=1),
            Breaker(failures=5, state=BreakerState.OPEN),
            CLOSED,
        ):
            await store.save_breaker(lease, breaker, reason="refused", now=NOW)

        entries = [
            entry
            for entry in await store.audit_trail(after=0, limit=10)
            if entry.action == "breaker"
        ]

        assert [(entry.before, entry.after, entry.reason) for entry in entries] == [
            ("closed", "open", "refused"),
            ("open", "closed", "refused"),
        ]
