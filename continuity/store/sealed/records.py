"""Reconciliations, documents and case numbers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from continuity.store.records import (
    Difference,
    Document,
    Identity,
    IdentityFilter,
    NewDifference,
    NewIdentity,
    ReconciliationState,
    Settlement,
)
from continuity.store.sealed.part import Part


class SealedRecords(Part):
    # --- reconciliations ---

    async def save_reconciliation(
        self,
        reconciliation_id: int,
        *,
        before: str,
        checkpoint: str,
        state: ReconciliationState,
        note: str = "",
        retry_at: datetime | None = None,
        found: Sequence[NewDifference] = (),
        now: datetime,
    ) -> bool:
        return await self._inner.save_reconciliation(
            reconciliation_id,
            before=before,
            checkpoint=checkpoint,
            state=state,
            note=note,
            retry_at=retry_at,
            found=[self._codec.difference(one) for one in found],
            now=now,
        )

    async def list_differences(
        self,
        reconciliation_id: int,
        *,
        code: str | None,
        settled: bool | None,
        after: int,
        limit: int,
    ) -> Sequence[Difference]:
        found = await self._inner.list_differences(
            reconciliation_id, code=code, settled=settled, after=after, limit=limit
        )
        return [self._codec.open_difference(one) for one in found]

    async def get_difference(self, reconciliation_id: int, number: int) -> Difference:
        return self._codec.open_difference(
            await self._inner.get_difference(reconciliation_id, number)
        )

    async def settle_difference(
        self,
        reconciliation_id: int,
        number: int,
        *,
        settlement: Settlement,
        by: str,
        reason: str,
        now: datetime,
    ) -> Difference:
        return self._codec.open_difference(
            await self._inner.settle_difference(
                reconciliation_id, number, settlement=settlement, by=by, reason=reason, now=now
            )
        )

    # --- documents ---

    async def add_document(self, document: Document, *, replace: bool = False) -> Document:
        return self._codec.open_document(
            await self._inner.add_document(self._codec.document(document), replace=replace)
        )

    async def find_document(self, tenant: str, sha256: str) -> Document | None:
        found = await self._inner.find_document(tenant, sha256)
        return found and self._codec.open_document(found)

    async def touch_document(self, tenant: str, sha256: str, *, now: datetime) -> Document | None:
        found = await self._inner.touch_document(tenant, sha256, now=now)
        return found and self._codec.open_document(found)

    async def orphans(self, *, before: datetime, limit: int) -> Sequence[Document]:
        found = await self._inner.orphans(before=before, limit=limit)
        return [self._codec.open_orphan(one) for one in found]

    # --- case numbers ---

    async def add_identity(self, new: NewIdentity, *, now: datetime) -> Identity:
        return self._codec.open_identity(
            await self._inner.add_identity(self._codec.new_identity(new), now=now)
        )

    async def find_identity(self, tenant: str, key: bytes) -> Identity | None:
        found = await self._inner.find_identity(tenant, key)
        return found and self._codec.open_identity(found)

    async def list_identities(
        self, which: IdentityFilter, *, before: int | None, limit: int
    ) -> Sequence[Identity]:
        found = await self._inner.list_identities(
            self._codec.identity_filter(which), before=before, limit=limit
        )
        return [self._codec.open_identity(one) for one in found]

    async def unannounced_identities(
        self, tenants: Collection[str], *, limit: int
    ) -> Sequence[Identity]:
        found = await self._inner.unannounced_identities(tenants, limit=limit)
        return [self._codec.open_identity(one) for one in found]

    async def mark_announced(self, identities: Sequence[Identity], *, now: datetime) -> None:
        sealed = [self._codec.identity(one) for one in identities]
        await self._inner.mark_announced(sealed, now=now)
