"""Every statement about documents, with the index that it relies on; see `sql.py`."""

from __future__ import annotations

from typing import Final

_COLUMNS: Final = "tenant, sha256, size, media_type, location, key, stored_at"
_DOCUMENT: Final = f"SELECT {_COLUMNS} FROM document"  # noqa: S608 - put together from constants

# document_pkey
FIND_DOCUMENT: Final = f"{_DOCUMENT} WHERE tenant = $1 AND sha256 = $2"

# document_pkey
TOUCH_DOCUMENT: Final = f"""
UPDATE document SET unused_since = CASE WHEN unused_since IS NULL THEN NULL ELSE $3::timestamptz END
WHERE tenant = $1 AND sha256 = $2 RETURNING {_COLUMNS}
"""  # noqa: S608 - put together from constants

INSERT_DOCUMENT: Final = f"""
INSERT INTO document (tenant, sha256, size, media_type, location, key, stored_at, unused_since)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT (tenant, sha256) DO NOTHING RETURNING {_COLUMNS}
"""  # noqa: S608 - put together from constants

# document_pkey
REPLACE_DOCUMENT: Final = f"""
UPDATE document SET size = $3, media_type = $4, location = $5, key = $6, stored_at = $7
WHERE tenant = $1 AND sha256 = $2 RETURNING {_COLUMNS}
"""  # noqa: S608 - put together from constants

# document_unused
ORPHANS: Final = f"""
{_DOCUMENT} WHERE unused_since < $1 AND unused_since IS NOT NULL
ORDER BY unused_since, location LIMIT $2
"""

# document_pkey; waits for a message that is being accepted, and then finds the document in use
FORGET_DOCUMENT: Final = """
DELETE FROM document WHERE tenant = $1 AND sha256 = $2 AND location = $3 AND unused_since < $4
"""

# document_location_key
KNOWN_LOCATIONS: Final = "SELECT location FROM document WHERE location = ANY ($1::text[])"

# document_pkey, for each; held until the message that refers to it is there
HOLD_DOCUMENTS: Final = """
SELECT d.tenant, d.sha256
FROM unnest($1::text[], $2::text[]) AS wanted (tenant, sha256)
JOIN document d ON d.tenant = wanted.tenant AND d.sha256 = wanted.sha256
ORDER BY d.tenant, d.sha256 FOR NO KEY UPDATE OF d
"""

INSERT_USES: Final = """
INSERT INTO document_use (tenant, sha256, message_id)
SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[])
"""

# document_pkey, for each
USE_DOCUMENTS: Final = """
UPDATE document d SET unused_since = NULL
FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::text[])) AS used (tenant, sha256)
WHERE d.tenant = used.tenant AND d.sha256 = used.sha256 AND d.unused_since IS NOT NULL
"""

# document_use_message
DELETE_USES: Final = """
DELETE FROM document_use WHERE message_id = ANY ($1::bigint[]) RETURNING tenant, sha256
"""

# document_pkey, document_use_pkey, for each
ORPHAN: Final = """
UPDATE document d SET unused_since = $3
FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::text[])) AS freed (tenant, sha256)
WHERE d.tenant = freed.tenant AND d.sha256 = freed.sha256 AND NOT EXISTS (
    SELECT 1 FROM document_use u WHERE u.tenant = d.tenant AND u.sha256 = d.sha256)
"""
