"""The protocol log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from continuity.store.contract import WrongState
from continuity.store.postgres import protocol_sql as sql
from continuity.store.postgres.core import Call, Core
from continuity.store.postgres.rows import Row
from continuity.store.postgres.transaction import Transaction
from continuity.store.protocol import AskOutcome, ProtocolEntry, ProtocolFilter, Recorded
from continuity.store.rules import ended_before, no_such

_NEWEST: Final = 2**63 - 1
"""Before this id lies everything."""


class ProtocolPart(Core):
    async def record_asking(self, entry: ProtocolEntry) -> int:
        return await self._write(Call(run=lambda tx: record_asking(tx, entry)))

    async def record_outcome(
        self, number: int, outcome: AskOutcome, *, persons: frozenset[bytes], at: datetime
    ) -> None:
        await self._write(Call(run=lambda tx: record_outcome(tx, number, outcome, persons, at)))

    async def search_protocol(
        self, which: ProtocolFilter, *, before: int | None, limit: int
    ) -> Sequence[Recorded]:
        asked = {
            "asker": which.user,
            "tenant": which.tenant,
            "purpose": which.purpose,
            "since": which.since,
            "until": which.until,
            "persons": None if which.persons is None else sorted(which.persons),
        }
        names = [name for name in sql.FIELDS if asked[name] is not None]
        statement = sql.search(names)
        values = [asked[name] for name in names]
        newest = _NEWEST if before is None else before
        rows = await self._read(lambda db: db.fetch(statement, newest, limit, *values))
        return [_to_recorded(row) for row in rows]

    async def purge_protocol(self, *, before: datetime, limit: int) -> int:
        return await self._write(Call(run=lambda tx: tx.execute(sql.PURGE, before, limit)))


async def record_asking(tx: Transaction, entry: ProtocolEntry) -> int:
    rows = await tx.write(
        sql.INSERT_ENTRY,
        entry.tenant,
        entry.type,
        entry.destination,
        entry.purpose,
        entry.verwerking,
        entry.user,
        entry.caller,
        list(entry.fields),
        entry.asked_at,
        sorted(entry.persons),
    )
    number: int = rows[0][0]
    return number


async def record_outcome(
    tx: Transaction, number: int, outcome: AskOutcome, persons: frozenset[bytes], at: datetime
) -> None:
    row = await tx.fetch_one(sql.OUTCOME, number)
    if row is None:
        raise no_such("protocol entry", number)
    if row[0] != AskOutcome.ASKED:
        raise WrongState(ended_before(number))
    await tx.execute(sql.INSERT_PERSONS, number, sorted(persons))
    await tx.execute(sql.END_ENTRY, number, outcome.value, at)


def _to_recorded(row: Row) -> Recorded:
    return Recorded(
        id=row[0],
        tenant=row[1],
        type=row[2],
        destination=row[3],
        purpose=row[4],
        verwerking=row[5],
        user=row[6],
        caller=row[7],
        fields=tuple(row[8]),
        asked_at=row[9],
        outcome=AskOutcome(row[10]),
        ended_at=row[11],
        persons=row[12],
    )
