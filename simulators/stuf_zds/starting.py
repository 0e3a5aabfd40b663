"""Cases that this zaaksysteem starts by itself: from a few words to the parts of a case."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from simulators.kit import ControlProblem
from simulators.stuf_zds.moments import day, now_text
from simulators.stuf_zds.state import Case, Document, Status, Version
from simulators.stuf_zds.xmlkit import build

if TYPE_CHECKING:
    from lxml import etree

    from simulators.stuf_zds.state import Parts
    from simulators.stuf_zds.world import World

_CASE = (
    *("identificatie", "zaaktype", "omschrijving", "toelichting", "startdatum", "initiator"),
    *("status", "documents", "extra", "kenmerken"),
)
_DOCUMENT = ("identificatie", "titel", "soort", "formaat", "inhoud", "tekst", "bestandsnaam")
_PERSON = ("bsn", "geslachtsnaam", "voornamen")


def start_case(world: World, asked: dict[str, Any]) -> Case:
    """Make a case as an employee would; raises ControlProblem with what is known instead."""
    _check(asked, _CASE, "a case")
    state, habits = world.state, world.habits
    number = str(asked.get("identificatie") or state.number("zaak", habits.case_number, habits))
    if number in state.cases:
        raise ControlProblem(f"There is a case {number} already.")
    case = Case(number=number, parts=_parts(world, number, asked), own=True)
    state.cases[number] = case
    world.journal.committed("eigen_zaak", request=0, case=number, key={"identificatie": number})
    for item in asked.get("documents") or ():
        add_document(world, case, item)
    if asked.get("status"):
        add_status(world, case, asked["status"])
    return case


def add_document(world: World, case: Case, asked: Any) -> Document:
    _check(asked, _DOCUMENT, "a document")
    state, habits = world.state, world.habits
    number = asked.get("identificatie") or state.number("document", habits.document_number, habits)
    titel = str(asked.get("titel") or "Document")
    version = Version(
        parts=_document_parts(world, str(number), titel, asked),
        content=_content(asked),
        filename=str(asked.get("bestandsnaam") or "document.txt"),
        media=str(asked.get("formaat") or "text/plain"),
    )
    document = Document(number=str(number), versions=[version], cases=[case.number], own=True)
    state.documents[document.number] = document
    case.documents.append(document.number)
    key = {"document": document.number}
    world.journal.committed("eigen_document", request=0, case=case.number, key=key)
    return document


def add_status(world: World, case: Case, name: Any) -> Status:
    """Set a status now; `name` is its omschrijving."""
    moment = now_text(world.clock)
    step = f"{len(case.statuses) + 1:04d}"
    element = build(
        "ZKN:heeft",
        build(
            "ZKN:gerelateerde",
            build("ZKN:volgnummer", step),
            build("ZKN:omschrijving", str(name)),
            entiteittype="STT",
        ),
        build("ZKN:datumStatusGezet", moment),
        _set_by(world),
        entiteittype="ZAKSTT",
    )
    status = Status(element=element, moment=moment, own=True)
    case.statuses.append(status)
    world.journal.committed(
        "eigen_status", request=0, case=case.number, key={"datumStatusGezet": moment}
    )
    return status


def _parts(world: World, number: str, asked: dict[str, Any]) -> Parts:
    today = day(world.clock.now())
    zaaktype = asked.get("zaaktype") or {}
    _check(zaaktype, ("code", "omschrijving"), "a zaaktype")
    values = {
        "identificatie": number,
        "omschrijving": asked.get("omschrijving") or "Zaak van het zaaksysteem",
        "toelichting": asked.get("toelichting"),
        "startdatum": asked.get("startdatum") or today,
        "registratiedatum": today,
        "zaakniveau": "1",
        "deelzakenIndicatie": "N",
    }
    parts: Parts = {
        name: [build(f"ZKN:{name}", str(value))] for name, value in values.items() if value
    }
    kind = build(
        "ZKN:gerelateerde",
        build("ZKN:omschrijving", str(zaaktype.get("omschrijving") or "Verhuizing")),
        build("ZKN:code", str(zaaktype.get("code") or "B0237")),
        entiteittype="ZKT",
    )
    parts["isVan"] = [build("ZKN:isVan", kind, entiteittype="ZAKZKT")]
    parts["heeftAlsInitiator"] = [_initiator(asked.get("initiator") or {"bsn": "999993653"})]
    parts["kenmerk"] = [
        build("ZKN:kenmerk", build("ZKN:kenmerk", str(mark)), build("ZKN:bron", str(bron)))
        for bron, mark in (asked.get("kenmerken") or {}).items()
    ]
    if asked.get("extra"):
        extras = [
            build("StUF:extraElement", str(value), naam=str(name))
            for name, value in asked["extra"].items()
        ]
        parts["extraElementen"] = [build("StUF:extraElementen", *extras)]
    return parts


def _initiator(person: Any) -> etree._Element:
    _check(person, _PERSON, "an initiator")
    names = {"inp.bsn": "bsn", "geslachtsnaam": "geslachtsnaam", "voornamen": "voornamen"}
    given = [build(f"BG:{tag}", str(person[key])) for tag, key in names.items() if key in person]
    authentic = build("BG:authentiek", "J", metagegeven="true")
    given.insert(1, authentic)
    natural = build("ZKN:natuurlijkPersoon", *given, entiteittype="NPS")
    related = build("ZKN:gerelateerde", natural)
    return build("ZKN:heeftAlsInitiator", related, entiteittype="ZAKBTRINI")


def _set_by(world: World) -> etree._Element:
    unit = build(
        *("ZKN:organisatorischeEenheid", build("ZKN:identificatie", world.habits.own_name[:24])),
        entiteittype="OEH",
    )
    related = build("ZKN:gerelateerde", unit)
    return build("ZKN:isGezetDoor", related, entiteittype="ZAKSTTBTR")


def _document_parts(world: World, number: str, titel: str, asked: dict[str, Any]) -> Parts:
    values = {
        "identificatie": number,
        "dct.omschrijving": asked.get("soort") or "Bijlage",
        "creatiedatum": day(world.clock.now()),
        "titel": titel,
        "formaat": asked.get("formaat") or "text/plain",
        "taal": "nld",
        "vertrouwelijkAanduiding": "OPENBAAR",
        "auteur": "zaaksysteem",
    }
    return {name: [build(f"ZKN:{name}", str(value))] for name, value in values.items()}


def _content(asked: dict[str, Any]) -> bytes:
    if "inhoud" not in asked:
        return str(asked.get("tekst") or "Inhoud van het document.").encode()
    try:
        return base64.b64decode(str(asked["inhoud"]), validate=True)
    except binascii.Error as err:
        raise ControlProblem("The inhoud of a document must be base64.") from err


def _check(item: Any, known: tuple[str, ...], what: str) -> None:
    if not isinstance(item, dict) or set(item) - set(known):
        raise ControlProblem(f"Expected {what} as an object with {', '.join(known)}.")
