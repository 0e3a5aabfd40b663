"""The stages in which something that came in is worked out, as messages of the hub to itself.

Every stage looks at how things are at the zaaksysteem then, so that neither the order in which
notifications come nor how often one comes matters. Pure.

| stage            | lane               | what it does                                            |
|------------------|--------------------|---------------------------------------------------------|
| ZAAKMELDING      | the case's URL     | finds the number of the case                            |
| DOCUMENTMELDING  | the document's URL | finds the cases that the document belongs to            |
| ZAAK             | the case           | tells the case and its statuses; a stage per document   |
| DOCUMENT         | the case           | fetches one document and tells it                       |
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from adapters.contract import News
from schemas.messagetypes import ONTVANGST

ZAAKMELDING: Final = "zgw.zaakmelding"
DOCUMENTMELDING: Final = "zgw.documentmelding"
ZAAK: Final = "zgw.zaak"
DOCUMENT: Final = "zgw.document"

PARTS: Final = frozenset({"rol", "zaakobject", "zaakeigenschap", "resultaat"})
"""Parts of a case that are told with it, as resources of the channel `zaken`."""

_ZAAK_TYPES: Final = "nl.burgerzaken.zaak."
_LONGEST_LANE: Final = 255
_HEX: Final = 32


def digest(*parts: str) -> str:
    """Return 32 hexadecimal digits that stand for these texts, in this order."""
    return sha256("\n".join(parts).encode()).hexdigest()[:_HEX]


def stage(
    soort: str,
    key: str,
    inhoud: Mapping[str, Any],
    *,
    time: datetime,
    subject: str | None = None,
    about: str = "",
    not_before: datetime | None = None,
) -> News:
    """Return a stage; the same `soort` and `key` is taken once. `about` is a URL, without subject.

    `key` may hold the number of a try: a stage that is put off is a new one.
    """
    lane = about if len(about) <= _LONGEST_LANE else digest(about)
    return News(
        id=f"ontvangst-{digest(soort, key)}",
        type=ONTVANGST,
        data={"soort": soort, "inhoud": dict(inhoud)},
        time=time,
        subject=subject,
        ordering_key=None if subject else lane,
        not_before=not_before,
    )


def told(
    name: str, key: str, data: Mapping[str, Any], *, time: datetime, dataref: str | None = None
) -> News:
    """Return news for the core: `zaak.` with `name`; `key` is what the zaaksysteem calls it."""
    return News(
        id=f"ontvangen-{digest(name, key)}",
        type=_ZAAK_TYPES + name,
        data=data,
        time=time,
        subject=str(data["zaakidentificatie"]),
        dataref=dataref,
    )
