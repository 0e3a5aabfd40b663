"""Every statement about the protocol log, with the index it relies on; see `sql.py`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

_COLUMNS: Final = """id, tenant, type, destination, purpose, verwerking, asker, caller, fields,
    asked_at, outcome, ended_at, persons"""

INSERT_ENTRY: Final = """
WITH entry AS (
    INSERT INTO protocol_entry (tenant, type, destination, purpose, verwerking, asker, caller,
        fields, asked_at, outcome, persons)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'asked', cardinality($10::bytea[]))
    RETURNING id
), person AS (
    INSERT INTO protocol_person (hash, entry_id)
    SELECT hash, entry.id FROM entry, unnest($10::bytea[]) AS hash
)
SELECT id FROM entry
"""

# protocol_entry PK
OUTCOME: Final = "SELECT outcome FROM protocol_entry WHERE id = $1 FOR UPDATE"

INSERT_PERSONS: Final = """
INSERT INTO protocol_person (hash, entry_id)
SELECT hash, $1 FROM unnest($2::bytea[]) AS hash
ON CONFLICT DO NOTHING
"""

# protocol_entry PK, protocol_person_entry
END_ENTRY: Final = """
UPDATE protocol_entry SET outcome = $2, ended_at = $3,
    persons = (SELECT count(*) FROM protocol_person WHERE entry_id = $1)
WHERE id = $1
"""

# protocol_asked, protocol_person_entry, protocol_entry PK
PURGE: Final = """
WITH old AS (
    SELECT id FROM protocol_entry WHERE asked_at < $1 ORDER BY asked_at, id LIMIT $2
), persons AS (
    DELETE FROM protocol_person WHERE entry_id IN (SELECT id FROM old)
)
DELETE FROM protocol_entry WHERE id IN (SELECT id FROM old)
"""

_CONDITIONS: Final[Mapping[str, str]] = {
    "asker": "asker = {}",
    "tenant": "tenant = {}",
    "purpose": "purpose = {}",
    "since": "asked_at >= {}",
    "until": "asked_at < {}",
    "persons": "id IN (SELECT entry_id FROM protocol_person WHERE hash = ANY({}::bytea[]))",
}
FIELDS: Final = tuple(_CONDITIONS)
"""Also the order of the values of a search."""


def search(asked: Collection[str]) -> str:
    """A page, newest first: $1 is the id before it, $2 its length, then the values, as `FIELDS`.

    protocol_asker or protocol_tenant lead where one of them is asked for, unless persons are:
    then protocol_person PK.
    """
    names = [name for name in FIELDS if name in asked]
    where = [_CONDITIONS[name].format(f"${place}") for place, name in enumerate(names, start=3)]
    by_index = "persons" not in names and {"asker", "tenant"} & set(names)
    page, order = ("-id > -$1::bigint", "-id") if by_index else ("id < $1", "id DESC")
    return (
        f"SELECT {_COLUMNS} FROM protocol_entry "  # noqa: S608 - put together from constants
        f"WHERE {' AND '.join([*where, page])} ORDER BY {order} LIMIT $2"
    )
