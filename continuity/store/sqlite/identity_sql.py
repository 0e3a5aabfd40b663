"""Every statement about case numbers, with the query plan that it relies on; see `sql.py`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

# SEARCH number_series USING PK
NEXT_NUMBER: Final = """
INSERT INTO number_series (name, last) VALUES (?, 1)
ON CONFLICT (name) DO UPDATE SET last = last + 1 RETURNING last
"""

_IDENTITY: Final = """
SELECT id, tenant, case_number, destination, issuer, asked_by, issued_at, definitive_number,
    settled_at, announced_at
FROM identity
"""

# SEARCH identity USING INDEX identity_key (tenant=? AND request_key=?)
FIND_IDENTITY: Final = f"{_IDENTITY} WHERE tenant = ? AND request_key = ?"

# SEARCH identity USING INDEX identity_number (case_number=?)
NUMBER_TAKEN: Final = """
SELECT 1 FROM identity INDEXED BY identity_number WHERE tenant = ? AND case_number = ?
"""

INSERT_IDENTITY: Final = """
INSERT INTO identity (tenant, case_number, destination, request_key, issuer, asked_by,
    issued_at, definitive_number, settled_at, announced_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

# SEARCH identity USING INDEX identity_case (tenant=? AND destination=? AND case_number=?)
IDENTITY_OF: Final = f"{_IDENTITY} WHERE tenant = ? AND destination = ? AND case_number = ?"

SETTLE: Final = """
UPDATE identity SET definitive_number = ?, settled_at = ?, announced_at = NULL WHERE id = ?
"""

# SEARCH identity USING INDEX identity_unannounced (tenant=?)
UNANNOUNCED: Final = f"""
{_IDENTITY} WHERE tenant = ? AND settled_at IS NOT NULL AND announced_at IS NULL
ORDER BY id LIMIT ?
"""

# SEARCH identity USING PK
MARK_ANNOUNCED: Final = "UPDATE identity SET announced_at = ? WHERE id = ? AND settled_at = ?"

# Which index leads a list: the first whose field is asked for. Other conditions only filter.
_PATHS: Final[Mapping[str, str]] = {
    "case_number": "INDEXED BY identity_number",
    "provisional": "INDEXED BY identity_provisional",
    "tenant": "INDEXED BY identity_tenant",
}
_CONDITIONS: Final[Mapping[str, str]] = {
    "case_number": "case_number = :case_number",
    "provisional": "definitive_number IS NULL",
    "definitive": "definitive_number IS NOT NULL",
    "tenant": "tenant = :tenant",
}


def list_identities(asked: Collection[str]) -> str:
    """A page, newest first, with the conditions that are asked for; :before and :limit bound it."""
    path = next((index for name, index in _PATHS.items() if name in asked), "")
    where = " AND ".join(
        [*(text for name, text in _CONDITIONS.items() if name in asked), "id < :before"]
    )
    return f"{_IDENTITY} {path} WHERE {where} ORDER BY id DESC LIMIT :limit"
