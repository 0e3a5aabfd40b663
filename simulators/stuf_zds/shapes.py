"""The order of elements, what is mandatory, and how long values may be: data of the standards."""

from __future__ import annotations

from typing import Final

_PERIODS: Final = ("tijdvakGeldigheid", "tijdstipRegistratie", "extraElementen")
_RELATION: Final = ("tijdvakRelatie", *_PERIODS)

ZAK: Final = (
    *("identificatie", "omschrijving", "toelichting", "kenmerk", "anderZaakObject", "resultaat"),
    *("startdatum", "registratiedatum", "publicatiedatum", "einddatumGepland"),
    *("uiterlijkeEinddatum", "einddatum", "opschorting", "verlenging", "betalingsIndicatie"),
    *("laatsteBetaaldatum", "archiefnominatie", "datumVernietigingDossier", "zaakniveau"),
    *("deelzakenIndicatie", *_PERIODS, "isVan", "heeftBetrekkingOp", "heeftAlsBelanghebbende"),
    *("heeftAlsGemachtigde", "heeftAlsInitiator", "heeftAlsUitvoerende"),
    *("heeftAlsVerantwoordelijke", "heeftAlsOverigBetrokkene", "heeftAlsDeelzaak"),
    *("heeftAlsHoofdzaak", "heeftBetrekkingOpAndere", "heeft", "heeftRelevant", "leidtTot"),
)
EDC: Final = (
    *("identificatie", "dct.omschrijving", "creatiedatum", "ontvangstdatum", "titel"),
    *("beschrijving", "formaat", "taal", "versie", "status", "verzenddatum"),
    *("vertrouwelijkAanduiding", "auteur", "link", "inhoud", *_PERIODS, "isRelevantVoor"),
)
BSL: Final = (
    *("identificatie", "bst.omschrijving", "datumBeslissing", "toelichting"),
    *("ingangsdatumWerking", "einddatumWerking", "vervalreden", "datumPublicatie"),
    *("datumVerzending", "datumUiterlijkeReactie", *_PERIODS, "isUitkomstVan", "isVastgelegdIn"),
)
ROLES: Final = {
    "heeftAlsBelanghebbende": "belanghebbende",
    "heeftAlsGemachtigde": "gemachtigde",
    "heeftAlsInitiator": "initiator",
    "heeftAlsUitvoerende": "behandelaar",
    "heeftAlsVerantwoordelijke": "verantwoordelijke",
    "heeftAlsOverigBetrokkene": "overig",
}
_ROLE: Final = (
    *("gerelateerde", "code", "omschrijving", "toelichting", "afwijkendCorrespondentieAdres"),
    *("afwijkendBuitenlandsCorrespondentieAdres", *_RELATION, "heeftAlsAanspreekpunt"),
)
_EDC_RELATION: Final = (
    *("gerelateerde", "titel", "beschrijving", "registratiedatum", "stt.volgnummer"),
    *("stt.omschrijving", "sta.datumStatusGezet", *_RELATION),
)

HEADER: Final = (
    *("berichtcode", "zender", "ontvanger", "referentienummer", "tijdstipBericht"),
    *("crossRefnummer", "entiteittype", "functie"),
)
ORDERS: Final[dict[str, tuple[str, ...]]] = {
    "ZAK": ZAK,
    "EDC": EDC,
    "BSL": BSL,
    "stuurgegevens": HEADER,
    "zender": ("organisatie", "applicatie", "administratie", "gebruiker"),
    "ontvanger": ("organisatie", "applicatie", "administratie", "gebruiker"),
    "kenmerk": ("kenmerk", "bron"),
    "anderZaakObject": ("omschrijving", "aanduiding", "lokatie", "registratie"),
    "resultaat": ("omschrijving", "toelichting"),
    "opschorting": ("indicatie", "reden"),
    "verlenging": ("duur", "reden"),
    "isVan": ("gerelateerde", *_RELATION),
    "heeftBetrekkingOp": ("gerelateerde", "omschrijving", *_RELATION),
    **dict.fromkeys(ROLES, _ROLE),
    "heeft": ("gerelateerde", "toelichting", "datumStatusGezet", *_RELATION, "isGezetDoor"),
    "isRelevantVoor": _EDC_RELATION,
    "isVastgelegdIn": ("gerelateerde", *_RELATION),
    "STT": (
        *("zkt.code", "zkt.omschrijving", "volgnummer", "code", "omschrijving"),
        "ingangsdatumObject",
    ),
    "ZKT": ("omschrijving", "code", "ingangsdatumObject"),
    "medewerker": ("identificatie", "achternaam", "voorletters", "voorvoegselAchternaam"),
    "organisatorischeEenheid": ("identificatie", "naam", "isGehuisvestIn"),
    "natuurlijkPersoon": (
        *("inp.bsn", "authentiek", "anp.identificatie", "geslachtsnaam"),
        *("voorvoegselGeslachtsnaam", "voorletters", "voornamen", "geslachtsaanduiding"),
        *("geboortedatum", "verblijfsadres", "sub.verblijfBuitenland"),
    ),
    "nietNatuurlijkPersoon": (
        *("inn.nnpId", "authentiek", "ann.identificatie", "statutaireNaam", "inn.rechtsvorm"),
        *("bezoekadres", "sub.verblijfBuitenland"),
    ),
    "vestiging": (
        *("vestigingsNummer", "authentiek", "handelsnaam", "verblijfsadres"),
        "sub.verblijfBuitenland",
    ),
}
"""Children in their order, by entiteittype or else by element name; others are not looked into."""

_ALWAYS: Final = {
    "creeerZaak": ("identificatie", "startdatum", "isVan"),
    "updateZaak": ("identificatie",),
    "actualiseerZaakstatus": ("identificatie", "heeft"),
    "voegZaakdocumentToe": ("identificatie", "titel", "inhoud", "isRelevantVoor"),
    "maakZaakdocument": ("identificatie", "titel"),
    "updateBesluit": ("identificatie",),
}
_IN_1_2: Final = {
    **_ALWAYS,
    "creeerZaak": (
        *("identificatie", "startdatum", "registratiedatum", "zaakniveau", "deelzakenIndicatie"),
        *("isVan", "heeftAlsInitiator"),
    ),
    "voegZaakdocumentToe": (
        *("identificatie", "dct.omschrijving", "creatiedatum", "titel", "formaat", "taal"),
        *("vertrouwelijkAanduiding", "auteur", "inhoud", "isRelevantVoor"),
    ),
    "maakZaakdocument": (
        *("identificatie", "dct.omschrijving", "creatiedatum", "titel", "formaat", "taal"),
        *("vertrouwelijkAanduiding", "auteur"),
    ),
}
MANDATORY: Final = {"1.1": _ALWAYS, "1.2": _IN_1_2}
MAY_BE_EMPTY: Final = frozenset({"formaat", "taal", "heeftAlsInitiator"})
"""Mandatory elements that may be nil."""

LENGTHS: Final[dict[str, dict[str, tuple[int, int]]]] = {
    "ZAK": {"identificatie": (5, 40), "omschrijving": (0, 80), "toelichting": (0, 1000)},
    "EDC": {
        "identificatie": (1, 40),
        "dct.omschrijving": (0, 80),
        "titel": (0, 200),
        "beschrijving": (0, 1000),
        "formaat": (0, 85),
        "taal": (0, 20),
        "versie": (0, 5),
        "status": (0, 20),
        "auteur": (0, 200),
    },
    "BSL": {"identificatie": (1, 40)},
}
LONGEST_REFERENCE: Final = 40
FORBIDDEN_IN_NUMBER: Final = frozenset('*\\/"?:<>|')
DATES: Final = frozenset(
    name
    for name in (*ZAK, *EDC, *BSL)
    if "datum" in name.lower() and not name.startswith(("laatste",))
)
CONFIDENTIALITY: Final = frozenset(
    {
        *("ZEER GEHEIM", "GEHEIM", "CONFIDENTIEEL", "VERTROUWELIJK", "ZAAKVERTROUWELIJK"),
        *("INTERN", "BEPERKT OPENBAAR", "OPENBAAR"),
    }
)
