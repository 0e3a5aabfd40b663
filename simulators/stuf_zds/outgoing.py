"""Messages that this zaaksysteem sends by itself, rendered once and resent byte for byte."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simulators.stuf_zds.answers import now, reply
from simulators.stuf_zds.documenten import content_element
from simulators.stuf_zds.shapes import EDC, ZAK
from simulators.stuf_zds.state import Document, in_order
from simulators.stuf_zds.xmlkit import KIND, SOAP11, SOAP12, ZDS, ZKN, build, marked, nothing

if TYPE_CHECKING:
    from lxml import etree

    from simulators.stuf_zds.state import Case, Parts, Status
    from simulators.stuf_zds.world import World

MESSAGES: Final = (
    *("creeerZaak", "voegZaakdocumentToe", "actualiseerZaakstatus", "overdragenZaak"),
)
_BODIES: Final = {
    ("creeerZaak", "1.1"): ("ZKN:zakLk01", "creeerZaak_Lk01"),
    ("creeerZaak", "1.2"): ("ZDS:creeerZaak_ZakLk01", "creeerZaak_ZakLk01"),
    ("voegZaakdocumentToe", "1.1"): ("ZKN:edcLk01", "voegZaakdocumentToe_Lk01"),
    ("voegZaakdocumentToe", "1.2"): (
        *("ZDS:voegZaakdocumentToe_EdcLk01", "voegZaakdocumentToe_EdcLk01"),
    ),
    ("actualiseerZaakstatus", "1.1"): ("ZKN:zakLk01", "actualiseerZaakstatus_Lk01"),
    ("actualiseerZaakstatus", "1.2"): (
        *("ZDS:actualiseerZaakstatus_ZakLk01", "actualiseerZaakstatus_ZakLk01"),
    ),
    ("overdragenZaak", "1.1"): ("ZDS:overdragenZaak_Di01", "overdragenZaak_Di01"),
    ("overdragenZaak", "1.2"): ("ZDS:overdragenZaak_Di01", "overdragenZaak_Di01"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer:
    """Where own messages go: the OntvangAsynchroon address of the other side, and its name."""

    url: str
    profile: str = "1.2"
    soap: str = SOAP11
    organisatie: str = "0392"
    applicatie: str = "SCHAKEL"
    basic: tuple[str, str] | None = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """One message as bytes, with the headers it is sent with."""

    reference: str
    body: bytes
    headers: dict[str, str]


def render(
    world: World,
    consumer: Consumer,
    message: str,
    case: Case,
    part: Document | Status | None = None,
) -> Rendered:
    """Render `message` about a case; `part` is the document or status that it tells of."""
    tag, action = _BODIES[message, consumer.profile]
    reference = world.state.reference(world.habits)
    head = _head(world, consumer, message, reference)
    if message == "overdragenZaak":
        body = build(tag, head, _handover_object(case))
        world.state.handovers[reference] = case.number
    else:
        sort = "T" if message != "actualiseerZaakstatus" else "W"
        parameters = build(
            "ZKN:parameters",
            build("StUF:mutatiesoort", sort),
            build("StUF:indicatorOvername", "V"),
        )
        body = build(tag, head, parameters, *_objects(message, case, part))
    answer = reply(body, consumer.soap, world.habits)
    uri = ZDS if tag.startswith("ZDS") else ZKN
    headers = dict(answer.headers) | dict(consumer.headers)
    if consumer.soap == SOAP12:
        headers["Content-Type"] += f'; action="{uri}/{action}"'
    else:
        headers["SOAPAction"] = f'"{uri}/{action}"'
    return Rendered(reference=reference, body=answer.body, headers=headers)


def _head(world: World, consumer: Consumer, message: str, reference: str) -> etree._Element:
    habits = world.habits
    code = "Di01" if message == "overdragenZaak" else "Lk01"
    entity = "EDC" if message == "voegZaakdocumentToe" else "ZAK"
    last = (
        build("StUF:functie", "overdragenZaak")
        if code == "Di01"
        else build("StUF:entiteittype", entity)
    )
    return build(
        "ZKN:stuurgegevens",
        build("StUF:berichtcode", code),
        build(
            "StUF:zender",
            build("StUF:organisatie", habits.own_organisation),
            build("StUF:applicatie", habits.own_name),
        ),
        build(
            "StUF:ontvanger",
            build("StUF:organisatie", consumer.organisatie),
            build("StUF:applicatie", consumer.applicatie),
        ),
        build("StUF:referentienummer", reference),
        build("StUF:tijdstipBericht", now(world)),
        last,
    )


def _objects(message: str, case: Case, part: Document | Status | None) -> list[etree._Element]:
    if isinstance(part, Document):
        return [marked(_document(case, part), "T")]
    if message == "creeerZaak" or part is None:
        statuses = [status.element for status in case.statuses[:1]]
        parts: Parts = dict(case.parts) | {"heeft": statuses}
        item = build("ZKN:object", *in_order(parts, ZAK), entiteittype="ZAK")
        return [marked(item, "T")]
    return _status_objects(case, part)


def _document(case: Case, document: Document) -> etree._Element:
    parts: Parts = dict(document.now.parts)
    parts["inhoud"] = [content_element(document)]
    related = build("ZKN:gerelateerde", build("ZKN:identificatie", case.number), entiteittype="ZAK")
    parts["isRelevantVoor"] = [build("ZKN:isRelevantVoor", related, entiteittype="EDCZAK")]
    return build("ZKN:object", *in_order(parts, EDC), entiteittype="EDC")


def _status_objects(case: Case, status: Status) -> list[etree._Element]:
    empty = nothing("ZKN:heeft", entiteittype="ZAKSTT")
    full = marked(status.element, "T")
    objects = []
    for part in (empty, full):
        part.set(KIND, "T")
        keys = {name: case.parts.get(name, []) for name in ("identificatie", "omschrijving")}
        item = build("ZKN:object", *in_order(keys, ZAK), part, entiteittype="ZAK")
        item.set(KIND, "W")
        objects.append(item)
    return objects


def _handover_object(case: Case) -> etree._Element:
    keys = {name: case.parts.get(name, []) for name in ("identificatie", "isVan")}
    return build("ZKN:object", *in_order(keys, ZAK), entiteittype="ZAK", functie="entiteit")
