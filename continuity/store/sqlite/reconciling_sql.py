"""Statements of `reconciling`, each with the query plan that it relies on (see `sql`)."""

from __future__ import annotations

from typing import Final

from continuity.store.sqlite.sql import DELIVERY

_REPORT: Final = """
SELECT id, destination, day, state, asked_by, asked_at, changed_at, retry_at, note, checkpoint,
    differences, unsettled
FROM reconciliation
"""
# SEARCH reconciliation USING PK
GET_REPORT: Final = f"{_REPORT} WHERE id = ?"
# SEARCH reconciliation USING INDEX reconciliation_pending (destination=?)
PENDING_REPORTS: Final = f"{_REPORT} WHERE destination = ? AND state <> 'done' ORDER BY id"
# SEARCH reconciliation USING INDEX reconciliation_pending (destination=? AND day=?)
PENDING_REPORT: Final = f"{_REPORT} WHERE destination = ? AND day = ? AND state <> 'done'"
# SEARCH reconciliation USING PK (rowid<?), from the end
LIST_REPORTS: Final = f"{_REPORT} WHERE id < :before ORDER BY id DESC LIMIT :limit"
# SEARCH reconciliation USING INDEX reconciliation_destination (destination=? AND id<?)
LIST_REPORTS_OF: Final = f"""
{_REPORT} WHERE destination = :destination AND id < :before ORDER BY id DESC LIMIT :limit
"""
# SEARCH reconciliation USING INDEX reconciliation_day (day=? AND id<?)
LIST_REPORTS_ON: Final = f"""
{_REPORT} WHERE day = :day AND id < :before
    AND (:destination IS NULL OR destination = :destination)
ORDER BY id DESC LIMIT :limit
"""

INSERT_REPORT: Final = """
INSERT INTO reconciliation (destination, day, state, asked_by, asked_at, changed_at)
VALUES (?, ?, 'wanted', ?, ?, ?) RETURNING id
"""
SAVE_REPORT: Final = """
UPDATE reconciliation SET state = :state, checkpoint = :checkpoint, note = :note,
    retry_at = :retry_at, changed_at = :changed_at, differences = differences + :found,
    unsettled = unsettled + :found
WHERE id = :id AND checkpoint = :before AND state <> 'done'
"""
INSERT_DIFFERENCE: Final = """
INSERT INTO difference (reconciliation_id, number, code, kind, delivery_id, body)
VALUES (?, ?, ?, ?, ?, ?)
"""
_DIFFERENCE: Final = """
SELECT reconciliation_id, number, code, kind, delivery_id, body, settlement, settled_by,
    settled_at, reason
FROM difference
"""
# SEARCH difference USING PK
GET_DIFFERENCE: Final = f"{_DIFFERENCE} WHERE reconciliation_id = ? AND number = ?"
# SEARCH difference USING PK (reconciliation_id=? AND number>?)
LIST_DIFFERENCES: Final = f"""
{_DIFFERENCE} WHERE reconciliation_id = :id AND number > :after
    AND (:code IS NULL OR code = :code)
    AND (:settled IS NULL OR (settlement IS NOT NULL) = :settled)
ORDER BY number LIMIT :limit
"""
SETTLE: Final = """
UPDATE difference SET settlement = ?, settled_by = ?, settled_at = ?, reason = ?
WHERE reconciliation_id = ? AND number = ?
"""
COUNT_SETTLED: Final = "UPDATE reconciliation SET unsettled = unsettled - 1 WHERE id = ?"

# SEARCH m USING INDEX message_accepted (accepted_at>? AND accepted_at<?), then d by
# delivery_message; the newest delivery is the last one of that index
ACCEPTED: Final = f"""
SELECT {DELIVERY} FROM message m INDEXED BY message_accepted
CROSS JOIN delivery d ON d.message_id = m.id AND d.destination = :destination
WHERE m.accepted_at >= :since AND m.accepted_at < :until
    AND (m.accepted_at, m.id) > (:since, :after)
    AND d.round = (SELECT max(o.round) FROM delivery o
        WHERE o.message_id = m.id AND o.destination = :destination)
ORDER BY m.accepted_at, m.id LIMIT :limit
"""  # noqa: S608 - put together from constants

# SEARCH delivery USING PK, then delivery_message
ROUND: Final = """
SELECT d.round, d.route, d.on_parked, d.edited, (SELECT o.id FROM delivery o
    WHERE o.message_id = d.message_id AND o.destination = d.destination
    ORDER BY o.round DESC LIMIT 1)
FROM delivery d WHERE d.id = ?
"""
INSERT_NEXT_ROUND: Final = """
INSERT INTO delivery (id, message_id, tenant, destination, route, lane, on_parked, state, open,
    wait, due_at, fault_code, fault_detail, dependent, deliver_until, changed_at, round, edited)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
COPY_EDIT: Final = """
INSERT INTO edit (delivery_id, body) SELECT ?, body FROM edit WHERE delivery_id = ?
"""

# SEARCH reconciliation USING INDEX reconciliation_day (day<?)
OLD_REPORTS: Final = "SELECT id FROM reconciliation WHERE day < ? ORDER BY day, id LIMIT ?"
DELETE_DIFFERENCES: Final = "DELETE FROM difference WHERE reconciliation_id = ?"
DELETE_REPORT: Final = "DELETE FROM reconciliation WHERE id = ?"
