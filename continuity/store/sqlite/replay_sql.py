"""Every statement about replay plans, with the query plan that it relies on; as in `sql`."""

from __future__ import annotations

from typing import Final

INSERT_REPLAY: Final = """
INSERT INTO replay (state, created_by, tenant, reason, created_at, changed_at, options, fingerprint,
    total, destinations)
VALUES ('planned', ?, ?, ?, ?, ?, ?, '', 0, '{}') RETURNING id
"""
# {parked} is the query of `listing.parked_query`; the rows come and are written by id
INSERT_ROWS: Final = """
INSERT INTO replay_row (replay_id, delivery_id, destination)
SELECT :replay_id, id, coalesce(:to, destination) FROM ({parked})
WHERE destination <> 'unrouted' ORDER BY id
"""
# SEARCH replay_row USING PK (replay_id=?)
ROW_IDS: Final = "SELECT delivery_id FROM replay_row WHERE replay_id = ? ORDER BY delivery_id"
# SEARCH r USING PK (replay_id=?), d USING PK; once for a plan
ROWS_BY_DESTINATION: Final = """
SELECT d.destination, count(*) FROM replay_row r JOIN delivery d ON d.id = r.delivery_id
WHERE r.replay_id = ? GROUP BY d.destination ORDER BY d.destination
"""
INSERT_TARGETS: Final = """
INSERT INTO replay_target (replay_id, destination)
SELECT DISTINCT replay_id, destination FROM replay_row WHERE replay_id = ?
"""
FIX_REPLAY: Final = """
UPDATE replay SET state = ?, fingerprint = ?, total = ?, destinations = ? WHERE id = ?
"""

_REPLAY: Final = """
SELECT id, state, note, created_by, approved_by, started_by, tenant, reason, created_at, changed_at,
    fingerprint, options, total, replayed, skipped, delivered, failed, retrying, closed,
    destinations, upto, watched, leg, leg_delivered, leg_failed, leg_retrying, leg_closed
FROM replay
"""
# SEARCH replay USING PK
GET_REPLAY: Final = f"{_REPLAY} WHERE id = ?"
# Both read replay from its end, a row for each plan; the second skips those of other tenants
LIST_REPLAYS: Final = f"{_REPLAY} WHERE id < ? ORDER BY id DESC LIMIT ?"
LIST_REPLAYS_OF: Final = f"{_REPLAY} WHERE id < ? AND tenant = ? ORDER BY id DESC LIMIT ?"
# Reads the whole table: a replay is rare, and it has one row here.
RUNNING_REPLAYS: Final = "SELECT id FROM replay WHERE state = 'running' ORDER BY id"
# The same, and SEARCH replay_row USING COVERING INDEX replay_row_followed for each
FOLLOWED_REPLAYS: Final = """
SELECT id FROM replay WHERE state = 'running' OR EXISTS (
    SELECT 1 FROM replay_row WHERE replay_id = replay.id AND followed = 1)
ORDER BY id
"""

CHANGE_REPLAY: Final = """
UPDATE replay SET state = ?, note = ?, changed_at = ? WHERE id = ?
"""
APPROVE_REPLAY: Final = "UPDATE replay SET approved_by = ? WHERE id = ?"
START_LEG: Final = """
UPDATE replay SET started_by = ?, upto = ?, leg = leg + 1, leg_delivered = 0, leg_failed = 0,
    leg_retrying = 0, leg_closed = 0
WHERE id = ?
"""
PUT_EVENT: Final = """
INSERT INTO replay_event (replay_id, number, at, actor, action, state, reason)
SELECT :replay_id, count(*) + 1, :at, :actor, :action, :state, :reason
FROM replay_event WHERE replay_id = :replay_id
"""
# SEARCH replay_event USING PK (replay_id=?)
EVENTS: Final = """
SELECT at, actor, action, state, reason FROM replay_event WHERE replay_id = ? ORDER BY number
"""
# SEARCH replay_row USING PK (replay_id=?): walks past what is done, once for a start or a resume
NTH_PENDING: Final = """
SELECT delivery_id FROM replay_row WHERE replay_id = ? AND mark IS NULL
ORDER BY delivery_id LIMIT 1 OFFSET ?
"""

# SEARCH replay_target USING PK, h USING PK, b USING PK, and for each the first entry of
# replay_row_pending
TARGETS: Final = """
SELECT t.destination, t.free_at,
    h.destination IS NOT NULL OR coalesce(b.state, 'closed') <> 'closed',
    (SELECT r.delivery_id FROM replay_row r INDEXED BY replay_row_pending
     WHERE r.replay_id = t.replay_id AND r.destination = t.destination AND r.mark IS NULL
     ORDER BY r.delivery_id LIMIT 1)
FROM replay_target t LEFT JOIN hold h ON h.destination = t.destination
LEFT JOIN breaker b ON b.destination = t.destination
WHERE t.replay_id = ?
"""
# SEARCH replay_row USING COVERING INDEX replay_row_pending
NEXT_ROWS: Final = """
SELECT delivery_id FROM replay_row INDEXED BY replay_row_pending
WHERE replay_id = ? AND destination = ? AND mark IS NULL AND delivery_id <= ?
ORDER BY delivery_id LIMIT ?
"""
FREE_TARGET: Final = "UPDATE replay_target SET free_at = ? WHERE replay_id = ? AND destination = ?"
# SEARCH replay_row USING PK
MARK_REPLAYED: Final = """
UPDATE replay_row SET mark = 'replayed', followed = 1, leg = ?, replayed_at = ?, went_as = ?
WHERE replay_id = ? AND delivery_id = ? AND mark IS NULL
"""
MARK_SKIPPED: Final = """
UPDATE replay_row SET mark = 'skipped', skip = ?
WHERE replay_id = ? AND delivery_id = ? AND mark IS NULL
"""
PROGRESS_REPLAY: Final = """
UPDATE replay SET replayed = replayed + ?, skipped = skipped + ? WHERE id = ?
"""
# SEARCH message USING PK
MESSAGE_TYPE: Final = "SELECT type FROM message WHERE id = ?"
# SEARCH delivery USING COVERING INDEX delivery_message (message_id=? AND destination=?)
DELIVERY_AT: Final = "SELECT 1 FROM delivery WHERE message_id = ? AND destination = ?"

# SEARCH r USING INDEX replay_row_followed (replay_id=? AND delivery_id>?), d USING PK
FOLLOWED: Final = """
SELECT r.delivery_id, r.leg, r.fate, d.state, d.wait
FROM replay_row r INDEXED BY replay_row_followed
JOIN delivery d ON d.id = coalesce(r.went_as, r.delivery_id)
WHERE r.replay_id = ? AND r.followed = 1 AND r.delivery_id > ? ORDER BY r.delivery_id LIMIT ?
"""
PUT_FATE: Final = """
UPDATE replay_row SET fate = ?, followed = ? WHERE replay_id = ? AND delivery_id = ?
"""
PUT_FATES: Final = """
UPDATE replay SET delivered = ?, failed = ?, retrying = ?, closed = ?, leg_delivered = ?,
    leg_failed = ?, leg_retrying = ?, leg_closed = ?
WHERE id = ?
"""
PUT_WATCHED: Final = "UPDATE replay SET watched = ? WHERE id = ?"

# SEARCH r USING PK (replay_id=? AND delivery_id>?), the others USING PK
PLANNED_ROWS: Final = """
SELECT r.delivery_id, d.tenant, d.destination, m.subject, r.mark, r.skip, r.replayed_at, r.went_as,
    r.fate, w.state, w.fault_code, w.fault_detail, w.changed_at
FROM replay_row r JOIN delivery d ON d.id = r.delivery_id JOIN message m ON m.id = d.message_id
JOIN delivery w ON w.id = coalesce(r.went_as, r.delivery_id)
WHERE r.replay_id = ? AND r.delivery_id > ? ORDER BY r.delivery_id LIMIT ?
"""

# --- edits ---

PUT_HISTORY: Final = """
INSERT INTO edit_history (delivery_id, at, actor, reason, diff) VALUES (?, ?, ?, ?, ?)
"""
# SEARCH edit_history USING INDEX edit_history_delivery
EDITS: Final = """
SELECT at, actor, reason, diff FROM edit_history WHERE delivery_id = ? ORDER BY id
"""
# SEARCH edit USING PK
COPY_EDIT: Final = """
INSERT INTO edit (delivery_id, body) SELECT ?, body FROM edit WHERE delivery_id = ?
"""
# SEARCH delivery USING PK
ROUTED: Final = "SELECT route, on_parked FROM delivery WHERE id = ?"
