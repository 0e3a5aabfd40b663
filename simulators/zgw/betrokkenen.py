"""The identification of a person, organisation or branch, in rollen and in zaakobjecten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulators.zgw.fields import Field, check

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.zgw.world import World

_ADDRESS = (
    Field(name="verblijfsadres", kind="object", nullable=True),
    Field(name="subVerblijfBuitenland", kind="object", nullable=True),
)
_NATUURLIJK = (
    Field(name="inpBsn", kind="bsn"),
    Field(name="anpIdentificatie", longest=17),
    Field(name="inpA_nummer", longest=10),
    Field(name="geslachtsnaam", longest=200),
    Field(name="voorvoegselGeslachtsnaam", longest=80),
    Field(name="voorletters", longest=20),
    Field(name="voornamen", longest=200),
    Field(name="geslachtsaanduiding", kind="choice", choices=("m", "v", "o")),
    Field(name="geboortedatum", longest=18),
    *_ADDRESS,
)
_NIET_NATUURLIJK = (
    Field(name="innNnpId", longest=9),
    Field(name="annIdentificatie", longest=17),
    Field(name="kvkNummer", longest=8),
    Field(name="vestigingsNummer", longest=24),
    Field(name="statutaireNaam", longest=500),
    Field(name="innRechtsvorm", longest=60),
    Field(name="bezoekadres", longest=1000),
    *_ADDRESS,
)
_VESTIGING = (
    Field(name="vestigingsNummer", longest=24),
    Field(name="handelsnaam", kind="list"),
    *_ADDRESS,
    Field(name="kvkNummer", longest=8),
)
_ORGANISATIE = (
    Field(name="identificatie", longest=24),
    Field(name="naam", longest=50),
    Field(name="isGehuisvestIn", longest=24),
)
_MEDEWERKER = (
    Field(name="identificatie", longest=24),
    Field(name="achternaam", longest=200),
    Field(name="voorletters", longest=20),
    Field(name="voorvoegselAchternaam", longest=10),
)
_SHAPES: dict[str, tuple[Field, ...]] = {
    "natuurlijk_persoon": _NATUURLIJK,
    "niet_natuurlijk_persoon": _NIET_NATUURLIJK,
    "vestiging": _VESTIGING,
    "organisatorische_eenheid": _ORGANISATIE,
    "medewerker": _MEDEWERKER,
}
_EMPTY: dict[str, Any] = {"object": None, "list": []}
_KEYS: dict[str, tuple[str, ...]] = {
    "natuurlijk_persoon": ("inpBsn", "anpIdentificatie", "inpA_nummer"),
    "niet_natuurlijk_persoon": ("innNnpId", "kvkNummer", "annIdentificatie"),
    "vestiging": ("vestigingsNummer", "kvkNummer"),
    "organisatorische_eenheid": ("identificatie",),
    "medewerker": ("identificatie",),
}

BETROKKENE_TYPES = tuple(_SHAPES)
WITH_CONTEXT = frozenset({"natuurlijk_persoon", "niet_natuurlijk_persoon", "vestiging"})
"""Betrokkene types whose rol has an `authenticatieContext`."""


def read_identity(world: World, kind: str, given: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Check an identification and fill in what was left out; `prefix` goes before error names."""
    fields = _SHAPES[kind]
    found = check(fields, given, store=world.store, now=world.clock.now(), prefix=prefix)
    return {
        field.name: found.values.get(field.name, _EMPTY.get(field.kind, "")) for field in fields
    }


def identity_key(kind: str, identity: Mapping[str, Any] | None) -> str:
    """Return the first number by which the betrokkene is known, or nothing."""
    if identity is None:
        return ""
    return next((str(identity[name]) for name in _KEYS[kind] if identity[name]), "")
