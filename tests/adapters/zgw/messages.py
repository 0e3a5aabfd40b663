"""Messages about one invented case, and an adapter that talks to a simulator."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import Any, Final

from adapters._kit import HttpSettings
from adapters.contract import Clock
from adapters.zgw import ZgwAdapter, ZgwSettings
from schemas import Message, parse_message
from simulators.zgw.seed import DEMO_CLIENT, DEMO_SECRET, DOMEIN, RSIN
from tests.conformance.documents import MemoryContent, MemoryDocuments

ZAAK: Final = "0344-2026-000001"
START: Final = datetime.fromisoformat("2026-11-02T09:00:00+01:00")
BSN: Final = "999993653"
OTHER_BSN: Final = "999990019"
SECRETS: Final = (BSN, OTHER_BSN, "Verhuisman", "Invoorbeeld")
CONTENT: Final = base64.b64encode(b"%PDF-1.4 aangifte").decode()
NEW_CONTENT: Final = base64.b64encode(b"%PDF-1.4 aangifte, verbeterd").decode()
LARGE: Final = MemoryContent(b"%PDF-1.7 bouwtekening " * 125, piece=700)
"""Goes beside the message: 2,750 bytes, in three parts of the simulator that the tests use."""
LARGER: Final = MemoryContent(b"%PDF-1.7 bouwtekening, herzien " * 70, piece=700)
"""Its next version, in three parts."""
DOCUMENTS: Final = MemoryDocuments(LARGE, LARGER)
PART_SIZE: Final = 1_000

INITIATORS: Final[dict[str, dict[str, Any]]] = {
    "natuurlijk_persoon": {
        "soort": "natuurlijk_persoon",
        "bsn": BSN,
        "voornamen": "Invoorbeeld",
        "voorvoegselGeslachtsnaam": "van",
        "geslachtsnaam": "Verhuisman",
        "geboortedatum": "1980-02-29",
    },
    "niet_natuurlijk_persoon": {
        "soort": "niet_natuurlijk_persoon",
        "rsin": "002564440",
        "kvkNummer": "90000001",
        "naam": "Stichting Proefverhuizing",
    },
    "vestiging": {
        "soort": "vestiging",
        "vestigingsnummer": "000012345678",
        "kvkNummer": "90000001",
        "handelsnaam": "Proefverhuizers",
    },
}

_GESTART: Final[dict[str, Any]] = {
    "zaaktype": {"identificatie": "B0237"},
    "startdatum": "2026-11-02",
    "registratiedatum": "2026-11-02",
    "omschrijving": "Verhuizing van het gezin Proef",
    "toelichting": "Aan de balie opgenomen",
    "vertrouwelijkheidaanduiding": "zaakvertrouwelijk",
    "initiator": INITIATORS["natuurlijk_persoon"],
    "eigenschappen": [
        {"naam": "verhuisdatum", "waarde": "20261201"},
        {"naam": "aantal_personen", "waarde": "3"},
    ],
    "status": {"statustype": "Ontvangen", "toelichting": "Aan de balie"},
}
_DOCUMENT: Final[dict[str, Any]] = {
    "documentidentificatie": "DOC-2026-0001",
    "titel": "Aangifte van verhuizing",
    "informatieobjecttype": "Aangifte",
    "bestandsnaam": "aangifte.pdf",
    "formaat": "application/pdf",
    "inhoud": CONTENT,
    "creatiedatum": "2026-11-02",
    "auteur": "Balie",
}
_DATA: Final[dict[str, dict[str, Any]]] = {
    "gestart": _GESTART,
    "status-gezet": {
        "statustype": "In behandeling",
        "datumStatusGezet": "2026-11-02T10:15:00+01:00",
        "toelichting": "Opgepakt",
    },
    "document-toegevoegd": _DOCUMENT,
    "bijgewerkt": {"omschrijving": "Verhuizing met vier personen", "toelichting": "Aangevuld"},
    "afgesloten": {
        "resultaattype": "Verwerkt",
        "datumAfgesloten": "2026-11-03T16:00:00+01:00",
        "resultaattoelichting": "In de BRP verwerkt",
        "statustoelichting": "Klaar",
    },
    "besluit-vastgesteld": {
        "besluitidentificatie": "BSL-2026-0001",
        "besluittype": "Besluit op aanvraag",
        "datum": "2026-11-03",
        "ingangsdatum": "2026-11-04",
        "toelichting": "Akkoord",
        "documentidentificaties": ["DOC-2026-0001"],
    },
    "besluit-bijgewerkt": {
        "besluitidentificatie": "BSL-2026-0001",
        "vervaldatum": "2027-11-04",
        "vervalreden": "tijdelijk",
    },
    "document-bijgewerkt": {
        "documentidentificatie": "DOC-2026-0001",
        "titel": "Aangifte van verhuizing, verbeterd",
        "inhoud": NEW_CONTENT,
    },
    "document-ontkoppeld": {"documentidentificatie": "DOC-2026-0001", "reden": "Hoort elders"},
    "heropend": {
        "statustype": "In behandeling",
        "datumStatusGezet": "2026-11-05T09:00:00+01:00",
        "toelichting": "Bezwaar",
    },
}


def message(
    name: str, *, zaak: str = ZAAK, event: str = "", dataref: str | None = None, **changes: Any
) -> Message:
    """Return a message of the type that ends in `name`, with some fields of data changed."""
    data = {"zaakidentificatie": zaak, "bronorganisatie": RSIN, **_DATA[name], **changes}
    moment = START + timedelta(minutes=list(_DATA).index(name))
    return parse_message(
        {
            "specversion": "1.0",
            "id": event or f"{zaak}-{name}",
            "source": "urn:nld:oin:00000001002220647000:systeem:burgerzaken",
            "type": f"nl.burgerzaken.zaak.{name}",
            "subject": zaak,
            "time": moment.isoformat(),
            "tenant": "0344",
            "dataref": dataref,
            "data": {key: value for key, value in data.items() if value is not None},
        }
    )


STORY: Final = tuple(
    message(name)
    for name in ("gestart", "status-gezet", "document-toegevoegd", "bijgewerkt", "afgesloten")
)


def large_document(
    content: MemoryContent = LARGE, *, number: str = "DOC-2026-0002", event: str = "tekening"
) -> Message:
    """A document of which the content is beside the message."""
    return message(
        "document-toegevoegd",
        event=event,
        dataref=content.ref,
        inhoud=None,
        documentidentificatie=number,
        titel="Tekening van de uitbouw",
    )


def large_version(
    content: MemoryContent = LARGER, *, number: str = "DOC-2026-0002", event: str = "tekening-2"
) -> Message:
    """A new version of that document."""
    return message(
        "document-bijgewerkt",
        event=event,
        dataref=content.ref,
        inhoud=None,
        documentidentificatie=number,
        titel="Tekening van de uitbouw, herzien",
    )


PROPERTY: Final[dict[str, Any]] = {"naam": "aantal_personen", "waarde": "3"}
FAMILY: Final[tuple[dict[str, Any], ...]] = (
    {
        "rolsoort": "belanghebbende",
        "toelichting": "Partner",
        "betrokkene": {"soort": "natuurlijk_persoon", "bsn": OTHER_BSN, "geslachtsnaam": "Proef"},
    },
    {
        "rolsoort": "behandelaar",
        "betrokkene": {"soort": "medewerker", "identificatie": "m.tester", "naam": "Tester"},
    },
    {
        "rolsoort": "zaakcoordinator",
        "betrokkene": {
            "soort": "organisatorische_eenheid",
            "identificatie": "BURGZ",
            "naam": "Burgerzaken",
        },
    },
    {
        "rolsoort": "mede_initiator",
        "roltype": "Gemachtigde",
        "betrokkene": {"soort": "vestiging", "vestigingsnummer": "000012345678"},
    },
)
OBJECTS: Final[tuple[dict[str, Any], ...]] = (
    {
        "soort": "adres",
        "relatieomschrijving": "Nieuw adres",
        "adres": {
            "bagIdentificatie": "0344200000000001",
            "postcode": "3511AA",
            "huisnummer": 12,
            "huisletter": "B",
            "straatnaam": "Proefstraat",
            "woonplaats": "Utrecht",
        },
    },
    {"soort": "natuurlijk_persoon", "persoon": {"soort": "natuurlijk_persoon", "bsn": OTHER_BSN}},
    {"soort": "overige", "objecttype": "graf", "kenmerken": {"vak": "C", "nummer": "12"}},
)
WHOLE: Final[dict[str, Any]] = {
    "rollen": list(FAMILY),
    "objecten": list(OBJECTS),
    "kenmerken": [{"kenmerk": "A-1", "bron": "balie"}],
    "einddatumGepland": "2026-12-01",
    "uiterlijkeEinddatumAfdoening": "2026-12-31",
    "betaling": {"indicatie": "geheel", "laatsteBetaaldatum": "2026-11-01"},
}
"""What a case may have besides, as changes of a `gestart`."""

CHANGES: Final[dict[str, Any]] = {
    "correctie": True,
    "opschorting": {"indicatie": True, "reden": "Wacht op stukken"},
    "verlenging": {"reden": "Drukte", "duurInDagen": 14},
    "betaling": {"indicatie": "gedeeltelijk", "laatsteBetaaldatum": "2026-11-01"},
    "archivering": {
        "archiefnominatie": "vernietigen",
        "archiefactiedatum": "2031-11-03",
        "archiefstatus": "nog_te_archiveren",
    },
    "eigenschappen": [{"naam": "aantal_personen", "waarde": "4"}],
    "rollenVerwijderd": [{"rolsoort": "behandelaar", "betrokkene": FAMILY[1]["betrokkene"]}],
    "rollenToegevoegd": [
        {
            "rolsoort": "behandelaar",
            "betrokkene": {"soort": "medewerker", "identificatie": "m.ander", "naam": "Ander"},
        }
    ],
    "objectenToegevoegd": [
        {"soort": "overige", "objecttype": "kenteken", "kenmerken": {"teken": "XX-00-XX"}}
    ],
}
"""Everything that a case of `WHOLE` may have changed, as changes of a `bijgewerkt`."""


def settings(base_url: str, *, right: bool = True, **changes: Any) -> ZgwSettings:
    return ZgwSettings.model_validate(
        {
            "zaken": {"root": f"{base_url}/zaken/api/v1"},
            "catalogi": {"root": f"{base_url}/catalogi/api/v1"},
            "documenten": {"root": f"{base_url}/documenten/api/v1"},
            "besluiten": {"root": f"{base_url}/besluiten/api/v1"},
            "client_id": DEMO_CLIENT,
            "secret": DEMO_SECRET if right else "een heel ander geheim, ook lang genoeg",
            "catalogus": {"domein": DOMEIN, "rsin": RSIN},
            "http": HttpSettings(connect_timeout=2.0, read_timeout=0.5, call_timeout=1.0),
            **changes,
        }
    )


def adapter(base_url: str, clock: Clock, right: bool = True) -> ZgwAdapter:  # noqa: FBT001, FBT002 - the contract suite's signature
    return ZgwAdapter(settings(base_url, right=right), clock=clock)


TERMS: Final[dict[str, Any]] = {"startdatum": "2026-11-02", "omschrijvingVoorwaarden": "Intern"}

FULL_STORY: Final = (
    message("gestart", rollen=FAMILY[:1], objecten=OBJECTS[2:], eigenschappen=[PROPERTY]),
    message("status-gezet"),
    message("document-toegevoegd", gebruiksrecht=TERMS),
    message("document-bijgewerkt"),
    message(
        "bijgewerkt",
        toelichting=None,
        verlenging=CHANGES["verlenging"],
        eigenschappen=CHANGES["eigenschappen"],
        rollenVerwijderd=[{"rolsoort": "belanghebbende", "betrokkene": FAMILY[0]["betrokkene"]}],
        rollenToegevoegd=FAMILY[1:2],
        objectenToegevoegd=CHANGES["objectenToegevoegd"],
    ),
    message("besluit-vastgesteld"),
    message("besluit-bijgewerkt"),
    large_document(),
    large_version(),
    message("document-ontkoppeld"),
    message("afgesloten"),
    message("heropend"),
)
"""Every type that the adapter handles, with every kind of step, in an order that can be."""
