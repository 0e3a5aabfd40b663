"""What the `resultaat` of an answer means: GBA-V says it in an answer with status 200."""

from __future__ import annotations

import re
from typing import Final

from adapters._kit.digikoppeling.envelope import SoapFault
from adapters._kit.masking import mask_numbers
from adapters.contract import ConfigurationError, DeliveryError, RejectedError, TransientError

REGISTER: Final = "gbav"
_FINE: Final = "A"
_NOBODY: Final = ("G", 33)
_FAILED: Final = ("X", 1)
_LOGIN: Final = {
    10: "GBA-V does not accept our user or password",
    12: "The password at GBA-V has expired",
}
"""Trying these again locks the account."""
_INACTIVE: Final = 11
_SHOWN: Final = 200
_COUNT: Final = re.compile(r"Aantal: ([0-9]{1,9})", re.ASCII)


class LoginRefused(ConfigurationError):
    """Our account is not let in: nobody may try again until the configuration has changed."""


def is_nobody(letter: str, code: int) -> bool:
    """Say whether the answer is that there is nobody."""
    return (letter, code) == _NOBODY


def consequence(letter: str, code: int, words: str) -> DeliveryError | None:
    """Return what went wrong; None: the question was answered."""
    if letter == _FINE and code == 0:
        return None
    if code in _LOGIN:
        detail = f"{_LOGIN[code]} ({code}). Nothing more is asked until that is mended."
        return LoginRefused("password", detail)
    said = mask_numbers(words[:_SHOWN]) or "no reason given"
    if code == _INACTIVE:
        detail = f"GBA-V says that the service is not active for us ({code}): {said}"
        return ConfigurationError("user", detail)
    if (letter, code) == _FAILED:
        return TransientError(f"GBA-V failed on the question (X001): {said}")
    return RejectedError(f"{REGISTER}:{letter}{code:03d}", f"GBA-V refuses the question: {said}")


def of_fault(fault: SoapFault) -> DeliveryError:
    """Return what a SOAP fault means; the service itself uses none."""
    said = mask_numbers(fault.text[:_SHOWN]) or "no reason given"
    return TransientError(f"GBA-V failed on the question: {said}")


def counted(words: str) -> int | None:
    """Return how many persons GBA-V says that it found; None: it does not say."""
    found = _COUNT.search(words)
    return None if found is None else int(found[1])
