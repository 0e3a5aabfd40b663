"""Gebruiksrechten: the terms of a document, which alone make its indicatie true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.zgw.documenten import CHANGE, require
from simulators.zgw.fields import Field, check
from simulators.zgw.lists import Listing, equals, listed
from simulators.zgw.problems import not_found
from simulators.zgw.store import DOCUMENTEN, Record
from simulators.zgw.world import Change, Reply

if TYPE_CHECKING:
    from simulators.zgw.world import Call, World

PATH = DOCUMENTEN + "gebruiksrechten"
_EIO = DOCUMENTEN + "enkelvoudiginformatieobjecten"
_CREATE = frozenset({"documenten.aanmaken"}) | CHANGE
_READ = frozenset({"documenten.lezen"})
_FIELDS = (
    Field(name="informatieobject", kind="url", required=True, ref=_EIO),
    Field(name="startdatum", kind="datetime", required=True),
    Field(name="einddatum", kind="datetime", nullable=True),
    Field(name="omschrijvingVoorwaarden", required=True),
)
LISTING = Listing(
    filters={"informatieobject": equals("informatieobject")},
    paged=False,
    newest_first=False,
    visible=lambda _world, call, _record: call.client.may("drc", _READ),
)


def create(world: World, call: Call) -> Reply:
    """Add terms (201); nothing keeps a second equal one out. The document's indicatie follows."""
    call.client.require("drc", _CREATE)
    checked = check(_FIELDS, call.document(), store=world.store, now=world.clock.now())
    document = checked.refs["informatieobject"]
    require(call, document, _CREATE)
    body = {field.name: checked.values.get(field.name) for field in _FIELDS}
    record = world.store.make(PATH, body)
    _indicate(world, document, there=True)
    world.committed(call, _change_of(document, "gebruiksrecht", record))
    return Reply(status=201, body=record.body, location=record.url)


def gebruiksrechten(world: World, call: Call) -> Reply:
    return listed(world, call, world.store[PATH], LISTING)


def read(world: World, call: Call) -> Reply:
    return Reply(body=_one(world, call).body, etag=True)


def delete(world: World, call: Call) -> Reply:
    """Remove terms; with the last of them the indicatie is unknown again."""
    record = _one(world, call)
    document = world.store.at(record.body["informatieobject"], _EIO)
    if document is None:
        raise not_found()
    require(call, document, CHANGE)
    world.store[PATH].remove(record)
    if not list(world.store[PATH].find("informatieobject", document.url)):
        _indicate(world, document, there=None)
    world.committed(call, _change_of(document, "gebruiksrecht_verwijderd", record))
    return Reply(status=204)


def _one(world: World, call: Call) -> Record:
    record = world.store[PATH].get(call.ids[0])
    if record is None:
        raise not_found()
    return record


def _indicate(world: World, document: Record, *, there: bool | None) -> None:
    world.store[_EIO].update(document, {"indicatieGebruiksrecht": there})
    body, content = document.own["versions"][-1]
    document.own["versions"][-1] = (body | {"indicatieGebruiksrecht": there}, content)


def _change_of(document: Record, kind: str, record: Record) -> Change:
    body = document.body
    key = {
        "bronorganisatie": body["bronorganisatie"],
        "identificatie": body["identificatie"],
        "voorwaarden": record.body["omschrijvingVoorwaarden"],
    }
    return Change(kind=kind, case=None, key=key)
