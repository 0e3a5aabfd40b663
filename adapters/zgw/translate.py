"""From canonical payloads to the bodies of ZGW calls, and recognising our own in what is there.

Pure: no clock, no network, no settings. Types come in as URLs that the catalogue gave. The lengths
are those of Zaken 1.5 and Documenten 1.4; the canonical messages keep within them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from schemas.betrokkene import NatuurlijkPersoon, Organisatie, Vestiging
from schemas.zaak import ZaakBijgewerkt, ZaakGestart
from schemas.zaakdocument import ZaakDocumentToegevoegd

Body = dict[str, Any]
Found = Mapping[str, Any]

BRON: Final = "schakel"
"""Who gave the kenmerk that a case carries."""

_LONGEST_KENMERK: Final = 40
_HASH_LENGTH: Final = 16


def kenmerk(event_id: str) -> str:
    """Return the event's id in at most 40 characters: a longer one ends in a hash of the whole."""
    if len(event_id) <= _LONGEST_KENMERK:
        return event_id
    digest = sha256(event_id.encode()).hexdigest()[:_HASH_LENGTH]
    return f"{event_id[: _LONGEST_KENMERK - _HASH_LENGTH - 1]}-{digest}"


def moment(instant: datetime) -> str:
    """Return the instant in UTC with a Z: a text without offset would be taken for UTC anyhow."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def zaak_body(event_id: str, data: ZaakGestart, zaaktype: str) -> Body:
    return _filled(
        {
            "identificatie": data.zaakidentificatie,
            "bronorganisatie": data.bronorganisatie,
            "verantwoordelijkeOrganisatie": data.verantwoordelijke_organisatie
            or data.bronorganisatie,
            "zaaktype": zaaktype,
            "startdatum": data.startdatum.isoformat(),
            "registratiedatum": data.registratiedatum and data.registratiedatum.isoformat(),
            "omschrijving": data.omschrijving,
            "toelichting": data.toelichting,
            "vertrouwelijkheidaanduiding": data.vertrouwelijkheidaanduiding,
            "kenmerken": [{"kenmerk": kenmerk(event_id), "bron": BRON}],
        }
    )


def zaak_changes(data: ZaakBijgewerkt) -> Body:
    einddatum, uiterlijk = data.einddatum_gepland, data.uiterlijke_einddatum_afdoening
    return _filled(
        {
            "omschrijving": data.omschrijving,
            "toelichting": data.toelichting,
            "einddatumGepland": einddatum and einddatum.isoformat(),
            "uiterlijkeEinddatumAfdoening": uiterlijk and uiterlijk.isoformat(),
            "vertrouwelijkheidaanduiding": data.vertrouwelijkheidaanduiding,
        }
    )


def rol_body(
    zaak: str, roltype: str, betrokkene: NatuurlijkPersoon | Organisatie | Vestiging
) -> Body:
    return {
        "zaak": zaak,
        "betrokkeneType": betrokkene.soort,
        "roltype": roltype,
        "roltoelichting": "Initiator",
        "betrokkeneIdentificatie": _identificatie(betrokkene),
    }


def status_body(zaak: str, statustype: str, instant: datetime, toelichting: str) -> Body:
    return {
        "zaak": zaak,
        "statustype": statustype,
        "datumStatusGezet": moment(instant),
        "statustoelichting": toelichting,
    }


def eigenschap_body(zaak: str, eigenschap: str, waarde: str) -> Body:
    return {"zaak": zaak, "eigenschap": eigenschap, "waarde": waarde}


def resultaat_body(zaak: str, resultaattype: str, toelichting: str) -> Body:
    return {"zaak": zaak, "resultaattype": resultaattype, "toelichting": toelichting}


def document_body(data: ZaakDocumentToegevoegd, informatieobjecttype: str) -> Body:
    """The document with its content inline.

    `indicatieGebruiksrecht` is given at once: without it the case could never be closed.
    """
    return _filled(
        {
            "identificatie": data.documentidentificatie,
            "bronorganisatie": data.bronorganisatie,
            "informatieobjecttype": informatieobjecttype,
            "creatiedatum": data.creatiedatum.isoformat(),
            "titel": data.titel,
            "auteur": data.auteur,
            "taal": data.taal,
            "formaat": data.formaat,
            "bestandsnaam": data.bestandsnaam,
            "bestandsomvang": data.content_size,
            "inhoud": data.inhoud,
            "beschrijving": data.beschrijving,
            "vertrouwelijkheidaanduiding": data.vertrouwelijkheidaanduiding,
            "status": "definitief",
            "indicatieGebruiksrecht": False,
        }
    )


def large_document_body(data: ZaakDocumentToegevoegd, informatieobjecttype: str, size: int) -> Body:
    """The document without its content, of which `size` bytes follow in bestandsdelen."""
    body = document_body(data, informatieobjecttype)
    return {**body, "bestandsomvang": size, "inhoud": None}


def koppeling_body(zaak: str, informatieobject: str, titel: str) -> Body:
    return {"zaak": zaak, "informatieobject": informatieobject, "titel": titel}


Sameness = Callable[[Found, Found], bool]
"""Whether what is there (second) is what we sent (first), and not somebody else's."""


def same_zaak(sent: Found, there: Found) -> bool:
    kenmerken = there.get("kenmerken")
    return _equal(sent, there, "zaaktype") and (
        isinstance(kenmerken, list) and all(one in kenmerken for one in sent["kenmerken"])
    )


def same_rol(sent: Found, there: Found) -> bool:
    ours, theirs = sent["betrokkeneIdentificatie"], there.get("betrokkeneIdentificatie")
    if not isinstance(theirs, dict):
        return False
    shared = _KEYS.intersection(ours, theirs)  # Zaken before 1.3 knows fewer of them
    return (
        bool(shared)
        and _equal(ours, theirs, *shared)
        and _equal(sent, there, "roltype", "betrokkeneType")
    )


def same_status(sent: Found, there: Found) -> bool:
    return _equal(sent, there, "statustype") and (
        _instant(sent["datumStatusGezet"]) == _instant(there.get("datumStatusGezet"))
    )


def same_eigenschap(sent: Found, there: Found) -> bool:
    return _equal(sent, there, "eigenschap", "waarde")


def same_document(sent: Found, there: Found) -> bool:
    return _equal(sent, there, "titel", "bestandsomvang", "formaat", "informatieobjecttype")


def same_koppeling(sent: Found, there: Found) -> bool:
    return _equal(sent, there, "zaak", "informatieobject")


def same_resultaat(sent: Found, there: Found) -> bool:
    return _equal(sent, there, "resultaattype")


def same_changes(sent: Found, there: Found) -> bool:
    return _equal(sent, there, *sent)


_KEYS: Final = frozenset({"inpBsn", "innNnpId", "kvkNummer", "vestigingsNummer"})


def _identificatie(betrokkene: NatuurlijkPersoon | Organisatie | Vestiging) -> Body:
    match betrokkene:
        case NatuurlijkPersoon():
            geboren = betrokkene.geboortedatum
            return _filled(
                {
                    "inpBsn": betrokkene.bsn.reveal(),
                    "voornamen": betrokkene.voornamen,
                    "voorvoegselGeslachtsnaam": betrokkene.voorvoegsel_geslachtsnaam,
                    "geslachtsnaam": betrokkene.geslachtsnaam,
                    "geboortedatum": geboren and geboren.strftime("%Y%m%d"),
                }
            )
        case Organisatie():
            return _filled(
                {
                    "innNnpId": betrokkene.rsin,
                    "kvkNummer": betrokkene.kvk_nummer,
                    "statutaireNaam": betrokkene.naam,
                }
            )
        case Vestiging():
            naam = betrokkene.handelsnaam
            return _filled(
                {
                    "vestigingsNummer": betrokkene.vestigingsnummer,
                    "kvkNummer": betrokkene.kvk_nummer,
                    "handelsnaam": None if naam is None else [naam],
                }
            )


def _filled(body: Body) -> Body:
    return {name: value for name, value in body.items() if value is not None}


def _equal(sent: Found, there: Found, *names: str) -> bool:
    return all(sent[name] == there.get(name) for name in names)


def _instant(text: object) -> datetime | None:
    try:
        instant = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
