"""The notifications about cases: creeerZaak, updateZaak, actualiseerZaakstatus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.stuf_zds.checks import objects
from simulators.stuf_zds.merging import identity, merge, wanted_parts
from simulators.stuf_zds.moments import day, instant, iso_date, now_text
from simulators.stuf_zds.refusals import Refused
from simulators.stuf_zds.shapes import ROLES
from simulators.stuf_zds.state import Case, Status
from simulators.stuf_zds.xmlkit import NAME, build, child, children, cleaned, is_nil, local, text

if TYPE_CHECKING:
    from lxml import etree

    from simulators.stuf_zds.state import Parts
    from simulators.stuf_zds.world import Call, World

_CHANGEABLE = {
    "omschrijving": "omschrijving",
    "toelichting": "toelichting",
    "einddatumGepland": "einddatumGepland",
    "uiterlijkeEinddatum": "uiterlijkeEinddatumAfdoening",
}
"""Elements of a case by the name that the hub's messages have for them."""

_OBJECTS = {"adres": "adres", "natuurlijkPersoon": "natuurlijk_persoon"}
_NOT_PARTS = frozenset({"heeft", "heeftRelevant"})


def check_create(world: World, call: Call) -> None:
    """What is looked at before Bv03 is given."""
    number = text(objects(call.body)[-1], "identificatie")
    if number in world.state.cases and world.habits.existing_case == "refuse":
        raise Refused("StUF058", "object/identificatie bestaat al")
    if world.habits.only_own_numbers and number not in world.state.reserved:
        raise Refused("StUF058", "object/identificatie is hier niet uitgegeven")


def create(world: World, call: Call) -> None:
    """Process a creeerZaak; one that exists already fails without a word, Bv03 was given."""
    item = objects(call.body)[-1]
    number = text(item, "identificatie")
    if number in world.state.cases:
        return
    case = Case(number=number, parts=wanted_parts(item, _NOT_PARTS))
    world.state.cases[number] = case
    world.committed(
        call,
        "zaak",
        number,
        bronorganisatie="",
        identificatie=number,
        kenmerken=[
            f"{text(mark, 'bron')}:{text(mark, 'kenmerk')}"
            for mark in case.parts.get("kenmerk", ())
        ],
    )
    _journal_roles(world, call, case, case.parts)
    _journal_extras(world, call, case, set())
    if case.value("resultaat", "omschrijving"):
        world.committed(call, "resultaat", number)
    for status in children(item, "heeft"):
        add_status(world, call, case, status)
    if case.value("einddatum"):
        _close(world, call, case, "einddatum")


def check_update(world: World, call: Call) -> None:
    """A change must be a change, of a case that is known, and may have to close it properly."""
    found = objects(call.body)
    mutation = text(call.body, "parameters", "mutatiesoort")
    strict = world.habits.refuses_add_as_update and call.operation.name == "updateZaak"
    if mutation == "T" and strict:
        raise Refused("StUF058", "parameters/mutatiesoort moet W zijn")
    if mutation == "V":
        raise Refused("StUF058", "parameters/mutatiesoort V: zaken worden hier niet verwijderd")
    if world.habits.needs_two_objects and call.operation.profile == "1.2" and len(found) == 1:
        raise Refused("StUF055", "object: oud en nieuw zijn nodig")
    case = find_case(world, text(found[-1], "identificatie"))
    ends = bool(text(found[-1], "einddatum")) or any(
        text(status, "gerelateerde", "omschrijving") in world.habits.end_statuses
        for status in children(found[-1], "heeft")
    )
    result = case.value("resultaat", "omschrijving") or text(found[-1], "resultaat", "omschrijving")
    if world.habits.closing_needs_result and ends and not result:
        raise Refused("StUF058", "resultaat ontbreekt bij het afsluiten")


def update(world: World, call: Call) -> None:
    """Merge old and new into the case; what did not change leaves no trace but `bijgewerkt`."""
    found = objects(call.body)
    old, new = (found[0] if len(found) > 1 else None), found[-1]
    case = find_case(world, text(new, "identificatie"))
    before = {name: list(elements) for name, elements in case.parts.items()}
    added = merge(case.parts, old, new, _NOT_PARTS)
    asked = {
        hub: iso_date(text(new, name)) if "datum" in name.lower() else text(new, name)
        for name, hub in _CHANGEABLE.items()
        if child(new, name) is not None
    }
    world.committed(call, "zaak_bijgewerkt", case.number, identificatie=case.number, asked=asked)
    _journal_gone(world, call, case, before)
    _journal_roles(world, call, case, added)
    _journal_extras(world, call, case, _extras(before))
    result = text(next(iter(before.get("resultaat", ())), None), "omschrijving")
    if case.value("resultaat", "omschrijving") not in {"", result}:
        world.committed(call, "resultaat", case.number)
    for status in children(new, "heeft"):
        add_status(world, call, case, status)
    ended = text(next(iter(before.get("einddatum", ())), None))
    if case.value("einddatum") not in {"", ended}:
        _close(world, call, case, "einddatum")
    elif ended and not case.value("einddatum") and world.habits.closes_on != "status":
        case.closed = False


def set_status(world: World, call: Call) -> None:
    new = objects(call.body)[-1]
    case = find_case(world, text(new, "identificatie"))
    for status in children(new, "heeft"):
        add_status(world, call, case, status)


def check_status(world: World, call: Call) -> None:
    check_update(world, call)
    for status in children(objects(call.body)[-1], "heeft"):
        moment = text(status, "datumStatusGezet")
        if not is_nil(status) and moment and instant(moment) is None:
            raise Refused("StUF055", "heeft/datumStatusGezet is geen tijdstip")


def add_status(world: World, call: Call, case: Case, element: etree._Element) -> None:
    """Give the case a status; an identical one that it has already is added again, as sent."""
    if is_nil(element) or child(element, "gerelateerde") is None:
        return
    moment = text(element, "datumStatusGezet") or now_text(world.clock)
    status = Status(element=cleaned(element), moment=moment)
    case.statuses.append(status)
    ends = status.name in world.habits.end_statuses
    at = instant(moment) or world.clock.now()
    kind = "eindstatus" if ends else "status"
    world.committed(
        call, kind, case.number, datumStatusGezet=at.isoformat(), omschrijving=status.name
    )
    if ends:
        _close(world, call, case, "status")
    elif case.closed and case.latest is status and world.habits.closes_on != "einddatum":
        case.closed = False
        case.parts.pop("einddatum", None)


def find_case(world: World, number: str) -> Case:
    case = world.state.cases.get(number)
    if case is None:
        raise Refused("StUF064", "de zaak is hier niet bekend")
    return case


def _close(world: World, call: Call, case: Case, by: str) -> None:
    """Close the case where this is what closes a case here; `einddatum` follows the status."""
    if by == "einddatum":
        world.committed(call, "einddatum", case.number, einddatum=case.value("einddatum"))
    if world.habits.closes_on in {by, "both"}:
        case.closed = True
        if not case.value("einddatum"):
            case.parts["einddatum"] = [build("ZKN:einddatum", day(world.clock.now()))]


def _journal_roles(world: World, call: Call, case: Case, parts: Parts) -> None:
    for name, generic in ROLES.items():
        for _role in parts.get(name, ()):
            world.committed(call, "rol", case.number, omschrijvingGeneriek=generic)

    for relation in parts.get("heeftBetrekkingOp", ()):
        other = next(children(child(relation, "gerelateerde")), None)
        kind = _OBJECTS.get("" if other is None else local(other), "overige")
        world.committed(call, "zaakobject", case.number, objectType=kind)
    for _object in parts.get("anderZaakObject", ()):
        world.committed(call, "zaakobject", case.number, objectType="overige")


def _journal_gone(world: World, call: Call, case: Case, before: Parts) -> None:
    """Write down which roles are no longer there, by who had them."""
    for name, generic in ROLES.items():
        left = {identity(role) for role in case.parts.get(name, ())}
        for role in before.get(name, ()):
            if identity(role) not in left:
                world.committed(call, "rol_verwijderd", case.number, omschrijvingGeneriek=generic)


def _extras(parts: Parts) -> set[str]:
    groups = parts.get("extraElementen", ())
    return {extra.get(NAME) or "" for group in groups for extra in children(group)}


def _journal_extras(world: World, call: Call, case: Case, before: set[str]) -> None:
    for name in sorted(_extras(case.parts) - before):
        world.committed(call, "zaakeigenschap", case.number, naam=name)
