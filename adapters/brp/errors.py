"""Refusals that are the BRP's own; what a status or a code means stands in the kit's table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from adapters.contract import RejectedError

REGISTER: Final = "brp"
"""Before the code of a refusal: `brp:tooManyResults`."""

PROBE_REFUSED: Final = "brp:paramsValidation"
"""What a question for a number that is none is answered with, once the credential was accepted."""


def search_refused(reason: Exception) -> RejectedError:
    """Return the refusal of a search that the BRP does not have."""
    return RejectedError("brp:search", f"{reason} Ask less, or something else.")


def refuse_others(data: Mapping[str, Any], bsn: str) -> None:
    """Never show somebody who was not asked for."""
    if any(person.get("bsn") != bsn for person in data["personen"]):
        raise RejectedError(
            "brp:other-person",
            "The BRP answered with another person than was asked for; have it looked into.",
        )
