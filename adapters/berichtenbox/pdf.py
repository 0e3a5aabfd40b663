"""Whether attachments say that they are PDF/A, as Logius wants them; pure."""

from __future__ import annotations

import base64
import re
from typing import Final

from schemas.bericht import BerichtenboxGevraagd

_PART: Final = re.compile(rb"pdfaid:part(?:>|\s*=\s*[\"'])\s*([0-9])")
_LEVEL: Final = re.compile(rb"pdfaid:conformance(?:>|\s*=\s*[\"'])\s*([A-Za-z])")
_WANTED: Final = frozenset({"1a", "2a"})


def archival_level(pdf: bytes) -> str | None:
    """Return `1a`, `2b`, ... as the file says of itself; None: it says nothing.

    The standard forbids to compress that statement (ISO 19005-1, 6.7.2), so it can be found
    without reading the file as a PDF. Whether it is true is not found out.
    """
    part, level = _PART.search(pdf), _LEVEL.search(pdf)
    if part is None or level is None:
        return None
    return part[1].decode() + level[1].decode().lower()


def remarks_on(letter: BerichtenboxGevraagd) -> list[str]:
    """Return a sentence for the operator about each attachment that is not as Logius wants it."""
    remarks = []
    for place, one in enumerate(letter.bijlagen, start=1):
        level = archival_level(base64.b64decode(one.inhoud))
        if level not in _WANTED:
            says = "does not say that it is PDF/A" if level is None else f"is PDF/A-{level}"
            remarks.append(f"Attachment {place} {says}; Logius wants 1a or 2a.")
    return remarks
