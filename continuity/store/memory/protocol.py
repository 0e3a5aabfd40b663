"""The protocol log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from continuity.store.contract import WrongState
from continuity.store.memory.tables import Tables
from continuity.store.protocol import (
    AskOutcome,
    ProtocolEntry,
    ProtocolFilter,
    Recorded,
    matches,
)
from continuity.store.rules import ended_before, no_such


class MemoryProtocol:
    _tables: Tables

    async def record_asking(self, entry: ProtocolEntry) -> int:
        tables = self._tables
        tables.last_protocol += 1
        number = tables.last_protocol
        tables.protocol[number] = Recorded(
            id=number,
            tenant=entry.tenant,
            type=entry.type,
            destination=entry.destination,
            purpose=entry.purpose,
            verwerking=entry.verwerking,
            user=entry.user,
            caller=entry.caller,
            fields=entry.fields,
            asked_at=entry.asked_at,
            outcome=AskOutcome.ASKED,
            ended_at=None,
            persons=len(entry.persons),
        )
        tables.protocol_persons[number] = entry.persons
        await tables.commit()
        return number

    async def record_outcome(
        self, number: int, outcome: AskOutcome, *, persons: frozenset[bytes], at: datetime
    ) -> None:
        tables = self._tables
        entry = tables.protocol.get(number)
        if entry is None:
            raise no_such("protocol entry", number)
        if entry.outcome is not AskOutcome.ASKED:
            raise WrongState(ended_before(number))
        together = tables.protocol_persons[number] | persons
        tables.protocol_persons[number] = together
        tables.protocol[number] = replace(
            entry, outcome=outcome, ended_at=at, persons=len(together)
        )
        await tables.commit()

    async def search_protocol(
        self, which: ProtocolFilter, *, before: int | None, limit: int
    ) -> Sequence[Recorded]:
        tables = self._tables
        found = (
            one
            for number, one in reversed(tables.protocol.items())
            if (before is None or number < before)
            and matches(one, tables.protocol_persons[number], which)
        )
        return list(islice(found, limit))

    async def purge_protocol(self, *, before: datetime, limit: int) -> int:
        tables = self._tables
        old = [number for number, one in tables.protocol.items() if one.asked_at < before][:limit]
        for number in old:
            del tables.protocol[number], tables.protocol_persons[number]
        await tables.commit()
        return len(old)
