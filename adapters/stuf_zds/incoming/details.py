"""Decisions and eigenschappen in the core's form."""

from __future__ import annotations

from typing import Any, Final

from lxml import etree

from adapters.stuf_zds.incoming.result import Geweigerd
from adapters.stuf_zds.incoming.work import Werk, non_empty, taken, text_of
from adapters.stuf_zds.readers.besluit import besluit_beeld, besluit_documenten
from adapters.stuf_zds.readers.nodes import cut
from adapters.stuf_zds.readers.zaak import eigenschappen_van

Json = dict[str, Any]
_LONGEST_EIGENSCHAP: Final = 20


def core_besluit(element: etree._Element, keys: Json, work: Werk) -> Json:
    """ZaakBesluitVastgesteld; raises `Geweigerd` for what the core needs and is not there."""
    beeld = besluit_beeld(element, work.notes)
    if beeld is None:
        raise Geweigerd("StUF055", "besluit/identificatie: the number of the decision is needed.")
    theirs = beeld.get("besluittype")
    besluittype = work.settings.besluittypen.get(theirs or "", theirs or work.settings.besluittype)
    if besluittype is None:
        raise Geweigerd("StUF055", "besluit/bst.omschrijving: needed to take a decision over.")
    if beeld.get("ingangsdatum") is None and beeld.get("datum") is not None:
        beeld["ingangsdatum"] = beeld["datum"]
        work.notes.add("besluit/ingangsdatumWerking", "none; the day of the decision was taken.")
    return {
        **keys,
        "besluitidentificatie": beeld["besluitidentificatie"],
        "besluittype": cut(besluittype, 80, "besluit/bst.omschrijving", work.notes),
        **taken(beeld, "datum", "ingangsdatum", "vervaldatum"),
        **text_of(beeld, "toelichting", work.notes),
        **non_empty("documentidentificaties", besluit_documenten(element)),
    }


def core_eigenschappen(zaak: etree._Element, work: Werk) -> list[Json]:
    settings = work.settings
    found: list[Json] = []
    for each in eigenschappen_van(zaak, work.notes):
        naam = settings.eigenschappen.get(each["naam"])
        if naam is None and not settings.eigenschappen_overig:
            work.notes.add("extraElementen", "one that the settings do not name; left out.")
            continue
        naam = naam or each["naam"]
        if each["naam"].lower() == "bronorganisatie":
            continue
        if len(naam) > _LONGEST_EIGENSCHAP or "\n" in each["waarde"]:
            work.notes.add("extraElementen", "too long a name for an eigenschap; left out.")
            continue
        waarde = cut(each["waarde"], 1000, "extraElementen", work.notes)
        if naam not in {known["naam"] for known in found}:
            found.append({"naam": naam, "waarde": waarde})
    return found[:100]
