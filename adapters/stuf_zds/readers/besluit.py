"""Decisions: BSL by itself, and leidtTot of a case."""

from __future__ import annotations

from typing import Any, Final

from lxml import etree

from adapters.stuf_zds.readers.nodes import (
    Opmerkingen,
    child,
    children,
    cut,
    day,
    fitting,
    text,
    text_of,
    under,
)

Json = dict[str, Any]

_VERVALREDEN: Final = "vervalreden"


def besluiten_van(zaak: etree._Element, notes: Opmerkingen) -> list[Json]:
    """BesluitBeeld of each decision that a case led to."""
    found = [
        besluit_beeld(gerelateerde, notes)
        for each in children(zaak, "leidtTot", "heeftBesluit")
        if (gerelateerde := child(each, "gerelateerde")) is not None
    ]
    return [each for each in found if each is not None]


def besluit_beeld(element: etree._Element, notes: Opmerkingen) -> Json | None:
    """BesluitBeeld; None when the decision has no number."""
    number = fitting(text(element, "identificatie"), 40, "besluit/identificatie", notes)
    if number is None:
        notes.add("besluit/identificatie", "no number; the decision was left out.")
        return None
    zaak = under(element, "isUitkomstVan/gerelateerde")
    besluittype = text(element, "bst.omschrijving", "omschrijving", "bst.code")
    values = {
        "besluitidentificatie": number,
        "besluittype": cut(besluittype, 255, "besluit/bst.omschrijving", notes),
        "zaakidentificatie": fitting(
            text(zaak, "identificatie"), 40, "besluit/isUitkomstVan", notes
        ),
        "datum": day(element, "datumBeslissing", "besluitDatum", notes=notes),
        "ingangsdatum": day(element, "ingangsdatumWerking", "ingangsdatum", notes=notes),
        "vervaldatum": day(element, "einddatumWerking", "vervaldatum", notes=notes),
        _VERVALREDEN: cut(text(element, _VERVALREDEN), 200, "besluit/vervalreden", notes),
        "toelichting": cut(
            text_of(child(element, "toelichting")), 2000, "besluit/toelichting", notes
        ),
    }
    return {name: value for name, value in values.items() if value is not None}


def besluit_documenten(element: etree._Element) -> list[str]:
    """Numbers of the documents in which the decision is laid down."""
    found = (
        text(child(each, "gerelateerde"), "identificatie")
        for each in children(element, "isVastgelegdIn")
    )
    return [each for each in found if each is not None]
