"""Hypothesis strategies: any payload about a case that the core may publish, and its message.

Texts reach the length that the schema allows, and hold what users type. A case number has at
least five characters: shorter ones StUF cannot say.
"""

from __future__ import annotations

import base64
import string
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any, Final, TypeVar

from hypothesis import strategies as st

from schemas import Message, Payload
from schemas.betrokkene import (
    Medewerker,
    NatuurlijkPersoon,
    Organisatie,
    OrganisatorischeEenheid,
    Vestiging,
)
from schemas.fields import Vertrouwelijkheidaanduiding
from schemas.identifiers import Bsn, KvkNummer, Rsin, Vestigingsnummer, Zaakidentificatie
from schemas.messagetypes import MESSAGE_TYPES
from schemas.payload import CanonicalModel
from schemas.postroom import ZaakOverdrachtBeantwoord
from schemas.zaak import (
    Catalogus,
    EersteStatus,
    Eigenschap,
    ZaakAfgesloten,
    ZaakBesluitBijgewerkt,
    ZaakBesluitVastgesteld,
    ZaakBijgewerkt,
    ZaakGestart,
    ZaakHeropend,
    ZaakStatusGezet,
    Zaaktype,
)
from schemas.zaakdelen import (
    Adres,
    AdresObject,
    Archivering,
    Betaling,
    Documentstatus,
    Gebruiksrecht,
    Kenmerk,
    Opschorting,
    OverigObject,
    PersoonObject,
    RelevanteZaak,
    Rol,
    Rolsoort,
    Verlenging,
    ZaakVerwijzing,
)
from schemas.zaakdocument import (
    ZaakDocumentBijgewerkt,
    ZaakDocumentOntkoppeld,
    ZaakDocumentToegevoegd,
)

_Model = TypeVar("_Model", bound=CanonicalModel)

_LETTERS: Final = string.ascii_letters + string.digits
_TYPED: Final = _LETTERS + " .,;:!?-_'\"&<>()[]/\\@#%éèëïöüçÀŁſ€–’“中😀\u00a0\u0301"
_FILE: Final = _LETTERS + " -_.()éë"

BSNS: Final = ("999993653", "999990019", "999992223", "999991772", "999992132")
RSINS: Final = ("002220647", "002564440", "001479179")
TENANT: Final = "0344"
SOURCE: Final = "urn:nld:oin:00000001002220647000:systeem:proef"


def line(most: int) -> st.SearchStrategy[str]:
    """One line of at most `most` characters, with at least one that is visible."""
    inner = st.text(_TYPED, max_size=most - 1)
    return st.one_of(
        st.builds("{}{}".format, st.sampled_from(_LETTERS), inner), st.just("x" * most)
    )


def free_text(most: int) -> st.SearchStrategy[str]:
    """Text over several lines, possibly empty."""
    return st.one_of(st.just(""), st.text(_TYPED + "\n\t", max_size=min(most, 60)), line(most))


def a(model: type[_Model], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[_Model]:
    """A model of these fields; `st.builds` would invent those that have a default."""
    return st.fixed_dictionaries(fields).map(lambda values: model(**values))


days: Final = st.dates(date(1950, 1, 1), date(2090, 12, 31))
moments: Final = st.builds(
    lambda moment, hours: moment.replace(tzinfo=timezone(timedelta(hours=hours))),
    st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1)),  # noqa: DTZ001 - the zone is drawn apart
    st.integers(-11, 12),
)
zaaknummers: Final = st.one_of(
    st.text(_LETTERS + "-_.", min_size=4, max_size=39).map(
        lambda tail: Zaakidentificatie("Z" + tail)
    ),
    st.just(Zaakidentificatie("Z" * 40)),
)
documentnummers: Final = st.text(_LETTERS + "-_.", max_size=39).map(lambda tail: "D" + tail)
rsins: Final = st.sampled_from([Rsin(one) for one in RSINS])
levels: Final = st.sampled_from(Vertrouwelijkheidaanduiding)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), strategy)


def many(strategy: st.SearchStrategy[Any], *, least: int = 0) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, min_size=least, max_size=least + 2).map(tuple)


personen: Final = a(
    NatuurlijkPersoon,
    bsn=st.sampled_from([Bsn(one) for one in BSNS]),
    voornamen=maybe(line(200)),
    voorvoegsel_geslachtsnaam=maybe(line(10)),
    geslachtsnaam=maybe(line(200)),
    geboortedatum=maybe(days),
)
_KVK: Final = st.just(KvkNummer("90000021"))

betrokkenen: Final = st.one_of(
    personen,
    a(Organisatie, rsin=rsins, kvk_nummer=maybe(_KVK), naam=maybe(line(500))),
    a(Organisatie, rsin=st.none(), kvk_nummer=_KVK, naam=maybe(line(500))),
    a(
        Vestiging,
        vestigingsnummer=st.just(Vestigingsnummer("000090000021")),
        kvk_nummer=maybe(_KVK),
        handelsnaam=maybe(line(625)),
    ),
    a(Medewerker, identificatie=line(24), naam=maybe(line(200))),
    a(OrganisatorischeEenheid, identificatie=line(24), naam=maybe(line(50))),
)  # fmt: skip
adressen: Final = a(
    Adres,
    bag_identificatie=maybe(st.text("0123456789", min_size=16, max_size=16)),
    postcode=maybe(st.sampled_from(["1234AB", "9999ZZ"])),
    huisnummer=st.integers(1, 99_999),
    huisletter=maybe(st.sampled_from("aZ")),
    huisnummertoevoeging=maybe(st.text(_LETTERS, min_size=1, max_size=4)),
    straatnaam=maybe(line(80)),
    woonplaats=line(80),
)
objecten: Final = st.one_of(
    a(AdresObject, relatieomschrijving=maybe(line(80)), adres=adressen),
    a(PersoonObject, relatieomschrijving=maybe(line(80)), persoon=personen),
    a(
        OverigObject,
        relatieomschrijving=maybe(line(80)),
        objecttype=line(100),
        kenmerken=st.dictionaries(line(20), line(200), min_size=1, max_size=3),
    ),
)
bijrollen: Final = st.sampled_from([one for one in Rolsoort if one is not Rolsoort.INITIATOR])


def rollen(soorten: st.SearchStrategy[Rolsoort] = bijrollen) -> st.SearchStrategy[Rol]:
    return a(
        Rol,
        rolsoort=soorten,
        roltype=maybe(line(80)),
        toelichting=maybe(line(200)),
        betrokkene=betrokkenen,
    )


eigenschappen: Final = st.lists(
    a(Eigenschap, naam=line(20), waarde=line(1000)),
    max_size=3,
    unique_by=lambda one: one.naam,
).map(tuple)
betalingen: Final = a(
    Betaling,
    indicatie=st.sampled_from(["nvt", "nog_niet", "gedeeltelijk", "geheel"]),
    laatste_betaaldatum=maybe(days),
)

_KEYS: Final = {"zaakidentificatie": zaaknummers, "bronorganisatie": rsins}

gestart: Final = a(
    ZaakGestart,
    **_KEYS,
    zaaktype=a(
        Zaaktype,
        identificatie=st.text(_LETTERS, min_size=1, max_size=10),
        catalogus=maybe(a(Catalogus, domein=st.just("BZ"), rsin=rsins)),
    ),
    startdatum=days,
    registratiedatum=maybe(days),
    omschrijving=line(80),
    toelichting=free_text(1000),
    verantwoordelijke_organisatie=maybe(rsins),
    vertrouwelijkheidaanduiding=maybe(levels),
    einddatum_gepland=maybe(days),
    uiterlijke_einddatum_afdoening=maybe(days),
    kenmerken=many(a(Kenmerk, kenmerk=line(40), bron=line(40))),
    initiator=maybe(betrokkenen),
    rollen=many(rollen()),
    objecten=many(objecten),
    eigenschappen=eigenschappen,
    hoofdzaak=maybe(a(ZaakVerwijzing, zaakidentificatie=zaaknummers)),
    relevante_zaken=many(
        a(
            RelevanteZaak,
            zaakidentificatie=zaaknummers,
            aard=st.sampled_from(["vervolg", "onderwerp", "bijdrage"]),
        )
    ),
    betaling=maybe(betalingen),
    status=maybe(a(EersteStatus, statustype=line(80), toelichting=free_text(1000))),
)
bijgewerkt: Final = a(
    ZaakBijgewerkt,
    **_KEYS,
    correctie=maybe(st.booleans()),
    omschrijving=line(80),
    toelichting=maybe(free_text(1000)),
    einddatum_gepland=maybe(days),
    uiterlijke_einddatum_afdoening=maybe(days),
    vertrouwelijkheidaanduiding=maybe(levels),
    opschorting=maybe(a(Opschorting, indicatie=st.booleans(), reden=free_text(200))),
    verlenging=maybe(a(Verlenging, reden=free_text(200), duur_in_dagen=st.integers(1, 999))),
    betaling=maybe(betalingen),
    archivering=maybe(
        a(
            Archivering,
            archiefnominatie=maybe(st.sampled_from(["blijvend_bewaren", "vernietigen"])),
            archiefactiedatum=maybe(days),
            archiefstatus=maybe(st.sampled_from(["nog_te_archiveren", "overgedragen"])),
        )
    ),
    eigenschappen=maybe(eigenschappen.filter(bool)),
    rollen_toegevoegd=maybe(many(rollen(), least=1)),
    rollen_verwijderd=maybe(many(rollen(), least=1)),
    objecten_toegevoegd=maybe(many(objecten, least=1)),
)
_STATUS: Final = {
    "statustype": line(80),
    "datum_status_gezet": moments,
    "toelichting": free_text(1000),
}
status_gezet: Final = a(ZaakStatusGezet, **_KEYS, **_STATUS)
heropend: Final = a(ZaakHeropend, **_KEYS, **_STATUS)
afgesloten: Final = a(
    ZaakAfgesloten,
    **_KEYS,
    resultaattype=line(80),
    datum_afgesloten=moments,
    resultaattoelichting=free_text(1000),
    statustoelichting=free_text(1000),
)

file_names: Final = st.text(_FILE, max_size=60).map(lambda stem: f"b{stem}.pdf")
contents: Final = st.binary(min_size=1, max_size=64).map(lambda raw: base64.b64encode(raw).decode())
media_types: Final = st.sampled_from(["application/pdf", "image/jpeg", "text/plain"])
_DOCUMENT: Final = {**_KEYS, "documentidentificatie": documentnummers}

document_toegevoegd: Final = a(
    ZaakDocumentToegevoegd,
    **_DOCUMENT,
    inhoud=contents,
    titel=line(200),
    informatieobjecttype=line(80),
    bestandsnaam=file_names,
    formaat=media_types,
    creatiedatum=days,
    auteur=line(200),
    taal=st.just("nld"),
    vertrouwelijkheidaanduiding=maybe(levels),
    beschrijving=free_text(1000),
    status=maybe(st.sampled_from(Documentstatus)),
    ontvangstdatum=maybe(days),
    verzenddatum=maybe(days),
    gebruiksrecht=maybe(
        a(
            Gebruiksrecht,
            startdatum=days,
            einddatum=maybe(days),
            omschrijving_voorwaarden=free_text(1000),
        )
    ),
)
document_bijgewerkt: Final = a(
    ZaakDocumentBijgewerkt,
    **_DOCUMENT,
    inhoud=contents,
    titel=maybe(line(200)),
    bestandsnaam=maybe(file_names),
    formaat=maybe(media_types),
    auteur=maybe(line(200)),
    vertrouwelijkheidaanduiding=maybe(levels),
    beschrijving=maybe(free_text(1000)),
    status=maybe(st.sampled_from(Documentstatus)),
)
document_ontkoppeld: Final = a(ZaakDocumentOntkoppeld, **_DOCUMENT, reden=free_text(1000))
besluit_vastgesteld: Final = a(
    ZaakBesluitVastgesteld,
    **_KEYS,
    besluitidentificatie=documentnummers,
    besluittype=line(80),
    verantwoordelijke_organisatie=maybe(rsins),
    datum=days,
    ingangsdatum=days,
    vervaldatum=st.none(),
    toelichting=free_text(1000),
    documentidentificaties=many(documentnummers),
)
besluit_bijgewerkt: Final = a(
    ZaakBesluitBijgewerkt,
    **_KEYS,
    besluitidentificatie=documentnummers,
    verantwoordelijke_organisatie=maybe(rsins),
    ingangsdatum=maybe(days),
    vervaldatum=maybe(days),
    vervalreden=maybe(
        st.sampled_from(["tijdelijk", "ingetrokken_overheid", "ingetrokken_belanghebbende"])
    ),
    toelichting=free_text(1000),
)
overdracht_beantwoord: Final = a(
    ZaakOverdrachtBeantwoord,
    zaakidentificatie=zaaknummers.map(str),
    kenmerk=st.uuids().map(str),
    geaccepteerd=st.booleans(),
    toelichting=free_text(1000),
)

PAYLOADS: Final[Mapping[str, st.SearchStrategy[Any]]] = MappingProxyType(
    {
        "nl.burgerzaken.zaak.gestart": gestart,
        "nl.burgerzaken.zaak.bijgewerkt": bijgewerkt,
        "nl.burgerzaken.zaak.status-gezet": status_gezet,
        "nl.burgerzaken.zaak.heropend": heropend,
        "nl.burgerzaken.zaak.afgesloten": afgesloten,
        "nl.burgerzaken.zaak.document-toegevoegd": document_toegevoegd,
        "nl.burgerzaken.zaak.document-bijgewerkt": document_bijgewerkt,
        "nl.burgerzaken.zaak.document-ontkoppeld": document_ontkoppeld,
        "nl.burgerzaken.zaak.besluit-vastgesteld": besluit_vastgesteld,
        "nl.burgerzaken.zaak.besluit-bijgewerkt": besluit_bijgewerkt,
        "nl.burgerzaken.zaak.overdracht-beantwoord": overdracht_beantwoord,
    }
)
"""By message type: everything that the core tells a zaaksysteem."""


def message_with(message_type: str, payload: Any, *, event_id: str = "proef-1") -> Message:
    """Return a message around a payload."""
    assert isinstance(payload, Payload)
    return Message(
        specversion="1.0",
        id=event_id,
        source=SOURCE,
        type=message_type,
        subject=str(getattr(payload, "zaakidentificatie", "")) or None,
        time=datetime(2026, 11, 23, 9, 15, tzinfo=UTC),
        dataschema=MESSAGE_TYPES[message_type].dataschema,
        tenant=TENANT,
        data=payload,
    )


def messages(message_type: str) -> st.SearchStrategy[Message]:
    """Any message of a type."""
    return st.builds(
        lambda payload, event_id: message_with(message_type, payload, event_id=event_id),
        PAYLOADS[message_type],
        line(255),
    )
