"""The attribute `dataref`: which document beside the message is meant."""

from __future__ import annotations

import re
from typing import Final

_FORMS: Final = re.compile(
    r"(?:urn:sha256:|(?:https?://[^/?#]+)?/v1/documents/)(?P<sha256>[0-9A-Fa-f]{64})", re.ASCII
)


def document_hash(dataref: str) -> str | None:
    """The SHA-256 of the document, in small hexadecimal digits; None for a reference elsewhere.

    `urn:sha256:<hex>` is the form that the hub itself writes. The path of the document in the hub's
    API, with or without a host, means the same.
    """
    match = _FORMS.fullmatch(dataref)
    return match["sha256"].lower() if match else None


def document_ref(sha256: str) -> str:
    """The `dataref` of a document."""
    return f"urn:sha256:{sha256}"
