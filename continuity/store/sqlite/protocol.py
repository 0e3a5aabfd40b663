"""The protocol log."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from typing import Final

from continuity.store.contract import WrongState
from continuity.store.protocol import AskOutcome, ProtocolEntry, ProtocolFilter, Recorded
from continuity.store.rules import ended_before, no_such
from continuity.store.sqlite import protocol_sql as sql
from continuity.store.sqlite.rows import Row
from continuity.store.sqlite.times import from_micros, to_micros
from continuity.store.sqlite.transaction import Transaction

_NEWEST: Final = 2**63 - 1
"""Before this id lies everything."""


def record_asking(tx: Transaction, entry: ProtocolEntry) -> int:
    number = tx.next_id("protocol_entry")
    values = (
        number,
        entry.tenant,
        entry.type,
        entry.destination,
        entry.purpose,
        entry.verwerking,
        entry.user,
        entry.caller,
        json.dumps(entry.fields),
        to_micros(entry.asked_at),
        len(entry.persons),
    )
    tx.connection.execute(sql.INSERT_ENTRY, values)
    tx.connection.executemany(sql.INSERT_PERSON, [(one, number) for one in entry.persons])
    return number


def record_outcome(
    tx: Transaction, number: int, outcome: AskOutcome, persons: frozenset[bytes], at: datetime
) -> None:
    row = tx.connection.execute(sql.OUTCOME, (number,)).fetchone()
    if row is None:
        raise no_such("protocol entry", number)
    if row[0] != AskOutcome.ASKED:
        raise WrongState(ended_before(number))
    tx.connection.executemany(sql.INSERT_PERSON, [(one, number) for one in persons])
    ended = {"id": number, "outcome": outcome.value, "at": to_micros(at)}
    tx.connection.execute(sql.END_ENTRY, ended)


def search_protocol(
    connection: sqlite3.Connection, which: ProtocolFilter, before: int | None, limit: int
) -> list[Recorded]:
    asked = {
        "asker": which.user,
        "tenant": which.tenant,
        "purpose": which.purpose,
        "since": to_micros(which.since),
        "until": to_micros(which.until),
    }
    asked = {name: value for name, value in asked.items() if value is not None}
    hashes = None if which.persons is None else sorted(which.persons)
    values = {
        **asked,
        **{f"hash{number}": one for number, one in enumerate(hashes or ())},
        "before": _NEWEST if before is None else before,
        "limit": limit,
    }
    statement = sql.search(asked, None if hashes is None else len(hashes))
    return [_to_recorded(row) for row in connection.execute(statement, values)]


def purge_protocol(tx: Transaction, before: datetime, limit: int) -> int:
    old = tx.connection.execute(sql.OLD_ENTRIES, (to_micros(before), limit)).fetchall()
    tx.connection.executemany(sql.DELETE_PERSONS, old)
    tx.connection.executemany(sql.DELETE_ENTRY, old)
    return len(old)


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
        fields=tuple(json.loads(row[8])),
        asked_at=from_micros(row[9]),
        outcome=AskOutcome(row[10]),
        ended_at=from_micros(row[11]),
        persons=row[12],
    )
