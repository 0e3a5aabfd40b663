"""Statements of housekeeping, with the index that each relies on; see `sql.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from continuity.store.records import TEXT_COLUMNS, Column
from continuity.store.rules import PAGE_BYTES

ID: Final = (("id", "bigint"),)
OF_REFERENCE: Final = (
    ("tenant", "text"),
    ("destination", "text"),
    ("subject", "text"),
    ("name", "text"),
)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the values of a column lie, and what names a row there: columns with their types."""

    table: str
    value: str
    key: tuple[tuple[str, str], ...] = ID

    @property
    def names(self) -> str:
        return ", ".join(name for name, _ in self.key)


SPOTS: Final[Mapping[Column, Spot]] = {
    Column.BODY: Spot("message", "body"),
    Column.CORRELATION_ID: Spot("message", "correlation_id"),
    Column.EDITED_BODY: Spot("edit", "body", (("delivery_id", "bigint"),)),
    Column.EDIT_DIFF: Spot("edit_history", "diff"),
    Column.REQUEST: Spot("step", "request", (("delivery_id", "bigint"), ("name", "text"))),
    Column.RESULT: Spot("step", "result", (("delivery_id", "bigint"), ("name", "text"))),
    Column.REFERENCE: Spot("reference", "value", OF_REFERENCE),
    Column.DIFFERENCE: Spot(
        "difference", "body", (("reconciliation_id", "bigint"), ("number", "bigint"))
    ),
    Column.DOCUMENT_KEY: Spot("document", "key", (("tenant", "text"), ("sha256", "text"))),
    Column.RECEIVED: Spot("reception", "request"),
    Column.RECEIVED_HEADERS: Spot("reception", "request_headers"),
    Column.ANSWERED: Spot("reception", "answer"),
    Column.RECEPTION_KEY: Spot("reception", "key"),
    Column.RECEPTION_DIGEST: Spot("reception", "digest"),
    Column.SUBJECT: Spot("message", "subject"),
    Column.DIGEST: Spot("message", "digest"),
    Column.LANE: Spot("delivery", "lane"),
    Column.REFERENCE_SUBJECT: Spot("reference", "subject", OF_REFERENCE),
    Column.CASE_NUMBER: Spot("identity", "case_number"),
    Column.DEFINITIVE_NUMBER: Spot("identity", "definitive_number"),
}


def read(spot: Spot, *, first: bool) -> str:
    """In the order of the key, by PK. $1: most rows; then the key to start above."""
    above = ""
    if not first:
        places = ", ".join(f"${number}" for number in range(2, len(spot.key) + 2))
        above = f"AND ({spot.names}) > ({places})"
    return f"""
SELECT {spot.names}, content FROM (
    SELECT {spot.names}, content,
        sum(octet_length(content)) OVER (ORDER BY {spot.names}) - octet_length(content) AS earlier
    FROM (SELECT {spot.names}, {spot.value} AS content FROM {spot.table}
        WHERE octet_length({spot.value}) > 0 {above} ORDER BY {spot.names} LIMIT $1) page) sized
WHERE earlier < {PAGE_BYTES} ORDER BY {spot.names}
"""  # noqa: S608 - our own names only


def write(column: Column) -> str:
    """By PK, for many rows: arrays of the key's columns, of old and of new values."""
    spot = SPOTS[column]
    kind = "text" if column in TEXT_COLUMNS else "bytea"
    types = [*(kind_of_key for _, kind_of_key in spot.key), kind, kind]
    arrays = ", ".join(f"${number}::{one}[]" for number, one in enumerate(types, start=1))
    names = ", ".join(f"k{number}" for number in range(len(spot.key)))
    keys = " AND ".join(f"t.{name} = x.k{number}" for number, (name, _) in enumerate(spot.key))
    return f"""
UPDATE {spot.table} t SET {spot.value} = x.after
FROM unnest({arrays}) AS x({names}, before, after)
WHERE {keys} AND t.{spot.value} = x.before
"""  # noqa: S608 - our own names only


def tally(column: Column) -> str:
    """Reads every row, on purpose. $1: the mark; $2: how many bytes count."""
    spot = SPOTS[column]
    text = column in TEXT_COLUMNS
    none = "''" if text else "''::bytea"
    return f"""
SELECT CASE WHEN substr({spot.value}, 1, length($1)) = $1 THEN substr({spot.value}, 1, $2)
    ELSE {none} END AS head, count(*) FROM {spot.table}
WHERE octet_length({spot.value}) > 0 GROUP BY 1
""".replace("$1", "$1::text" if text else "$1::bytea")  # noqa: S608 - our own names only


# message_unpurged (type, tenant): one step per pair
NEXT_UNPURGED: Final = """
SELECT type, tenant FROM message
WHERE purged_at IS NULL AND (type, tenant) > ($1, $2) ORDER BY type, tenant LIMIT 1
"""

# message_accepted
LAST_BEFORE: Final = """
SELECT id FROM message WHERE accepted_at < $1 ORDER BY accepted_at DESC, id DESC LIMIT 1
"""

# by message_unpurged (type, tenant, id)
CANDIDATES: Final = """
SELECT id, subject FROM message
WHERE type = $1 AND tenant = $2 AND purged_at IS NULL AND id > $3 AND id <= $4
    AND accepted_at < $5
ORDER BY id LIMIT $6
"""
LOCK_CANDIDATES: Final = f"{CANDIDATES} FOR UPDATE"

# delivery PK, message PK. A purge at the same moment waits for this, or this for the purge.
KEEP_MESSAGE: Final = """
SELECT m.purged_at FROM message m
WHERE m.id = (SELECT message_id FROM delivery WHERE id = $1) FOR SHARE
"""

# delivery_message
STILL_KEPT: Final = """
SELECT DISTINCT message_id FROM delivery
WHERE message_id = ANY($1::bigint[]) AND (queued IS NOT NULL OR changed_at >= $2)
"""
DELIVERIES: Final = """
SELECT id, destination, lane FROM delivery WHERE message_id = ANY($1::bigint[])
"""

# message PK
EMPTY_MESSAGES: Final = """
UPDATE message m SET body = ''::bytea, subject = x.subject, correlation_id = NULL,
    purged_at = $3
FROM unnest($1::bigint[], $2::text[]) AS x(id, subject) WHERE m.id = x.id
"""
# delivery PK
EMPTY_DELIVERIES: Final = """
UPDATE delivery d SET lane = x.lane, detail = '',
    fault_detail = CASE WHEN d.fault_detail IS NULL THEN NULL ELSE '' END
FROM unnest($1::bigint[], $2::text[]) AS x(id, lane) WHERE d.id = x.id
"""
# edit PK, edit_history_delivery, step PK
EMPTY_EDIT: Final = "UPDATE edit SET body = ''::bytea WHERE delivery_id = ANY($1::bigint[])"
EMPTY_EDITS: Final = "UPDATE edit_history SET diff = $2 WHERE delivery_id = ANY($1::bigint[])"
DELETE_STEPS: Final = "DELETE FROM step WHERE delivery_id = ANY($1::bigint[])"
# recall PK, delivery_lane: nobody waits to hear of an empty lane
DELETE_RECALLS: Final = """
DELETE FROM recall r USING unnest($1::text[], $2::text[]) AS x(destination, lane)
WHERE r.destination = x.destination AND r.lane = x.lane AND NOT EXISTS (
    SELECT 1 FROM delivery d
    WHERE d.destination = x.destination AND d.lane = x.lane AND d.queued IS NOT NULL)
"""
# reference PK by destination, message_subject
DELETE_REFERENCES: Final = """
DELETE FROM reference r USING destination n
WHERE r.tenant = $1 AND r.destination = n.name AND r.subject = ANY($2::text[])
    AND NOT EXISTS (SELECT 1 FROM message m WHERE m.subject = r.subject AND m.tenant = $1)
"""
# identity_number, message_subject
DELETE_IDENTITIES: Final = """
DELETE FROM identity i
WHERE i.case_number = ANY($2::text[]) AND i.tenant = $1
    AND NOT EXISTS (SELECT 1 FROM message m WHERE m.subject = i.case_number AND m.tenant = $1)
"""

# What was removed is overwritten when the space is used again; a vacuum makes it free for that.
TAKE_YOUR_TIME: Final = "SET statement_timeout = 0"
HURRY_AGAIN: Final = "RESET statement_timeout"
VACUUM: Final = "VACUUM message, delivery, edit, edit_history, step, reference, identity, reception"
