"""Parties and roles: who somebody is, and which relation says what part they have in a case.

`authentiek` says that the number comes from a base registration: ours of a person does (BRP), that
of an organisation is not checked. Receivers match on the number only (Q15).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from adapters.stuf_zds.writing.build import (
    Markup,
    Part,
    Verwerkingssoort,
    element,
    element_with,
    entity,
    extra_elementen,
    nil,
    text,
    written,
)
from adapters.stuf_zds.writing.values import RELATIONS, Relation
from schemas.betrokkene import (
    Betrokkene,
    Medewerker,
    NatuurlijkPersoon,
    Organisatie,
    OrganisatorischeEenheid,
    Vestiging,
)
from schemas.zaakdelen import Rol, Rolsoort

_LONGEST_NAME: Final = 200
_WITH_KVK: Final = (Organisatie, Vestiging)

Rolmap = Mapping[Rolsoort, str]
"""Generic role to the relation's name in RELATIONS."""


def party(who: Betrokkene, soort: Verwerkingssoort) -> Markup:
    """Return the element of one party, with its numbers and names."""
    match who:
        case NatuurlijkPersoon():
            return person(who, soort)
        case Organisatie():
            number = text("BG:inn.nnpId", who.rsin)
            parts = (number, _authentiek("N") if number is not None else None)
            name = text("BG:statutaireNaam", who.naam)
            return entity("ZKN:nietNatuurlijkPersoon", "NNP", soort, *parts, name)
        case Vestiging():
            return entity(
                "ZKN:vestiging",
                "VES",
                soort,
                text("BG:vestigingsNummer", who.vestigingsnummer),
                _authentiek("N"),
                text("BG:handelsnaam", who.handelsnaam and who.handelsnaam[:_LONGEST_NAME]),
            )
        case Medewerker():
            number = text("ZKN:identificatie", who.identificatie)
            name = text("ZKN:achternaam", who.naam)
            return entity("ZKN:medewerker", "MDW", soort, number, name)
        case OrganisatorischeEenheid():
            number = text("ZKN:identificatie", who.identificatie)
            name = text("ZKN:naam", who.naam)
            return entity("ZKN:organisatorischeEenheid", "OEH", soort, number, name)


def person(who: NatuurlijkPersoon, soort: Verwerkingssoort) -> Markup:
    """Return a person, known by burgerservicenummer."""
    return entity(
        "ZKN:natuurlijkPersoon",
        "NPS",
        soort,
        text("BG:inp.bsn", who.bsn.reveal()),
        _authentiek("J"),
        text("BG:geslachtsnaam", who.geslachtsnaam),
        text("BG:voorvoegselGeslachtsnaam", who.voorvoegsel_geslachtsnaam),
        text("BG:voornamen", who.voornamen),
        text("BG:geboortedatum", who.geboortedatum),
    )


def relation_of(rolsoort: Rolsoort, rolmap: Rolmap) -> Relation:
    return RELATIONS[rolmap[rolsoort]]


def role(rol: Rol, rolmap: Rolmap) -> Markup:
    """Return the relation that adds somebody to a case."""
    name = rol.roltype or _called(rol.rolsoort)
    return role_of(rol.betrokkene, relation_of(rol.rolsoort, rolmap), name, rol.toelichting or "")


def role_of(who: Betrokkene, relation: Relation, name: str, toelichting: str = "") -> Markup:
    """Return the relation that adds somebody to a case; `name` says what part that is."""
    kvk = _kvk(who)
    return entity(
        f"ZKN:{relation.element}",
        relation.entiteittype,
        "T",
        element("ZKN:gerelateerde", party(who, "T")),
        text("ZKN:omschrijving", name),
        text("ZKN:toelichting", toelichting),
        None if kvk is None else extra_elementen({"kvkNummer": kvk}),
    )


def role_removed(rol: Rol, rolmap: Rolmap) -> tuple[Markup, Markup]:
    """Return the relation in the old object and in the new one, of somebody who leaves a case."""
    relation = relation_of(rol.rolsoort, rolmap)
    name = f"ZKN:{relation.element}"
    gerelateerde = element("ZKN:gerelateerde", party(rol.betrokkene, "I"))
    old = entity(name, relation.entiteittype, "V", gerelateerde)
    gone = nil(name, entiteittype=relation.entiteittype, verwerkingssoort="V")
    return old, gone


def nobody(relation: Relation) -> Markup:
    """Return a relation that must be there, of which nobody is known."""
    return nil(
        f"ZKN:{relation.element}",
        "waardeOnbekend",
        entiteittype=relation.entiteittype,
        verwerkingssoort="T",
    )


@cache
def _authentiek(value: str) -> Part:
    return element_with("BG:authentiek", {"StUF:metagegeven": "true"}, written(value))


def _kvk(who: Betrokkene) -> str | None:
    """The KvK-nummer, which StUF-ZKN has no element for."""
    return str(who.kvk_nummer) if isinstance(who, _WITH_KVK) and who.kvk_nummer else None


@cache
def _called(rolsoort: Rolsoort) -> str:
    """What a role is called where the core gives it no name of its own."""
    return rolsoort.value.replace("_", "-").capitalize()
