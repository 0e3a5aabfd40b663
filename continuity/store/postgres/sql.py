"""The statements of the PostgreSQL store, with the index that each relies on.

`tests/continuity/store/postgres/test_sql.py` asks PostgreSQL for the plans and fails on a scan.
"PK" is the table's own primary key. Statements with arrays take many rows at once, column by
column.
"""

from __future__ import annotations

from typing import Final

# --- locks: the numbers of the advisory locks, and nothing else may use them ---

LOCK_SPACE: Final = 0x5C4A
"""First half of every advisory lock of ours; the second half says what it is."""

ACCEPT: Final = 1
"""Held while ids of deliveries are drawn, until the commit: they become visible in order."""
AUDIT: Final = 2
"""Shared by whoever writes audit entries; exclusive for an instant while a seal is prepared."""
SEAL: Final = 3
"""One process seals at a time."""
MIGRATE: Final = 4
"""One process migrates at a time."""
SLOT: Final = 100
"""From here on: the slots of counters, one for each connection that has one to itself."""
SLOTS: Final = 16

# --- the session ---

# A server that does not wait for the disk would make every promise of ours untrue.
COMMIT_TO_DISK: Final = """
SELECT set_config('synchronous_commit', 'on', false)
WHERE current_setting('synchronous_commit') = 'off'
"""

END_SESSION: Final = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND application_name = $2
"""

TRY_SLOT: Final = f"SELECT pg_try_advisory_lock({LOCK_SPACE}, {SLOT} + $1)"

# The file name of the log begins with the timeline: it changes when a standby takes over.
SERVER_TIMELINE: Final = "SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8)"

# 'committed', 'aborted', 'in progress'; null when it is too long ago
OUTCOME: Final = "SELECT pg_xact_status($1::text::xid8)"

BEGIN: Final = f"BEGIN; SELECT pg_advisory_xact_lock_shared({LOCK_SPACE}, {AUDIT})"
LOCK_ACCEPT: Final = f"SELECT pg_advisory_xact_lock({LOCK_SPACE}, {ACCEPT})"
BEGIN_ACCEPT: Final = f"{BEGIN}; {LOCK_ACCEPT}"
BEGIN_READ: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

# --- intake ---

# by message_event (event_id, tenant, source)
FIND_EVENTS: Final = """
SELECT x.n, m.id, m.digest
FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS x(event_id, tenant, source, n)
JOIN message m ON m.event_id = x.event_id AND m.tenant = x.tenant AND m.source = x.source
"""

# by delivery_message (message_id)
DESTINATIONS_OF: Final = """
SELECT message_id, array_agg(destination ORDER BY id) FROM delivery
WHERE message_id = ANY($1::bigint[]) AND round = 0 GROUP BY message_id
"""

DRAW_MESSAGE_IDS: Final = """
SELECT nextval('message_id_seq') FROM generate_series(1, $1::int)
"""
DRAW_DELIVERY_IDS: Final = """
SELECT nextval('delivery_id_seq') FROM generate_series(1, $1::int)
"""

INSERT_MESSAGES: Final = """
INSERT INTO message (id, tenant, source, event_id, type, subject, deliver_from, deliver_until,
    depends_on, correlation_id, accepted_at, digest, body)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
    $7::timestamptz[], $8::timestamptz[], $9::text[], $10::text[], $11::timestamptz[],
    $12::bytea[], $13::bytea[])
"""

INSERT_DELIVERIES: Final = """
INSERT INTO delivery (id, message_id, tenant, destination, route, lane, on_parked, state, wait,
    due_at, fault_code, fault_detail, dependent, deliver_until, changed_at, round)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[],
    $7::text[], $8::text[], $9::text[], $10::timestamptz[], $11::text[], $12::text[], $13::bool[],
    $14::timestamptz[], $15::timestamptz[], $16::int[])
"""

# --- what every change reads and writes ---

# delivery PK, message PK. xmin is the version of the row: `MOVE` changes no other one.
GET_ROWS: Final = """
SELECT d.id, d.message_id, d.tenant, d.destination, d.lane, m.subject, d.changed_at, d.xmin AS seen,
    d.state, d.attempts, d.look_ups, d.doubtful, d.fault_code, d.fault_detail, d.detail, d.wait,
    d.due_at
FROM delivery d JOIN message m ON m.id = d.message_id
WHERE d.id = ANY($1::bigint[])
"""

# delivery PK
MOVE: Final = """
UPDATE delivery d SET state = x.state, wait = x.wait, due_at = x.due_at, doubtful = x.doubtful,
    attempts = x.attempts, look_ups = x.look_ups, fault_code = x.fault_code,
    fault_detail = x.fault_detail, detail = x.detail, changed_at = x.changed_at
FROM unnest($1::bigint[], $2::xid[], $3::text[], $4::text[], $5::timestamptz[], $6::bool[],
    $7::int[], $8::int[], $9::text[], $10::text[], $11::text[], $12::timestamptz[])
    AS x(id, seen, state, wait, due_at, doubtful, attempts, look_ups, fault_code, fault_detail,
        detail, changed_at)
WHERE d.id = x.id AND d.xmin = x.seen
"""

ADD_SENDING: Final = """
INSERT INTO sending (destination, delivery_id) SELECT * FROM unnest($1::text[], $2::bigint[])
"""
# sending PK
END_SENDING: Final = """
DELETE FROM sending s USING unnest($1::text[], $2::bigint[]) AS x(destination, delivery_id)
WHERE s.destination = x.destination AND s.delivery_id = x.delivery_id
"""

# The request of a step that has a result is never replaced.
KEEP_STEPS: Final = """
INSERT INTO step AS s (delivery_id, name, request, result)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::bytea[], $4::text[])
ON CONFLICT (delivery_id, name) DO UPDATE SET
    request = CASE WHEN s.result IS NULL THEN coalesce(excluded.request, s.request)
        ELSE s.request END,
    result = coalesce(excluded.result, s.result)
"""

KEEP_REFERENCES: Final = """
INSERT INTO reference (tenant, destination, subject, name, value)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
ON CONFLICT (tenant, destination, subject, name) DO UPDATE SET value = excluded.value
"""

RECALL: Final = """
INSERT INTO recall (destination, lane) SELECT * FROM unnest($1::text[], $2::text[])
ON CONFLICT DO NOTHING
"""

DRAW_SEQS: Final = """
SELECT nextval('audit_seq_seq') FROM generate_series(1, $1::int)
"""
INSERT_AUDIT: Final = """
INSERT INTO audit (seq, at, actor, action, tenant, message_id, delivery_id, destination, before,
    after, reason, hash)
SELECT * FROM unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::text[], $5::text[],
    $6::bigint[], $7::bigint[], $8::text[], $9::text[], $10::text[], $11::text[], $12::bytea[])
"""

KNOW_DESTINATIONS: Final = """
INSERT INTO destination (name) SELECT * FROM unnest($1::text[]) ON CONFLICT DO NOTHING
"""

# In this order in every process, so that they never wait for each other in a circle.
COUNT: Final = """
INSERT INTO counter AS c (destination, tenant, state, slot, count)
SELECT destination, tenant, state, $1::smallint, count
FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[])
    AS x(destination, tenant, state, count)
ON CONFLICT (destination, tenant, state, slot) DO UPDATE SET count = c.count + excluded.count
"""

TRANSACTION: Final = "SELECT pg_current_xact_id()::text"

NOTIFY: Final = "SELECT pg_notify($1, $2)"

# --- nodes and leases ---

PUT_NODE: Final = """
INSERT INTO node (name, until, destinations) VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE SET until = excluded.until, destinations = excluded.destinations
"""
# Both read the whole table: it has one row for each process.
FORGET_NODES: Final = "DELETE FROM node WHERE until <= $1"
NODES: Final = "SELECT name, destinations FROM node ORDER BY name"
DELETE_NODE: Final = "DELETE FROM node WHERE name = $1"

GET_LEASE: Final = "SELECT owner, epoch, expires_at FROM lease WHERE destination = $1"
# FOR SHARE: nobody can take a destination over until this transaction has ended.
SHARE_LEASES: Final = """
SELECT destination, owner, epoch FROM lease WHERE destination = ANY($1::text[])
ORDER BY destination FOR SHARE
"""
NEW_LEASE: Final = """
INSERT INTO lease (destination, owner, epoch, expires_at) VALUES ($1, '', 0, $2)
ON CONFLICT DO NOTHING
"""
# No row as long as a transaction under the lease goes on: whoever waited for it would make all
# destinations of this process wait.
LOCK_LEASE: Final = f"{GET_LEASE} FOR UPDATE SKIP LOCKED"
PUT_LEASE: Final = """
UPDATE lease SET owner = $2, epoch = $3, expires_at = $4 WHERE destination = $1
"""
RENEW_LEASES: Final = """
UPDATE lease l SET expires_at = x.expires_at
FROM unnest($1::text[], $2::timestamptz[]) AS x(destination, expires_at)
WHERE l.destination = x.destination
"""

# sending PK
SENDING: Final = "SELECT delivery_id FROM sending WHERE destination = $1 ORDER BY delivery_id"

# --- dispatch ---

_NOT_STEPPED_OVER: Final = "(state <> 'parked' OR on_parked = 'block')"
_HEAD: Final = "id, lane, state, due_at, on_parked, deliver_until, dependent"

# by delivery_queued (destination, queued)
READ_OPEN: Final = f"""
SELECT {_HEAD} FROM delivery
WHERE destination = $1 AND queued > $2 AND {_NOT_STEPPED_OVER} ORDER BY queued LIMIT $3
"""  # noqa: S608 - put together from constants

# by delivery_lane (destination, lane, queued)
READ_LANE: Final = f"""
SELECT {_HEAD} FROM delivery
WHERE destination = $1 AND lane = $2 AND queued <= $3 AND {_NOT_STEPPED_OVER}
ORDER BY queued LIMIT $4
"""  # noqa: S608 - put together from constants

# recall PK
RECALLED: Final = "SELECT lane FROM recall WHERE destination = $1 ORDER BY lane"
TAKE_RECALLED: Final = "DELETE FROM recall WHERE destination = $1 AND lane = ANY($2::text[])"
CLEAR_RECALLED: Final = "DELETE FROM recall WHERE destination = $1"

IS_HELD: Final = "SELECT EXISTS (SELECT FROM hold WHERE destination = $1)"

# delivery PK, message PK, message_event, delivery_message
WAITS_FOR: Final = """
SELECT d.id, o.id AS blocker
FROM delivery d JOIN message m ON m.id = d.message_id
LEFT JOIN message earlier ON earlier.event_id = m.depends_on AND earlier.tenant = m.tenant
    AND earlier.source = m.source
LEFT JOIN delivery o ON o.message_id = earlier.id AND o.destination = d.destination
    AND o.queued IS NOT NULL
WHERE d.id = ANY($1::bigint[]) AND d.dependent AND (earlier.id IS NULL OR o.id IS NOT NULL)
"""

# delivery PK, message PK, edit PK, reference PK
GET_WORKS: Final = """
SELECT d.id, m.accepted_at, d.round,
    coalesce((SELECT e.body FROM edit e WHERE e.delivery_id = d.id), m.body) AS body,
    (SELECT json_object_agg(r.name, r.value) FROM reference r
     WHERE r.tenant = d.tenant AND r.destination = d.destination AND r.subject = m.subject) AS refs
FROM delivery d JOIN message m ON m.id = d.message_id
WHERE d.id = ANY($1::bigint[])
"""
# step PK
GET_STEPS: Final = """
SELECT delivery_id, name, request, result FROM step WHERE delivery_id = ANY($1::bigint[])
ORDER BY id
"""

# delivery_expires (destination, expires_at). What is being sent is passed by: it is settled soon.
LATE: Final = """
SELECT id FROM delivery WHERE destination = $1 AND expires_at <= $2 AND state = 'waiting'
ORDER BY expires_at, id LIMIT $3
"""

# by delivery_due (destination, wait, due_at)
MAKE_DUE: Final = """
UPDATE delivery SET due_at = NULL
WHERE destination = $1 AND wait = ANY('{retry,look_up}') AND due_at > $2
"""

GET_BREAKER: Final = """
SELECT state, failures, opened_at, probe_at, reason FROM breaker WHERE destination = $1
"""
PUT_BREAKER: Final = """
INSERT INTO breaker (destination, state, failures, opened_at, probe_at, reason)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (destination) DO UPDATE SET state = excluded.state, failures = excluded.failures,
    opened_at = excluded.opened_at, probe_at = excluded.probe_at, reason = excluded.reason
"""

# --- operation ---

GET_HOLD: Final = "SELECT held_by, reason FROM hold WHERE destination = $1"
PUT_HOLD: Final = """
INSERT INTO hold (destination, held_by, reason) VALUES ($1, $2, $3)
ON CONFLICT (destination) DO UPDATE SET held_by = excluded.held_by, reason = excluded.reason
"""
DELETE_HOLD: Final = "DELETE FROM hold WHERE destination = $1"

PUT_EDIT: Final = """
INSERT INTO edit (delivery_id, body) VALUES ($1, $2)
ON CONFLICT (delivery_id) DO UPDATE SET body = excluded.body
"""
PUT_EDIT_HISTORY: Final = """
INSERT INTO edit_history (delivery_id, at, actor, reason, diff) VALUES ($1, $2, $3, $4, $5)
"""
# by edit_history_delivery (delivery_id, id)
EDITS: Final = "SELECT at, actor, reason, diff FROM edit_history WHERE delivery_id = $1 ORDER BY id"
MARK_EDITED: Final = "UPDATE delivery SET edited = true WHERE id = $1"

# step PK
FORGET_UNFINISHED: Final = "DELETE FROM step WHERE delivery_id = $1 AND result IS NULL"

# message PK
ENVELOPE: Final = "SELECT deliver_from, deliver_until, depends_on FROM message WHERE id = $1"

# --- reading ---

_MESSAGE: Final = """
SELECT id, tenant, source, event_id, type, subject, accepted_at, correlation_id, body, purged_at
FROM message
"""
# message PK
GET_MESSAGE: Final = f"{_MESSAGE} WHERE id = $1"
# message_event
FIND_MESSAGE: Final = f"{_MESSAGE} WHERE event_id = $1 AND tenant = $2 AND source = $3"

DELIVERY: Final = """d.id, d.message_id, d.tenant, m.source, m.event_id, m.type, m.subject,
    d.destination, d.route, d.lane, d.on_parked, d.state, d.wait, d.due_at, d.doubtful,
    d.attempts, d.fault_code, d.fault_detail, d.detail, d.edited, m.accepted_at, d.changed_at,
    d.deliver_until, m.purged_at"""
# delivery PK, message PK
GET_DELIVERY: Final = f"""
SELECT {DELIVERY} FROM delivery d JOIN message m ON m.id = d.message_id WHERE d.id = $1
"""  # noqa: S608 - put together from constants
# delivery PK, message PK, edit PK
GET_BODY: Final = """
SELECT coalesce(e.body, m.body) FROM delivery d JOIN message m ON m.id = d.message_id
LEFT JOIN edit e ON e.delivery_id = d.id WHERE d.id = $1
"""

# delivery PK, message PK, reference PK
TO_TELL: Final = f"""
SELECT {DELIVERY}, m.correlation_id,
    (SELECT json_object_agg(r.name, r.value) FROM reference r
     WHERE r.tenant = d.tenant AND r.destination = d.destination AND r.subject = m.subject) AS refs
FROM delivery d JOIN message m ON m.id = d.message_id WHERE d.id = ANY($1::bigint[]) ORDER BY d.id
"""  # noqa: S608 - put together from constants

# The table of counters is as small as destinations x tenants x states x slots.
COUNTS: Final = """
SELECT destination, tenant, state, sum(count)::bigint AS count FROM counter
GROUP BY destination, tenant, state HAVING sum(count) <> 0 ORDER BY destination, tenant, state
"""
ALLOW_SCANS: Final = """
SET LOCAL enable_seqscan = on; SET LOCAL enable_bitmapscan = on; SET LOCAL enable_hashjoin = on;
SET LOCAL statement_timeout = 0
"""
# Reads every delivery, on purpose.
RECOUNT: Final = """
SELECT destination, tenant, state COLLATE "C" AS state, count(*) AS count FROM delivery
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""

# Reads the small table of names, and two ends of delivery_destination for each.
DESTINATIONS: Final = """
SELECT x.name, h.held_by, h.reason AS held_reason, l.owner, l.epoch, l.expires_at,
    b.state, b.failures, b.opened_at, b.probe_at, b.reason,
    (SELECT m.accepted_at FROM message m JOIN delivery d ON d.message_id = m.id
     WHERE d.id = least(
        (SELECT w.id FROM delivery w WHERE w.destination || '/' || w.shelf = x.name || '/w'
         ORDER BY -w.id DESC LIMIT 1),
        (SELECT u.id FROM delivery u WHERE u.destination || '/' || u.shelf = x.name || '/u'
         ORDER BY -u.id DESC LIMIT 1)))
        AS oldest_open_at
FROM destination x LEFT JOIN hold h ON h.destination = x.name
LEFT JOIN lease l ON l.destination = x.name LEFT JOIN breaker b ON b.destination = x.name
ORDER BY x.name
"""
KNOWN: Final = "SELECT name FROM destination"

_AUDIT: Final = """
SELECT seq, at, actor, action, tenant, message_id, delivery_id, destination, before, after, reason,
    hash
FROM audit
"""
# audit_delivery
TIMELINE: Final = f"{_AUDIT} WHERE delivery_id = $1 ORDER BY seq"
# audit PK
AUDIT_TRAIL: Final = f"{_AUDIT} WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3"

NO_END: Final = 2**63 - 1
"""No number lies behind this one."""

# --- seals ---

LAST_SEAL: Final = "SELECT number, upto_seq, hash FROM seal ORDER BY number DESC LIMIT 1"
SEALS: Final = """
SELECT number, upto_seq, entries, hash FROM seal WHERE number > $1 ORDER BY number LIMIT $2
"""
LAST_ENTRY: Final = "SELECT coalesce(max(seq), 0) FROM audit"
# Whoever waits for a lock makes those wait who come after: so not for long.
WAIT_A_MOMENT: Final = "SET LOCAL lock_timeout = '100ms'"
LOCK_AUDIT: Final = f"SELECT pg_advisory_xact_lock({LOCK_SPACE}, {AUDIT})"
LOCK_SEAL: Final = f"SELECT pg_advisory_xact_lock({LOCK_SPACE}, {SEAL})"
# audit PK
HASHES: Final = "SELECT seq, hash FROM audit WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3"
INSERT_SEAL: Final = """
INSERT INTO seal (number, upto_seq, entries, at, hash) VALUES ($1, $2, $3, $4, $5)
"""

# --- cursors ---

GET_CURSOR: Final = "SELECT value FROM cursor WHERE name = $1"
NEW_CURSOR: Final = "INSERT INTO cursor (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING"
MOVE_CURSOR: Final = "UPDATE cursor SET value = $2 WHERE name = $1 AND value = $3"

# --- keys ---

INSERT_KEY: Final = """
INSERT INTO api_key (id, name, secret_hash, scopes, tenant, created_at, revoked_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING RETURNING id
"""
_KEY: Final = "SELECT id, name, secret_hash, scopes, tenant, created_at, revoked_at FROM api_key"
# both are unique
FIND_KEY: Final = f"{_KEY} WHERE secret_hash = $1"
LOCK_KEY: Final = f"{_KEY} WHERE id = $1 FOR UPDATE"
LIST_KEYS: Final = f"{_KEY} ORDER BY number"
REVOKE_KEY: Final = "UPDATE api_key SET revoked_at = $2 WHERE id = $1"

# Answers only when the database can be read.
PING: Final = "SELECT count(*) FROM schema_version"
