"""What is sealed, and how: the kinds of values, and the columns in which they lie."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from continuity.store.records import Column


class Kind(StrEnum):
    """What a value is. It is bound into the value: one kind cannot take the place of another."""

    CORRELATION_ID = "correlation id"
    BODY = "body"  # also an edited one: either may be delivered
    DIFF = "edit"
    REQUEST = "request"
    RESULT = "result"
    REFERENCE = "reference"
    DIFFERENCE = "difference"
    DOCUMENT_KEY = "document key"
    RECEIVED = "received request"
    RECEIVED_HEADERS = "headers of a received request"
    ANSWERED = "answer to a received request"
    SUBJECT = "case number"  # wherever case numbers stand, so that they can be compared
    LANE = "lane"
    DIGEST = "digest"
    RECEPTION_KEY = "key of a received request"
    RECEPTION_DIGEST = "digest of a received request"


DATA_COLUMNS: Final[Mapping[Column, Kind]] = {
    Column.BODY: Kind.BODY,
    Column.CORRELATION_ID: Kind.CORRELATION_ID,
    Column.EDITED_BODY: Kind.BODY,
    Column.EDIT_DIFF: Kind.DIFF,
    Column.REQUEST: Kind.REQUEST,
    Column.RESULT: Kind.RESULT,
    Column.REFERENCE: Kind.REFERENCE,
    Column.DIFFERENCE: Kind.DIFFERENCE,
    Column.DOCUMENT_KEY: Kind.DOCUMENT_KEY,
    Column.RECEIVED: Kind.RECEIVED,
    Column.RECEIVED_HEADERS: Kind.RECEIVED_HEADERS,
    Column.ANSWERED: Kind.ANSWERED,
}
"""Under a data key: `schakel keys rotate` brings them under the newest, while the hub runs."""

INDEX_COLUMNS: Final[Mapping[Column, Kind]] = {
    Column.SUBJECT: Kind.SUBJECT,
    Column.DIGEST: Kind.DIGEST,
    Column.LANE: Kind.LANE,
    Column.REFERENCE_SUBJECT: Kind.SUBJECT,
    Column.CASE_NUMBER: Kind.SUBJECT,
    Column.DEFINITIVE_NUMBER: Kind.SUBJECT,
    Column.RECEPTION_KEY: Kind.RECEPTION_KEY,
    Column.RECEPTION_DIGEST: Kind.RECEPTION_DIGEST,
}
"""Under the index key: `schakel keys reindex` brings them under another, while no hub runs."""
