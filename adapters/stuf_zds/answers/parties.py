"""Who is involved, in answers: the relations heeftAls... and what stands in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from adapters.stuf_zds.answers.parts import line
from adapters.stuf_zds.writing.build import (
    Markup,
    Part,
    element,
    element_with,
    entity,
    text,
    written,
)

Json = Mapping[str, Any]

_BETROKKENEN: Final = {
    "initiator": ("heeftAlsInitiator", "ZAKBTRINI"),
    "belanghebbende": ("heeftAlsBelanghebbende", "ZAKBTRBLH"),
    "adviseur": ("heeftAlsGemachtigde", "ZAKBTRGMC"),
    "behandelaar": ("heeftAlsUitvoerende", "ZAKBTRUTV"),
    "zaakcoordinator": ("heeftAlsVerantwoordelijke", "ZAKBTRVRA"),
}
_OTHER: Final = ("heeftAlsOverigBetrokkene", "ZAKBTROVR")
_ROLE_ORDER: Final = (
    "heeftAlsBelanghebbende",
    "heeftAlsGemachtigde",
    "heeftAlsInitiator",
    "heeftAlsUitvoerende",
    "heeftAlsVerantwoordelijke",
    "heeftAlsOverigBetrokkene",
)


def role(rol: Json) -> Markup:
    name, entiteittype = _BETROKKENEN.get(rol.get("rolsoort") or "", _OTHER)
    return entity(
        f"ZKN:{name}",
        entiteittype,
        None,
        element("ZKN:gerelateerde", _party(rol["betrokkene"])),
        line("ZKN:omschrijving", rol.get("roltype"), 80),
        line("ZKN:toelichting", rol.get("toelichting"), 1000),
    )


def place_of(rol: Json) -> int:
    name, _ = _BETROKKENEN.get(rol.get("rolsoort") or "", _OTHER)
    return _ROLE_ORDER.index(name)


def _party(who: Json) -> Part:
    match who["soort"]:
        case "natuurlijk_persoon":
            return entity(
                "ZKN:natuurlijkPersoon",
                "NPS",
                None,
                text("BG:inp.bsn", who.get("bsn")),
                _authentiek("J" if who.get("bsn") else "N"),
                line("BG:geslachtsnaam", who.get("geslachtsnaam"), 200),
                line("BG:voorvoegselGeslachtsnaam", who.get("voorvoegselGeslachtsnaam"), 10),
                line("BG:voornamen", who.get("voornamen"), 200),
                _birth(who.get("geboortedatum")),
            )
        case "niet_natuurlijk_persoon":
            return entity(
                "ZKN:nietNatuurlijkPersoon",
                "NNP",
                None,
                text("BG:inn.nnpId", who.get("rsin")),
                _authentiek("N"),
                line("BG:statutaireNaam", who.get("naam"), 500),
            )
        case "vestiging":
            return entity(
                "ZKN:vestiging",
                "VES",
                None,
                text("BG:vestigingsNummer", who.get("vestigingsnummer")),
                _authentiek("N"),
                line("BG:handelsnaam", who.get("naam"), 500),
            )
        case "medewerker":
            return entity(
                "ZKN:medewerker",
                "MDW",
                None,
                line("ZKN:identificatie", who.get("identificatie"), 24),
                line("ZKN:achternaam", who.get("naam"), 200),
            )
        case _:
            return entity(
                "ZKN:organisatorischeEenheid",
                "OEH",
                None,
                line("ZKN:identificatie", who.get("identificatie"), 24),
                line("ZKN:naam", who.get("naam"), 50),
            )


_INCOMPLETE: Final = {4: ("M", "0101"), 7: ("D", "01")}
"""Length of what is known -> indOnvolledigeDatum, and digits that say nothing."""


def _birth(known: str | None) -> Part:
    if known is None:
        return None
    digits = known.replace("-", "")
    indicator, filler = _INCOMPLETE.get(len(known), ("V", ""))
    said = {"StUF:indOnvolledigeDatum": indicator}
    return element_with("BG:geboortedatum", said, written(digits + filler))


def _authentiek(value: str) -> Part:
    return element_with("BG:authentiek", {"StUF:metagegeven": "true"}, written(value))
