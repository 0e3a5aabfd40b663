"""Documents beside messages: found per tenant, never forgotten while a message refers to them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from continuity.store.contract import Store
from continuity.store.records import Accepted, Conflict, Document, MissingDocument
from tests.conformance._store.given import LATER, NOW, SECOND, TENANT, accept, new_message

SHA = "ab" * 32
MOMENT = timedelta(microseconds=1)


def a_document(sha256: str = SHA, *, tenant: str = TENANT, location: str = "") -> Document:
    return Document(
        tenant=tenant,
        sha256=sha256,
        size=5_000_000_000,
        media_type="application/pdf",
        location=location or f"{tenant}/{sha256}",
        key=b"\x00key\xff",
        stored_at=NOW,
    )


class DocumentsContract:
    async def test_a_document_is_found_by_its_tenant_and_hash(self, store: Store) -> None:
        assert await store.add_document(a_document()) == a_document()

        assert await store.find_document(TENANT, SHA) == a_document()
        assert await store.find_document(TENANT, "cd" * 32) is None
        assert await store.find_document("gm9002", SHA) is None

    async def test_the_first_of_two_with_the_same_content_stays(self, store: Store) -> None:
        await store.add_document(a_document())
        second = replace(a_document(location="elsewhere"), stored_at=LATER)

        assert await store.add_document(second) == a_document()
        assert await store.add_document(a_document(tenant="gm9002")) != a_document()
        assert await store.known_locations(["elsewhere", a_document().location]) == {
            a_document().location
        }

    async def test_another_upload_can_take_its_place_while_it_is_in_use(self, store: Store) -> None:
        await store.add_document(a_document())
        await accept(store, new_message(document=SHA))
        again = replace(a_document(location="again"), key=b"other", stored_at=LATER)

        assert await store.add_document(again, replace=True) == again

        assert await store.find_document(TENANT, SHA) == again
        assert await store.orphans(before=LATER + SECOND, limit=10) == []
        assert await store.known_locations([a_document().location, "again"]) == {"again"}

    async def test_a_message_that_refers_to_an_unknown_document_is_not_stored(
        self, store: Store
    ) -> None:
        await store.add_document(a_document(tenant="gm9002"))

        answers = await store.accept(
            [new_message("a"), new_message("b", document=SHA), new_message("c")], now=NOW
        )

        assert answers[1] == MissingDocument(sha256=SHA)
        assert [type(answer) for answer in answers] == [Accepted, MissingDocument, Accepted]
        assert await store.find_message(TENANT, new_message().source, "b") is None

    async def test_it_is_stored_once_the_document_is_there(self, store: Store) -> None:
        await store.accept([new_message(document=SHA)], now=NOW)
        await store.add_document(a_document())

        (taken,) = await accept(store, new_message(document=SHA))

        assert taken.new

    async def test_a_repeated_message_does_not_need_its_document_any_more(
        self, store: Store
    ) -> None:
        await store.add_document(a_document())
        (first,) = await accept(store, new_message(document=SHA))
        other = replace(new_message(document="cd" * 32), digest=b"other")

        answers = await store.accept([new_message(document=SHA), other], now=NOW)

        assert answers == [replace(first, new=False), Conflict(message_id=first.message_id)]

    async def test_a_document_that_nobody_refers_to_is_an_orphan_after_a_while(
        self, store: Store
    ) -> None:
        await store.add_document(a_document())
        await store.add_document(replace(a_document("cd" * 32), stored_at=NOW + SECOND))

        assert await store.orphans(before=NOW, limit=10) == []
        assert await store.orphans(before=NOW + MOMENT, limit=10) == [a_document()]
        assert len(await store.orphans(before=LATER, limit=10)) == 2
        assert await store.orphans(before=LATER, limit=1) == [a_document()]

    async def test_asking_for_it_starts_the_time_of_an_orphan_anew(self, store: Store) -> None:
        await store.add_document(a_document())

        assert await store.touch_document(TENANT, SHA, now=LATER) == a_document()

        assert await store.touch_document(TENANT, "cd" * 32, now=LATER) is None
        assert await store.orphans(before=LATER, limit=10) == []
        assert await store.orphans(before=LATER + MOMENT, limit=10) == [a_document()]

    async def test_storing_it_again_starts_the_time_of_an_orphan_anew(self, store: Store) -> None:
        await store.add_document(a_document())

        await store.add_document(replace(a_document(location="again"), stored_at=LATER))

        assert await store.orphans(before=LATER, limit=10) == []

    async def test_a_document_in_use_is_never_forgotten(self, store: Store) -> None:
        """Seen failing without the mark of use in `accept`."""
        await store.add_document(a_document())
        await accept(store, new_message(document=SHA))
        await store.touch_document(TENANT, SHA, now=NOW)

        assert await store.orphans(before=LATER, limit=10) == []
        assert not await store.forget_document(a_document(), before=LATER)
        assert await store.find_document(TENANT, SHA) == a_document()

    async def test_an_orphan_is_forgotten_once(self, store: Store) -> None:
        await store.add_document(a_document())

        assert await store.forget_document(a_document(), before=LATER)

        assert not await store.forget_document(a_document(), before=LATER)
        assert await store.find_document(TENANT, SHA) is None
        assert await store.known_locations([a_document().location]) == frozenset()
        assert await store.accept([new_message(document=SHA)], now=NOW) == [
            MissingDocument(sha256=SHA)
        ]

    async def test_an_orphan_that_was_asked_for_meanwhile_is_kept(self, store: Store) -> None:
        await store.add_document(a_document())
        await store.touch_document(TENANT, SHA, now=LATER)

        assert not await store.forget_document(a_document(), before=LATER)

    async def test_forgetting_means_one_upload_and_not_the_next(self, store: Store) -> None:
        await store.add_document(a_document())
        await store.forget_document(a_document(), before=LATER)
        again = a_document(location="again")
        await store.add_document(again)

        assert not await store.forget_document(a_document(), before=LATER)

        assert await store.find_document(TENANT, SHA) == again

    async def test_documents_and_their_use_are_there_after_opening_again(
        self, store: Store, reopen: Callable[[], Awaitable[None]]
    ) -> None:
        await store.add_document(a_document())
        await store.add_document(a_document("cd" * 32))
        await accept(store, new_message(document=SHA))

        await reopen()

        assert await store.find_document(TENANT, SHA) == a_document()
        assert await store.orphans(before=LATER, limit=10) == [a_document("cd" * 32)]
