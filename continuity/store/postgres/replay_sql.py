"""Every statement about replay plans, with the index that each relies on; as in `sql`."""

from __future__ import annotations

from typing import Final

INSERT_REPLAY: Final = """
INSERT INTO replay (state, created_by, tenant, reason, created_at, changed_at, options)
VALUES ('planned', $1, $2, $3, $4, $4, $5) RETURNING id
"""
# {parked} is the query of `listing.parked_query`; {replay} and {to} are the values after its own
INSERT_ROWS: Final = """
INSERT INTO replay_row (replay_id, delivery_id, destination)
SELECT {replay}::bigint, id, coalesce({to}::text, destination) FROM ({parked}) found
WHERE destination <> 'unrouted' ORDER BY id
"""
# by the PK
ROW_IDS: Final = """
SELECT delivery_id FROM replay_row WHERE replay_id = $1 AND delivery_id > $2
ORDER BY delivery_id LIMIT $3
"""
# by the PK of both; once for a plan
ROWS_BY_DESTINATION: Final = """
SELECT d.destination, count(*) FROM replay_row r JOIN delivery d ON d.id = r.delivery_id
WHERE r.replay_id = $1 GROUP BY d.destination ORDER BY d.destination
"""
INSERT_TARGETS: Final = """
INSERT INTO replay_target (replay_id, destination)
SELECT DISTINCT replay_id, destination FROM replay_row WHERE replay_id = $1
"""
FIX_REPLAY: Final = """
UPDATE replay SET state = $1, fingerprint = $2, total = $3, destinations = $4 WHERE id = $5
"""

_REPLAY: Final = """
SELECT id, state, note, created_by, approved_by, started_by, tenant, reason, created_at, changed_at,
    fingerprint, options, total, replayed, skipped, delivered, failed, retrying, closed,
    destinations, upto, watched, leg, leg_delivered, leg_failed, leg_retrying, leg_closed
FROM replay
"""
# by the PK
GET_REPLAY: Final = f"{_REPLAY} WHERE id = $1"
# whoever changes a plan has it alone, so that no two processes release the same row
LOCK_REPLAY: Final = f"{_REPLAY} WHERE id = $1 FOR UPDATE"
# by the PK, from its end; a row for each plan
LIST_REPLAYS: Final = f"""{_REPLAY}
WHERE id < $1 AND ($3::text IS NULL OR tenant = $3) ORDER BY id DESC LIMIT $2
"""
# Reads the whole table: a replay is rare, and it has one row here.
RUNNING_REPLAYS: Final = "SELECT id FROM replay WHERE state = 'running' ORDER BY id"
# The same, and replay_row_followed for each
FOLLOWED_REPLAYS: Final = """
SELECT id FROM replay WHERE state = 'running' OR EXISTS (
    SELECT 1 FROM replay_row WHERE replay_id = replay.id AND followed)
ORDER BY id
"""

CHANGE_REPLAY: Final = "UPDATE replay SET state = $1, note = $2, changed_at = $3 WHERE id = $4"
APPROVE_REPLAY: Final = "UPDATE replay SET approved_by = $1 WHERE id = $2"
START_LEG: Final = """
UPDATE replay SET started_by = $1, upto = $2, leg = leg + 1, leg_delivered = 0, leg_failed = 0,
    leg_retrying = 0, leg_closed = 0
WHERE id = $3
"""
PUT_EVENT: Final = """
INSERT INTO replay_event (replay_id, number, at, actor, action, state, reason)
SELECT $1::bigint, count(*) + 1, $2::timestamptz, $3::text, $4::text, $5::text, $6::text
FROM replay_event WHERE replay_id = $1
"""
# by the PK
EVENTS: Final = """
SELECT at, actor, action, state, reason FROM replay_event WHERE replay_id = $1 ORDER BY number
"""
# by the PK: walks past what is done, once for a start or a resume
NTH_PENDING: Final = """
SELECT delivery_id FROM replay_row WHERE replay_id = $1 AND mark IS NULL
ORDER BY delivery_id OFFSET $2 LIMIT 1
"""

# by the PKs, and for each destination the first entry of replay_row_pending
TARGETS: Final = """
SELECT t.destination, t.free_at,
    h.destination IS NOT NULL OR coalesce(b.state, 'closed') <> 'closed',
    (SELECT r.delivery_id FROM replay_row r
     WHERE r.replay_id = t.replay_id AND r.destination = t.destination AND r.mark IS NULL
     ORDER BY r.delivery_id LIMIT 1)
FROM replay_target t LEFT JOIN hold h ON h.destination = t.destination
LEFT JOIN breaker b ON b.destination = t.destination
WHERE t.replay_id = $1
"""
# by replay_row_pending
NEXT_ROWS: Final = """
SELECT delivery_id FROM replay_row
WHERE replay_id = $1 AND destination = $2 AND mark IS NULL AND delivery_id <= $3
ORDER BY delivery_id LIMIT $4
"""
FREE_TARGET: Final = (
    "UPDATE replay_target SET free_at = $1 WHERE replay_id = $2 AND destination = $3"
)
# by the PK: coalesce keeps the planner from replay_row_pending, which has no delivery up front
MARK_ROWS: Final = """
UPDATE replay_row r SET mark = x.mark, skip = x.skip, went_as = x.went_as,
    followed = x.mark = 'replayed', leg = $2,
    replayed_at = CASE WHEN x.mark = 'replayed' THEN $3::timestamptz END
FROM unnest($4::bigint[], $5::text[], $6::text[], $7::bigint[]) AS x(id, mark, skip, went_as)
WHERE r.replay_id = $1 AND r.delivery_id = x.id AND coalesce(r.mark, '') = ''
"""
PROGRESS_REPLAY: Final = """
UPDATE replay SET replayed = replayed + $1, skipped = skipped + $2 WHERE id = $3
"""
# by the PK of message
MESSAGE_TYPE: Final = "SELECT type FROM message WHERE id = $1"
# by delivery_message
DELIVERY_AT: Final = "SELECT 1 FROM delivery WHERE message_id = $1 AND destination = $2"

# by replay_row_followed and the PK of delivery
FOLLOWED: Final = """
SELECT r.delivery_id, r.leg, r.fate, d.state, d.wait
FROM replay_row r JOIN delivery d ON d.id = coalesce(r.went_as, r.delivery_id)
WHERE r.replay_id = $1 AND r.followed AND r.delivery_id > $2 ORDER BY r.delivery_id LIMIT $3
"""
PUT_FATES: Final = """
UPDATE replay_row r SET fate = x.fate, followed = x.followed
FROM unnest($2::bigint[], $3::text[], $4::boolean[]) AS x(id, fate, followed)
WHERE r.replay_id = $1 AND r.delivery_id = x.id
"""
COUNT_FATES: Final = """
UPDATE replay SET delivered = $2, failed = $3, retrying = $4, closed = $5, leg_delivered = $6,
    leg_failed = $7, leg_retrying = $8, leg_closed = $9
WHERE id = $1
"""
PUT_WATCHED: Final = "UPDATE replay SET watched = $1 WHERE id = $2"

# by the PKs
PLANNED_ROWS: Final = """
SELECT r.delivery_id, d.tenant, d.destination, m.subject, r.mark, r.skip, r.replayed_at, r.went_as,
    r.fate, w.state, w.fault_code, w.fault_detail, w.changed_at
FROM replay_row r JOIN delivery d ON d.id = r.delivery_id JOIN message m ON m.id = d.message_id
JOIN delivery w ON w.id = coalesce(r.went_as, r.delivery_id)
WHERE r.replay_id = $1 AND r.delivery_id > $2 ORDER BY r.delivery_id LIMIT $3
"""

# --- another destination ---

COPY_EDIT: Final = """
INSERT INTO edit (delivery_id, body) SELECT $1, body FROM edit WHERE delivery_id = $2
"""
ROUTED: Final = "SELECT route, on_parked FROM delivery WHERE id = $1"
