"""The sides of the contract, over the same rows."""

from __future__ import annotations

from continuity.store.memory.cursors import MemoryCursors
from continuity.store.memory.dispatch import MemoryDispatch
from continuity.store.memory.documents import MemoryDocuments
from continuity.store.memory.identities import MemoryIdentities
from continuity.store.memory.intake import MemoryIntake
from continuity.store.memory.keys import MemoryKeys
from continuity.store.memory.operation import MemoryOperation
from continuity.store.memory.protocol import MemoryProtocol
from continuity.store.memory.reading import MemoryReading
from continuity.store.memory.receipts import MemoryReceipts
from continuity.store.memory.receptions import MemoryInbox, MemoryReceptions
from continuity.store.memory.reconciling import MemoryReconciliations
from continuity.store.memory.replaying import MemoryReplaying
from continuity.store.memory.tables import Tables
from continuity.store.memory.upkeep import MemoryUpkeep


class MemoryStore(
    MemoryIntake,
    MemoryReceptions,
    MemoryInbox,
    MemoryDispatch,
    MemoryOperation,
    MemoryReplaying,
    MemoryCursors,
    MemoryDocuments,
    MemoryReconciliations,
    MemoryIdentities,
    MemoryReceipts,
    MemoryReading,
    MemoryUpkeep,
    MemoryKeys,
    MemoryProtocol,
):
    def __init__(self) -> None:
        self._tables = Tables()

    async def open(self) -> None:
        """Nothing to open; what was stored before `close` is still there."""

    async def close(self) -> None: ...

    async def ping(self) -> None: ...
