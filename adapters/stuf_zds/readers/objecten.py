"""What a case is about: heeftBetrekkingOp and anderZaakObject."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from adapters.stuf_zds.readers.betrokkene import adres_regel, betrokkene_beeld, is_gone
from adapters.stuf_zds.readers.nodes import (
    Opmerkingen,
    child,
    children,
    cut,
    fitting,
    line_of,
    local,
    text,
)

Json = dict[str, Any]

_MOST_FIELDS: Final = 50
_PARTIES: Final = {
    "natuurlijkPersoon": "natuurlijk_persoon",
    "nietNatuurlijkPersoon": "niet_natuurlijk_persoon",
    "vestiging": "vestiging",
    "medewerker": "medewerker",
    "organisatorischeEenheid": "organisatorische_eenheid",
}
_NUMBERS: Final = ("identificatie", "aoa.identificatie", "inp.bsn", "vestigingsNummer", "buurtCode")
_NAMES: Final = ("naam", "gor.openbareRuimteNaam", "buurtNaam", "aanduiding", "omschrijving")
_SHAPES: Final = frozenset({"geometrie", "lokatie", "vlakGeometrie", "puntGeometrie"})


def objecten_van(zaak: etree._Element, notes: Opmerkingen) -> list[Json]:
    """ObjectOntvangen of everything that a case is about."""
    found = [
        each
        for relation in children(zaak, "heeftBetrekkingOp")
        if not is_gone(relation)
        for each in _related(relation, notes)
    ]
    found += [_other(each, notes) for each in children(zaak, "anderZaakObject") if len(each)]
    return found


def _related(relation: etree._Element, notes: Opmerkingen) -> Iterator[Json]:
    omschrijving = cut(text(relation, "omschrijving"), 255, "heeftBetrekkingOp/omschrijving", notes)
    for each in children(child(relation, "gerelateerde")):
        soort = _PARTIES.get(local(each), local(each))
        yield _filled(
            soort=soort[:80],
            omschrijving=omschrijving,
            identificatie=_number_of(each, notes),
            gegevens=_gegevens(relation, each, notes),
        )


def _gegevens(relation: etree._Element, element: etree._Element, notes: Opmerkingen) -> Json:
    path = f"heeftBetrekkingOp/{local(element)}"
    if local(element) in _PARTIES:
        gerelateerde = child(relation, "gerelateerde")
        found = betrokkene_beeld(gerelateerde, "heeftBetrekkingOp", notes) or {}
        return {name: value for name, value in found.items() if name != "soort"}
    fields = dict(_flat(element, path, notes))
    if local(element) == "adres" and (regel := adres_regel(element)) is not None:
        fields["adres"] = regel
    return fields


def _flat(element: etree._Element, path: str, notes: Opmerkingen) -> Iterator[tuple[str, str]]:
    """The leaves by local name; shapes on a map stay behind."""
    taken = 0
    for each in children(element):
        name = local(each)
        if name in _SHAPES:
            notes.add(f"{path}/{name}", "a shape on the map is not taken over.")
        elif len(each):
            notes.add(f"{path}/{name}", "what it consists of is not taken over.")
        elif (value := line_of(each)) is not None and taken < _MOST_FIELDS - 1:
            taken += 1
            yield name, cut(value, 255, f"{path}/{name}", notes) or ""


def _number_of(element: etree._Element, notes: Opmerkingen) -> str | None:
    if local(element) == "natuurlijkPersoon":
        return None  # it stands in gegevens, where it is held to the rules of a BSN
    return fitting(text(element, *_NUMBERS), 255, f"{local(element)}/identificatie", notes)


def _other(element: etree._Element, notes: Opmerkingen) -> Json:
    path = "anderZaakObject"
    if child(element, "lokatie") is not None:
        notes.add(f"{path}/lokatie", "a shape on the map is not taken over.")
    registratie = text(element, "registratie")
    return _filled(
        soort="anders",
        omschrijving=cut(text(element, "omschrijving"), 255, f"{path}/omschrijving", notes),
        identificatie=fitting(text(element, "aanduiding"), 255, f"{path}/aanduiding", notes),
        gegevens={} if registratie is None else {"registratie": registratie[:255]},
    )


def _filled(**values: Any) -> Json:
    return {name: value for name, value in values.items() if value is not None}
