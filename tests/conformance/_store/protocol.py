"""The protocol log: durable before anything is asked, written once, found by person, purged."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from continuity.store.contract import NotFound, Store, WrongState
from continuity.store.protocol import AskOutcome, ProtocolEntry, ProtocolFilter
from tests.conformance._store.given import LATER, NOW

ANNA, BART, CAS = (bytes([number]) * 32 for number in (1, 2, 3))
NOBODY: frozenset[bytes] = frozenset()
EVERYTHING = ProtocolFilter()


def entry(*persons: bytes) -> ProtocolEntry:
    return ProtocolEntry(
        tenant="0344",
        type="persoon.raadplegen",
        destination="brp",
        purpose="verhuizing",
        verwerking="burgerzaken@verhuizen",
        user="m.dewit",
        caller="balie (k0123456789)",
        persons=frozenset(persons),
        fields=("personen.bsn", "personen.verblijfplaats"),
        asked_at=NOW,
    )


async def found(store: Store, which: ProtocolFilter = EVERYTHING) -> list[int]:
    return [one.id for one in await store.search_protocol(which, before=None, limit=100)]


class ProtocolContract:
    async def test_what_is_asked_is_there_before_its_outcome(
        self, store: Store, reopen: Callable[[], Awaitable[None]]
    ) -> None:
        number = await store.record_asking(entry(ANNA))
        await reopen()

        [one] = await store.search_protocol(EVERYTHING, before=None, limit=10)

        assert (one.id, one.outcome, one.ended_at, one.persons) == (
            number,
            AskOutcome.ASKED,
            None,
            1,
        )
        given = entry(ANNA)
        for name in ("tenant", "type", "destination", "purpose", "verwerking", "user", "caller"):
            assert getattr(one, name) == getattr(given, name)
        assert (one.fields, one.asked_at) == (given.fields, NOW)

    async def test_an_outcome_adds_those_whom_the_answer_is_about(self, store: Store) -> None:
        number = await store.record_asking(entry(ANNA))
        await store.record_outcome(
            number, AskOutcome.ANSWERED, persons=frozenset({ANNA, BART}), at=LATER
        )

        [one] = await store.search_protocol(EVERYTHING, before=None, limit=10)

        assert (one.outcome, one.ended_at, one.persons) == (AskOutcome.ANSWERED, LATER, 2)
        for person in (ANNA, BART):
            which = ProtocolFilter(persons=frozenset({person}))
            assert await found(store, which) == [number]
        assert await found(store, ProtocolFilter(persons=frozenset({CAS}))) == []

    async def test_an_outcome_is_written_once(self, store: Store) -> None:
        number = await store.record_asking(entry())
        await store.record_outcome(number, AskOutcome.UNAVAILABLE, persons=NOBODY, at=LATER)

        with pytest.raises(WrongState):
            await store.record_outcome(
                number, AskOutcome.ANSWERED, persons=frozenset({ANNA}), at=LATER
            )
        with pytest.raises(NotFound):
            await store.record_outcome(number + 1, AskOutcome.ANSWERED, persons=NOBODY, at=LATER)

        [one] = await store.search_protocol(EVERYTHING, before=None, limit=10)
        assert (one.outcome, one.persons) == (AskOutcome.UNAVAILABLE, 0)
        assert await found(store, ProtocolFilter(persons=frozenset({ANNA}))) == []

    async def test_each_condition_leaves_out_what_does_not_fit(self, store: Store) -> None:
        given = entry(ANNA)
        one = await store.record_asking(given)
        others = [
            replace(given, tenant="0363"),
            replace(given, user="p.jansen"),
            replace(given, purpose="adresonderzoek"),
            replace(given, asked_at=LATER),
            entry(BART),
        ]
        numbers = [await store.record_asking(other) for other in others]

        assert await found(store) == [*reversed(numbers), one]
        conditions = [
            ProtocolFilter(tenant="0344"),
            ProtocolFilter(user="m.dewit"),
            ProtocolFilter(purpose="verhuizing"),
            ProtocolFilter(until=LATER),
            ProtocolFilter(persons=frozenset({ANNA, CAS})),
        ]
        for left_out, which in zip(numbers, conditions, strict=True):
            expected = [number for number in [one, *numbers] if number != left_out]
            assert sorted(await found(store, which)) == expected, which
        together = ProtocolFilter(
            tenant="0344",
            persons=frozenset({ANNA}),
            user="m.dewit",
            purpose="verhuizing",
            since=NOW,
            until=NOW + timedelta(microseconds=1),
        )
        assert await found(store, together) == [one]
        assert await found(store, ProtocolFilter(since=LATER)) == [numbers[3]]
        assert await found(store, ProtocolFilter(persons=NOBODY)) == []

    @pytest.mark.parametrize(
        "which",
        [
            EVERYTHING,
            ProtocolFilter(tenant="0344"),
            ProtocolFilter(persons=frozenset({ANNA})),
        ],
    )
    async def test_pages_follow_each_other_newest_first(
        self, store: Store, which: ProtocolFilter
    ) -> None:
        numbers = [await store.record_asking(entry(ANNA, BART)) for _ in range(5)]

        first = await store.search_protocol(which, before=None, limit=3)
        second = await store.search_protocol(which, before=first[-1].id, limit=3)

        assert [one.id for one in [*first, *second]] == list(reversed(numbers))

    async def test_a_purge_leaves_nothing_of_what_is_old_and_all_of_the_rest(
        self, store: Store
    ) -> None:
        old = [await store.record_asking(entry(ANNA)) for _ in range(3)]
        new = await store.record_asking(replace(entry(ANNA), asked_at=LATER))

        assert await store.purge_protocol(before=LATER, limit=2) == 2
        assert await found(store, ProtocolFilter(persons=frozenset({ANNA}))) == [new, old[2]]
        assert await store.purge_protocol(before=LATER, limit=2) == 1
        assert await store.purge_protocol(before=LATER, limit=2) == 0
        assert await found(store) == [new]
        assert await store.record_asking(entry()) > new
