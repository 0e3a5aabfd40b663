"""Messages about one invented case, and an adapter that talks to a simulator."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import Any, Final

from adapters._kit import HttpSettings
from adapters.contract import Clock
from adapters.stuf_zds import StufZdsAdapter, StufZdsSettings
from schemas import Message, parse_message
from simulators.stuf_zds import StufZdsSimulator
from simulators.stuf_zds.habits import STANDAARD, Habits
from simulators.stuf_zds.security import Credentials, Security
from tests.conformance.documents import MemoryContent, MemoryDocuments

ZAAK: Final = "0344-2026-000001"
RSIN: Final = "002220647"
START: Final = datetime.fromisoformat("2026-11-02T09:00:00+01:00")
BSN: Final = "999993653"
OTHER_BSN: Final = "999990019"
SECRETS: Final = (BSN, OTHER_BSN, "Verhuisman", "Invoorbeeld")
CONTENT: Final = base64.b64encode(b"%PDF-1.4 aangifte").decode()
NEW_CONTENT: Final = base64.b64encode(b"%PDF-1.4 aangifte, verbeterd").decode()
LARGE: Final = MemoryContent(b"%PDF-1.7 bouwtekening " * 125, piece=700)
LARGER: Final = MemoryContent(b"%PDF-1.7 bouwtekening, herzien " * 100, piece=1000)
DOCUMENTS: Final = MemoryDocuments(LARGE, LARGER)

PERSOON: Final[dict[str, Any]] = {
    "soort": "natuurlijk_persoon",
    "bsn": BSN,
    "voornamen": "Invoorbeeld",
    "voorvoegselGeslachtsnaam": "van",
    "geslachtsnaam": "Verhuisman",
    "geboortedatum": "1980-02-29",
}
PARTNER: Final[dict[str, Any]] = {
    "rolsoort": "belanghebbende",
    "toelichting": "Partner",
    "betrokkene": {"soort": "natuurlijk_persoon", "bsn": OTHER_BSN, "geslachtsnaam": "Verhuisman"},
}
BEHANDELAAR: Final[dict[str, Any]] = {
    "rolsoort": "behandelaar",
    "roltype": "Balie",
    "betrokkene": {"soort": "medewerker", "identificatie": "m.tester", "naam": "Tester"},
}
OBJECTEN: Final[tuple[dict[str, Any], ...]] = (
    {
        "soort": "adres",
        "relatieomschrijving": "nieuw adres",
        "adres": {
            "bagIdentificatie": "0344200000012345",
            "postcode": "3511AB",
            "huisnummer": 12,
            "huisletter": "a",
            "straatnaam": "Proefstraat",
            "woonplaats": "Utrecht",
        },
    },
    {"soort": "overige", "objecttype": "parkeervergunning", "kenmerken": {"kenteken": "XX-99-XX"}},
)

_DATA: Final[dict[str, dict[str, Any]]] = {
    "gestart": {
        "zaaktype": {"identificatie": "B0237"},
        "startdatum": "2026-11-02",
        "registratiedatum": "2026-11-02",
        "omschrijving": "Verhuizing van het gezin Proef",
        "toelichting": "Aan de balie opgenomen",
        "einddatumGepland": "2026-11-20",
        "kenmerken": [{"kenmerk": "FORM-77", "bron": "formulieren"}],
        "initiator": PERSOON,
        "rollen": [PARTNER],
        "objecten": list(OBJECTEN),
        "eigenschappen": [{"naam": "verhuisdatum", "waarde": "20261201"}],
        "betaling": {"indicatie": "geheel", "laatsteBetaaldatum": "2026-11-02"},
        "status": {"statustype": "Ontvangen", "toelichting": "Aan de balie"},
    },
    "status-gezet": {
        "statustype": "In behandeling",
        "datumStatusGezet": "2026-11-02T10:15:00+01:00",
        "toelichting": "Opgepakt",
    },
    "document-toegevoegd": {
        "documentidentificatie": "DOC-2026-0001",
        "titel": "Aangifte van verhuizing",
        "informatieobjecttype": "Aangifte",
        "bestandsnaam": "aangifte.pdf",
        "formaat": "application/pdf",
        "inhoud": CONTENT,
        "creatiedatum": "2026-11-02",
        "auteur": "Balie",
        "beschrijving": "Ondertekend",
    },
    "bijgewerkt": {
        "omschrijving": "Verhuizing met vier personen",
        "toelichting": "Aangevuld",
        "opschorting": {"indicatie": True, "reden": "Wacht op akte"},
        "verlenging": {"reden": "Drukte", "duurInDagen": 14},
        "rollenToegevoegd": [BEHANDELAAR],
        "rollenVerwijderd": [PARTNER],
    },
    "document-bijgewerkt": {
        "documentidentificatie": "DOC-2026-0001",
        "titel": "Aangifte van verhuizing, verbeterd",
        "bestandsnaam": "aangifte-2.pdf",
        "inhoud": NEW_CONTENT,
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
    "document-ontkoppeld": {"documentidentificatie": "DOC-2026-0001", "reden": "Hoort elders"},
    "afgesloten": {
        "resultaattype": "Verwerkt",
        "datumAfgesloten": "2026-11-03T16:00:00+01:00",
        "resultaattoelichting": "In de BRP verwerkt",
        "statustoelichting": "Klaar",
    },
    "heropend": {
        "statustype": "Heropend",
        "datumStatusGezet": "2026-11-05T09:00:00+01:00",
        "toelichting": "Bezwaar",
    },
}
_TRANSFER: Final[dict[str, Any]] = {
    "kenmerk": "ref-77",
    "geaccepteerd": True,
    "toelichting": "Wij nemen het over",
}


def message(
    name: str, *, zaak: str = ZAAK, event: str = "", dataref: str | None = None, **changes: Any
) -> Message:
    """Return a message of the type that ends in `name`, with some fields of data changed."""
    own = {"zaakidentificatie": zaak, "bronorganisatie": RSIN, **_DATA[name], **changes}
    return _message(name, own, event=event, dataref=dataref)


def transfer_answered(*, zaak: str = ZAAK, **changes: Any) -> Message:
    data = {"zaakidentificatie": zaak, **_TRANSFER, **changes}
    return _message("overdracht-beantwoord", data)


def _message(
    name: str, data: dict[str, Any], *, event: str = "", dataref: str | None = None
) -> Message:
    zaak = data["zaakidentificatie"]
    minutes = list(_DATA).index(name) if name in _DATA else len(_DATA)
    return parse_message(
        {
            "specversion": "1.0",
            "id": event or f"{zaak}-{name}",
            "source": "urn:nld:oin:00000001002220647000:systeem:burgerzaken",
            "type": f"nl.burgerzaken.zaak.{name}",
            "subject": zaak,
            "time": (START + timedelta(minutes=minutes)).isoformat(),
            "tenant": "0344",
            "dataref": dataref,
            "data": {key: value for key, value in data.items() if value is not None},
        }
    )


def large_document(content: MemoryContent = LARGE, *, event: str = "tekening") -> Message:
    """A document of which the content is beside the message."""
    return message(
        "document-toegevoegd",
        event=event,
        dataref=content.ref,
        inhoud=None,
        documentidentificatie="DOC-2026-0002",
        titel="Tekening van de uitbouw",
    )


def large_version(content: MemoryContent = LARGER, *, event: str = "tekening-2") -> Message:
    """A new version of that document."""
    return message(
        "document-bijgewerkt",
        event=event,
        dataref=content.ref,
        inhoud=None,
        documentidentificatie="DOC-2026-0002",
        titel="Tekening van de uitbouw, herzien",
    )


OLDER_TYPES: Final = (
    "gestart",
    "status-gezet",
    "document-toegevoegd",
    "bijgewerkt",
    "document-bijgewerkt",
    "besluit-vastgesteld",
    "afgesloten",
    "heropend",
)
"""What StUF-ZDS 1.1 can say."""

STORY_11: Final = (*(message(name) for name in OLDER_TYPES), large_document(), large_version())
STORY_12: Final = (
    *(message(name) for name in _DATA),
    large_document(),
    large_version(),
)


def simulator(habits: Habits = STANDAARD) -> StufZdsSimulator:
    """A zaaksysteem that asks for user and password."""
    return StufZdsSimulator(
        habits=habits, security=Security(basic=Credentials(name="schakel", secret="geheim"))
    )


def settings_for(base_url: str, *, right: bool = True, **changes: Any) -> StufZdsSettings:
    """Settings with time-outs of well under a second."""
    given: dict[str, Any] = {
        "ontvang_asynchroon_url": f"{base_url}/OntvangAsynchroon",
        "beantwoord_vraag_url": f"{base_url}/BeantwoordVraag",
        "vrije_berichten_url": f"{base_url}/VrijeBerichten",
        "zender": {"applicatie": "SCHAKEL", "organisatie": "0344"},
        "ontvanger": {"applicatie": "ZAAKSYSTEEM", "organisatie": "0344"},
        "user": "schakel",
        "password": "geheim" if right else "anders",
        "document_timeout": 0.6,
        "http": HttpSettings(
            connect_timeout=0.4,
            read_timeout=0.4,
            call_timeout=0.6,
            max_answer_bytes=200_000,
            allow_http=True,
        ),
        **changes,
    }
    return StufZdsSettings.model_validate(given)


def adapter(base_url: str, clock: Clock, right: bool = True, **changes: Any) -> StufZdsAdapter:  # noqa: FBT001, FBT002 - as Partner wants it
    return StufZdsAdapter(settings_for(base_url, right=right, **changes), clock=clock)
