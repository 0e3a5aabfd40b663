"""What is round an object: stuurgegevens, parameters, and the element of the operation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, Literal

from lxml import etree

from adapters._kit.stuf.markup import document
from adapters._kit.stuf.names import OPERATIONS, ZKN, Operation, Profile, operation
from adapters._kit.stuf.stuurgegevens import Partij, Stuurgegevens, render
from adapters.contract import RejectedError
from adapters.stuf_zds.vocabulary import Vocabulary
from adapters.stuf_zds.writing.build import Markup, Part, element, entity, text

_ENTITEITTYPEN: Final = {
    "creeerZaak": "ZAK",
    "updateZaak": "ZAK",
    "actualiseerZaakstatus": "ZAK",
    "voegZaakdocumentToe": "EDC",
    "updateBesluit": "BSL",
}
_FREE_ASYNCHRONOUS: Final = {
    "voegBesluitToe": ("Di01", "voegBesluitToe"),
    "overdragenZaakAntwoord": ("Du01", "overdragenZaak"),
}
"""Operation to message code and functie."""

Mutatiesoort = Literal["T", "W", "C", "F"]


@dataclass(frozen=True, slots=True)
class Head:
    """What only one message has: sides, number and time."""

    zender: Partij
    ontvanger: Partij
    referentienummer: str
    tijdstip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """How this zaaksysteem is spoken to."""

    profile: Profile
    vocabulary: Vocabulary
    update_objects: Literal[1, 2] = 2
    plain_zkn: bool = False
    """The messages of StUF-ZKN itself, in place of those of ZDS."""
    uitchecken: bool = True
    """Check a document out before it is changed."""


@dataclass(frozen=True, slots=True)
class Request:
    """A body that is ready to be put into an envelope, and where it goes."""

    operation: Operation
    element: etree._Element


def operation_of(name: str, target: Target) -> Operation:
    """Return the operation; in StUF-ZKN itself the action is no other than the element."""
    found = operation(name, target.profile)
    if target.plain_zkn:
        return replace(found, action=found.element.replace("{", "").replace("}", "/"))
    return found


def free(name: str, functie: str, parts: Sequence[Part], target: Target, head: Head) -> Request:
    """Return a Di02: in 1.1 all of it is in ZKN, in 1.2 what is directly in it is in ZDS."""
    found = operation(name, target.profile)
    stuurgegevens = Stuurgegevens(
        berichtcode="Di02",
        zender=head.zender,
        ontvanger=head.ontvanger,
        referentienummer=head.referentienummer,
        tijdstip_bericht=head.tijdstip,
        functie=functie,
    )
    return Request(found, _body(found, render(stuurgegevens, prefix_of(target)), *parts))


def objects_of(pair: Sequence[Markup], target: Target) -> Sequence[Markup]:
    return pair[-1:] if target.update_objects == 1 else pair


def lk01(
    name: str,
    soort: Mutatiesoort,
    objects: Sequence[Markup],
    target: Target,
    head: Head,
) -> Request:
    """Return a notification, of one object or of two."""
    found, entiteittype = operation_of(name, target), _ENTITEITTYPEN[name]
    stuurgegevens = Stuurgegevens(
        berichtcode="Lk01",
        zender=head.zender,
        ontvanger=head.ontvanger,
        referentienummer=head.referentienummer,
        tijdstip_bericht=head.tijdstip,
        entiteittype=entiteittype,
    )
    body = _body(found, render(stuurgegevens, "ZKN"), _lk01_parameters(soort), *objects)
    return Request(found, body)


@cache
def _lk01_parameters(soort: Mutatiesoort) -> Markup:
    return element(
        "ZKN:parameters", text("StUF:mutatiesoort", soort), text("StUF:indicatorOvername", "V")
    )


def lk02(objects: Sequence[Markup], target: Target) -> Markup:
    parameters = element("ZKN:parameters", text("StUF:mutatiesoort", "W"))
    name = f"{prefix_of(target)}:edcLk02"
    return entity(name, "EDC", None, parameters, *objects, functie="update")


def di01(name: str, parts: Sequence[Part], head: Head, *, cross: str | None = None) -> Request:
    """Return a free message that is stored and processed later; 1.2 only."""
    code, functie = _FREE_ASYNCHRONOUS[name]
    found = operation(name, "1.2")
    stuurgegevens = Stuurgegevens(
        berichtcode=code,
        zender=head.zender,
        ontvanger=head.ontvanger,
        referentienummer=head.referentienummer,
        tijdstip_bericht=head.tijdstip,
        crossrefnummer=cross,
        functie=functie,
    )
    return Request(found, _body(found, render(stuurgegevens, "ZKN"), *parts))


def _body(found: Operation, *parts: Part) -> etree._Element:
    ns, _, local = found.element[1:].partition("}")
    return document(f"{'ZKN' if ns == ZKN else 'ZDS'}:{local}", *parts)


def prefix_of(target: Target) -> str:
    return "ZKN" if target.profile == "1.1" else "ZDS"


def only_newer(target: Target, operation: str) -> None:
    """Raise RejectedError where there is no such operation."""
    if (operation, target.profile) not in OPERATIONS or target.plain_zkn:
        raise RejectedError(
            "stuf:not-in-1.1",
            f"StUF-ZDS 1.1 has no {operation}. Do it in the zaaksysteem by hand, or take messages "
            "of this type out of the route.",
        )


def lv01(
    name: str, entiteittype: str, parts: Sequence[Part], target: Target, head: Head
) -> Request:
    """Return a question; StUF-ZKN itself has no other name for it than its element."""
    found = operation_of(name, target)
    stuurgegevens = Stuurgegevens(
        berichtcode="Lv01",
        zender=head.zender,
        ontvanger=head.ontvanger,
        referentienummer=head.referentienummer,
        tijdstip_bericht=head.tijdstip,
        entiteittype=entiteittype,
    )
    return Request(found, _body(found, render(stuurgegevens, "ZKN"), *parts))
