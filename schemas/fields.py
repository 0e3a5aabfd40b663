"""Types of fields that more than one message uses: texts, moments and days.

Texts are held to what every target can carry: XML has no control characters (XML 1.0, section
2.2), and a zaaksysteem takes a text of white space for no text at all.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field, PlainSerializer, PlainValidator, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

_CONTROL: Final = r"\u0000-\u001f\u007f-\u009f\ufffe\uffff"
_CONTROL_BUT_WHITE_SPACE: Final = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff"

LINE_PATTERN: Final = rf"^[^{_CONTROL}]*[^{_CONTROL}\s][^{_CONTROL}]*$"
"""One line: no control character, no line end, at least one visible character."""

TEXT_PATTERN: Final = rf"^[^{_CONTROL_BUT_WHITE_SPACE}]*$"
"""Free text, possibly empty and over several lines."""

_LOCAL: Final = (
    r"(?:19|2[0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?"
)
_OFFSET: Final = r"(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
_DATE: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MOMENT: Final = re.compile(f"{_LOCAL}(?P<offset>{_OFFSET})?")
_DAY: Final = re.compile(_DATE)


def _moment(value: object) -> datetime:
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise _no_time_zone()
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("wrong_type", "This must be a JSON string with date and time.")
    match = _MOMENT.fullmatch(value)
    if match and match["offset"] is None:
        raise _no_time_zone()
    try:
        if match:
            return datetime.fromisoformat(value.upper())
    except ValueError:
        pass  # a 31 February: the same problem as a text of another shape
    raise PydanticCustomError(
        "date_time",
        "This must be a date and time with zone after RFC 3339, from the year 1900 on "
        "(2026-11-23T10:15:00Z).",
    )


def _no_time_zone() -> PydanticCustomError:
    return PydanticCustomError(
        "timezone_required",
        "This date and time has no time zone; end it with Z or an offset such as +01:00.",
    )


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("wrong_type", "This must be a JSON string with a date.")
    try:
        if _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass  # a 31 February: the same problem as a text of another shape
    raise PydanticCustomError("date", "This must be an existing date as YYYY-MM-DD (2026-11-23).")


def _moment_text(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")


Moment = Annotated[
    datetime,
    PlainValidator(_moment),
    PlainSerializer(_moment_text, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": f"^{_LOCAL}{_OFFSET}$"}),
]
"""A point in time with its zone; a naive one is refused."""

Day = Annotated[
    date,
    PlainValidator(_day),
    PlainSerializer(date.isoformat, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date", "pattern": f"^{_DATE}$"}),
]
"""A day in the Netherlands (calendar date in Europe/Amsterdam), without a time."""

Line20 = Annotated[str, StringConstraints(max_length=20, pattern=LINE_PATTERN)]
Line80 = Annotated[str, StringConstraints(max_length=80, pattern=LINE_PATTERN)]
Line200 = Annotated[str, StringConstraints(max_length=200, pattern=LINE_PATTERN)]
Line255 = Annotated[str, StringConstraints(max_length=255, pattern=LINE_PATTERN)]
Toelichting = Annotated[str, StringConstraints(max_length=1000, pattern=TEXT_PATTERN)]
"""Free text of at most 1,000 characters: the limit of ZGW and of StUF-ZDS."""

Documentidentificatie = Annotated[
    str,
    Field(
        description="Number of the document, unique with its bronorganisatie; the sender's choice.",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$",
    ),
]


class Vertrouwelijkheidaanduiding(StrEnum):
    """How far a case or document may be shown, from public to most secret (ZGW's eight levels)."""

    OPENBAAR = "openbaar"
    BEPERKT_OPENBAAR = "beperkt_openbaar"
    INTERN = "intern"
    ZAAKVERTROUWELIJK = "zaakvertrouwelijk"
    VERTROUWELIJK = "vertrouwelijk"
    CONFIDENTIEEL = "confidentieel"
    GEHEIM = "geheim"
    ZEER_GEHEIM = "zeer_geheim"
