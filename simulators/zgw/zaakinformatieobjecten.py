"""Zaakinformatieobjecten: documents linked to a zaak, with the mirror that the server makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulators.zgw.fields import Field, check
from simulators.zgw.problems import WHOLE, invalid, not_found
from simulators.zgw.store import CATALOGI, DOCUMENTEN, ZAKEN
from simulators.zgw.world import Reply, zaak_of
from simulators.zgw.zaken import change_of, require_change, touch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.zgw.store import Record
    from simulators.zgw.world import Call, World

PATH = ZAKEN + "zaakinformatieobjecten"
_MIRROR = DOCUMENTEN + "objectinformatieobjecten"
_EIO = DOCUMENTEN + "enkelvoudiginformatieobjecten"
_ALSO = frozenset({"zaken.aanmaken"})
_FIELDS = (
    Field(name="zaak", kind="url", required=True, ref=ZAKEN + "zaken"),
    Field(name="informatieobject", kind="url", required=True, ref=_EIO),
    Field(name="titel", longest=200),
    Field(name="beschrijving"),
    Field(name="vernietigingsdatum", kind="datetime", nullable=True),
    Field(name="status", kind="url", nullable=True, ref=ZAKEN + "statussen"),
)


def create(world: World, call: Call) -> Reply:
    """Link a document (201); the same pair a second time is 400 `unique`."""
    record = make(world, call, call.document())
    return Reply(status=201, body=record.body, location=record.url)


def make(world: World, call: Call, document: Mapping[str, Any]) -> Record:
    zaak = zaak_of(world, document)
    if zaak is not None:
        require_change(call.client, zaak, _ALSO)
    checked = check(_FIELDS, document, store=world.store, now=world.clock.now())
    values, zaak, eio = checked.values, checked.refs["zaak"], checked.refs["informatieobject"]
    if world.store[PATH].one(zaak=zaak.url, informatieobject=eio.url) is not None:
        raise invalid(
            WHOLE, "unique", "De velden zaak, informatieobject moeten een unieke set zijn."
        )
    _check_relation(world, zaak, eio)
    body = {
        "uuid": "",
        "informatieobject": eio.url,
        "zaak": zaak.url,
        "aardRelatieWeergave": "Hoort bij, omgekeerd: kent",
        "titel": values.get("titel", ""),
        "beschrijving": values.get("beschrijving", ""),
        "registratiedatum": world.now_text(),
        "vernietigingsdatum": values.get("vernietigingsdatum"),
        "status": values.get("status"),
    }
    record = world.store.make(PATH, body)
    mirror = {"informatieobject": eio.url, "object": zaak.url, "objectType": "zaak"}
    world.store.make(_MIRROR, mirror)
    zaak.body["zaakinformatieobjecten"].append(record.url)
    touch(world, zaak)
    _tell(world, call, zaak, record, "create")
    return record


def read(world: World, call: Call) -> Reply:
    return Reply(body=_one(world, call).body, etag=True)


def partial_update(world: World, call: Call) -> Reply:
    """Change titel, beschrijving and the like; the pair itself stays."""
    record = _one(world, call)
    zaak = zaak_of(world, record.body)
    if zaak is None:
        raise not_found()
    require_change(call.client, zaak)
    fixed = ("zaak", "informatieobject")
    document = {k: v for k, v in call.document().items() if k not in fixed}
    now = world.clock.now()
    checked = check(_FIELDS, document, store=world.store, now=now, partial=True)
    world.store[PATH].update(record, checked.values)
    touch(world, zaak)
    _tell(world, call, zaak, record, "partial_update")
    return Reply(body=record.body)


def delete(world: World, call: Call) -> Reply:
    """Unlink; the mirror goes with it, the document stays."""
    record = _one(world, call)
    zaak = zaak_of(world, record.body)
    if zaak is None:
        raise not_found()
    require_change(call.client, zaak)
    mirror = world.store[_MIRROR].one(
        object=zaak.url, informatieobject=record.body["informatieobject"]
    )
    if mirror is not None:
        world.store[_MIRROR].remove(mirror)
    zaak.body["zaakinformatieobjecten"].remove(record.url)
    world.store[PATH].remove(record)
    _tell(world, call, zaak, record, "destroy")
    return Reply(status=204)


def _one(world: World, call: Call) -> Record:
    record = world.store[PATH].get(call.ids[0])
    if record is None:
        raise not_found()
    return record


def _check_relation(world: World, zaak: Record, eio: Record) -> None:
    kind = eio.body["informatieobjecttype"]
    links = world.store[CATALOGI + "zaaktype-informatieobjecttypen"]
    if links.one(zaaktype=zaak.body["zaaktype"], informatieobjecttype=kind) is None:
        raise invalid(
            WHOLE,
            "missing-zaaktype-informatieobjecttype-relation",
            "Het informatieobjecttype hoort niet bij het zaaktype van de zaak.",
        )


_KINDS = {"create": "zio", "partial_update": "zio_bijgewerkt", "destroy": "zio_verwijderd"}


def _tell(world: World, call: Call, zaak: Record, record: Record, action: str) -> None:
    eio = world.store.at(record.body["informatieobject"], _EIO)
    key = {
        "bronorganisatie": "" if eio is None else eio.body["bronorganisatie"],
        "document": "" if eio is None else eio.body["identificatie"],
        "documenttitel": "" if eio is None else eio.body["titel"],
        "titel": record.body["titel"],
    }
    change = change_of(
        zaak,
        _KINDS[action],
        key,
        action=action,
        part=record,
        resource="zaakinformatieobject",
        shown_as=key["document"],
    )
    world.committed(call, change)
