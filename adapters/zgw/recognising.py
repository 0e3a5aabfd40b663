"""Telling our own things at the zaaksysteem from those of another.

Pure. What is there (second) is held against the body that was sent (first).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from adapters.zgw.betrokkenen import same_betrokkene
from adapters.zgw.translate import BRON

Found = Mapping[str, Any]

_DURATION: Final = re.compile(r"P(?:0Y)?(?:0M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?(?:T0\w)?")

Sameness = Callable[[Found, Found], bool]
"""Whether what is there (second) is what we sent (first), and not somebody else's."""


def same_zaak(sent: Found, there: Found) -> bool:
    kenmerken = there.get("kenmerken")
    ours = [one for one in sent["kenmerken"] if one["bron"] == BRON]
    return _equal(sent, there, "zaaktype") and (
        isinstance(kenmerken, list) and all(one in kenmerken for one in ours)
    )


def same_rol(sent: Found, there: Found) -> bool:
    return _equal(sent, there, "roltype") and same_betrokkene(sent, there)


def same_status(sent: Found, there: Found) -> bool:
    return _equal(sent, there, "statustype") and (
        _instant(sent["datumStatusGezet"]) == _instant(there.get("datumStatusGezet"))
    )


def same_eigenschap(sent: Found, there: Found) -> bool:
    return _equal(sent, there, "eigenschap", "waarde")


def same_document(sent: Found, there: Found) -> bool:
    return _equal(sent, there, "titel", "bestandsomvang", "formaat", "informatieobjecttype")


def same_koppeling(sent: Found, there: Found) -> bool:
    return _equal(sent, there, "zaak", "informatieobject")


def same_resultaat(sent: Found, there: Found) -> bool:
    return _equal(sent, there, "resultaattype")


def same_besluit(sent: Found, there: Found) -> bool:
    return _equal(sent, there, "besluittype", "zaak", "datum")


def same_besluitdocument(sent: Found, there: Found) -> bool:
    return _equal(sent, there, "besluit", "informatieobject")


def same_gebruiksrecht(sent: Found, there: Found) -> bool:
    return _equal(sent, there, "informatieobject", "omschrijvingVoorwaarden") and (
        _instant(sent["startdatum"]) == _instant(there.get("startdatum"))
    )


def same_changes(sent: Found, there: Found) -> bool:
    """Whether every field has the value that was sent; a zaaksysteem adds to what it is given."""
    return all(_alike(value, there.get(name)) for name, value in sent.items())


def _alike(sent: object, there: object) -> bool:
    if isinstance(sent, Mapping) and isinstance(there, Mapping):
        return all(_alike(value, there.get(name)) for name, value in sent.items())
    if _trimmed(sent) == _trimmed(there):
        return True
    if not isinstance(sent, str) or not isinstance(there, str):
        return False
    moment_sent = _instant(sent) if "T" in sent else None
    days_sent = _days(sent)
    return (moment_sent is not None and moment_sent == _instant(there)) or (
        days_sent is not None and days_sent == _days(there)
    )


def _days(text: str) -> int | None:
    """The days of a duration that was written in days and weeks, as P14D or P2W."""
    match = _DURATION.fullmatch(text)
    return None if match is None else 7 * int(match["weeks"] or 0) + int(match["days"] or 0)


def _equal(sent: Found, there: Found, *names: str) -> bool:
    return all(_trimmed(sent[name]) == _trimmed(there.get(name)) for name in names)


def _trimmed(value: object) -> object:
    """A zaaksysteem may take the white space around a text away."""
    return value.strip() if isinstance(value, str) else value


def _instant(text: object) -> datetime | None:
    try:
        instant = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
