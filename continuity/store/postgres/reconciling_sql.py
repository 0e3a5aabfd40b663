"""Every statement about reconciliations, with the index that it relies on; see `sql.py`."""

from __future__ import annotations

from typing import Final

from continuity.store.postgres.sql import DELIVERY

_REPORT: Final = """
SELECT id, destination, day, state, asked_by, asked_at, changed_at, retry_at, note, checkpoint,
    differences, unsettled
FROM reconciliation
"""
# reconciliation_pkey
GET_REPORT: Final = f"{_REPORT} WHERE id = $1"
HOLD_REPORT: Final = f"{GET_REPORT} FOR UPDATE"
# reconciliation_pending
PENDING_REPORTS: Final = f"{_REPORT} WHERE destination = $1 AND state <> 'done' ORDER BY id"
PENDING_REPORT: Final = f"{_REPORT} WHERE destination = $1 AND day = $2 AND state <> 'done'"
# reconciliation_pkey, from the end
LIST_REPORTS: Final = f"{_REPORT} WHERE id < $1 ORDER BY id DESC LIMIT $2"
# reconciliation_destination
LIST_REPORTS_OF: Final = f"""
{_REPORT} WHERE id < $1 AND destination = $3 ORDER BY id DESC LIMIT $2
"""
# reconciliation_day
LIST_REPORTS_ON: Final = f"""
{_REPORT} WHERE id < $1 AND day = $3 AND ($4::text IS NULL OR destination = $4)
ORDER BY id DESC LIMIT $2
"""

# reconciliation_pending decides when another process asked first
INSERT_REPORT: Final = """
INSERT INTO reconciliation (destination, day, state, asked_by, asked_at, changed_at)
VALUES ($1, $2, 'wanted', $3, $4, $4)
ON CONFLICT (destination, day) WHERE state <> 'done' DO NOTHING
"""
# reconciliation_pkey
SAVE_REPORT: Final = """
UPDATE reconciliation SET state = $2, checkpoint = $3, note = $4, retry_at = $5, changed_at = $6,
    differences = differences + $7, unsettled = unsettled + $7
WHERE id = $1
"""
INSERT_DIFFERENCES: Final = """
INSERT INTO difference (reconciliation_id, number, code, kind, delivery_id, body)
SELECT * FROM unnest($1::bigint[], $2::integer[], $3::text[], $4::text[], $5::bigint[], $6::bytea[])
"""
_DIFFERENCE: Final = """
SELECT reconciliation_id, number, code, kind, delivery_id, body, settlement, settled_by,
    settled_at, reason
FROM difference
"""
# difference_pkey
GET_DIFFERENCE: Final = f"{_DIFFERENCE} WHERE reconciliation_id = $1 AND number = $2"
HOLD_DIFFERENCE: Final = f"{GET_DIFFERENCE} FOR UPDATE"
# difference_pkey
LIST_DIFFERENCES: Final = f"""
{_DIFFERENCE} WHERE reconciliation_id = $1 AND number > $2
    AND ($3::text IS NULL OR code = $3)
    AND ($4::boolean IS NULL OR (settlement IS NOT NULL) = $4)
ORDER BY number LIMIT $5
"""
# difference_pkey
SETTLE: Final = """
UPDATE difference SET settlement = $3, settled_by = $4, settled_at = $5, reason = $6
WHERE reconciliation_id = $1 AND number = $2
"""
# reconciliation_pkey
COUNT_SETTLED: Final = "UPDATE reconciliation SET unsettled = unsettled - 1 WHERE id = $1"

# message_accepted, then delivery_message for each message; the newest delivery is its last entry
ACCEPTED: Final = f"""
SELECT {DELIVERY} FROM message m CROSS JOIN LATERAL (
    SELECT * FROM delivery o WHERE o.message_id = m.id AND o.destination = $1
    ORDER BY o.round DESC LIMIT 1) d
WHERE (m.accepted_at, m.id) > ($2::timestamptz, $3::bigint) AND m.accepted_at < $4
ORDER BY m.accepted_at, m.id LIMIT $5
"""  # noqa: S608 - put together from constants

# delivery_pkey, then delivery_message
ROUND: Final = """
SELECT d.round, d.route, d.on_parked, (SELECT o.id FROM delivery o
    WHERE o.message_id = d.message_id AND o.destination = d.destination
    ORDER BY o.round DESC LIMIT 1)
FROM delivery d WHERE d.id = $1
"""
# edit_pkey
COPY_EDIT: Final = """
INSERT INTO edit (delivery_id, body) SELECT $1, body FROM edit WHERE delivery_id = $2
"""

# reconciliation_day
OLD_REPORTS: Final = "SELECT id FROM reconciliation WHERE day < $1 ORDER BY day, id LIMIT $2"
DELETE_DIFFERENCES: Final = "DELETE FROM difference WHERE reconciliation_id = ANY ($1::bigint[])"
DELETE_REPORTS: Final = "DELETE FROM reconciliation WHERE id = ANY ($1::bigint[])"
