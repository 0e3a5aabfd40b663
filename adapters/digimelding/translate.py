"""Between our messages and those of Digimelding; pure.

Every annotation has a UUID that follows from our message: the same however often it is sent.
Source: Digimelding Koppelvlakspecificatie 1.1.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from adapters._kit.terugmelding import mark_of
from schemas import Message
from schemas.terugmelding import TerugmeldingGedaan

Json = dict[str, Any]

WITHDRAWN: Final = "INGETROKKEN"
_SPACE: Final = uuid.UUID("1c0de0aa-7a5b-5b7e-8d3c-6b2f4f5a9e10")
_STATES: Final[Mapping[str, tuple[str, str]]] = {
    "gemeld": ("doorgemeld", "geen_onderzoek"),
    "in behandeling": ("in_onderzoek", "in_uitvoering"),
    "afgehandeld": ("gesloten", "afgerond"),
    "onvoldoende informatie": ("gesloten", "gestaakt"),
    "verkeerde bronhouder": ("gesloten", "gestaakt"),
    "ingetrokken": ("gesloten", "gestaakt"),
}
"""The states that RvIG and Logius name; the specification leaves them free."""
_LONGEST: Final = 350


def root_of(message: Message) -> str:
    """Return the UUID of the report that a message makes."""
    return _uuid(message, "terugmelding")


def kenmerk_of(message: Message) -> str:
    """Return our own mark of a message: twelve characters."""
    return mark_of(message.tenant, message.source, message.id)


def tree(
    data: TerugmeldingGedaan, message: Message, sender: Mapping[str, str], uris: Mapping[str, str]
) -> Json:
    """Return AnnotatieBoom: the report, its state, our mark and whom to call."""
    selection = [f"bsn={data.bsn.reveal()}"] if data.bsn else []
    selection += [f"anummer={data.anummer}"] if data.anummer else []
    report = {
        **_base(message, "terugmelding", sender),
        "Toelichting": data.toelichting or None,
        "Bronverwijzingen": {"Bronverwijzing": [{"Uri": uris["bron"], "Selectie": selection}]},
        "Attributenset": {
            "Attribuut": [
                _filled(
                    {
                        "Uri": uris["attribuut"].replace("{rubriek}", one.rubriek),
                        "BetwijfeldeWaarde": one.origineel,
                        "VoorgesteldeWaarde": one.voorgesteld,
                    }
                )
                for one in data.gegevens
            ]
        },
    }
    contact = {
        **_base(message, "contact", sender, about=True),
        "ContactType": "Melder",
        "Naam": sender["naam"],
        "Email": sender["email"],
        "Afdeling": sender["afdeling"],
    }
    status = {**_base(message, "status", sender, about=True), "Status": "GEMELD"}
    mark = {**_base(message, "kenmerk", sender, about=True), "Kenmerk": kenmerk_of(message)}
    return {
        "Terugmelding": _filled(report),
        "Annotatiestatus": [status],
        "Referentiekenmerk": [mark],
        "Contactinformatie": [contact],
    }


def withdrawal(message: Message, root: str, sender: Mapping[str, str]) -> Json:
    """Return the Annotatie that takes the report `root` back."""
    base = _base(message, "intrekking", sender)
    status = {**base, "Annotatieverwijzing": root, "Status": WITHDRAWN}
    return {"Annotatiestatus": status}


def overview(found: object) -> list[Mapping[str, Any]]:
    """Return the rows of a Statusoverzicht; none is a normal answer."""
    rows = found.get("Terugmelding") if isinstance(found, Mapping) else None
    return [row for row in rows or () if isinstance(row, Mapping)]


def dossier(row: Mapping[str, Any]) -> Json:
    """Return a row in the form of our payloads; an unknown state is told in its own words."""
    words = str(row.get("Status") or "").strip()
    stand, resultaat = _STATES.get(words.lower().replace("_", " "), (None, None))
    said = str(row.get("Toelichting") or "").strip()
    toelichting = said if stand else f"{words}. {said}".strip()
    return _filled(
        {
            "dossiernummer": str(row["AnnotatieVerwijzing"]),
            "stand": stand,
            "resultaat": resultaat,
            "aangelegd": _day(row.get("IngediendOp")),
            "gewijzigd": _day(row.get("GewijzigdOp")),
            "toelichting": toelichting[:_LONGEST] or None,
        }
    )


def _base(message: Message, part: str, sender: Mapping[str, str], *, about: bool = False) -> Json:
    at = message.time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return {
        "uuid": _uuid(message, part),
        "GeannoteerdDoor": {"Oin": sender["oin"], "Persoonsaanduiding": sender["naam"]},
        "GeannoteerdOp": at,
        **({"Annotatieverwijzing": root_of(message)} if about else {}),
    }


def _uuid(message: Message, part: str) -> str:
    return str(uuid.uuid5(_SPACE, f"{part}/{message.tenant}/{message.source}/{message.id}"))


def _filled(values: Json) -> Json:
    return {name: value for name, value in values.items() if value is not None}


def _day(text: object) -> str | None:
    try:
        return datetime.fromisoformat(str(text)).date().isoformat()
    except ValueError:
        return None
