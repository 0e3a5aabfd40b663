"""What the two faults of the subscription check mean."""

from __future__ import annotations

from typing import Final

from adapters._kit.digikoppeling.envelope import SoapFault
from adapters._kit.masking import mask_numbers
from adapters.contract import DeliveryError, RejectedError, TransientError

REGISTER: Final = "berichtenbox"
_SHOWN: Final = 200
_REFUSED: Final = "ApplicationFault"


def of_fault(fault: SoapFault) -> DeliveryError:
    """Return the consequence: ApplicationFault is final, every other fault passes."""
    words = fault.detail_text("Message") or fault.text
    said = mask_numbers(words[:_SHOWN]) or "no reason given"
    if fault.detail_name() == _REFUSED or fault.code.rpartition(":")[2].startswith("Client"):
        return RejectedError(f"{REGISTER}:{_REFUSED}", f"The Berichtenbox refuses it: {said}")
    return TransientError(f"The Berichtenbox cannot check subscriptions now: {said}")
