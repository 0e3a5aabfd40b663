"""Every statement about receptions and the inbox, with the index it relies on; see `sql.py`."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from continuity.store.rules import PAGE_BYTES

_ENVELOPE: Final = """id, tenant, destination, key, digest, at, outcome, kind, code, detail,
    message_ids, answer_status, answer_type, purged_at"""
_WHOLE: Final = f"SELECT {_ENVELOPE}, request_headers, answer, request FROM reception"  # noqa: S608 - put together from constants
_LISTED: Final = f"SELECT {_ENVELOPE}, '', ''::bytea, ''::bytea FROM reception"  # noqa: S608 - put together from constants

INSERT_RECEPTION: Final = """
INSERT INTO reception (tenant, destination, key, digest, at, outcome, kind, code, detail,
    message_ids, answer_status, answer_type, request_headers, answer, request)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
RETURNING id
"""

# reception_key
UNDER_KEY: Final = f"""
{_WHOLE} WHERE tenant = $1 AND destination = $2 AND key = $3 AND outcome <> 'refused'
"""

# reception PK
GET_RECEPTION: Final = f"{_WHOLE} WHERE id = $1"

# The first that is asked for leads, by its own index; the others only filter.
FIELDS: Final = ("kind", "destination", "tenant", "outcome")
"""Also the order of the values in a list."""
_FILTERS: Final = "|| ''"
"""Behind a column: keeps the planner from the index on it."""


def list_receptions(asked: Collection[str]) -> str:
    """A page, newest first: $1 is the id before it, $2 its length, then the values, as `FIELDS`."""
    names = [name for name in FIELDS if name in asked]
    if not names:
        return f"{_LISTED} WHERE id < $1 ORDER BY id DESC LIMIT $2"
    first, *others = names
    filters = [f"{name} {_FILTERS} = ${place}" for place, name in enumerate(others, start=4)]
    where = " AND ".join([f"{first} = $3", *filters])
    return f"{_LISTED} WHERE {where} AND -id > -$1::bigint ORDER BY -id LIMIT $2"


# --- upkeep ---

# reception_unpurged (tenant): one step per tenant
NEXT_UNPURGED_TENANT: Final = """
SELECT tenant FROM reception WHERE purged_at IS NULL AND tenant > $1 ORDER BY tenant LIMIT 1
"""

# by reception_unpurged (tenant, at)
COUNT_OLD: Final = """
SELECT count(*) FROM reception WHERE tenant = $1 AND purged_at IS NULL AND at < $2
"""
# reception_unpurged, reception PK. Locked: what another process purges now is not counted twice.
EMPTY_RECEPTIONS: Final = """
UPDATE reception r SET key = NULL, digest = ''::bytea, detail = '', request_headers = '',
    answer = ''::bytea, request = ''::bytea, purged_at = $4
WHERE r.id = ANY(ARRAY(
    SELECT id FROM reception WHERE tenant = $1 AND purged_at IS NULL AND at < $2
    ORDER BY at, id LIMIT $3 FOR UPDATE))
RETURNING r.id
"""

# --- inbox ---

# by delivery_queued (destination, queued)
IN_INBOX: Final = """
SELECT id FROM delivery
WHERE destination = $1 AND queued > $2 AND state = 'waiting'
    AND coalesce(due_at <= $4, true) AND coalesce(deliver_until > $4, true)
    AND coalesce(tenant = $5, true)
ORDER BY queued LIMIT $3
"""

# delivery PK, message PK, edit PK; fewer when they reach the size of a page together
INBOX_ITEMS: Final = f"""
SELECT id, message_id, tenant, destination, body, accepted_at FROM (
    SELECT found.*, sum(octet_length(body)) OVER (ORDER BY id) - octet_length(body) AS earlier
    FROM (SELECT d.id, d.message_id, d.tenant, d.destination, m.accepted_at,
            coalesce((SELECT e.body FROM edit e WHERE e.delivery_id = d.id), m.body) AS body
        FROM delivery d JOIN message m ON m.id = d.message_id
        WHERE d.id = ANY($1::bigint[])) found) sized
WHERE earlier < {PAGE_BYTES} ORDER BY id
"""  # noqa: S608 - put together from constants
