"""What the faults of Digimelding mean."""

from __future__ import annotations

from typing import Final

from adapters._kit.digikoppeling.envelope import SoapFault
from adapters._kit.masking import mask_numbers
from adapters.contract import (
    ConfigurationError,
    DeliveryError,
    RejectedError,
    TransientError,
    UncertainError,
)

REGISTER: Final = "digimelding"
_SHOWN: Final = 200
_NOT_AUTHORISED: Final = "DK0002"
_REFUSED: Final = frozenset({"DK0004", "DK0050"})
"""It breaks the schema; the register does not take its content."""


def of_fault(fault: SoapFault, *, reads: bool) -> DeliveryError:
    """Return the consequence of a DigimeldingSynchroonFault, or of a fault without one."""
    code = fault.detail_text("faultcode").strip()[:20] or fault.code.rpartition(":")[2]
    words = fault.detail_text("faultstring") or fault.text
    said = mask_numbers(words[:_SHOWN]) or "no reason given"
    if code == _NOT_AUTHORISED:
        return ConfigurationError("oin", f"Digimelding does not let us report ({code}): {said}")
    if code in _REFUSED or fault.code.rpartition(":")[2].startswith("Client"):
        return RejectedError(f"{REGISTER}:{code}", f"Digimelding refuses it: {said}")
    detail = f"Digimelding failed ({code}): {said}"
    return TransientError(detail) if reads else UncertainError(detail)
