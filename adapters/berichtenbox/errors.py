"""What the faults of the subscription check, the gateway's answers and Logius' results mean."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from adapters._kit import read_json
from adapters._kit.digikoppeling.envelope import SoapFault
from adapters._kit.masking import mask_numbers
from adapters._kit.sending import Answer
from adapters.contract import (
    ConfigurationError,
    DeliveryError,
    RejectedError,
    TransientError,
    UncertainError,
)

REGISTER: Final = "berichtenbox"
_SHOWN: Final = 200
_REFUSED: Final = "ApplicationFault"


class Outcome(Enum):
    """What a VerwerkingsCode means for a letter."""

    DELIVERED = "delivered"
    UNREACHABLE = "unreachable"  # this citizen gets no such letters: another way
    AGAIN = "again"  # to be offered once more, as it is
    ANEW = "anew"  # to be offered once more, with a new AanmaakDatum
    KNOWN = "known"  # the same letter was offered before: its own result counts
    REFUSED = "refused"  # this letter is never taken


OUTCOMES: Final[Mapping[str, Outcome]] = {
    "Verwerkt": Outcome.DELIVERED,
    "NietActiefOfGeabonneerd": Outcome.UNREACHABLE,
    "TechnischProbleem": Outcome.AGAIN,
    "AanmaakDatumLigtTeVerInHetVerleden": Outcome.ANEW,
    "BerichtBestaatAl": Outcome.KNOWN,
    "BerichtTypeNietOndersteund": Outcome.REFUSED,
    "PublicatieDatumLigtTeVerInDeToekomst": Outcome.REFUSED,
    "BijlageTeGroot": Outcome.REFUSED,
    "OinInCPAKomtNietOvereenMetOinInBericht": Outcome.REFUSED,
    "XmlValidatieTegenXsdValtNegatiefUit": Outcome.REFUSED,
}
"""All ten of GLOBEBatchResponseTypes.xsd, version 3.0."""

WORDS: Final[Mapping[str, str]] = {
    "NietActiefOfGeabonneerd": "This citizen does not get such letters in the Berichtenbox.",
    "BerichtTypeNietOndersteund": "This kind of letter is not active in the Leveranciersportaal.",
    "PublicatieDatumLigtTeVerInDeToekomst": "It was to be shown more than 13 days later.",
    "BijlageTeGroot": "The attachments are too large.",
    "OinInCPAKomtNietOvereenMetOinInBericht": "leverancier is not the sender that the CPA names.",
    "XmlValidatieTegenXsdValtNegatiefUit": "The message breaks the schema: a mistake of the hub.",
}

_CREDENTIAL: Final = frozenset({401, 403, 407})
_ADDRESS: Final = frozenset({301, 302, 303, 307, 308, 404, 405, 406, 415})
_BUSY: Final = frozenset({408, 425, 429, 503})
_FAULTY: Final = 500
_NO_AGREEMENT: Final = ("PartyInfo", "DeliveryChannel", "fromParty", "toParty", "CPA")
"""In the words of ebms-core when its CPA has no such party, role, service or action."""


def of_fault(fault: SoapFault) -> DeliveryError:
    """Return the consequence: ApplicationFault is final, every other fault passes."""
    words = fault.detail_text("Message") or fault.text
    said = mask_numbers(words[:_SHOWN]) or "no reason given"
    if fault.detail_name() == _REFUSED or fault.code.rpartition(":")[2].startswith("Client"):
        return RejectedError(f"{REGISTER}:{_REFUSED}", f"The Berichtenbox refuses it: {said}")
    return TransientError(f"The Berichtenbox cannot check subscriptions now: {said}")


def of_gateway(answer: Answer) -> DeliveryError:
    """Return the consequence of an answer that is no 2xx.

    The gateway judges a message by its CPA before it stores it: with such words it surely did not.
    """
    status, host = answer.status, answer.host
    if status in _CREDENTIAL:
        detail = f"{host} does not accept our credential ({status})."
        return ConfigurationError("gateway.user", detail)
    if status in _ADDRESS:
        detail = f"{host} has no such service at this address ({status})."
        return ConfigurationError("gateway.root", detail)
    said = _words(answer.body)
    if any(word in said for word in _NO_AGREEMENT):
        detail = f"The CPA of {host} does not know who sends what to whom: {said}"
        return ConfigurationError("gateway.cpa_id", detail)
    if status in _BUSY:
        return TransientError(f"{host} answered {status}.")
    if status < _FAULTY:
        return RejectedError(f"{REGISTER}:gateway", f"{host} answered {status}: {said}")
    return UncertainError(f"{host} answered {status}: {said}")


def _words(body: bytes) -> str:
    found = read_json(body)
    message = found.get("message") if isinstance(found, dict) else None
    return mask_numbers(" ".join(str(message or "no reason given").split())[:_SHOWN])
