"""Every statement about case numbers, with the index that it relies on; see `sql.py`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

# number_series_pkey
NEXT_NUMBER: Final = """
INSERT INTO number_series AS s (name, last) VALUES ($1, 1)
ON CONFLICT (name) DO UPDATE SET last = s.last + 1 RETURNING last
"""

_COLUMNS: Final = """id, tenant, case_number, destination, issuer, asked_by, issued_at,
    definitive_number, settled_at, announced_at"""
_IDENTITY: Final = f"SELECT {_COLUMNS} FROM identity"  # noqa: S608 - put together from constants

# identity_key
FIND_IDENTITY: Final = f"{_IDENTITY} WHERE tenant = $1 AND request_key = $2"

# identity_number; every unique index decides when another process was first
INSERT_IDENTITY: Final = f"""
INSERT INTO identity (tenant, case_number, destination, request_key, issuer, asked_by, issued_at,
    definitive_number, settled_at, announced_at)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
WHERE NOT EXISTS (SELECT 1 FROM identity WHERE tenant = $1 AND case_number = $2)
ON CONFLICT DO NOTHING RETURNING {_COLUMNS}
"""  # noqa: S608 - put together from constants

_TOLD: Final = """
unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
    AS told (tenant, destination, subject, number, at)
"""

# identity_case, for each that was told
SETTLE: Final = f"""
UPDATE identity i SET definitive_number = told.number, settled_at = told.at, announced_at = NULL
FROM {_TOLD}
WHERE i.tenant = told.tenant AND i.destination = told.destination
    AND i.case_number = told.subject AND i.definitive_number IS DISTINCT FROM told.number
"""  # noqa: S608 - put together from constants

# identity_case, for each that was told
SEE: Final = f"""
INSERT INTO identity (tenant, destination, case_number, issuer, asked_by, issued_at,
    definitive_number, settled_at)
SELECT told.tenant, told.destination, told.subject, 'core', '', told.at, told.number, told.at
FROM {_TOLD}
WHERE told.number <> told.subject
ON CONFLICT (tenant, destination, case_number) DO NOTHING
"""  # noqa: S608 - put together from constants

# identity_unannounced, which holds only what is left to say, in order
UNANNOUNCED: Final = f"""
{_IDENTITY} WHERE tenant = ANY ($1) AND settled_at IS NOT NULL AND announced_at IS NULL
ORDER BY id LIMIT $2
"""

# identity_pkey
MARK_ANNOUNCED: Final = """
UPDATE identity i SET announced_at = $3
FROM unnest($1::bigint[], $2::timestamptz[]) AS told (id, settled_at)
WHERE i.id = told.id AND i.settled_at = told.settled_at
"""

_CONDITIONS: Final[Mapping[str, str]] = {
    "case_number": "case_number = ${}",
    "tenant": "tenant = ${}",
    "provisional": "definitive_number IS NULL",
    "definitive": "definitive_number IS NOT NULL",
}


def list_identities(asked: Collection[str]) -> str:
    """A page, newest first: $1 is the id before it, $2 its length, and then the values asked for.

    In the order of `_CONDITIONS`: the case number, then the tenant. Where an index begins with one
    of them the order is that of `-id`, which only such an index has: the planner has no choice.
    """
    wanted = [text for name, text in _CONDITIONS.items() if name in asked]
    where = "".join(f" AND {text.format(place)}" for place, text in enumerate(wanted, start=3))
    led = "case_number" in asked or ("tenant" in asked and "provisional" not in asked)
    newest = "-id > -$1::bigint{} ORDER BY -id" if led else "id < $1{} ORDER BY id DESC"
    return f"{_IDENTITY} WHERE {newest.format(where)} LIMIT $2"
