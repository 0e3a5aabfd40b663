"""How far readers have come, and news, of which one process has none."""

from __future__ import annotations

from collections.abc import Callable

from continuity.store.memory.tables import Tables


class MemoryCursors:
    _tables: Tables

    async def read_cursor(self, name: str) -> str | None:
        return self._tables.cursors.get(name)

    async def save_cursor(self, name: str, value: str, *, before: str | None) -> bool:
        if self._tables.cursors.get(name) != before:
            return False
        self._tables.cursors[name] = value
        await self._tables.commit()
        return True

    def subscribe(self, heard: Callable[[frozenset[str]], None]) -> None:
        """Nothing to hear: all of it happens in this process."""
