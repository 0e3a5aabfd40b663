"""The rules of a document's body: fields, content, and the parts of a large file."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from simulators.zgw.fields import VERTROUWELIJKHEID, Field
from simulators.zgw.problems import WHOLE, Param, Refusal, invalid
from simulators.zgw.store import CATALOGI, DOCUMENTEN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.zgw.store import Record
    from simulators.zgw.world import World

PATH = DOCUMENTEN + "enkelvoudiginformatieobjecten"
PARTS = DOCUMENTEN + "bestandsdelen"
IOT = CATALOGI + "informatieobjecttypen"
_NOT_WITH_RECEIPT = ("in_bewerking", "ter_vaststelling")

FIELDS = (
    Field(name="identificatie", longest=40),
    Field(name="bronorganisatie", kind="rsin", required=True),
    Field(name="creatiedatum", kind="date", required=True),
    Field(name="titel", required=True, longest=200),
    Field(name="vertrouwelijkheidaanduiding", kind="choice", choices=VERTROUWELIJKHEID),
    Field(name="auteur", required=True, longest=200),
    Field(
        name="status",
        kind="choice",
        choices=("in_bewerking", "ter_vaststelling", "definitief", "gearchiveerd"),
    ),
    Field(name="formaat", longest=255),
    Field(name="taal", required=True, longest=3, shortest=3),
    Field(name="bestandsnaam", longest=255),
    Field(name="inhoud", nullable=True),
    Field(name="bestandsomvang", kind="int", nullable=True),
    Field(name="link", kind="url", longest=200),
    Field(name="beschrijving", longest=1000),
    Field(name="ontvangstdatum", kind="date", nullable=True),
    Field(name="verzenddatum", kind="date", nullable=True),
    Field(name="indicatieGebruiksrecht", kind="bool", nullable=True),
    Field(name="verschijningsvorm"),
    Field(name="ondertekening", kind="object", nullable=True),
    Field(name="integriteit", kind="object", nullable=True),
    Field(name="informatieobjecttype", kind="url", required=True, longest=200, ref=IOT),
    Field(name="trefwoorden", kind="list"),
)
ORDER = (
    *("url", "identificatie", "bronorganisatie", "creatiedatum", "titel"),
    *("vertrouwelijkheidaanduiding", "auteur", "status", "formaat", "taal", "versie"),
    *("beginRegistratie", "bestandsnaam", "inhoud", "bestandsomvang", "link", "beschrijving"),
    *("ontvangstdatum", "verzenddatum", "indicatieGebruiksrecht", "verschijningsvorm"),
    *("ondertekening", "integriteit", "informatieobjecttype", "locked", "bestandsdelen"),
    "trefwoorden",
)


def decode(values: Mapping[str, Any]) -> bytes | None:
    """Return the content that came with the body; None when there is none."""
    text = values.get("inhoud")
    if text is None:
        return None
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise invalid("inhoud", "invalid-base64", "Only base64 data is allowed") from None


def check_whole(world: World, values: Mapping[str, Any], content: bytes | None) -> None:
    """Check the rules about several fields of a document at once."""
    problems: list[Param] = []
    if values.get("identificatie"):
        other = world.store[PATH].one(
            identificatie=values["identificatie"], bronorganisatie=values["bronorganisatie"]
        )
        if other is not None:
            reason = (
                f"Deze identificatie ({values['identificatie']}) bestaat al voor deze "
                "bronorganisatie"
            )
            problems.append(Param("identificatie", "identificatie-niet-uniek", reason))
    problems += receipt_problems(values)
    size = values.get("bestandsomvang")
    if content is not None and size is not None and size != len(content):
        problems.append(size_problem())
    if problems:
        raise Refusal("ValidationError", problems)


def receipt_problems(values: Mapping[str, Any]) -> list[Param]:
    if values.get("ontvangstdatum") and values.get("status") in _NOT_WITH_RECEIPT:
        reason = "De statussen in_bewerking en ter_vaststelling kunnen niet met een ontvangstdatum."
        return [Param("status", "invalid_for_received", reason)]
    return []


def size_problem() -> Param:
    return Param(WHOLE, "file-size", "De omvang van het bestand is niet gelijk aan bestandsomvang.")


def new_parts(world: World, document: Record, size: int, lock: str) -> None:
    """Give a large document its bestandsdelen; the server alone chooses their size."""
    step = world.options.part_size
    for number, start in enumerate(range(0, size, step), start=1):
        body = {
            "volgnummer": number,
            "omvang": min(step, size - start),
            "voltooid": False,
            "lock": lock,
        }
        part = world.store.make(PARTS, body, document=document, content=None)
        document.own["parts"].append(part)
    document.body["bestandsdelen"] = [part.body for part in document.own["parts"]]


def drop_parts(world: World, document: Record) -> None:
    for part in document.own["parts"]:
        world.store[PARTS].remove(part)
    document.own["parts"] = []
    document.body["bestandsdelen"] = []
