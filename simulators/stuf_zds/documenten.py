"""Documents: adding, reading back, checking out and in, and unlinking them from a case."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING, Any

from simulators.stuf_zds.answers import bv02, head
from simulators.stuf_zds.checks import objects
from simulators.stuf_zds.merging import merge, wanted_parts
from simulators.stuf_zds.moments import day
from simulators.stuf_zds.refusals import Refused
from simulators.stuf_zds.shapes import EDC
from simulators.stuf_zds.state import Document, Version, copy_parts, in_order
from simulators.stuf_zds.xmlkit import KIND, STUF, XMIME, build, child, children, is_nil, text
from simulators.stuf_zds.zaken import find_case

if TYPE_CHECKING:
    from lxml import etree

    from simulators.stuf_zds.world import Call, World

_NOT_PARTS = frozenset({"isRelevantVoor", "inhoud"})
LIFTED = "lifted:"


def check_add(world: World, call: Call) -> None:
    item = objects(call.body)[-1]
    number = text(item, "identificatie")
    for case in _cases(item):
        find_case(world, case)
    if number in world.state.documents and world.habits.existing_case == "refuse":
        raise Refused("StUF058", "object/identificatie bestaat al")
    content_of(item, call)


def add(world: World, call: Call) -> None:
    """Process voegZaakdocumentToe and maakZaakdocument; an existing one fails without a word."""
    item = objects(call.body)[-1]
    number = text(item, "identificatie")
    if number in world.state.documents:
        return
    version = Version(parts=wanted_parts(item, _NOT_PARTS))
    document = Document(number=number, versions=[version])
    world.state.documents[number] = document
    journal_document(world, call, document, _take_content(version, item, call))
    for case in _cases(item):
        _link(world, call, document, case)


def journal_document(world: World, call: Call, document: Document, content: bytes | None) -> None:
    titel = text(next(iter(document.now.parts.get("titel", ())), None))
    key = {"bronorganisatie": "", "identificatie": document.number}
    world.committed(call, "document", None, **key, titel=titel)
    if content is not None:
        digest = hashlib.sha256(content).hexdigest()
        world.committed(call, "inhoud", None, **key, sha256=digest)


def check_out(world: World, call: Call) -> etree._Element:
    """Lock a document for one user; Du02 carries it with its content and the checkedOutId."""
    document = find_document(world, text(call.body, "edcLv01", "gelijk", "identificatie"))
    if document.checkout:
        raise Refused("StUF058", "het document is al uitgecheckt")
    state = world.state
    state.counters["checkout"] = state.counters.get("checkout", 0) + 1
    document.checkout = f"checkout-{state.counters['checkout']:06d}"
    document.checkout_by = call.header.sender.gebruiker or call.header.sender.applicatie
    world.committed(call, "uitgecheckt", None, identificatie=document.number)
    mark = call.prefix
    suffix = "Bewerken" if mark == "ZDS" else "bewerken"
    answer = build("ZKN:antwoord", answer_object(world, document, full=True, content=True))
    return build(
        f"{mark}:geefZaakdocument{suffix}_Du02",
        head(world, f"{mark}:stuurgegevens", "Du02", call.header, functie=call.operation.functie),
        build(
            f"{mark}:parameters",
            build(f"{mark}:checkedOutId", document.checkout),
            build(f"{mark}:checkedOutBy", document.checkout_by[:40]),
        ),
        build(
            *(f"{mark}:edcLa01", build("ZKN:parameters"), answer),
            entiteittype="EDC",
            functie="antwoord",
        ),
    )


def check_in(world: World, call: Call) -> etree._Element:
    """Make a new version, for who holds the checkedOutId; without check-out it is free to all."""
    found = objects(call.body)
    if not found:
        raise Refused("StUF055", "edcLk02/object ontbreekt")
    document = find_document(world, text(found[-1], "identificatie"))
    _check_key(call, document)
    parts = copy_parts(document.now.parts)
    merge(parts, found[0], found[-1], _NOT_PARTS)
    last = document.now
    version = Version(parts=parts, content=last.content, filename=last.filename, media=last.media)
    content = _take_content(version, found[-1], call)
    document.versions.append(version)
    document.checkout = document.checkout_by = ""
    key = {"bronorganisatie": "", "identificatie": document.number}
    case = document.cases[0] if document.cases else None
    world.committed(call, "document_bijgewerkt", case, **key, versie=len(document.versions))
    if content is not None:
        digest = hashlib.sha256(content).hexdigest()
        world.committed(call, "inhoud", case, **key, sha256=digest)
    return bv02()


def cancel(world: World, call: Call) -> etree._Element:
    document = find_document(world, text(call.body, "document", "identificatie"))
    if not document.checkout:
        raise Refused("StUF058", "het document is niet uitgecheckt")
    _check_key(call, document)
    document.checkout = document.checkout_by = ""
    world.committed(call, "ingecheckt", None, identificatie=document.number)
    return bv02()


def unlink(world: World, call: Call) -> etree._Element:
    """Take a document out of the case named in the old object, or out of its only one."""
    found = objects(call.body)
    if not found:
        raise Refused("StUF055", "edcLk02/object ontbreekt")
    document = find_document(world, text(found[-1], "identificatie"))
    named = [case for item in found for case in _cases(item)]
    for number in named or document.cases[:1]:
        if number not in document.cases:
            raise Refused("StUF064", "het document hoort niet bij deze zaak")
        document.cases.remove(number)
        world.state.cases[number].documents.remove(document.number)
        world.committed(call, "zio_verwijderd", number, document=document.number)
    return bv02()


def find_document(world: World, number: str) -> Document:
    document = world.state.documents.get(number)
    if document is None:
        raise Refused("StUF064", "het document is hier niet bekend")
    return document


def answer_object(
    world: World, document: Document, *, full: bool, content: bool, name: str = "object"
) -> etree._Element:
    """A document in an answer; `full` fills in what is mandatory there and nobody gave."""
    parts = dict(document.now.parts)
    if full:
        for key, value in _filling(world, document).items():
            if key not in parts:
                parts[key] = [build(f"ZKN:{key}", value)]
    return build(f"ZKN:{name}", *_ordered(document, parts, content=content), entiteittype="EDC")


def content_of(item: etree._Element, call: Call) -> bytes | None:
    """The bytes of the content; None when there is none, Refused when it is no base64."""
    part = child(item, "inhoud")
    if part is None or is_nil(part):
        return None
    if f"{{{STUF}}}bestandsnaam" not in part.attrib:
        raise Refused("StUF055", "inhoud/@bestandsnaam ontbreekt")
    value = text(part)
    if value.startswith(LIFTED):
        value_bytes = call.contents[value]
    else:
        value_bytes = "".join(value.split()).encode("ascii", "replace")
    try:
        return base64.b64decode(value_bytes, validate=True)
    except binascii.Error:
        raise Refused("StUF055", "inhoud is geen base64") from None


def _take_content(version: Version, item: etree._Element, call: Call) -> bytes | None:
    content = content_of(item, call)
    part = child(item, "inhoud")
    if content is None or part is None:
        return None
    version.content = content
    version.filename = part.get(f"{{{STUF}}}bestandsnaam") or ""
    version.media = part.get(f"{{{XMIME}}}contentType") or ""
    return content


def _cases(item: etree._Element) -> list[str]:
    """The cases that the object names, except in relations that are taken away."""
    return [
        text(relation, "gerelateerde", "identificatie")
        for relation in children(item, "isRelevantVoor")
        if not is_nil(relation) and relation.get(KIND) != "E"
    ]


def _link(world: World, call: Call, document: Document, number: str) -> None:
    case = find_case(world, number)
    if number not in document.cases:
        document.cases.append(number)
        case.documents.append(document.number)
    world.committed(call, "zio", number, document=document.number)


def _check_key(call: Call, document: Document) -> None:
    if document.checkout and text(call.body, "parameters", "checkedOutId") != document.checkout:
        raise Refused("StUF058", "parameters/checkedOutId hoort niet bij deze check-out")


def _filling(world: World, document: Document) -> dict[str, Any]:
    return {
        "creatiedatum": day(world.clock.now()),
        "titel": document.number,
        "formaat": document.now.media or "application/octet-stream",
        "taal": "nld",
        "vertrouwelijkAanduiding": "OPENBAAR",
        "auteur": "onbekend",
        "link": f"{world.base_url}/documenten/{document.number}",
    }


def _ordered(document: Document, parts: dict[str, Any], *, content: bool) -> list[etree._Element]:
    found = dict(parts)
    if content:
        found["inhoud"] = [content_element(document)]
    found["isRelevantVoor"] = [
        build(
            "ZKN:isRelevantVoor",
            build("ZKN:gerelateerde", build("ZKN:identificatie", number), entiteittype="ZAK"),
            entiteittype="EDCZAK",
        )
        for number in document.cases
    ]
    return in_order(found, EDC)


def content_element(document: Document) -> etree._Element:
    last = document.now
    encoded = base64.b64encode(last.content or b"").decode()
    element = build("ZKN:inhoud", encoded, bestandsnaam=last.filename or "leeg")
    if last.media:
        element.set(f"{{{XMIME}}}contentType", last.media)
    return element
