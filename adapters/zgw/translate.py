"""From canonical payloads to the bodies of ZGW calls.

Pure: no clock, no network, no settings. Types come in as URLs that the catalogue gave. The lengths
are those of Zaken 1.5 and Documenten 1.4; the canonical messages keep within them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Final
from zoneinfo import ZoneInfo

from adapters.zgw.betrokkenen import Body, filled, identificatie
from schemas.betrokkene import Betrokkene
from schemas.zaak import (
    ZaakBesluitBijgewerkt,
    ZaakBesluitVastgesteld,
    ZaakBijgewerkt,
    ZaakGestart,
)
from schemas.zaakdelen import Betaling, Gebruiksrecht
from schemas.zaakdocument import ZaakDocumentBijgewerkt, ZaakDocumentToegevoegd

BRON: Final = "schakel"
"""Who gave the kenmerk that a case carries."""
CASE_BRON: Final = "schakel-zaak"
"""Bron of a second kenmerk: the core's number of a case that has a number of the zaaksysteem."""

_LONGEST_KENMERK: Final = 40
_HASH_LENGTH: Final = 16
_NOT_SAID: Final = "Niet opgegeven"
"""In place of an empty text where the API wants one."""
_TOWN_HALL: Final = ZoneInfo("Europe/Amsterdam")


def kenmerk(event_id: str) -> str:
    """Return the event's id in at most 40 characters: a longer one ends in a hash of the whole."""
    if len(event_id) <= _LONGEST_KENMERK:
        return event_id
    digest = sha256(event_id.encode()).hexdigest()[:_HASH_LENGTH]
    return f"{event_id[: _LONGEST_KENMERK - _HASH_LENGTH - 1]}-{digest}"


def moment(instant: datetime) -> str:
    """Return the instant in UTC with a Z: a text without offset would be taken for UTC anyhow."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def day_moment(day: date) -> str:
    """Return the begin of a Dutch day, for the fields that want a moment where we have a day."""
    return moment(datetime(day.year, day.month, day.day, tzinfo=_TOWN_HALL))


def zaak_body(
    event_id: str,
    data: ZaakGestart,
    zaaktype: str,
    *,
    hoofdzaak: str | None = None,
    relevante: Sequence[tuple[str, str]] = (),
    own_numbers: bool = False,
) -> Body:
    """The case; `relevante` are URLs of other cases, each with the aard of the relation.

    `own_numbers`: the zaaksysteem may give it another number, so ours goes along as a kenmerk.
    """
    ours = [{"kenmerk": kenmerk(event_id), "bron": BRON}]
    if own_numbers:
        ours.append({"kenmerk": data.zaakidentificatie, "bron": CASE_BRON})
    return filled(
        {
            "identificatie": data.zaakidentificatie,
            "bronorganisatie": data.bronorganisatie,
            "verantwoordelijkeOrganisatie": data.verantwoordelijke_organisatie
            or data.bronorganisatie,
            "zaaktype": zaaktype,
            "startdatum": data.startdatum.isoformat(),
            "registratiedatum": _day(data.registratiedatum),
            "omschrijving": data.omschrijving,
            "toelichting": data.toelichting,
            "vertrouwelijkheidaanduiding": data.vertrouwelijkheidaanduiding,
            "einddatumGepland": _day(data.einddatum_gepland),
            "uiterlijkeEinddatumAfdoening": _day(data.uiterlijke_einddatum_afdoening),
            "hoofdzaak": hoofdzaak,
            "relevanteAndereZaken": [{"url": url, "aardRelatie": aard} for url, aard in relevante]
            or None,
            **_betaling(data.betaling),
            "kenmerken": [*ours, *({"kenmerk": k.kenmerk, "bron": k.bron} for k in data.kenmerken)],
        }
    )


def zaak_changes(data: ZaakBijgewerkt) -> Body:
    """The fields of the case itself that changed; empty when only its parts did."""
    rest, longer, archief = data.opschorting, data.verlenging, data.archivering
    body = {
        "omschrijving": data.omschrijving,
        "toelichting": data.toelichting,
        "einddatumGepland": _day(data.einddatum_gepland),
        "uiterlijkeEinddatumAfdoening": _day(data.uiterlijke_einddatum_afdoening),
        "vertrouwelijkheidaanduiding": data.vertrouwelijkheidaanduiding,
        "opschorting": rest and {"indicatie": rest.indicatie, "reden": rest.reden},
        "verlenging": longer
        and {"reden": longer.reden.strip() or _NOT_SAID, "duur": f"P{longer.duur_in_dagen}D"},
        **_betaling(data.betaling),
    }
    if archief is not None:
        body |= {
            "archiefnominatie": archief.archiefnominatie,
            "archiefactiedatum": _day(archief.archiefactiedatum),
            "archiefstatus": archief.archiefstatus,
        }
    return filled(body)


def rol_body(
    zaak: str, roltype: str, betrokkene: Betrokkene, toelichting: str = "Initiator"
) -> Body:
    return {
        "zaak": zaak,
        "betrokkeneType": betrokkene.soort,
        "roltype": roltype,
        "roltoelichting": toelichting,
        "betrokkeneIdentificatie": identificatie(betrokkene),
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
    return filled(
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
            "status": data.status or "definitief",
            "ontvangstdatum": _day(data.ontvangstdatum),
            "verzenddatum": _day(data.verzenddatum),
            # With terms it becomes true by the gebruiksrecht that follows; it may not be before.
            "indicatieGebruiksrecht": False if data.gebruiksrecht is None else None,
        }
    )


def large_document_body(data: ZaakDocumentToegevoegd, informatieobjecttype: str, size: int) -> Body:
    """The document without its content, of which `size` bytes follow in bestandsdelen."""
    body = document_body(data, informatieobjecttype)
    return {**body, "bestandsomvang": size, "inhoud": None}


def document_changes(data: ZaakDocumentBijgewerkt, size: int | None) -> Body:
    """The new version, without the lock. `size`: of content that follows in bestandsdelen."""
    body = filled(
        {
            "titel": data.titel,
            "bestandsnaam": data.bestandsnaam,
            "formaat": data.formaat,
            "auteur": data.auteur,
            "vertrouwelijkheidaanduiding": data.vertrouwelijkheidaanduiding,
            "beschrijving": data.beschrijving,
            "status": data.status,
            "inhoud": data.inhoud,
            "bestandsomvang": data.content_size,
        }
    )
    return body if size is None else {**body, "bestandsomvang": size, "inhoud": None}


def gebruiksrecht_body(informatieobject: str, recht: Gebruiksrecht) -> Body:
    return filled(
        {
            "informatieobject": informatieobject,
            "startdatum": day_moment(recht.startdatum),
            "einddatum": recht.einddatum and day_moment(recht.einddatum),
            "omschrijvingVoorwaarden": recht.omschrijving_voorwaarden.strip() or _NOT_SAID,
        }
    )


def koppeling_body(zaak: str, informatieobject: str, titel: str) -> Body:
    return {"zaak": zaak, "informatieobject": informatieobject, "titel": titel}


def besluit_body(zaak: str, besluittype: str, data: ZaakBesluitVastgesteld) -> Body:
    return filled(
        {
            "identificatie": data.besluitidentificatie,
            "verantwoordelijkeOrganisatie": data.verantwoordelijke_organisatie
            or data.bronorganisatie,
            "besluittype": besluittype,
            "zaak": zaak,
            "datum": data.datum.isoformat(),
            "ingangsdatum": data.ingangsdatum.isoformat(),
            "vervaldatum": _day(data.vervaldatum),
            "toelichting": data.toelichting,
        }
    )


def besluit_changes(data: ZaakBesluitBijgewerkt) -> Body:
    return filled(
        {
            "ingangsdatum": _day(data.ingangsdatum),
            "vervaldatum": _day(data.vervaldatum),
            "vervalreden": data.vervalreden,
            "toelichting": data.toelichting,
        }
    )


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _betaling(betaling: Betaling | None) -> Body:
    if betaling is None:
        return {}
    day = betaling.laatste_betaaldatum
    return {
        "betalingsindicatie": betaling.indicatie,
        "laatsteBetaaldatum": None if day is None else day_moment(day),
    }
