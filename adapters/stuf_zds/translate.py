"""From canonical messages to the bodies of StUF-ZDS, in either profile.

Pure: no clock, no network, no settings. What the zaaksysteem calls things comes in as a Vocabulary,
number and time of a message as its Head.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from adapters._kit.stuf.stuurgegevens import TOWN_HALL
from adapters.stuf_zds.writing import besluit, document, status, zaak
from adapters.stuf_zds.writing.berichten import (
    Head,
    Mutatiesoort,
    Request,
    Target,
    di01,
    free,
    lk01,
    lk02,
    objects_of,
    prefix_of,
)
from adapters.stuf_zds.writing.build import (
    Markup,
    Part,
    element,
    entity,
    nil,
    sent_moment,
    text,
)
from schemas import Message
from schemas.postroom import ZaakOverdrachtBeantwoord
from schemas.zaak import (
    EersteStatus,
    ZaakAfgesloten,
    ZaakBesluitBijgewerkt,
    ZaakBesluitVastgesteld,
    ZaakBijgewerkt,
    ZaakGestart,
    ZaakHeropend,
    ZaakStatusGezet,
)
from schemas.zaakdocument import (
    ZaakDocumentBijgewerkt,
    ZaakDocumentOntkoppeld,
    ZaakDocumentToegevoegd,
)

BRON: Final = "schakel"
"""Who gave the kenmerk that a case carries."""

_LONGEST_KENMERK: Final = 40
_HASH_LENGTH: Final = 16
_LONGEST_MELDING: Final = 250


def kenmerk(event_id: str) -> str:
    """Return the event's id in at most 40 characters: a longer one ends in a hash of the whole."""
    if len(event_id) <= _LONGEST_KENMERK:
        return event_id
    digest = sha256(event_id.encode()).hexdigest()[:_HASH_LENGTH]
    return f"{event_id[: _LONGEST_KENMERK - _HASH_LENGTH - 1]}-{digest}"


def creeer_zaak(message: Message, data: ZaakGestart, target: Target, head: Head) -> Request:
    made = zaak.opened(
        data,
        kenmerk=(kenmerk(message.id), BRON),
        today=message.time.astimezone(TOWN_HALL).date(),
        vocabulary=target.vocabulary,
        profile=target.profile,
    )
    return lk01("creeerZaak", "T", (made,), target, head)


def deelzaak_of_hoofdzaak(data: ZaakGestart, target: Target, head: Head) -> Request:
    """Tell the main case of its new part: creeerZaak cannot say it from the part's side."""
    if data.hoofdzaak is None:
        raise ValueError("this case is no part of another")
    number = str(data.hoofdzaak.zaakidentificatie)
    parts = [zaak.deelzaak(str(data.zaakidentificatie))]
    return _update_zaak(zaak.change(zaak.keys(number), parts), target, head)


def zet_status(
    data: ZaakStatusGezet | ZaakHeropend, zaaktype: str | None, target: Target, head: Head
) -> Request:
    heeft = status.heeft(
        data, zaaktype=zaaktype, vocabulary=target.vocabulary, profile=target.profile
    )
    keys = zaak.keys(str(data.zaakidentificatie))
    pair = zaak.change(keys, [heeft], [status.no_status(target.profile)])
    return lk01("actualiseerZaakstatus", "W", objects_of(pair, target), target, head)


def first_status(message: Message, data: ZaakGestart, first: EersteStatus) -> ZaakStatusGezet:
    """The status that a case starts with, as if it had been a message of its own."""
    return ZaakStatusGezet(
        zaakidentificatie=data.zaakidentificatie,
        bronorganisatie=data.bronorganisatie,
        statustype=first.statustype,
        datum_status_gezet=message.time,
        toelichting=first.toelichting,
    )


def end_status(data: ZaakAfgesloten, statustype: str) -> ZaakStatusGezet:
    return ZaakStatusGezet(
        zaakidentificatie=data.zaakidentificatie,
        bronorganisatie=data.bronorganisatie,
        statustype=statustype,
        datum_status_gezet=data.datum_afgesloten,
        toelichting=data.statustoelichting,
    )


def says_more(data: ZaakBijgewerkt, target: Target) -> bool:
    """Say whether a change holds anything that StUF can say, besides the roles that go."""
    return any(
        part is not None for part in zaak.changed_parts(data, target.vocabulary, target.profile)
    )


def update_zaak(data: ZaakBijgewerkt, zaaktype: str | None, target: Target, head: Head) -> Request:
    """Return the change, without the roles that go."""
    parts = zaak.changed_parts(data, target.vocabulary, target.profile)
    soort: Mutatiesoort = target.vocabulary.correctie if data.correctie else "W"
    pair = zaak.change(_keys(data.zaakidentificatie, zaaktype, target), parts)
    return _update_zaak(pair, target, head, soort)


def remove_roles(data: ZaakBijgewerkt, zaaktype: str | None, target: Target, head: Head) -> Request:
    old, new = zaak.removed_roles(data.rollen_verwijderd or (), target.vocabulary)
    keys = _keys(data.zaakidentificatie, zaaktype, target)
    pair = zaak.change(keys, old if target.update_objects == 1 else new, old)
    return _update_zaak(pair, target, head)


def set_result(
    data: ZaakAfgesloten, zaaktype: str | None, target: Target, head: Head, *, with_date: bool
) -> Request:
    name = target.vocabulary.resultaattypen.get(data.resultaattype, data.resultaattype)
    result = zaak.resultaat(name, data.resultaattoelichting)
    return _end(data, [result, _end_date(data) if with_date else None], zaaktype, target, head)


def set_end_date(data: ZaakAfgesloten, zaaktype: str | None, target: Target, head: Head) -> Request:
    return _end(data, [_end_date(data)], zaaktype, target, head)


def take_end_date(data: ZaakHeropend, zaaktype: str | None, target: Target, head: Head) -> Request:
    """A case that goes on has no einddatum."""
    return _end(data, [nil("ZKN:einddatum")], zaaktype, target, head)


def voeg_document_toe(data: ZaakDocumentToegevoegd, target: Target, head: Head) -> Request:
    made = document.added(data, target.vocabulary)
    return lk01("voegZaakdocumentToe", "T", (made,), target, head)


def bewerk_document(number: str, target: Target, head: Head) -> Request:
    """Check a document out."""
    prefix = prefix_of(target)
    question = entity(
        f"{prefix}:edcLv01",
        "EDC",
        None,
        element("ZKN:parameters"),
        entity("ZKN:gelijk", "EDC", None, text("ZKN:identificatie", number)),
        functie="selectie",
    )
    return free("geefZaakdocumentbewerken", "geefZaakdocumentbewerken", [question], target, head)


def update_document(
    data: ZaakDocumentBijgewerkt, checked_out: str, target: Target, head: Head, *, content: bool
) -> Request:
    """Check a changed document in; without check-out where only StUF-ZKN is spoken."""
    objects = document.changed(data, content=content)
    if target.plain_zkn:
        return lk01("voegZaakdocumentToe", "W", objects_of(objects, target), target, head)
    parameters = document.parameters(target.profile, checked_out)
    change = lk02(objects_of(objects, target), target)
    return free("updateZaakdocument", "updateZaakdocument", [parameters, change], target, head)


def cancel_checkout(number: str, checked_out: str | None, target: Target, head: Head) -> Request:
    prefix = prefix_of(target)
    asked = text("ZKN:identificatie", number)
    gone = entity(f"{prefix}:document", "EDC", "I", asked, functie="entiteit")
    parameters = document.parameters(target.profile, checked_out or "")
    return free("cancelCheckout", "cancelCheckout", [parameters, gone], target, head)


def ontkoppel_document(data: ZaakDocumentOntkoppeld, target: Target, head: Head) -> Request:
    objects = document.disconnected(data.documentidentificatie, str(data.zaakidentificatie))
    change = lk02(objects, target)
    parameters = element("ZDS:parameters")
    return free(
        "ontkoppelZaakdocument", "ontkoppelZaakdocument", [parameters, change], target, head
    )


def voeg_besluit_toe(data: ZaakBesluitVastgesteld, target: Target, head: Head) -> Request:
    if target.profile == "1.1":
        relation = besluit.leidt_tot(data, target.vocabulary)
        pair = zaak.change(zaak.keys(str(data.zaakidentificatie)), [relation])
        return _update_zaak(pair, target, head)
    made = besluit.besluit(data, target.vocabulary)
    return di01("voegBesluitToe", [made], head)


def update_besluit(data: ZaakBesluitBijgewerkt, target: Target, head: Head) -> Request:
    objects = besluit.besluit_changed(data)
    return lk01("updateBesluit", "W", objects, target, head)


def answer_transfer(data: ZaakOverdrachtBeantwoord, _target: Target, head: Head) -> Request:
    answer = "Overdracht geaccepteerd" if data.geaccepteerd else "Overdracht geweigerd"
    made = entity(
        "ZKN:object",
        "ZAK",
        None,
        text("ZKN:identificatie", data.zaakidentificatie),
        text("ZKN:antwoord", answer),
        functie="entiteit",
    )
    melding = text("ZKN:melding", data.toelichting[:_LONGEST_MELDING])
    parts = [melding, made]
    return di01("overdragenZaakAntwoord", parts, head, cross=data.kenmerk)


def mark_of(moment: datetime) -> str:
    """Return the reference under which a status of ours is known when it comes back."""
    return f"status:{sent_moment(moment).astimezone(UTC):%Y%m%d%H%M%S}"


def _update_zaak(
    pair: Sequence[Markup], target: Target, head: Head, soort: Mutatiesoort = "W"
) -> Request:
    return lk01("updateZaak", soort, objects_of(pair, target), target, head)


def _end(
    data: ZaakAfgesloten | ZaakHeropend,
    parts: Sequence[Part],
    zaaktype: str | None,
    target: Target,
    head: Head,
) -> Request:
    keys = _keys(data.zaakidentificatie, zaaktype, target)
    return _update_zaak(zaak.change(keys, parts), target, head)


def _end_date(data: ZaakAfgesloten) -> Part:
    return text("ZKN:einddatum", data.datum_afgesloten.astimezone(TOWN_HALL).date())


def _keys(number: str, zaaktype: str | None, target: Target) -> Sequence[Part]:
    known = None if zaaktype is None else target.vocabulary.zaaktype(zaaktype)
    return zaak.keys(str(number), known)
