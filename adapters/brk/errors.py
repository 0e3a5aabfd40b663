"""What a part that could not be had becomes in the answer; codes stand in the kit's table."""

from __future__ import annotations

from typing import Any, Final

from adapters.contract import DeliveryError

REGISTER: Final = "brk"
"""Before the code of a refusal: `brk:paramsValidation`."""

_LONGEST: Final = 255


def lacking(part: str, of: str | None, why: str) -> dict[str, Any]:
    """Return the entry that names a missing part, and the object that it is of."""
    return {"deel": part, "reden": why[:_LONGEST], **({} if of is None else {"van": of})}


def unanswered(part: str, of: str | None, error: DeliveryError) -> dict[str, Any]:
    """Return the entry for a call that failed."""
    return lacking(part, of, f"The BRK did not answer: {error.detail}")
