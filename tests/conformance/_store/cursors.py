"""Cursors: a place to read on from, changed only by who knows where it stands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from continuity.store.contract import Store


class CursorsContract:
    async def test_a_cursor_is_nowhere_until_it_is_saved(self, store: Store) -> None:
        assert await store.read_cursor("receipts") is None

        assert await store.save_cursor("receipts", "7", before=None)

        assert await store.read_cursor("receipts") == "7"
        assert await store.read_cursor("others") is None

    async def test_a_cursor_that_somebody_else_moved_is_left_where_it_is(
        self, store: Store
    ) -> None:
        """Seen failing without the comparison."""
        await store.save_cursor("receipts", "7", before=None)

        assert not await store.save_cursor("receipts", "8", before=None)
        assert not await store.save_cursor("receipts", "8", before="6")
        assert not await store.save_cursor("others", "8", before="6")
        assert await store.read_cursor("receipts") == "7"
        assert await store.save_cursor("receipts", "8", before="7")
        assert await store.read_cursor("receipts") == "8"

    async def test_a_cursor_survives_a_restart(
        self, store: Store, reopen: Callable[[], Awaitable[None]]
    ) -> None:
        await store.save_cursor("receipts", "7", before=None)

        await reopen()

        assert await store.read_cursor("receipts") == "7"
