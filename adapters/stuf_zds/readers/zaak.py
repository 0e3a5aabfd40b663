"""Cases: the object of entiteittype ZAK, of any message."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from lxml import etree

from adapters.stuf_zds.readers.betrokkene import RELATIONS, Rolmap, relation_of, rollen_van
from adapters.stuf_zds.readers.document import vertrouwelijkheid
from adapters.stuf_zds.readers.nodes import (
    Opmerkingen,
    child,
    children,
    cut,
    day,
    fitting,
    line_of,
    local,
    stuf_attribute,
    text,
    text_of,
    under,
)
from adapters.stuf_zds.readers.objecten import objecten_van
from adapters.stuf_zds.readers.status import status_beelden
from schemas.identifiers import passes_elfproef

Json = dict[str, Any]

UNKNOWN_ZAAKTYPE: Final = "onbekend"
"""Where an answer does not say which zaaktype it is; our models need a text."""

_LONGEST_NUMBER: Final = 40
_LONGEST_NAME: Final = 255
_MOST_PROPERTIES: Final = 200
_MOST_DAYS: Final = 999

_NUMBER_NAMES: Final = ("identificatie", "zaakIdentificatie", "zaakidentificatie")
_PAYMENT: Final = {
    "n.v.t.": "nvt",
    "(nog) niet": "nog_niet",
    "nog niet": "nog_niet",
    "gedeeltelijk": "gedeeltelijk",
    "geheel": "geheel",
}

_PLACED: Final = frozenset(
    {
        *_NUMBER_NAMES,
        "omschrijving",
        "toelichting",
        "kenmerk",
        "anderZaakObject",
        "resultaat",
        "startdatum",
        "registratiedatum",
        "einddatumGepland",
        "uiterlijkeEinddatum",
        "uiterlijkeEinddatumAfdoening",
        "einddatum",
        "extraElementen",
        "isVan",
        "heeftBetrekkingOp",
        "heeft",
        "heeftAlsHoofdzaak",
        "heeftRelevant",
        "leidtTot",
        "zaakniveau",
        "deelzakenIndicatie",
        "tijdvakGeldigheid",
        "tijdvakObject",
        "tijdstipRegistratie",
        "historieMaterieel",
        "historieFormeel",
        "antwoord",
        "melding",
    }
)
"""What is read, or says nothing beyond what is read; everything else is named in `opmerkingen`."""

OF_A_CHANGE: Final = frozenset(
    {
        "opschorting",
        "verlenging",
        "betalingsIndicatie",
        "laatsteBetaaldatum",
        "archiefnominatie",
        "datumVernietigingDossier",
    }
)
"""What the core's own messages have a place for, and those about what came in have not."""


def zaaknummer(zaak: etree._Element | None) -> str | None:
    """The number of the case, as it was sent."""
    return text(zaak, *_NUMBER_NAMES)


def zaak_beeld(
    zaak: etree._Element, notes: Opmerkingen | None = None, *, rolmap: Rolmap = RELATIONS
) -> Json | None:
    """ZaakBeeld; None when the case has no number. The initiator is one of the rollen."""
    notes = Opmerkingen() if notes is None else notes
    number = fitting(zaaknummer(zaak), 40, "object/identificatie", notes)
    if number is None:
        notes.add("object/identificatie", "no number; the case was left out.")
        return None
    statussen = status_beelden(zaak, notes)
    return _filled(
        zaakidentificatie=number,
        **_basics(zaak, notes),
        archiefnominatie=_ARCHIVE.get(text(zaak, "archiefnominatie") or ""),
        kenmerken=kenmerken_van(zaak, notes) or None,
        rollen=rollen_van(zaak, notes, rolmap)[:100] or None,
        objecten=objecten_van(zaak, notes)[:100] or None,
        eigenschappen=eigenschappen_van(zaak, notes) or None,
        status=statussen[0] if statussen else None,
    )


_ARCHIVE: Final = {"J": "vernietigen", "N": "blijvend_bewaren"}
"""J: the file has a day on which it is destroyed; as adapters.stuf_zds.writing.values writes it."""


def zaak_ontvangen(
    zaak: etree._Element,
    notes: Opmerkingen,
    *,
    rolmap: Rolmap = RELATIONS,
    unless: datetime | None = None,
) -> Json | None:
    """ZaakOntvangen without `bestemming` and `opmerkingen`; None when the case has no number.

    `unless`: the moment of a status that has none of its own.
    """
    beeld = zaak_beeld(zaak, notes, rolmap=rolmap)
    if beeld is None:
        return None
    beeld.pop("archiefnominatie", None)
    rollen = beeld.pop("rollen", [])
    initiatoren = [each for each in rollen if each.get("rolsoort") == "initiator"]
    overig = [each for each in rollen if each not in initiatoren[:1]]
    statussen = status_beelden(zaak, notes, unless=unless)
    for each in children(zaak):
        note_unplaced(each, notes)
    return _filled(
        **{key: value for key, value in beeld.items() if key != "status"},
        initiator=initiatoren[0]["betrokkene"] if initiatoren else None,
        rollen=overig or None,
        status=statussen[0] if statussen else None,
        hoofdzaak=fitting(
            zaaknummer(under(zaak, "heeftAlsHoofdzaak/gerelateerde")),
            40,
            "heeftAlsHoofdzaak",
            notes,
        ),
    )


def _basics(zaak: etree._Element, notes: Opmerkingen) -> Json:
    zaaktype = under(zaak, "isVan/gerelateerde")
    code = text(zaaktype, "code", "identificatie")
    naam = cut(text(zaaktype, "omschrijving"), 255, "isVan/omschrijving", notes)
    resultaat = child(zaak, "resultaat")
    return {
        "zaaktype": fitting(code, 255, "isVan/code", notes) or naam or UNKNOWN_ZAAKTYPE,
        "zaaktypeOmschrijving": naam,
        "bronorganisatie": bronorganisatie_van(zaak),
        "startdatum": day(zaak, "startdatum", notes=notes),
        "registratiedatum": day(zaak, "registratiedatum", notes=notes),
        "einddatumGepland": day(zaak, "einddatumGepland", notes=notes),
        "uiterlijkeEinddatumAfdoening": day(
            zaak, "uiterlijkeEinddatum", "uiterlijkeEinddatumAfdoening", notes=notes
        ),
        "einddatum": day(zaak, "einddatum", notes=notes),
        "omschrijving": cut(text(zaak, "omschrijving"), 255, "omschrijving", notes),
        "toelichting": cut(text_of(child(zaak, "toelichting")), 2000, "toelichting", notes),
        "vertrouwelijkheidaanduiding": vertrouwelijkheid(
            text(zaak, "vertrouwelijkAanduiding", "vertrouwelijkheidAanduiding"), "object", notes
        ),
        "resultaat": cut(
            text(resultaat, "omschrijving", "toelichting"), 255, "resultaat/omschrijving", notes
        ),
    }


def bronorganisatie_van(zaak: etree._Element) -> str | None:
    """An RSIN in extraElementen: StUF-ZKN has no place of its own for it."""
    for each in children(child(zaak, "extraElementen"), "extraElement"):
        if (each.get("naam") or "").strip().lower() == "bronorganisatie":
            found = line_of(each)
            return found if found is not None and passes_elfproef(found) else None
    return None


def has_zaaktype(zaak: etree._Element) -> bool:
    zaaktype = under(zaak, "isVan/gerelateerde")
    return text(zaaktype, "code", "identificatie", "omschrijving") is not None


def kenmerken_van(zaak: etree._Element, notes: Opmerkingen) -> list[Json]:
    found = []
    for each in children(zaak, "kenmerk"):
        kenmerk, bron = text(each, "kenmerk"), text(each, "bron")
        if kenmerk is None:
            continue  # an empty group takes kenmerken away, or says nothing
        if len(kenmerk) > _LONGEST_NUMBER:
            notes.add("kenmerk/kenmerk", "longer than 40 characters; left out.")
            continue
        row = {"kenmerk": kenmerk, "bron": (bron or "onbekend")[:40].strip()}
        if row not in found:
            found.append(row)
    return found[:50]


def eigenschappen_van(zaak: etree._Element, notes: Opmerkingen) -> list[Json]:
    """The extraElementen: what a zaaktype has of its own, in StUF."""
    found: dict[str, str] = {}
    for each in children(child(zaak, "extraElementen"), "extraElement"):
        naam = " ".join((each.get("naam") or stuf_attribute(each, "naam") or "").split())
        waarde = text_of(each)
        if not naam or waarde is None:
            continue
        if len(naam) > _LONGEST_NAME or len(found) >= _MOST_PROPERTIES:
            notes.add("extraElementen", "too many, or too long a name; left out.")
        elif naam in found:
            found[naam] = cut(f"{found[naam]}; {waarde}", 2000, "extraElementen", notes) or ""
        else:
            found[naam] = cut(waarde, 2000, "extraElementen", notes) or ""
    return [{"naam": naam, "waarde": waarde} for naam, waarde in found.items()]


def betaling_van(zaak: etree._Element, notes: Opmerkingen) -> Json | None:
    """Betaling of the core; None when the message says nothing that can be taken over."""
    found = text(zaak, "betalingsIndicatie")
    if found is None:
        return None
    indicatie = _PAYMENT.get(found.lower())
    if indicatie is None:
        notes.add("betalingsIndicatie", "no known value; left out.")
        return None
    betaald = day(zaak, "laatsteBetaaldatum", notes=notes)
    return _filled(indicatie=indicatie, laatsteBetaaldatum=betaald)


def archivering_van(zaak: etree._Element, notes: Opmerkingen) -> Json | None:
    """Archivering of the core; None when the message says nothing about it."""
    nominatie = _ARCHIVE.get((text(zaak, "archiefnominatie") or "").upper())
    datum = day(zaak, "datumVernietigingDossier", notes=notes)
    return _filled(archiefnominatie=nominatie, archiefactiedatum=datum) or None


def opschorting_van(zaak: etree._Element) -> Json | None:
    """Opschorting of the core: the term stands still (J), or runs again (N)."""
    element = child(zaak, "opschorting")
    indicatie = (text(element, "indicatie") or "").upper()
    if indicatie not in ("J", "N"):
        return None
    return {"indicatie": indicatie == "J", "reden": (text(element, "reden") or "")[:200]}


def verlenging_van(zaak: etree._Element) -> Json | None:
    """Verlenging of the core: by a number of days from 1 on."""
    element = child(zaak, "verlenging")
    duur = text(element, "duur") or ""
    if not (duur.isascii() and duur.isdigit() and 1 <= int(duur) <= _MOST_DAYS):
        return None
    return {"duurInDagen": int(duur), "reden": (text(element, "reden") or "")[:200]}


def note_unplaced(
    element: etree._Element, notes: Opmerkingen, *, read: frozenset[str] = frozenset()
) -> None:
    """Name a part of a case that is read by nobody; `read`: what somebody reads besides us."""
    name = local(element)
    says_something = bool(len(element)) or line_of(element) is not None
    if not says_something or name in _PLACED | read or relation_of(element) is not None:
        return
    notes.add(name[:80], "there is no place for it.")


def _filled(**values: Any) -> Json:
    return {name: value for name, value in values.items() if value is not None}
