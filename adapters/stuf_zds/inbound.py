"""What comes in, to what the hub publishes: one table per role. Pure.

| role          | the sender                      | what becomes of it                           |
|---------------|---------------------------------|----------------------------------------------|
| `zaaksysteem` | starts cases, for the postroom  | kept, and worked out in the lane of the case |
| `application` | takes us for its zaaksysteem    | the core's own types, on to any system       |
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from adapters._kit.stuf.reading import Bericht
from adapters._kit.stuf.stuurgegevens import TOWN_HALL, read_tijdstip
from adapters.contract import News
from adapters.stuf_zds.inbound_settings import InboundSettings, Role
from adapters.stuf_zds.incoming import documenten, postroom, zaken
from adapters.stuf_zds.incoming.closing import bewaar_resultaat
from adapters.stuf_zds.incoming.result import Afzender, Geweigerd, Vertaald, sound
from adapters.stuf_zds.incoming.work import Werk
from adapters.stuf_zds.readers.nodes import Opmerkingen, stuf_attribute

Translator = Callable[[Werk, str | None], Iterable[News]]
_LONGEST_DETAIL: Final = 500
_FIRST_YEAR: Final = 1900  # of a moment in our messages


def _without_content(translate: Callable[[Werk], Iterable[News]]) -> Translator:
    return lambda work, _dataref: translate(work)


def _updated(work: Werk, _dataref: str | None) -> Iterable[News]:
    yield from zaken.bijgewerkt(work)
    yield from bewaar_resultaat(work.new, work.old, work.settings, work.afzender)


_APPLICATION: Final[Mapping[str, Translator]] = MappingProxyType(
    {
        "creeerZaak": _without_content(zaken.gestart),
        "updateZaak": _updated,
        "actualiseerZaakstatus": _without_content(zaken.status_gezet),
        "voegZaakdocumentToe": documenten.document_toegevoegd,
        "maakZaakdocument": documenten.document_toegevoegd,
        "updateZaakdocument": documenten.document_bijgewerkt,
        "ontkoppelZaakdocument": _without_content(documenten.document_ontkoppeld),
        "voegBesluitToe": _without_content(documenten.besluit_vastgesteld),
        "updateBesluit": _without_content(documenten.besluit_bijgewerkt),
    }
)
_ZAAKSYSTEEM: Final[Mapping[str, Translator]] = MappingProxyType(
    {
        "creeerZaak": _without_content(postroom.zaak_gemeld),
        "updateZaak": _without_content(postroom.zaak_gewijzigd),
        "actualiseerZaakstatus": _without_content(postroom.statussen_gemeld),
        "voegZaakdocumentToe": postroom.document_gemeld,
        "maakZaakdocument": postroom.document_gemeld,
        "updateZaakdocument": postroom.document_gemeld,
        "overdragenZaak": _without_content(postroom.overdracht_gemeld),
    }
)
_ROLES: Final[Mapping[Role, Mapping[str, Translator]]] = MappingProxyType(
    {"application": _APPLICATION, "zaaksysteem": _ZAAKSYSTEEM}
)
_ENTITEITTYPEN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "creeerZaak": "ZAK",
        "updateZaak": "ZAK",
        "actualiseerZaakstatus": "ZAK",
        "voegZaakdocumentToe": "EDC",
        "maakZaakdocument": "EDC",
        "updateZaakdocument": "EDC",
        "ontkoppelZaakdocument": "EDC",
        "updateBesluit": "BSL",
        "overdragenZaak": "ZAK",
    }
)
_ANSWER_TO_HANDOVER: Final = "overdragenZaakAntwoord"


def translated(
    bericht: Bericht,
    *,
    role: Role,
    settings: InboundSettings,
    afzender: Afzender,
    dataref: str | None = None,
) -> Vertaald:
    """What a message means; raises `Geweigerd` with the code that the sender is to get."""
    _check_entity(bericht)
    work = Werk(element=bericht.element, settings=settings, afzender=afzender)
    if bericht.operation == _ANSWER_TO_HANDOVER:
        found = _handover_answered(work, bericht, role)
    elif (translate := _ROLES[role].get(bericht.operation or "")) is not None:
        found = translate(work, dataref)
    else:
        raise Geweigerd("StUF037", "This system takes no such message in this direction.")
    news = sound(found)
    _refuse_wrong(work.notes, role)
    return Vertaald(news=news, detail=_detail(work.notes, news))


def _check_entity(bericht: Bericht) -> None:
    """An object says of which kind it is, or nothing; another kind makes the message nonsense."""
    expected = _ENTITEITTYPEN.get(bericht.operation or "")
    for each in documenten.change_of(bericht.element):
        given = stuf_attribute(each, "entiteittype")
        if expected is not None and given not in (None, expected):
            raise Geweigerd("StUF055", f"object/@entiteittype: it has to be {expected} here.")


def _handover_answered(work: Werk, bericht: Bericht, role: Role) -> Iterable[News]:
    if role == "zaaksysteem":
        raise Geweigerd("StUF043", "The hub asked this system for no handover.")
    return documenten.overdracht_beantwoord(work, bericht.stuurgegevens.crossrefnummer)


def _refuse_wrong(notes: Opmerkingen, role: Role) -> None:
    """An application hears at once that a value is none; a zaaksysteem is taken as it is."""
    if role == "application" and notes.wrong:
        raise Geweigerd("StUF055", notes.wrong[0].replace("; left out.", "."))


def _detail(notes: Opmerkingen, news: tuple[News, ...]) -> str:
    what = "" if news else "Nothing in it that the core has a message for. "
    left = f"Not taken over: {' '.join(notes)}" if notes else ""
    return (what + left).strip()[:_LONGEST_DETAIL]


def sender_of(bericht: Bericht, digest: bytes, *, now: datetime) -> Afzender:
    """What makes the message unique: zender and referentienummer, or all of it without a number."""
    head = bericht.stuurgegevens
    zender = head.zender
    parts = [] if zender is None else [zender.applicatie, zender.organisatie or ""]
    number = head.referentienummer or f"sha256:{digest.hex()}"
    key = hashlib.sha256("\n".join([*parts, number]).encode()).hexdigest()
    return Afzender(
        key=key, moment=_moment(bericht, now), referentienummer=head.referentienummer or ""
    )


def _moment(bericht: Bericht, now: datetime) -> datetime:
    """When it was sent; now, for what has no such moment or one that cannot be."""
    found = read_tijdstip(bericht.stuurgegevens.tijdstip_bericht)
    if isinstance(found, datetime) and found.year >= _FIRST_YEAR:
        return found
    return now.astimezone(TOWN_HALL)
