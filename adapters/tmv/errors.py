"""What refusals of the TMV and faults of its service mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from adapters._kit.digikoppeling.envelope import SoapFault
from adapters._kit.masking import mask_numbers
from adapters.contract import DeliveryError, RejectedError, TransientError, UncertainError

REGISTER: Final = "tmv"
_SHOWN: Final = 200


def refusal(answer: Mapping[str, Any]) -> RejectedError:
    """Return what any other berichtcode than those of success means: a refusal for good."""
    code = str(answer.get("verwerkingcode") or answer.get("berichtcode") or "onbekend")
    said = mask_numbers(str(answer.get("verwerkingomschrijving") or "no reason given")[:_SHOWN])
    return RejectedError(f"{REGISTER}:{mask_numbers(code[:40])}", f"The TMV refuses it: {said}")


def of_fault(fault: SoapFault, *, reads: bool) -> DeliveryError:
    """Return what a SOAP fault means; the WSDL declares none.

    One that blames the client is ours to mend, any other passes.
    """
    said = mask_numbers(fault.text[:_SHOWN]) or "no reason given"
    if fault.code.rpartition(":")[2].startswith("Client"):
        return RejectedError(f"{REGISTER}:fault", f"The TMV cannot read it: {said}")
    detail = f"The TMV failed: {said}"
    return TransientError(detail) if reads else UncertainError(detail)
