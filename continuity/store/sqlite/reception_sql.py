"""Every statement about receptions and the inbox, with its query plan; see `sql.py`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

_ENVELOPE: Final = """id, tenant, destination, key, digest, at, outcome, kind, code, detail,
    message_ids, answer_status, answer_type, purged_at"""
_WHOLE: Final = f"SELECT {_ENVELOPE}, request_headers, answer, request FROM reception"  # noqa: S608 - put together from constants
_LISTED: Final = f"SELECT {_ENVELOPE}, '', x'', x'' FROM reception"  # noqa: S608 - put together from constants

INSERT_RECEPTION: Final = """
INSERT INTO reception (id, tenant, destination, key, digest, at, outcome, kind, code, detail,
    message_ids, answer_status, answer_type, request_headers, answer, request)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

# SEARCH reception USING INDEX reception_key (tenant=? AND destination=? AND key=?)
UNDER_KEY: Final = f"""
{_WHOLE} INDEXED BY reception_key
WHERE tenant = ? AND destination = ? AND key = ? AND outcome <> 'refused'
"""

# SEARCH reception USING PK
GET_RECEPTION: Final = f"{_WHOLE} WHERE id = ?"

# Which index leads a list: the first whose field is asked for. Other conditions only filter.
_PATHS: Final[Mapping[str, str]] = {
    "kind": "INDEXED BY reception_kind",
    "destination": "INDEXED BY reception_destination",
    "tenant": "INDEXED BY reception_tenant",
    "outcome": "INDEXED BY reception_outcome",
}


def list_receptions(asked: Collection[str]) -> str:
    """A page, newest first, with the fields that are asked for; :before and :limit bound it."""
    names = [name for name in _PATHS if name in asked]
    path = _PATHS[names[0]] if names else ""
    where = " AND ".join([*(f"{name} = :{name}" for name in names), "id < :before"])
    return f"{_LISTED} {path} WHERE {where} ORDER BY id DESC LIMIT :limit"


# --- upkeep ---

# SEARCH reception USING INDEX reception_unpurged (tenant>?): one step per tenant
NEXT_UNPURGED_TENANT: Final = """
SELECT tenant FROM reception INDEXED BY reception_unpurged
WHERE purged_at IS NULL AND tenant > ? ORDER BY tenant LIMIT 1
"""

# SEARCH reception USING INDEX reception_unpurged (tenant=? AND at<?)
OLD_RECEPTIONS: Final = """
SELECT id FROM reception INDEXED BY reception_unpurged
WHERE tenant = ? AND purged_at IS NULL AND at < ? ORDER BY at, id LIMIT ?
"""
COUNT_OLD: Final = """
SELECT count(*) FROM reception INDEXED BY reception_unpurged
WHERE tenant = ? AND purged_at IS NULL AND at < ?
"""

# SEARCH reception USING PK
EMPTY_RECEPTION: Final = """
UPDATE reception SET key = NULL, digest = x'', detail = '', request_headers = '', answer = x'',
    request = x'', purged_at = ?
WHERE id = ?
"""

# --- inbox ---

# SEARCH delivery USING INDEX delivery_open (destination=? AND id>?)
IN_INBOX: Final = """
SELECT id FROM delivery INDEXED BY delivery_open
WHERE destination = :destination AND open = 1 AND id > :after AND state = 'waiting'
    AND (due_at IS NULL OR due_at <= :now) AND (deliver_until IS NULL OR deliver_until > :now)
    AND (:tenant IS NULL OR tenant = :tenant)
ORDER BY id LIMIT :limit
"""

# SEARCH d USING PK, m USING PK, e USING PK
INBOX_ITEM: Final = """
SELECT d.id, d.message_id, d.tenant, d.destination, coalesce(e.body, m.body), m.accepted_at
FROM delivery d JOIN message m ON m.id = d.message_id LEFT JOIN edit e ON e.delivery_id = d.id
WHERE d.id = ?
"""
