"""Besluiten, numbers, and what was agreed about handing a case over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.stuf_zds.answers import head
from simulators.stuf_zds.checks import objects
from simulators.stuf_zds.merging import merge, wanted_parts
from simulators.stuf_zds.moments import day, iso_date
from simulators.stuf_zds.refusals import Refused
from simulators.stuf_zds.shapes import BSL
from simulators.stuf_zds.state import Decision, in_order
from simulators.stuf_zds.xmlkit import build, child, nothing, text
from simulators.stuf_zds.zaken import find_case

if TYPE_CHECKING:
    from lxml import etree

    from simulators.stuf_zds.state import Parts
    from simulators.stuf_zds.world import Call, World

_CHANGEABLE = {
    "ingangsdatumWerking": "ingangsdatum",
    "einddatumWerking": "vervaldatum",
    "vervalreden": "vervalreden",
    "toelichting": "toelichting",
}
"""Elements of a besluit by the name that the hub's messages have for them."""

_ANSWERS = ("Overdracht geaccepteerd", "Overdracht geweigerd")


def check_add(world: World, call: Call) -> None:
    number = text(call.body, "object", "besluit", "identificatie")
    if not number:
        raise Refused("StUF055", "object/besluit/identificatie ontbreekt")
    find_case(world, text(call.body, "object", "zaak", "identificatie"))
    if number in world.state.decisions and world.habits.existing_case == "refuse":
        raise Refused("StUF058", "object/besluit/identificatie bestaat al")


def add(world: World, call: Call) -> None:
    item = child(call.body, "object", "besluit")
    number = text(item, "identificatie")
    if item is None or number in world.state.decisions:
        return
    case = find_case(world, text(call.body, "object", "zaak", "identificatie"))
    world.state.decisions[number] = Decision(
        number=number, parts=wanted_parts(item), case=case.number
    )
    case.decisions.append(number)
    key = {"verantwoordelijkeOrganisatie": "", "identificatie": number}
    world.committed(call, "besluit", case.number, **key)


def check_update(world: World, call: Call) -> None:
    find_decision(world, text(objects(call.body)[-1], "identificatie"))


def update(world: World, call: Call) -> None:
    found = objects(call.body)
    decision = find_decision(world, text(found[-1], "identificatie"))
    merge(decision.parts, found[0] if len(found) > 1 else None, found[-1])
    asked = {
        hub: iso_date(text(found[-1], name)) if "datum" in name else text(found[-1], name)
        for name, hub in _CHANGEABLE.items()
        if child(found[-1], name) is not None
    }
    key = {"verantwoordelijkeOrganisatie": "", "identificatie": decision.number}
    world.committed(call, "besluit_bijgewerkt", decision.case or None, **key, asked=asked)


def find_decision(world: World, number: str) -> Decision:
    decision = world.state.decisions.get(number)
    if decision is None:
        raise Refused("StUF064", "het besluit is hier niet bekend")
    return decision


def answer_object(world: World, decision: Decision) -> etree._Element:
    """A besluit in an answer, with the case that it came from."""
    parts = complete(world, decision)
    number = build("ZKN:identificatie", decision.case)
    related = build("ZKN:gerelateerde", number, entiteittype="ZAK")
    parts["isUitkomstVan"] = [build("ZKN:isUitkomstVan", related, entiteittype="BSLZAK")]
    return build("ZKN:object", *in_order(parts, BSL), entiteittype="BSL")


def complete(world: World, decision: Decision) -> Parts:
    """The parts of a besluit with what is mandatory in answers, where nobody gave it."""
    parts = dict(decision.parts)
    for name in ("datumBeslissing", "ingangsdatumWerking"):
        parts.setdefault(name, [nothing(f"ZKN:{name}", "waardeOnbekend")])
    parts["tijdvakGeldigheid"] = [_period(parts, day(world.clock.now()))]
    return parts


def generate(world: World, call: Call) -> etree._Element:
    """Reserve a number for a case, a document or a besluit."""
    entity, name, template = {
        "genereerZaakIdentificatie": ("ZAK", "zaak", world.habits.case_number),
        "genereerDocumentIdentificatie": ("EDC", "document", world.habits.document_number),
        "genereerBesluitIdentificatie": ("BSL", "besluit", world.habits.decision_number),
    }[call.operation.name]
    number = world.state.number(name, template, world.habits)
    world.committed(call, f"{name}nummer", None, identificatie=number)
    mark = call.prefix
    item = build(
        *(f"{mark}:{name}", build("ZKN:identificatie", number)),
        entiteittype=entity,
        functie="entiteit",
    )
    return build(
        f"{mark}:{call.operation.name}_Du02",
        head(world, f"{mark}:stuurgegevens", "Du02", call.header, functie=call.operation.functie),
        item,
    )


def check_handover(world: World, call: Call) -> None:
    if text(call.body, "object", "antwoord") not in _ANSWERS:
        raise Refused("StUF055", "object/antwoord heeft geen bekende waarde")
    if call.header.cross not in world.state.handovers:
        raise Refused("StUF043", "stuurgegevens/crossRefnummer hoort bij geen overdracht")


def handover(world: World, call: Call) -> None:
    """Note what the other side answered; a second answer to the same request changes nothing."""
    case = find_case(world, world.state.handovers[call.header.cross])
    answer = text(call.body, "object", "antwoord")
    case.handover = case.handover or answer
    world.committed(call, "overdracht", case.number, antwoord=answer)


def _period(parts: dict[str, list[etree._Element]], today: str) -> etree._Element:
    begin = text(next(iter(parts.get("tijdvakGeldigheid", ())), None), "beginGeldigheid")
    return build(
        "StUF:tijdvakGeldigheid",
        build("StUF:beginGeldigheid", begin or today),
        nothing("StUF:eindGeldigheid"),
    )
