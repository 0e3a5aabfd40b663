"""Namespaces of StUF, and the one table of its operations.

SOAPAction is the namespace of the body element, `/`, and the name of the operation (StUF
protocolbindingen 03.02, 4.3). Senders use any prefix: match on (namespace, local name) only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

STUF: Final = "http://www.egem.nl/StUF/StUF0301"
ZKN: Final = "http://www.egem.nl/StUF/sector/zkn/0310"
BG: Final = "http://www.egem.nl/StUF/sector/bg/0310"
ZDS: Final = "http://www.stufstandaarden.nl/koppelvlak/zds0120"
XMIME: Final = "http://www.w3.org/2005/05/xmlmime"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
SOAP11: Final = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP12: Final = "http://www.w3.org/2003/05/soap-envelope"
WSSE: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"

PREFIXES: Final[Mapping[str, str]] = MappingProxyType(
    {"StUF": STUF, "ZKN": ZKN, "BG": BG, "ZDS": ZDS, "xmime": XMIME, "xsi": XSI}
)
"""Prefix to namespace, always the same, declared once on the envelope (Q10)."""

Profile = Literal["1.1", "1.2"]
"""Version of Zaak- en Documentservices; plain StUF-ZKN counts as 1.1."""

_PROFILES: Final[tuple[Profile, ...]] = ("1.1", "1.2")

Endpoint = Literal["OntvangAsynchroon", "BeantwoordVraag", "VrijeBerichten"]
"""The three unrelated addresses of a system (Q6).

The last is called VerwerkSynchroonVrijBericht in 1.2.
"""


def q(ns: str, name: str) -> str:
    """Return the name as lxml writes it: `{namespace}local`."""
    return f"{{{ns}}}{name}"


@dataclass(frozen=True, slots=True)
class Operation:
    name: str
    """Without message code: `creeerZaak`; for a plain entity message its element: `npsLv01`."""
    profile: Profile
    endpoint: Endpoint
    action: str
    """SOAPAction, without quotes."""
    element: str
    """Body element of the request, as `{namespace}local`."""
    answers: frozenset[str]
    """Berichtcodes that mean success."""
    asynchronous: bool
    """True: a Bv03 says that it is stored, not that it is processed."""

    @property
    def changes(self) -> bool:
        """True: it changes something, so that an answer which got lost leaves doubt.

        Reserving a number twice only leaves a gap, and counts as a question.
        """
        return self.asynchronous or self.name in _CHANGING

    @property
    def fault(self) -> str:
        """Berichtcode of a refusal."""
        return "Fo03" if self.asynchronous else "Fo02"


# name, action and body element of 1.1 (in ZKN), of 1.2 (in ZDS; both the same if only one is given)
_ASYNCHRONOUS: Final = (
    ("creeerZaak", "creeerZaak_Lk01", "zakLk01", "creeerZaak_ZakLk01"),
    ("updateZaak", "updateZaak_Lk01", "zakLk01", "updateZaak_ZakLk01"),
    (
        "actualiseerZaakstatus",
        "actualiseerZaakstatus_Lk01",
        "zakLk01",
        "actualiseerZaakstatus_ZakLk01",
    ),
    ("voegZaakdocumentToe", "voegZaakdocumentToe_Lk01", "edcLk01", "voegZaakdocumentToe_EdcLk01"),
    ("maakZaakdocument", "maakZaakdocument_Lk01", "edcLk01", "maakZaakdocument_EdcLk01"),
    ("updateBesluit", "", "", "updateBesluit_BslLk01"),
    ("voegBesluitToe", "", "", "voegBesluitToe_Di01"),
    ("overdragenZaak", "", "", "overdragenZaak_Di01"),
    ("overdragenZaakAntwoord", "", "", "overdragenZaak_Du01"),
)
_QUESTIONS: Final = (
    ("geefZaakstatus", "geefZaakstatus_Lv01", "zakLv01", "geefZaakstatus_ZakLv01"),
    ("geefZaakdetails", "geefZaakdetails_Lv01", "zakLv01", "geefZaakdetails_ZakLv01"),
    (
        "geefLijstZaakdocumenten",
        "geefLijstZaakdocumenten_Lv01",
        "zakLv01",
        "geefLijstZaakdocumenten_ZakLv01",
    ),
    (
        "geefZaakdocumentLezen",
        "geefZaakdocumentLezen_Lv01",
        "edcLv01",
        "geefZaakdocumentLezen_EdcLv01",
    ),
    ("geefBesluitdetails", "", "", "geefBesluitdetails_BslLv01"),
    ("geefLijstBesluiten", "", "", "geefLijstBesluiten_ZakLv01"),
)
# name, in 1.1 too, berichtcode of the answer
_FREE: Final = (
    ("genereerZaakIdentificatie", True, "Du02"),
    ("genereerDocumentIdentificatie", True, "Du02"),
    ("genereerBesluitIdentificatie", False, "Du02"),
    ("ontkoppelZaakdocument", False, "Bv02"),
    ("geefZaakdocumentbewerken", True, "Du02"),
    ("updateZaakdocument", True, "Bv02"),
    ("cancelCheckout", True, "Bv02"),
)
_CHANGING: Final = frozenset(
    {"ontkoppelZaakdocument", "geefZaakdocumentbewerken", "updateZaakdocument", "cancelCheckout"}
)
# 1.2 writes the element with another capital than the action
_OTHER_ELEMENT: Final = {"geefZaakdocumentbewerken_Di02": "geefZaakdocumentBewerken_Di02"}

# Messages that are the same in both profiles: name, endpoint, namespace, element, answer
_PLAIN: Final[tuple[tuple[str, Endpoint, str, str, str], ...]] = (
    ("zakLv01", "BeantwoordVraag", ZKN, "zakLv01", "La01"),
    ("npsLv01", "BeantwoordVraag", BG, "npsLv01", "La01"),
    ("Bv01", "OntvangAsynchroon", STUF, "Bv01Bericht", "Bv03"),
    ("Bv03", "OntvangAsynchroon", STUF, "Bv03Bericht", "Bv03"),
    ("Fo01", "OntvangAsynchroon", STUF, "Fo01Bericht", "Bv03"),
    ("Fo03", "OntvangAsynchroon", STUF, "Fo03Bericht", "Bv03"),
)


def _listed() -> list[Operation]:
    found = []
    for name, action, element, newer in _ASYNCHRONOUS:
        found += _pair(name, "OntvangAsynchroon", (action, element), newer, "Bv03")
    for name, action, element, newer in _QUESTIONS:
        found += _pair(name, "BeantwoordVraag", (action, element), newer, "La01")
    for name, in_older, answer in _FREE:
        di02 = f"{name}_Di02"
        older = (di02, di02) if in_older else ("", "")
        found += _pair(name, "VrijeBerichten", older, di02, answer)
    for name, endpoint, ns, element, answer in _PLAIN:
        found += [
            _operation(name, profile, endpoint=endpoint, ns=ns, wire=(name, element), answer=answer)
            for profile in _PROFILES
        ]
    return found


def _pair(
    name: str, endpoint: Endpoint, older: tuple[str, str], newer: str, answer: str
) -> list[Operation]:
    element = _OTHER_ELEMENT.get(newer, newer)
    wire = (newer, element)
    pair = [_operation(name, "1.2", endpoint=endpoint, ns=ZDS, wire=wire, answer=answer)]
    if older[0]:
        pair.append(_operation(name, "1.1", endpoint=endpoint, ns=ZKN, wire=older, answer=answer))
    return pair


def _operation(
    name: str, profile: Profile, *, endpoint: Endpoint, ns: str, wire: tuple[str, str], answer: str
) -> Operation:
    action, element = wire
    return Operation(
        name=name,
        profile=profile,
        endpoint=endpoint,
        action=f"{ns}/{action}",
        element=q(ns, element),
        answers=frozenset({answer}),
        asynchronous=endpoint == "OntvangAsynchroon",
    )


OPERATIONS: Final[Mapping[tuple[str, Profile], Operation]] = MappingProxyType(
    {(one.name, one.profile): one for one in _listed()}
)
"""By name and profile."""


def operation(name: str, profile: Profile) -> Operation:
    """Return an operation of the table; KeyError when the profile does not have it."""
    return OPERATIONS[name, profile]
