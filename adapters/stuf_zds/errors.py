"""What the codes mean that this adapter itself parks a message with; those of StUF are the kit's.

The one table of StUF's own codes is `adapters/_kit/stuf/codes.py`; it comes out as `stuf:StUF055`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

OWN_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "stuf:invalid": "the message breaks the schema of StUF-ZDS; nothing was sent",
        "stuf:not-in-1.1": "StUF-ZDS 1.1 has no operation for it",
        "stuf:zaaktype": "the code of the zaaktype is longer than StUF takes",
        "stuf:eindstatus": "the settings do not say which status closes a case",
        "stuf:bestandsnaam": "a file gets another name without its content",
        "stuf:document-te-groot": "the document is larger than max_document_bytes",
        "stuf:zaak-bestaat": "the zaaksysteem has another case with this number",
        "stuf:opnieuw": "number or time of the request was refused, and a new one did not help",
        "stuf:uitgecheckt": "a document is checked out, and not by this delivery",
    }
)
"""Code to what it means; what to do is in the text of the error itself."""
