"""Which operations there are, under which names and on which endpoint, in both versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simulators.stuf_zds.xmlkit import BG, STUF, ZDS, ZKN, children, local, namespace, text

if TYPE_CHECKING:
    from lxml import etree

ASYNC: Final = "OntvangAsynchroon"
QUESTION: Final = "BeantwoordVraag"
FREE: Final = "VrijeBerichten"
FREE_12: Final = "VerwerkSynchroonVrijBericht"
ENDPOINTS: Final = (ASYNC, QUESTION, FREE, FREE_12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One message that may arrive; `action` is the last part of its SOAPAction."""

    name: str
    port: str
    profile: str
    uri: str
    body: str
    action: str
    entity: str  # entiteittype in the stuurgegevens, or empty
    functie: str = ""
    code: str = ""  # berichtcode


def _op(name: str, port: str, profile: str, body: str, action: str = "", **more: str) -> Operation:
    uri = {"1.1": ZKN, "1.2": ZDS, "stuf": STUF}[profile]
    code = more.pop("code", "") or _code_of(body)
    return Operation(
        name=name,
        port=port,
        profile=profile,
        uri=uri,
        body=body,
        action=action or body,
        code=code,
        entity=more.get("entity", ""),
        functie=more.get("functie", ""),
    )


def _code_of(body: str) -> str:
    return body.removesuffix("Bericht")[-4:]


def _lk(name: str, entity: str, table: tuple[str, ...] = ("1.1", "1.2")) -> list[Operation]:
    short = entity.lower()
    long = {"ZAK": "Zak", "EDC": "Edc", "BSL": "Bsl"}[entity] + "Lk01"
    known = {
        "1.1": _op(name, ASYNC, "1.1", f"{short}Lk01", f"{name}_Lk01", entity=entity),
        "1.2": _op(name, ASYNC, "1.2", f"{name}_{long}", entity=entity),
    }
    return [known[profile] for profile in table]


def _lv(name: str, entity: str, table: tuple[str, ...] = ("1.1", "1.2")) -> list[Operation]:
    short = entity.lower()
    long = {"ZAK": "Zak", "EDC": "Edc", "BSL": "Bsl"}[entity] + "Lv01"
    known = {
        "1.1": _op(name, QUESTION, "1.1", f"{short}Lv01", f"{name}_Lv01", entity=entity),
        "1.2": _op(name, QUESTION, "1.2", f"{name}_{long}", entity=entity),
    }
    return [known[profile] for profile in table]


def _di02(name: str, functie: str, table: tuple[str, ...] = ("1.1", "1.2")) -> list[Operation]:
    return [
        _op(name, FREE if profile == "1.1" else FREE_12, profile, f"{name}_Di02", functie=functie)
        for profile in table
    ]


OPERATIONS: Final[tuple[Operation, ...]] = (
    *_lk("creeerZaak", "ZAK"),
    *_lk("updateZaak", "ZAK"),
    *_lk("actualiseerZaakstatus", "ZAK"),
    *_lk("voegZaakdocumentToe", "EDC"),
    *_lk("maakZaakdocument", "EDC"),
    *_lk("updateBesluit", "BSL", ("1.2",)),
    _op("voegBesluitToe", ASYNC, "1.2", "voegBesluitToe_Di01", functie="voegBesluitToe"),
    _op("overdragenZaak", ASYNC, "1.2", "overdragenZaak_Du01", functie="overdragenZaak"),
    *(
        _op("bericht", ASYNC, "stuf", f"{code}Bericht", code)
        for code in ("Bv01", "Bv03", "Fo01", "Fo03")
    ),
    *_lv("geefZaakstatus", "ZAK"),
    *_lv("geefZaakdetails", "ZAK"),
    *_lv("geefLijstZaakdocumenten", "ZAK"),
    *_lv("geefZaakdocumentLezen", "EDC"),
    *_lv("geefBesluitdetails", "BSL", ("1.2",)),
    *_lv("geefLijstBesluiten", "ZAK", ("1.2",)),
    _op("zakLv01", QUESTION, "1.1", "zakLv01", entity="ZAK"),
    *_di02("genereerZaakIdentificatie", "genereerZaakidentificatie"),
    *_di02("genereerDocumentIdentificatie", "genereerDocumentidentificatie"),
    *_di02("genereerBesluitIdentificatie", "genereerBesluitidentificatie", ("1.2",)),
    *_di02("ontkoppelZaakdocument", "ontkoppelZaakdocument", ("1.2",)),
    _op(
        *("geefZaakdocumentbewerken", FREE, "1.1", "geefZaakdocumentbewerken_Di02"),
        functie="geefZaakdocumentbewerken",
    ),
    _op(
        *("geefZaakdocumentbewerken", FREE_12, "1.2", "geefZaakdocumentBewerken_Di02"),
        "geefZaakdocumentbewerken_Di02",
        functie="geefZaakdocumentbewerken",
    ),
    *_di02("updateZaakdocument", "updateZaakdocument"),
    *_di02("cancelCheckout", "cancelCheckout"),
)

_FALLBACK: Final = {"edcLk01": "voegZaakdocumentToe", "edcLv01": "geefZaakdocumentLezen"}
"""What a body means when the SOAPAction does not say."""


def operation_of(body: etree._Element, soap_action: str) -> Operation | None:
    """Find what is asked: by body element, and where several share it by SOAPAction.

    The SOAPAction may be quoted, absent or wrong, and begin with a capital; a body that is shared
    falls back on its content.
    """
    name, uri = local(body), namespace(body)
    found = [item for item in OPERATIONS if item.body == name and item.uri == uri]
    if len(found) < 2:  # noqa: PLR2004 - one or none: nothing to choose
        return found[0] if found else None
    action = soap_action.strip("\"' ").rpartition("/")[2]
    action = action[:1].lower() + action[1:]
    named = next((item for item in found if item.action == action), None)
    if named is not None:
        return named
    wanted = _meaning(body) if name == "zakLk01" else _FALLBACK.get(name, name)
    return next(item for item in found if item.name == wanted)


def is_person_question(body: etree._Element) -> bool:
    """A message of the persons' sector model, which a zaaksysteem does not speak."""
    return namespace(body) == BG


def _meaning(body: etree._Element) -> str:
    """Say what a zakLk01 without a SOAPAction is: create, status or update."""
    if text(body, "parameters", "mutatiesoort") == "T":
        return "creeerZaak"
    objects = list(children(body, "object"))
    keys = {"identificatie", "omschrijving", "isVan", "heeft"}
    names = {local(part) for item in objects for part in children(item)}
    return "actualiseerZaakstatus" if "heeft" in names and names <= keys else "updateZaak"
