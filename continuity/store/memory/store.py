"""The five sides of the contract, over the same rows."""

from __future__ import annotations

from continuity.store.memory.dispatch import MemoryDispatch
from continuity.store.memory.intake import MemoryIntake
from continuity.store.memory.keys import MemoryKeys
from continuity.store.memory.operation import MemoryOperation
from continuity.store.memory.reading import MemoryReading
from continuity.store.memory.tables import Tables


class MemoryStore(MemoryIntake, MemoryDispatch, MemoryOperation, MemoryReading, MemoryKeys):
    def __init__(self) -> None:
        self._tables = Tables()

    async def open(self) -> None:
        """Nothing to open; what was stored before `close` is still there."""

    async def close(self) -> None: ...

    async def ping(self) -> None: ...
