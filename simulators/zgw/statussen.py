"""Statussen: one per instant, and the closing and reopening of a zaak by its statustype."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from simulators.zgw.fields import Field, check, read_datetime
from simulators.zgw.periods import add_period
from simulators.zgw.problems import WHOLE, invalid, not_found
from simulators.zgw.store import CATALOGI, DOCUMENTEN, ZAKEN
from simulators.zgw.world import Reply, zaak_of
from simulators.zgw.zaken import FORCED, change_of, may_read, require, touch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.zgw.store import Record
    from simulators.zgw.world import Call, World

PATH = ZAKEN + "statussen"
_FIRST = frozenset({"zaken.aanmaken", "zaken.statussen.toevoegen", "zaken.bijwerken"}) | FORCED
_NEXT = frozenset({"zaken.statussen.toevoegen", "zaken.bijwerken"}) | FORCED
_REOPEN = frozenset({"zaken.heropenen"})

_FIELDS = (
    Field(name="zaak", kind="url", required=True, ref=ZAKEN + "zaken"),
    Field(name="statustype", kind="url", required=True, ref=CATALOGI + "statustypen"),
    Field(name="datumStatusGezet", kind="datetime", required=True, past="date-in-future"),
    Field(name="statustoelichting", longest=1000),
    Field(name="gezetdoor", kind="url", nullable=True, ref=ZAKEN + "rollen"),
)


def create(world: World, call: Call) -> Reply:
    """Set a status (201); the same instant a second time is 400 `unique`."""
    record = make(world, call, call.document())
    return Reply(status=201, body=record.body, location=record.url)


def make(world: World, call: Call, document: Mapping[str, Any]) -> Record:
    zaak = zaak_of(world, document)
    if zaak is not None:
        _admit(world, call, zaak, document)
    checked = check(_FIELDS, document, store=world.store, now=world.clock.now())
    zaak, statustype = checked.refs["zaak"], checked.refs["statustype"]
    if statustype.body["zaaktype"] != zaak.body["zaaktype"]:
        raise invalid(
            WHOLE, "zaaktype-mismatch", "De referentie hoort niet bij het zaaktype van de zaak."
        )
    moment = checked.values["datumStatusGezet"]
    if world.store[PATH].one(zaak=zaak.url, datumStatusGezet=moment) is not None:
        raise invalid(
            WHOLE, "unique", "De velden zaak, datumStatusGezet moeten een unieke set zijn."
        )
    final = bool(statustype.body["isEindstatus"])
    if final:
        _check_closing(world, zaak)
    record = world.store.make(
        PATH,
        {
            "uuid": "",
            "zaak": zaak.url,
            "statustype": statustype.url,
            "datumStatusGezet": moment,
            "statustoelichting": checked.values.get("statustoelichting", ""),
            "indicatieLaatstGezetteStatus": False,
            "gezetdoor": checked.values.get("gezetdoor"),
            "zaakinformatieobjecten": [],
        },
    )
    _mark_latest(world, zaak)
    if final:
        _close(world, zaak, moment)
    elif zaak.body["einddatum"] is not None:
        _reopen(zaak)
    touch(world, zaak)
    world.committed(call, _described(zaak, record, statustype, final=final))
    return record


def read(world: World, call: Call) -> Reply:
    record = world.store[PATH].get(call.ids[0])
    if record is None:
        raise not_found()
    return Reply(body=record.body, etag=True)


def visible(world: World, call: Call, record: Record) -> bool:
    """Tell whether the caller may read the zaak that a part belongs to."""
    zaak = zaak_of(world, record.body)
    return zaak is not None and may_read(world, call, zaak)


def _admit(world: World, call: Call, zaak: Record, document: Mapping[str, Any]) -> None:
    if zaak.body["einddatum"] is not None:
        url = document.get("statustype")
        kind = world.store.at(url, CATALOGI + "statustypen") if isinstance(url, str) else None
        reopens = kind is not None and not kind.body["isEindstatus"]
        require(call.client, zaak, _REOPEN if reopens else FORCED)
        return
    require(call.client, zaak, _NEXT if zaak.body["status"] else _FIRST)


def _check_closing(world: World, zaak: Record) -> None:
    """What must be in order before a zaak closes; the first fault found is the one reported."""
    documents = [
        document
        for link in world.store[ZAKEN + "zaakinformatieobjecten"].find("zaak", zaak.url)
        if (document := _document(world, link)) is not None
    ]
    if any(document.own["lock"] for document in documents):
        raise invalid(
            WHOLE, "informatieobject-locked", "Er zijn gerelateerde informatieobjecten geblokkeerd."
        )
    if any(document.body["indicatieGebruiksrecht"] is None for document in documents):
        raise invalid(
            WHOLE,
            "indicatiegebruiksrecht-unset",
            "Er zijn gerelateerde informatieobjecten waarvoor indicatieGebruiksrecht leeg is.",
        )
    for url in zaak.body["deelzaken"]:
        deelzaak = world.store.at(url, ZAKEN + "zaken")
        if deelzaak is not None and deelzaak.body["einddatum"] is None:
            raise invalid(WHOLE, "deelzaken-not-closed", "Er zijn nog open deelzaken.")
    if zaak.body["resultaat"] is None:
        raise invalid(WHOLE, "resultaat-does-not-exist", "Zaak has no resultaat.")


def _document(world: World, link: Record) -> Record | None:
    path = DOCUMENTEN + "enkelvoudiginformatieobjecten"
    return world.store.at(link.body["informatieobject"], path)


def _mark_latest(world: World, zaak: Record) -> None:
    """The status with the latest instant is the current one, in whatever order they came."""
    statuses = list(world.store[PATH].find("zaak", zaak.url))
    latest = max(statuses, key=lambda status: read_datetime(status.body["datumStatusGezet"]))
    for status in statuses:
        status.body["indicatieLaatstGezetteStatus"] = status is latest
    zaak.body["status"] = latest.url


def _close(world: World, zaak: Record, moment: str) -> None:
    end = read_datetime(moment).date()
    resultaat = world.store.at(zaak.body["resultaat"], ZAKEN + "resultaten")
    kind = None
    if resultaat is not None:
        kind = world.store.at(resultaat.body["resultaattype"], CATALOGI + "resultaattypen")
    zaak.body["einddatum"] = end.isoformat()
    if kind is None:
        return
    start = _archive_start(world, zaak, kind, end)
    term = kind.body["archiefactietermijn"]
    zaak.body["archiefnominatie"] = kind.body["archiefnominatie"]
    zaak.body["startdatumBewaartermijn"] = None if start is None else start.isoformat()
    if start is not None and term:
        zaak.body["archiefactiedatum"] = add_period(start, term).isoformat()


def _archive_start(world: World, zaak: Record, kind: Record, end: date) -> date | None:
    """The brondatum; None when it cannot be told yet, which Open Zaak 1.30 postpones."""
    procedure = kind.body["brondatumArchiefprocedure"] or {"afleidingswijze": "afgehandeld"}
    way = procedure["afleidingswijze"]
    if way == "afgehandeld":
        return end
    if way == "eigenschap":
        for found in world.store[ZAKEN + "zaakeigenschappen"].find("zaak", zaak.url):
            if found.body["naam"] == procedure["datumkenmerk"]:
                return _day(found.body["waarde"])
    return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _reopen(zaak: Record) -> None:
    for name in ("einddatum", "archiefnominatie", "archiefactiedatum", "startdatumBewaartermijn"):
        zaak.body[name] = None


def _described(zaak: Record, record: Record, statustype: Record, *, final: bool) -> Any:
    moment = record.body["datumStatusGezet"]
    key = {
        "datumStatusGezet": moment,
        "statustype": statustype.body["omschrijving"],
        "toelichting": record.body["statustoelichting"],
    }
    kind = "eindstatus" if final else "status"
    return change_of(zaak, kind, key, part=record, resource="status", shown_as=moment)
