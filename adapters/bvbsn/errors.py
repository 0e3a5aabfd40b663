"""Refusals of BV BSN: a message that it did not work on, and faults of its service."""

from __future__ import annotations

from typing import Final

from adapters._kit.digikoppeling.envelope import SoapFault
from adapters._kit.masking import mask_numbers
from adapters.bvbsn.translate import NotWorkedOn
from adapters.contract import DeliveryError, RejectedError, TransientError

REGISTER: Final = "bvbsn"
_SHOWN: Final = 200


def refused(error: NotWorkedOn) -> RejectedError:
    """Return the refusal of a whole message."""
    said = mask_numbers((error.words or "no reason given")[:_SHOWN])
    detail = f"BV BSN does not work on this question: {said}"
    return RejectedError(f"{REGISTER}:{error.code}", detail)


def of_fault(fault: SoapFault) -> DeliveryError:
    """Return what a SOAP fault means: ours when it blames the client, else a passing one."""
    said = mask_numbers(fault.text[:_SHOWN]) or "no reason given"
    if fault.code.rpartition(":")[2].startswith("Client"):
        return RejectedError(f"{REGISTER}:fault", f"BV BSN refuses the question: {said}")
    return TransientError(f"BV BSN failed on the question: {said}")
