"""Looking at a message before anything is done with it: header, order, mandatory parts, lengths."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulators.stuf_zds.refusals import Refused
from simulators.stuf_zds.shapes import (
    CONFIDENTIALITY,
    DATES,
    FORBIDDEN_IN_NUMBER,
    LENGTHS,
    LONGEST_REFERENCE,
    MANDATORY,
    MAY_BE_EMPTY,
    ORDERS,
)
from simulators.stuf_zds.xmlkit import STUF, TYPE, child, children, is_empty, local, text

if TYPE_CHECKING:
    from lxml import etree

    from simulators.stuf_zds.habits import Habits
    from simulators.stuf_zds.operations import Operation

_MOMENT = re.compile(r"\d{8,17}")
_DATE = re.compile(r"\d{4}|\d{6}|\d{8}")
_FUNCTIE = f"{{{STUF}}}functie"
_TOP = {"ZAK", "EDC", "BSL"}
_OPEN = frozenset({"scope", "gelijk", "vanaf", "totEnMet", "start"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A zender or ontvanger."""

    organisatie: str = ""
    applicatie: str = ""
    administratie: str = ""
    gebruiker: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The stuurgegevens of a message received."""

    code: str
    sender: Party
    receiver: Party
    reference: str
    moment: str
    cross: str
    entity: str
    functie: str


def read_header(body: etree._Element) -> Header:
    """Read leniently; `check_header` says what is wrong."""
    head = child(body, "stuurgegevens")
    return Header(
        code=text(head, "berichtcode"),
        sender=_party(child(head, "zender")),
        receiver=_party(child(head, "ontvanger")),
        reference=text(head, "referentienummer"),
        moment=text(head, "tijdstipBericht"),
        cross=text(head, "crossRefnummer"),
        entity=text(head, "entiteittype"),
        functie=text(head, "functie"),
    )


def check_header(header: Header, operation: Operation, habits: Habits) -> None:
    """Refuse stuurgegevens that break the standard, or that name somebody unknown."""
    if header.code != operation.code:
        raise Refused("StUF022", "stuurgegevens/berichtcode past niet bij het bericht")
    if operation.entity and header.entity != operation.entity:
        raise Refused("StUF028", "stuurgegevens/entiteittype past niet bij het bericht")
    if operation.functie and header.functie.lower() != operation.functie.lower():
        raise Refused("StUF034", "stuurgegevens/functie past niet bij het bericht")
    if len(header.reference) > LONGEST_REFERENCE or len(header.cross) > LONGEST_REFERENCE:
        raise Refused("StUF055", "stuurgegevens/referentienummer is langer dan 40 tekens")
    if header.moment and not _MOMENT.fullmatch(header.moment):
        raise Refused("StUF055", "stuurgegevens/tijdstipBericht heeft geen 8 tot 17 cijfers")
    if header.code[:2] in {"Lk", "Di", "Du"} and header.code[2:] == "01":
        _check_complete(header)
    if habits.known_receivers and header.receiver.applicatie not in habits.known_receivers:
        raise Refused("StUF010", "stuurgegevens/ontvanger/applicatie")
    if habits.known_senders and header.sender.applicatie not in habits.known_senders:
        raise Refused("StUF013", "stuurgegevens/zender/applicatie")


def check_body(body: etree._Element, operation: Operation, habits: Habits) -> None:
    """Refuse a wrong order, and what is missing, too long or not a date."""
    for part in _groups(body):
        names = _names(part)
        if names is not None and habits.strict_order:
            _check_order(part, names, habits)
    if habits.strict_fields:
        _check_fields(body, operation)
    _check_objects(body, operation)


def _check_objects(body: etree._Element, operation: Operation) -> None:
    """Refuse a notification about nothing: even the most lenient system needs its number."""
    if operation.code == "Lk01":
        found = objects(body)
        if not found or not text(found[-1], "identificatie"):
            raise Refused("StUF055", "object/identificatie ontbreekt")


def objects(body: etree._Element) -> list[etree._Element]:
    """The objects of a notification, wherever the message keeps them."""
    inner = child(body, "edcLk02")
    return list(children(body if inner is None else inner, "object"))


def _party(element: etree._Element | None) -> Party:
    return Party(
        organisatie=text(element, "organisatie"),
        applicatie=text(element, "applicatie"),
        administratie=text(element, "administratie"),
        gebruiker=text(element, "gebruiker"),
    )


def _check_complete(header: Header) -> None:
    for name, value in (
        ("zender/applicatie", header.sender.applicatie),
        ("ontvanger/applicatie", header.receiver.applicatie),
        ("referentienummer", header.reference),
        ("tijdstipBericht", header.moment),
    ):
        if not value:
            raise Refused("StUF055", f"stuurgegevens/{name} ontbreekt")


def _groups(element: etree._Element) -> list[etree._Element]:
    """Every element of which the children have an order; questions are left to the questions."""
    found = [element]
    for part in children(element):
        if local(part) not in _OPEN and len(part):
            found += _groups(part)
    return found


def _names(part: etree._Element) -> tuple[str, ...] | None:
    """The children that belong in this element; a part of a free message has its own."""
    if part.get(_FUNCTIE) is not None:
        return None
    return ORDERS.get(part.get(TYPE) or "") or ORDERS.get(local(part))


def _check_order(part: etree._Element, names: tuple[str, ...], habits: Habits) -> None:
    reached, before = 0, ""
    for item in children(part):
        name = local(item)
        if name not in names:
            if habits.strict_fields:
                raise Refused("StUF055", f"{local(part)}/{_safe(name)} wordt hier niet verwacht")
            continue
        place = names.index(name)
        if place < reached:
            raise Refused("StUF055", f"{local(part)}/{name} staat na {before}")
        reached, before = place, name


def _safe(name: str) -> str:
    """A name of an element is the sender's text as well; keep it short."""
    return name[:60]


def _check_fields(body: etree._Element, operation: Operation) -> None:
    found = objects(body)
    if found:
        _check_mandatory(found[-1], operation)
    if (operation.name, operation.profile) == ("actualiseerZaakstatus", "1.2"):
        for part in children(found[-1], "heeft"):
            for name in ("gerelateerde", "datumStatusGezet", "isGezetDoor"):
                if child(part, name) is None:
                    raise Refused("StUF055", f"heeft/{name} ontbreekt")
    for part in body.iter():
        kind = part.get(TYPE)
        if kind in _TOP and local(part) in {"object", "besluit", "zaak", "document"}:
            _check_values(part, LENGTHS.get(kind, {}))


def _check_mandatory(item: etree._Element, operation: Operation) -> None:
    for name in MANDATORY[operation.profile].get(operation.name, ()):
        part = child(item, name)
        if part is None or (is_empty(part) and name not in MAY_BE_EMPTY):
            raise Refused("StUF055", f"object/{name} ontbreekt")


def _check_values(item: etree._Element, lengths: dict[str, tuple[int, int]]) -> None:
    for part in children(item):
        if is_empty(part):
            continue
        name, value = local(part), text(part)
        least, most = lengths.get(name, (0, len(value)))
        if not least <= len(value) <= most:
            raise Refused("StUF055", f"{name} heeft geen {least} tot {most} tekens")
        if name in DATES and not _DATE.fullmatch(value):
            raise Refused("StUF055", f"{name} is geen datum van 8 cijfers, of 6 of 4")
        if name == "vertrouwelijkAanduiding" and value not in CONFIDENTIALITY:
            raise Refused("StUF055", "vertrouwelijkAanduiding heeft geen bekende waarde")
        if name == "identificatie" and FORBIDDEN_IN_NUMBER & set(value):
            raise Refused("StUF055", "identificatie bevat een verboden teken")
