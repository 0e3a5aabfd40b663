"""What every store must do. A store's test class inherits `StoreContract` and gives one fixture.

    class TestSqliteStore(StoreContract):
        @pytest.fixture
        async def store(self, tmp_path: Path) -> AsyncIterator[Store]: ...

The store is open and empty; `close` followed by `open` brings back what was stored.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from continuity.store.contract import Store
from tests.conformance._store.cursors import CursorsContract
from tests.conformance._store.dispatch import DispatchContract
from tests.conformance._store.documents import DocumentsContract
from tests.conformance._store.identities import IdentitiesContract
from tests.conformance._store.inbox import InboxContract
from tests.conformance._store.intake import IntakeContract
from tests.conformance._store.keys import KeysContract
from tests.conformance._store.leases import LeaseContract
from tests.conformance._store.operation import OperationContract
from tests.conformance._store.persistence import PersistenceContract
from tests.conformance._store.planning import PlanningContract
from tests.conformance._store.protocol import ProtocolContract
from tests.conformance._store.reading import ReadingContract
from tests.conformance._store.receipts import ReceiptsContract
from tests.conformance._store.receptions import ReceptionsContract
from tests.conformance._store.reconciliation import ReconciliationContract
from tests.conformance._store.replaying import ReplayingContract
from tests.conformance._store.upkeep import UpkeepContract
from tests.conformance._store.waiting import WaitingContract


class StoreContract(
    IntakeContract,
    ReceptionsContract,
    InboxContract,
    LeaseContract,
    DispatchContract,
    WaitingContract,
    CursorsContract,
    DocumentsContract,
    IdentitiesContract,
    OperationContract,
    PlanningContract,
    ReplayingContract,
    ReconciliationContract,
    ReadingContract,
    ReceiptsContract,
    UpkeepContract,
    KeysContract,
    ProtocolContract,
    PersistenceContract,
):
    @pytest.fixture
    def reopen(self, store: Store) -> Callable[[], Awaitable[None]]:
        async def close_and_open() -> None:
            await store.close()
            await store.open()

        return close_and_open
