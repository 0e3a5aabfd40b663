"""checkedOutIds that we give: signed, so that nothing has to be remembered.

They prove that a document was checked out here, which and when. They do not keep others out: the
system behind the hub may be changed by somebody else meanwhile (docs/adapters/stuf_zds-inbound.md).
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from typing import Final

_PREFIX: Final = "s1"
_PROOF: Final = 20
_PARTS: Final = 3


def checked_out_id(number: str, *, key: bytes, now: datetime) -> str:
    """An id for a document that is being edited; 33 characters."""
    moment = f"{int(now.timestamp()):010x}"
    return f"{_PREFIX}.{moment}.{_proof(number, moment, key)}"


def is_good(given: str, number: str, *, key: bytes, now: datetime, seconds: int) -> bool:
    """We gave this id, for this document, and not too long ago."""
    parts = given.split(".")
    if len(parts) != _PARTS or parts[0] != _PREFIX:
        return False
    _, moment, proof = parts
    if not hmac.compare_digest(proof.encode(), _proof(number, moment, key).encode()):
        return False
    given_at = datetime.fromtimestamp(int(moment, 16), UTC)
    return 0 <= (now - given_at).total_seconds() <= seconds


def _proof(number: str, moment: str, key: bytes) -> str:
    signed = hmac.new(key, f"checkout\n{number}\n{moment}".encode(), hashlib.sha256)
    return signed.hexdigest()[:_PROOF]
