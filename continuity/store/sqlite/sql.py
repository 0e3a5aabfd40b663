"""Every statement of the SQLite store, with the query plan that it relies on.

`tests/continuity/store/sqlite/test_sql.py` asks SQLite for the plans and fails on a scan. "PK" is
the table's own primary key. Names with a colon are parameters.
"""

from __future__ import annotations

from typing import Final

# --- intake ---

# SEARCH message USING INDEX message_event
FIND_EVENT: Final = """
SELECT id, digest FROM message WHERE event_id = :event_id AND tenant = :tenant AND source = :source
"""

INSERT_MESSAGE: Final = """
INSERT INTO message (id, tenant, source, event_id, type, subject, deliver_from,
    deliver_until, depends_on, correlation_id, accepted_at, digest, body)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

INSERT_DELIVERY: Final = """
INSERT INTO delivery (id, message_id, tenant, destination, route, lane, on_parked, state, open,
    wait, due_at, fault_code, fault_detail, dependent, deliver_until, changed_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?)
"""

# SEARCH delivery USING COVERING INDEX delivery_message; the order is by destination, so sorted
DESTINATIONS_OF: Final = """
SELECT destination FROM delivery WHERE message_id = ? AND round = 0 ORDER BY id
"""

# SEARCH sqlite_sequence: one row a table
LAST_ID: Final = "SELECT seq FROM sqlite_sequence WHERE name = ?"

KNOW_DESTINATION: Final = "INSERT OR IGNORE INTO destination (name) VALUES (?)"

# --- what every change writes ---

MOVE: Final = """
UPDATE delivery SET state = :state, wait = :wait, due_at = :due_at, doubtful = :doubtful,
    attempts = :attempts, look_ups = :look_ups, fault_code = :fault_code,
    fault_detail = :fault_detail, detail = :detail, changed_at = :changed_at
WHERE id = :id
"""

MOVE_AND_CLOSE: Final = MOVE.replace("SET state", "SET open = 0, state")

COUNT_UP: Final = """
INSERT INTO counter (destination, tenant, state, count) VALUES (?, ?, ?, ?)
ON CONFLICT (destination, tenant, state) DO UPDATE SET count = count + excluded.count
"""

# SEARCH audit USING PK, from the end
LAST_AUDIT: Final = "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1"

INSERT_AUDIT: Final = """
INSERT INTO audit (seq, at, actor, action, tenant, message_id, delivery_id, destination, before,
    after, reason, hash)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

# SEARCH delivery USING PK, message USING PK
GET_ROW: Final = """
SELECT d.id, d.message_id, d.tenant, d.destination, d.lane, d.state, d.doubtful, d.attempts,
    d.look_ups, d.fault_code, d.fault_detail, d.detail, m.subject
FROM delivery d JOIN message m ON m.id = d.message_id
WHERE d.id = ?
"""

# --- dispatch ---

PUT_NODE: Final = """
INSERT INTO node (name, until, destinations) VALUES (?, ?, ?)
ON CONFLICT (name) DO UPDATE SET until = excluded.until, destinations = excluded.destinations
"""
# Both read the whole table: it has one row for each process.
FORGET_NODES: Final = "DELETE FROM node WHERE until <= ?"
NODES: Final = "SELECT name, destinations FROM node ORDER BY name"
DELETE_NODE: Final = "DELETE FROM node WHERE name = ?"

GET_LEASE: Final = "SELECT owner, epoch, expires_at FROM lease WHERE destination = ?"

PUT_LEASE: Final = """
INSERT INTO lease (destination, owner, epoch, expires_at) VALUES (?, ?, ?, ?)
ON CONFLICT (destination)
DO UPDATE SET owner = excluded.owner, epoch = excluded.epoch, expires_at = excluded.expires_at
"""

# SEARCH delivery USING COVERING INDEX delivery_destination_state
SENDING: Final = """
SELECT id FROM delivery WHERE destination = ? AND state = 'sending' ORDER BY id
"""

_NOT_STEPPED_OVER: Final = "(state <> 'parked' OR on_parked = 'block')"
_HEAD: Final = "id, lane, state, due_at, on_parked, deliver_until, dependent"

# SEARCH delivery USING INDEX delivery_open (destination=? AND id>?)
READ_OPEN: Final = f"""
SELECT {_HEAD} FROM delivery INDEXED BY delivery_open
WHERE destination = ? AND open = 1 AND id > ? AND {_NOT_STEPPED_OVER} ORDER BY id LIMIT ?
"""  # noqa: S608 - put together from constants

# SEARCH delivery USING INDEX delivery_lane (destination=? AND lane=? AND id<?)
READ_LANE: Final = f"""
SELECT {_HEAD} FROM delivery INDEXED BY delivery_lane
WHERE destination = ? AND lane = ? AND open = 1 AND id <= ? AND {_NOT_STEPPED_OVER}
ORDER BY id LIMIT ?
"""  # noqa: S608 - put together from constants

# SEARCH recall USING PK
RECALLED: Final = "SELECT lane FROM recall WHERE destination = ? ORDER BY lane"
CLEAR_RECALLED: Final = "DELETE FROM recall WHERE destination = ?"
RECALL: Final = "INSERT OR IGNORE INTO recall (destination, lane) VALUES (?, ?)"

# SEARCH d USING PK, m USING PK, earlier USING INDEX message_event, o USING INDEX delivery_message
WAITS_FOR: Final = """
SELECT d.id, o.id
FROM delivery d JOIN message m ON m.id = d.message_id
LEFT JOIN message earlier ON earlier.event_id = m.depends_on AND earlier.tenant = m.tenant
    AND earlier.source = m.source
LEFT JOIN delivery o ON o.message_id = earlier.id AND o.destination = d.destination AND o.open = 1
WHERE d.id = ? AND d.dependent AND (earlier.id IS NULL OR o.id IS NOT NULL)
"""

# SEARCH d USING PK, m USING PK, e USING PK
GET_WORK: Final = """
SELECT m.accepted_at, coalesce(e.body, m.body), d.round
FROM delivery d JOIN message m ON m.id = d.message_id LEFT JOIN edit e ON e.delivery_id = d.id
WHERE d.id = ?
"""

# SEARCH step USING INDEX (delivery_id=?)
STEPS: Final = "SELECT name, request, result FROM step WHERE delivery_id = ? ORDER BY id"

# SEARCH reference USING PK (tenant=? AND destination=? AND subject=?)
REFERENCES: Final = """
SELECT name, value FROM reference WHERE tenant = ? AND destination = ? AND subject = ?
"""

PREPARE_STEP: Final = """
INSERT INTO step (delivery_id, name, request) VALUES (?, ?, ?)
ON CONFLICT (delivery_id, name) DO UPDATE SET request = excluded.request WHERE result IS NULL
"""

COMPLETE_STEP: Final = """
INSERT INTO step (delivery_id, name, result) VALUES (?, ?, ?)
ON CONFLICT (delivery_id, name) DO UPDATE SET result = excluded.result
"""

PUT_REFERENCE: Final = """
INSERT INTO reference (tenant, destination, subject, name, value) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (tenant, destination, subject, name) DO UPDATE SET value = excluded.value
"""

# SEARCH delivery USING COVERING INDEX delivery_until (destination=? AND deliver_until<?)
LATE: Final = """
SELECT id FROM delivery INDEXED BY delivery_until
WHERE destination = ? AND deliver_until <= ? AND deliver_until IS NOT NULL
    AND state = 'waiting' AND doubtful = 0
ORDER BY deliver_until, id LIMIT ?
"""

# SEARCH delivery USING INDEX delivery_due (destination=? AND wait=? AND due_at>?)
MAKE_DUE: Final = """
UPDATE delivery INDEXED BY delivery_due SET due_at = NULL
WHERE destination = ? AND wait IN ('retry', 'look_up') AND due_at > ? AND due_at IS NOT NULL
"""

GET_BREAKER: Final = """
SELECT state, failures, opened_at, probe_at, reason FROM breaker WHERE destination = ?
"""

PUT_BREAKER: Final = """
INSERT INTO breaker (destination, state, failures, opened_at, probe_at, reason)
VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (destination) DO UPDATE SET state = excluded.state, failures = excluded.failures,
    opened_at = excluded.opened_at, probe_at = excluded.probe_at, reason = excluded.reason
"""

# --- cursors ---

GET_CURSOR: Final = "SELECT value FROM cursor WHERE name = ?"
PUT_CURSOR: Final = """
INSERT INTO cursor (name, value) VALUES (?, ?)
ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""

# --- operation ---

GET_HOLD: Final = "SELECT held_by, reason FROM hold WHERE destination = ?"
PUT_HOLD: Final = """
INSERT INTO hold (destination, held_by, reason) VALUES (?, ?, ?)
ON CONFLICT (destination) DO UPDATE SET held_by = excluded.held_by, reason = excluded.reason
"""
DELETE_HOLD: Final = "DELETE FROM hold WHERE destination = ?"

PUT_EDIT: Final = """
INSERT INTO edit (delivery_id, body) VALUES (?, ?)
ON CONFLICT (delivery_id) DO UPDATE SET body = excluded.body
"""
MARK_EDITED: Final = "UPDATE delivery SET edited = 1 WHERE id = ?"

# SEARCH step USING INDEX (delivery_id=?)
FORGET_UNFINISHED: Final = "DELETE FROM step WHERE delivery_id = ? AND result IS NULL"

# SEARCH message USING PK
ENVELOPE: Final = "SELECT deliver_from, deliver_until, depends_on FROM message WHERE id = ?"

# --- reading ---

_MESSAGE: Final = """
SELECT id, tenant, source, event_id, type, subject, accepted_at, correlation_id, body,
    purged_at
FROM message
"""
# SEARCH message USING PK
GET_MESSAGE: Final = f"{_MESSAGE} WHERE id = ?"
# SEARCH message USING INDEX message_event
FIND_MESSAGE: Final = f"{_MESSAGE} WHERE event_id = ? AND tenant = ? AND source = ?"

DELIVERY: Final = """d.id, d.message_id, d.tenant, m.source, m.event_id, m.type, m.subject,
    d.destination, d.route, d.lane, d.on_parked, d.state, d.wait, d.due_at, d.doubtful,
    d.attempts, d.fault_code, d.fault_detail, d.detail, d.edited, m.accepted_at, d.changed_at,
    d.deliver_until, m.purged_at"""
# SEARCH d USING PK, m USING PK
GET_DELIVERY: Final = f"""
SELECT {DELIVERY} FROM delivery d JOIN message m ON m.id = d.message_id WHERE d.id = ?
"""  # noqa: S608 - put together from constants

# SEARCH message USING INTEGER PRIMARY KEY
CORRELATION: Final = "SELECT correlation_id FROM message WHERE id = ?"

# The table of counters is as small as destinations x tenants x states.
COUNTS: Final = """
SELECT destination, tenant, state, count FROM counter WHERE count <> 0
ORDER BY destination, tenant, state
"""
# Reads every delivery, on purpose.
RECOUNT: Final = """
SELECT destination, tenant, state, count(*) FROM delivery GROUP BY destination, tenant, state
ORDER BY destination, tenant, state
"""

# Reads the small table of names, and three ends of delivery_destination_state for each.
DESTINATIONS: Final = """
SELECT x.name, h.held_by, h.reason, l.owner, l.epoch, l.expires_at,
    b.state, b.failures, b.opened_at, b.probe_at, b.reason,
    (SELECT m.accepted_at FROM message m JOIN delivery d ON d.message_id = m.id
     WHERE d.id = (SELECT min(oldest) FROM (
        SELECT min(id) AS oldest FROM delivery WHERE destination = x.name AND state = 'waiting'
        UNION ALL
        SELECT min(id) FROM delivery WHERE destination = x.name AND state = 'sending'
        UNION ALL
        SELECT min(id) FROM delivery WHERE destination = x.name AND state = 'uncertain')))
FROM destination x LEFT JOIN hold h ON h.destination = x.name
LEFT JOIN lease l ON l.destination = x.name LEFT JOIN breaker b ON b.destination = x.name
ORDER BY x.name
"""

_AUDIT: Final = """
SELECT seq, at, actor, action, tenant, message_id, delivery_id, destination, before, after,
    reason, hash
FROM audit
"""
# SEARCH audit USING INDEX audit_delivery
TIMELINE: Final = f"{_AUDIT} WHERE delivery_id = ? ORDER BY seq"
# SEARCH audit USING PK (rowid>?)
AUDIT_TRAIL: Final = f"{_AUDIT} WHERE seq > ? ORDER BY seq LIMIT ?"

# Answers only when the file can be read.
PING: Final = "SELECT count(*) FROM schema_version"

# --- keys ---

INSERT_KEY: Final = """
INSERT INTO api_key (id, name, secret_hash, scopes, tenant, created_at, revoked_at)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""
# MULTI-INDEX OR: both are unique
KEY_IN_USE: Final = "SELECT 1 FROM api_key WHERE id = ? OR secret_hash = ?"
_KEY: Final = """
SELECT id, name, secret_hash, scopes, tenant, created_at, revoked_at FROM api_key
"""
# SEARCH api_key USING INDEX (secret_hash=?)
FIND_KEY: Final = f"{_KEY} WHERE secret_hash = ?"
GET_KEY: Final = f"{_KEY} WHERE id = ?"
LIST_KEYS: Final = f"{_KEY} ORDER BY rowid"
REVOKE_KEY: Final = "UPDATE api_key SET revoked_at = ? WHERE id = ?"
