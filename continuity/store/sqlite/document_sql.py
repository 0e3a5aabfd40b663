"""The statements about documents beside messages, with their plans, as in `sql.py`."""

from __future__ import annotations

from typing import Final

_DOCUMENT: Final = """
SELECT tenant, sha256, size, media_type, location, key, stored_at FROM document
"""

# SEARCH document USING PK (tenant=? AND sha256=?)
FIND_DOCUMENT: Final = f"{_DOCUMENT} WHERE tenant = ? AND sha256 = ?"

INSERT_DOCUMENT: Final = """
INSERT INTO document (tenant, sha256, size, media_type, location, key, stored_at, unused_since)
VALUES (:tenant, :sha256, :size, :media_type, :location, :key, :stored_at, :stored_at)
"""

# SEARCH document USING PK
REPLACE_DOCUMENT: Final = """
UPDATE document SET size = :size, media_type = :media_type, location = :location, key = :key,
    stored_at = :stored_at
WHERE tenant = :tenant AND sha256 = :sha256
"""

# SEARCH document USING PK
TOUCH_DOCUMENT: Final = """
UPDATE document SET unused_since = ?
WHERE tenant = ? AND sha256 = ? AND unused_since IS NOT NULL
"""
USE_DOCUMENT: Final = "UPDATE document SET unused_since = NULL WHERE tenant = ? AND sha256 = ?"

INSERT_USE: Final = "INSERT INTO document_use (tenant, sha256, message_id) VALUES (?, ?, ?)"

# SEARCH document USING INDEX document_unused (unused_since>? AND unused_since<?)
ORPHANS: Final = f"""
{_DOCUMENT} INDEXED BY document_unused
WHERE unused_since < ? AND unused_since IS NOT NULL ORDER BY unused_since, location LIMIT ?
"""

# SEARCH document USING PK
FORGET_DOCUMENT: Final = """
DELETE FROM document WHERE tenant = ? AND sha256 = ? AND location = ? AND unused_since < ?
"""

# SEARCH document USING INDEX (location=?)
KNOWN_LOCATION: Final = "SELECT 1 FROM document WHERE location = ?"

# SEARCH document_use USING INDEX document_use_message (message_id=?)
USED_BY: Final = "SELECT tenant, sha256 FROM document_use WHERE message_id = ?"
DELETE_USES: Final = "DELETE FROM document_use WHERE message_id = ?"

# SEARCH document USING PK, document_use USING PK (tenant=? AND sha256=?)
ORPHAN: Final = """
UPDATE document SET unused_since = :now
WHERE tenant = :tenant AND sha256 = :sha256 AND NOT EXISTS (
    SELECT 1 FROM document_use u WHERE u.tenant = :tenant AND u.sha256 = :sha256)
"""
