"""Statements of housekeeping, with the query plan that each relies on; see `sql.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from continuity.store.records import Column


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the values of a column lie, and what names a row there."""

    table: str
    value: str
    key: tuple[str, ...] = ("id",)


SPOTS: Final[Mapping[Column, Spot]] = {
    Column.BODY: Spot("message", "body"),
    Column.CORRELATION_ID: Spot("message", "correlation_id"),
    Column.EDITED_BODY: Spot("edit", "body", ("delivery_id",)),
    Column.EDIT_DIFF: Spot("edit_history", "diff"),
    Column.REQUEST: Spot("step", "request"),
    Column.RESULT: Spot("step", "result"),
    Column.REFERENCE: Spot("reference", "value", ("tenant", "destination", "subject", "name")),
    Column.DIFFERENCE: Spot("difference", "body", ("reconciliation_id", "number")),
    Column.DOCUMENT_KEY: Spot("document", "key", ("tenant", "sha256")),
    Column.RECEIVED: Spot("reception", "request"),
    Column.RECEIVED_HEADERS: Spot("reception", "request_headers"),
    Column.ANSWERED: Spot("reception", "answer"),
    Column.RECEPTION_KEY: Spot("reception", "key"),
    Column.RECEPTION_DIGEST: Spot("reception", "digest"),
    Column.SUBJECT: Spot("message", "subject"),
    Column.DIGEST: Spot("message", "digest"),
    Column.LANE: Spot("delivery", "lane"),
    Column.REFERENCE_SUBJECT: Spot(
        "reference", "subject", ("tenant", "destination", "subject", "name")
    ),
    Column.CASE_NUMBER: Spot("identity", "case_number"),
    Column.DEFINITIVE_NUMBER: Spot("identity", "definitive_number"),
}


def read(spot: Spot, *, first: bool) -> str:
    """SEARCH or SCAN in the order of the key, as far as rows are fetched."""
    keys, marks = ", ".join(spot.key), ", ".join("?" * len(spot.key))
    above = "" if first else f"AND ({keys}) > ({marks})"
    return (
        f"SELECT {keys}, {spot.value} FROM {spot.table} "  # noqa: S608 - our own names only
        f"WHERE length({spot.value}) > 0 {above} ORDER BY {keys} LIMIT ?"
    )


def write(spot: Spot) -> str:
    """SEARCH by the key."""
    keys = " AND ".join(f"{key} = ?" for key in spot.key)
    return (
        f"UPDATE {spot.table} SET {spot.value} = ? "  # noqa: S608 - our own names only
        f"WHERE {keys} AND {spot.value} = ?"
    )


def tally(spot: Spot) -> str:
    """Reads every row, on purpose; of a long value only its start."""
    head = f"substr({spot.value}, 1, :length)"
    known = f"substr({spot.value}, 1, length(:mark)) = :mark"
    return (
        f"SELECT CASE WHEN {known} THEN {head} ELSE '' END, count(*) "  # noqa: S608 - our own names only
        f"FROM {spot.table} WHERE length({spot.value}) > 0 GROUP BY 1"
    )


# SEARCH message USING COVERING INDEX message_unpurged (type, tenant): one step per pair
NEXT_UNPURGED: Final = """
SELECT type, tenant FROM message INDEXED BY message_unpurged
WHERE purged_at IS NULL AND (type, tenant) > (?, ?) ORDER BY type, tenant LIMIT 1
"""

# SEARCH message USING COVERING INDEX message_accepted (accepted_at<?)
LAST_BEFORE: Final = """
SELECT id FROM message INDEXED BY message_accepted
WHERE accepted_at < ? ORDER BY accepted_at DESC, id DESC LIMIT 1
"""

# SEARCH message USING INDEX message_unpurged (type=? AND tenant=? AND id>? AND id<?)
CANDIDATES: Final = """
SELECT id, subject FROM message INDEXED BY message_unpurged
WHERE type = :type AND tenant = :tenant AND purged_at IS NULL AND id > :after AND id <= :last
    AND accepted_at < :before
ORDER BY id LIMIT :limit
"""

# SEARCH delivery USING INDEX delivery_message (message_id=?)
STILL_KEPT: Final = """
SELECT 1 FROM delivery WHERE message_id = ? AND (open = 1 OR changed_at >= ?) LIMIT 1
"""
DELIVERIES: Final = "SELECT id, destination, lane FROM delivery WHERE message_id = ?"

EMPTY_MESSAGE: Final = """
UPDATE message SET body = x'', subject = :subject, correlation_id = NULL, purged_at = :now
WHERE id = :id
"""
EMPTY_DELIVERY: Final = """
UPDATE delivery SET lane = :lane, detail = '',
    fault_detail = CASE WHEN fault_detail IS NULL THEN NULL ELSE '' END
WHERE id = :id
"""
EMPTY_EDIT: Final = "UPDATE edit SET body = x'' WHERE delivery_id = ?"
EMPTY_EDITS: Final = "UPDATE edit_history SET diff = ? WHERE delivery_id = ?"
# SEARCH recall USING PK, delivery USING INDEX delivery_lane: nobody waits to hear of an empty lane
DELETE_RECALL: Final = """
DELETE FROM recall WHERE destination = :destination AND lane = :lane AND NOT EXISTS (
    SELECT 1 FROM delivery d WHERE d.destination = :destination AND d.lane = :lane AND d.open = 1)
"""
DELETE_STEPS: Final = "DELETE FROM step WHERE delivery_id = ?"

# SEARCH message USING INDEX message_subject
SUBJECT_IN_USE: Final = "SELECT 1 FROM message WHERE subject = ? AND tenant = ? LIMIT 1"
# SEARCH reference USING PK (tenant=? AND destination=? AND subject=?)
DELETE_REFERENCES: Final = """
DELETE FROM reference WHERE tenant = :tenant AND destination IN (SELECT name FROM destination)
    AND subject = :subject
"""
# SEARCH identity USING INDEX identity_number (case_number=?)
DELETE_IDENTITIES: Final = """
DELETE FROM identity INDEXED BY identity_number WHERE case_number = :subject AND tenant = :tenant
"""

EMPTY_LOG: Final = "PRAGMA wal_checkpoint(TRUNCATE)"
