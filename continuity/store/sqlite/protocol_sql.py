"""Every statement about the protocol log, with its query plan; see `sql.py`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

_COLUMNS: Final = """id, tenant, type, destination, purpose, verwerking, asker, caller, fields,
    asked_at, outcome, ended_at, persons"""

INSERT_ENTRY: Final = f"""
INSERT INTO protocol_entry ({_COLUMNS})
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'asked', NULL, ?)
"""  # noqa: S608 - put together from constants
INSERT_PERSON: Final = "INSERT OR IGNORE INTO protocol_person (hash, entry_id) VALUES (?, ?)"

# SEARCH protocol_entry USING PK
OUTCOME: Final = "SELECT outcome FROM protocol_entry WHERE id = ?"

# SEARCH protocol_entry USING PK; SEARCH protocol_person USING INDEX protocol_person_entry
END_ENTRY: Final = """
UPDATE protocol_entry SET outcome = :outcome, ended_at = :at,
    persons = (SELECT count(*) FROM protocol_person WHERE entry_id = :id)
WHERE id = :id
"""

# SEARCH protocol_entry USING INDEX protocol_asked (asked_at<?)
OLD_ENTRIES: Final = """
SELECT id FROM protocol_entry INDEXED BY protocol_asked
WHERE asked_at < ? ORDER BY asked_at, id LIMIT ?
"""

# SEARCH protocol_person USING INDEX protocol_person_entry (entry_id=?)
DELETE_PERSONS: Final = "DELETE FROM protocol_person WHERE entry_id = ?"
# SEARCH protocol_entry USING PK
DELETE_ENTRY: Final = "DELETE FROM protocol_entry WHERE id = ?"

# Which index leads a list: the first whose field is asked for. Other conditions only filter.
_PATHS: Final[Mapping[str, str]] = {
    "asker": "INDEXED BY protocol_asker",
    "tenant": "INDEXED BY protocol_tenant",
}
_CONDITIONS: Final[Mapping[str, str]] = {
    "asker": "asker = :asker",
    "tenant": "tenant = :tenant",
    "purpose": "purpose = :purpose",
    "since": "asked_at >= :since",
    "until": "asked_at < :until",
}


def search(asked: Collection[str], hashes: int | None) -> str:
    """A page, newest first, below :before and of :limit; with `hashes` only of :hash0, :hash1...

    SEARCH protocol_entry USING INDEX protocol_asker, protocol_tenant or its PK; with hashes SEARCH
    protocol_person USING PRIMARY KEY (hash=?) first, and each entry by its PK.
    """
    path = "" if hashes else next((_PATHS[name] for name in _PATHS if name in asked), "")
    where = [_CONDITIONS[name] for name in _CONDITIONS if name in asked]
    if hashes is not None:
        named = ", ".join(f":hash{number}" for number in range(hashes))
        where.append(f"id IN (SELECT entry_id FROM protocol_person WHERE hash IN ({named}))")  # noqa: S608 - put together from constants
    return (
        f"SELECT {_COLUMNS} FROM protocol_entry {path} "  # noqa: S608 - put together from constants
        f"WHERE {' AND '.join([*where, 'id < :before'])} ORDER BY id DESC LIMIT :limit"
    )
