"""Telling "nobody found" from every other fault.

Systems that find nobody answer in four ways: an answer without persons, an answer with an empty
person (both read in translate.py), the fault StUF064, and a SOAP fault that only says so in words
(Q9). A gateway's own "not found" is none of these: a system that is down is never an empty answer.
"""

from __future__ import annotations

import re
from typing import Final

from adapters._kit.stuf.faults import Fout, to_error
from adapters.contract import DeliveryError, RejectedError

NOBODY_CODES: Final = frozenset({"StUF064"})
"""Faults that mean: no such person. What the other codes mean is in adapters/_kit/stuf/codes.py."""

_THING: Final = r"(?:object|persoon|personen|natuurlijk persoon)"
_NOBODY_WORDS: Final = re.compile(
    rf"(?:(?:(?:het |de )?{_THING}(?: is| zijn)? niet)|(?:geen {_THING})) gevonden\.?",
    re.IGNORECASE,
)


def finds_nobody(fout: Fout) -> bool:
    """Return whether a fault says that the person is not there."""
    if fout.code:
        return fout.code in NOBODY_CODES
    return bool(_NOBODY_WORDS.fullmatch(fout.omschrijving.strip()))


def refuses_only_this(fout: Fout) -> bool:
    """Return whether a fault is about this question, and proves that others can be asked."""
    return (
        finds_nobody(fout)
        or fout.code == "StUF058"
        or isinstance(consequence(fout, attempt=1), RejectedError)
    )


def consequence(fout: Fout, *, attempt: int) -> DeliveryError:
    """Return what any other fault means; a question changes nothing, so nothing is in doubt."""
    return to_error(fout, asynchronous=False, attempt=attempt)
