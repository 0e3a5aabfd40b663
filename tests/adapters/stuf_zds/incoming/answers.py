"""What a hub with a zaaksysteem behind it answers: an invented case, document and decision."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Final

CONTENT: Final = b"%PDF-1.7 an invented letter"
BSN: Final = "999993653"

STATUS: Final[dict[str, Any]] = {
    "statustype": "In behandeling",
    "volgnummer": 2,
    "datumStatusGezet": "2026-11-20T10:15:00+01:00",
    "toelichting": "De behandelaar is begonnen.",
}
FIRST_STATUS: Final[dict[str, Any]] = {
    "statustype": "Ontvangen",
    "datumStatusGezet": "2026-11-19T09:00:00+01:00",
}
ZAAK: Final[dict[str, Any]] = {
    "zaakidentificatie": "0344-2026-000123",
    "bronorganisatie": "002220647",
    "zaaktype": "B0237",
    "zaaktypeOmschrijving": "Verhuizing",
    "startdatum": "2026-11-19",
    "registratiedatum": "2026-11-19",
    "einddatumGepland": "2026-12-01",
    "uiterlijkeEinddatumAfdoening": "2026-12-31",
    "omschrijving": "Verhuizing naar de Domstraat",
    "toelichting": "Met het hele gezin",
    "resultaat": "Verwerkt",
    "archiefnominatie": "vernietigen",
    "kenmerken": [{"kenmerk": "F-17", "bron": "formulier"}],
    "rollen": [
        {
            "rolsoort": "behandelaar",
            "roltype": "Behandelaar",
            "betrokkene": {"soort": "medewerker", "identificatie": "m17", "naam": "De Wit"},
        },
        {
            "rolsoort": "initiator",
            "betrokkene": {
                "soort": "natuurlijk_persoon",
                "bsn": BSN,
                "voornamen": "Suzanne",
                "geslachtsnaam": "Moulin",
                "geboortedatum": "1985-12",
            },
        },
        {
            "rolsoort": "belanghebbende",
            "betrokkene": {"soort": "vestiging", "vestigingsnummer": "000090000021"},
        },
        {
            "rolsoort": "beslisser",
            "betrokkene": {"soort": "organisatorische_eenheid", "identificatie": "BZ"},
        },
        {
            "rolsoort": "adviseur",
            "betrokkene": {
                "soort": "niet_natuurlijk_persoon",
                "rsin": "002220647",
                "naam": "Gemeente Voorbeeld",
            },
        },
    ],
    "eigenschappen": [{"naam": "aantal", "waarde": "3"}],
    "status": STATUS,
}
DOCUMENT: Final[dict[str, Any]] = {
    "documentidentificatie": "DOC-2026-1",
    "versie": "1",
    "titel": "Brief",
    "informatieobjecttype": "Brief",
    "bestandsnaam": "brief: kopie.pdf",
    "formaat": "application/pdf",
    "creatiedatum": "2026-11-19",
    "auteur": "De Wit",
    "taal": "nld",
    "vertrouwelijkheidaanduiding": "zaakvertrouwelijk",
    "status": "definitief",
}
BESLUIT: Final[dict[str, Any]] = {
    "besluitidentificatie": "B-2026-1",
    "besluittype": "Toekenning",
    "zaakidentificatie": "0344-2026-000123",
    "datum": "2026-11-20",
    "ingangsdatum": "2026-11-21",
    "toelichting": "Voldoet aan alles",
}

ANSWERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "zaak.identificatie": {
        "identificatie": "0344-2026-000124",
        "voorlopig": False,
        "toegekendDoor": "hub",
        "bestemming": None,
    },
    "document.identificatie": {"identificatie": "DOC-2026-2"},
    "besluit.identificatie": {"identificatie": "B-2026-2"},
    "zaak.details": {"gevonden": True, "zaak": ZAAK},
    "zaak.status": {"gevonden": True, "statussen": [STATUS, FIRST_STATUS]},
    "zaak.documenten": {"gevonden": True, "documenten": [DOCUMENT], "meer": False},
    "zaak.besluiten": {"gevonden": True, "besluiten": [BESLUIT]},
    "document.inhoud": {
        "gevonden": True,
        "document": DOCUMENT,
        "inhoud": base64.b64encode(CONTENT).decode(),
        "teGroot": False,
    },
    "besluit.details": {"gevonden": True, "besluit": BESLUIT},
    "zaak.van-persoon": {"zaken": [ZAAK], "meer": False},
}
NOTHING: Final[Mapping[str, Mapping[str, Any]]] = {
    **{
        name: {"gevonden": False}
        for name in ("zaak.details", "zaak.status", "zaak.documenten", "zaak.besluiten")
    },
    "document.inhoud": {"gevonden": False},
    "besluit.details": {"gevonden": False},
    "zaak.van-persoon": {"zaken": []},
}
