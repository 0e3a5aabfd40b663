"""What systems outside hand in: kept with its answer, taken once, removed in time."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import datetime

import pytest

from continuity.store.contract import DocumentGone, NotFound, Store
from continuity.store.records import (
    RECEPTION_TYPE,
    Accepted,
    Conflict,
    DeliveryFilter,
    KeyTaken,
    NewReception,
    Purged,
    Received,
    Reception,
    ReceptionFilter,
    ReceptionOutcome,
    Repeated,
)
from tests.conformance._store.given import LATER, NOW, SECOND, TENANT, ZGW, new_message

REFUSED = ReceptionOutcome.REFUSED
IGNORED = ReceptionOutcome.IGNORED


def new_reception(
    key: str = "ZS-0001",
    *,
    content: bytes = b"<zakLk01/>",
    outcome: ReceptionOutcome = ReceptionOutcome.TAKEN,
    kind: str = "creeerZaak",
    tenant: str = TENANT,
    destination: str = ZGW,
    answer: bytes = b"<Bv03/>",
) -> NewReception:
    return NewReception(
        tenant=tenant,
        destination=destination,
        key=key,
        digest=hashlib.sha256(content).digest(),
        outcome=outcome,
        kind=kind,
        code="StUF058" if outcome is REFUSED else "",
        detail="words" if outcome is REFUSED else "",
        request=content,
        request_headers='{"content-type": "text/xml"}',
        answer=answer,
        answer_status=200,
        answer_type="text/xml",
    )


async def received(store: Store, new: NewReception, *, now: datetime = NOW) -> Reception:
    answer = await store.receive(new, (), now=now)
    assert isinstance(answer, Received)
    return answer.reception


async def all_receptions(
    store: Store, which: ReceptionFilter | None = None, *, before: int | None = None
) -> list[Reception]:
    return list(await store.list_receptions(which or ReceptionFilter(), before=before, limit=100))


async def purge_receptions(store: Store, *, before: datetime, limit: int = 100) -> Purged:
    return await store.purge(
        TENANT,
        RECEPTION_TYPE,
        before=before,
        after=0,
        limit=limit,
        by="retention",
        reason="kept for 90d",
        now=LATER,
    )


class ReceptionsContract:
    async def test_a_reception_is_kept_with_its_answer_and_its_messages(self, store: Store) -> None:
        messages = [new_message("case"), new_message("document")]

        answer = await store.receive(new_reception(), messages, now=NOW)

        assert answer == Received(
            reception=await store.get_reception(1),
            results=(
                Accepted(message_id=1, new=True, destinations=(ZGW,)),
                Accepted(message_id=2, new=True, destinations=(ZGW,)),
            ),
        )
        assert answer.reception == Reception(
            id=1,
            tenant=TENANT,
            destination=ZGW,
            key="ZS-0001",
            digest=new_reception().digest,
            at=NOW,
            outcome=ReceptionOutcome.TAKEN,
            kind="creeerZaak",
            code="",
            detail="",
            message_ids=(1, 2),
            request=b"<zakLk01/>",
            request_headers='{"content-type": "text/xml"}',
            answer=b"<Bv03/>",
            answer_status=200,
            answer_type="text/xml",
        )
        assert [head.id for head in await store.read_open(ZGW, after=0, limit=9)] == [1, 2]
        trail = await store.audit_trail(after=0, limit=10)
        assert [(one.action, one.message_id) for one in trail] == [("accept", 1), ("accept", 2)]
        assert await store.counts() == await store.recount()

    async def test_the_same_again_gets_the_first_answer_and_stores_nothing(
        self, store: Store
    ) -> None:
        """Seen failing without the look-up by key."""
        await store.receive(new_reception(), [new_message()], now=NOW)

        other = new_reception(answer=b"another")
        again = await store.receive(other, [new_message("another")], now=LATER)

        assert again == Repeated(reception=await store.get_reception(1))
        assert again.reception.answer == b"<Bv03/>"
        assert len(await all_receptions(store)) == 1
        assert len(await store.list_deliveries(DeliveryFilter(), before=None, limit=9)) == 1

    async def test_the_same_key_for_something_else_is_taken(self, store: Store) -> None:
        await store.receive(new_reception(), (), now=NOW)

        other = new_reception(content=b"<other/>")
        answer = await store.receive(other, [new_message()], now=LATER)

        assert answer == KeyTaken(reception=await store.get_reception(1))
        assert len(await all_receptions(store)) == 1
        assert await store.list_deliveries(DeliveryFilter(), before=None, limit=9) == []

    @pytest.mark.parametrize(
        "other",
        [new_reception(tenant="gm9002"), new_reception(destination="djuma")],
        ids=["tenant", "destination"],
    )
    async def test_another_sender_may_use_the_same_key(
        self, store: Store, other: NewReception
    ) -> None:
        await received(store, new_reception())

        assert (await received(store, other)).id == 2

    async def test_what_was_refused_may_be_handed_in_again(self, store: Store) -> None:
        """Seen failing with refused ones in the unique index."""
        first = await received(store, new_reception(outcome=REFUSED))
        second = await received(store, new_reception(outcome=REFUSED))
        third = await received(store, new_reception())

        again = await store.receive(new_reception(outcome=REFUSED), (), now=NOW)

        assert [first.id, second.id, third.id] == [1, 2, 3]
        assert again == Repeated(reception=third)

    async def test_what_was_ignored_is_recognised(self, store: Store) -> None:
        first = await received(store, new_reception(outcome=IGNORED))

        assert await store.receive(new_reception(), (), now=NOW) == Repeated(reception=first)

    async def test_without_a_key_nothing_is_recognised(self, store: Store) -> None:
        first = await received(store, new_reception(""))
        second = await received(store, new_reception(""))

        assert (first.id, second.id) == (1, 2)
        assert [one.key for one in await all_receptions(store)] == ["", ""]

    async def test_a_message_that_was_known_before_is_no_error(self, store: Store) -> None:
        await store.accept([new_message("a"), new_message("b")], now=NOW)
        messages = [new_message("a"), new_message("b", body=b"{}"), new_message("c")]

        answer = await store.receive(new_reception(), messages, now=LATER)

        assert isinstance(answer, Received)
        assert answer.results == (
            Accepted(message_id=1, new=False, destinations=(ZGW,)),
            Conflict(message_id=2),
            Accepted(message_id=3, new=True, destinations=(ZGW,)),
        )
        assert answer.reception.message_ids == (1, 2, 3)

    async def test_a_message_without_its_document_is_not_taken(self, store: Store) -> None:
        """Seen failing: the other message was stored, and the sender told that all was well."""
        messages = [new_message("a"), new_message("b", document="ab" * 32)]

        with pytest.raises(DocumentGone, match=f"{'ab' * 32} was never stored"):
            await store.receive(new_reception(), messages, now=NOW)

        assert await all_receptions(store) == []
        assert await store.list_deliveries(DeliveryFilter(), before=None, limit=9) == []
        assert await store.audit_trail(after=0, limit=9) == []

    async def test_the_same_at_the_same_moment_is_taken_once(self, store: Store) -> None:
        answers = await asyncio.gather(
            *(store.receive(new_reception(), [new_message()], now=NOW) for _ in range(20))
        )

        kinds = [type(answer) for answer in answers]
        assert kinds.count(Received) == 1
        assert kinds.count(Repeated) == 19
        assert len(await all_receptions(store)) == 1

    async def test_a_list_has_no_content_and_the_newest_first(self, store: Store) -> None:
        for number in range(3):
            await received(store, new_reception(f"k{number}"))

        found = await all_receptions(store)

        assert [(one.id, one.key) for one in found] == [(3, "k2"), (2, "k1"), (1, "k0")]
        assert {(one.request, one.request_headers, one.answer) for one in found} == {(b"", "", b"")}
        assert [one.id for one in await all_receptions(store, before=3)] == [2, 1]
        assert len(await store.list_receptions(ReceptionFilter(), before=None, limit=2)) == 2

    @pytest.mark.parametrize(
        ("which", "wanted"),
        [
            (ReceptionFilter(tenant="gm9002"), [2]),
            (ReceptionFilter(destination="djuma"), [3]),
            (ReceptionFilter(outcome=REFUSED), [4]),
            (ReceptionFilter(kind="updateZaak"), [5]),
            (ReceptionFilter(tenant=TENANT, destination=ZGW), [5, 4, 1]),
            (ReceptionFilter(tenant=TENANT, outcome=REFUSED, kind="creeerZaak"), [4]),
            (ReceptionFilter(destination="nobody"), []),
        ],
    )
    async def test_a_list_has_what_was_asked_for(
        self, store: Store, which: ReceptionFilter, wanted: list[int]
    ) -> None:
        await received(store, new_reception("1"))
        await received(store, new_reception("2", tenant="gm9002"))
        await received(store, new_reception("3", destination="djuma"))
        await received(store, new_reception("4", outcome=REFUSED))
        await received(store, new_reception("5", kind="updateZaak"))

        assert [one.id for one in await all_receptions(store, which)] == wanted

    async def test_an_unknown_reception_is_not_found(self, store: Store) -> None:
        with pytest.raises(NotFound, match="There is no reception 7"):
            await store.get_reception(7)

    async def test_the_content_of_old_receptions_is_removed(self, store: Store) -> None:
        """Seen failing with the answer left in place."""
        await received(store, new_reception("old", outcome=REFUSED))
        await received(store, new_reception("new"), now=NOW + SECOND)
        await received(store, new_reception("other", tenant="gm9002"))
        assert await store.unpurged() == [(TENANT, RECEPTION_TYPE), ("gm9002", RECEPTION_TYPE)]
        assert await store.purgeable(TENANT, RECEPTION_TYPE, before=NOW + SECOND) == 1

        done = await purge_receptions(store, before=NOW + SECOND)

        assert done == Purged(messages=1, reached=1, done=True)
        old = await store.get_reception(1)
        assert (old.key, old.digest, old.detail) == ("", b"", "")
        assert (old.request, old.request_headers, old.answer) == (b"", "", b"")
        assert (old.kind, old.code, old.at, old.purged_at) == ("creeerZaak", "StUF058", NOW, LATER)
        assert (await store.get_reception(2)).request == b"<zakLk01/>"
        (entry,) = await store.audit_trail(after=0, limit=9)
        assert (entry.action, entry.actor, entry.tenant) == ("purge", "retention", TENANT)
        assert entry.reason == "1 of type ontvangst: kept for 90d"

    async def test_a_purge_goes_on_in_small_steps_to_the_end(self, store: Store) -> None:
        for number in range(3):
            await received(store, new_reception(f"k{number}"))

        steps = [await purge_receptions(store, before=LATER, limit=2) for _ in range(3)]

        assert [(one.messages, one.done) for one in steps] == [(2, False), (1, True), (0, True)]
        assert await store.unpurged() == []

    async def test_a_key_is_free_again_after_a_purge(self, store: Store) -> None:
        await received(store, new_reception())
        await purge_receptions(store, before=LATER)

        assert (await received(store, new_reception())).id == 2

    async def test_messages_are_no_receptions_to_a_purge(self, store: Store) -> None:
        await store.receive(new_reception(), [new_message()], now=NOW)

        await purge_receptions(store, before=LATER)

        assert (await store.get_message(1)).body == b'{"id":"event-1"}'
        assert await store.unpurged() == [(TENANT, new_message().type)]
