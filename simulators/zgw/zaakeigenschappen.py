"""Zaakeigenschappen: nothing keeps a second one of the same name out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.zgw.fields import Field, check
from simulators.zgw.problems import WHOLE, invalid, not_found
from simulators.zgw.store import CATALOGI, ZAKEN, Record
from simulators.zgw.world import Reply
from simulators.zgw.zaken import change_of, require_change, touch, visible_zaak

if TYPE_CHECKING:
    from simulators.zgw.world import Call, World

PATH = ZAKEN + "zaakeigenschappen"
_FIELDS = (
    Field(name="zaak", kind="url", required=True, ref=ZAKEN + "zaken"),
    Field(name="eigenschap", kind="url", required=True, ref=CATALOGI + "eigenschappen"),
    Field(name="waarde", required=True),
)


def create(world: World, call: Call) -> Reply:
    """Add a value (201). It is not held against the specificatie, as measured on Open Zaak."""
    zaak = visible_zaak(world, call)
    require_change(call.client, zaak)
    checked = check(_FIELDS, call.document(), store=world.store, now=world.clock.now())
    kind = checked.refs["eigenschap"]
    if kind.body["zaaktype"] != zaak.body["zaaktype"]:
        raise invalid(
            WHOLE, "zaaktype-mismatch", "De referentie hoort niet bij het zaaktype van de zaak."
        )
    key = world.store.new_id()
    url = f"{zaak.url}/zaakeigenschappen/{key}"
    body = {
        "url": url,
        "uuid": key,
        "zaak": zaak.url,
        "eigenschap": kind.url,
        "naam": kind.body["naam"],
        "waarde": checked.values["waarde"],
    }
    record = world.store.add(PATH, Record(key, url, body))
    zaak.body["eigenschappen"].append(url)
    touch(world, zaak)
    _tell(world, call, zaak, record, "create")
    return Reply(status=201, body=body, location=url)


def listed(world: World, call: Call) -> Reply:
    """A bare array, oldest first."""
    zaak = visible_zaak(world, call)
    return Reply(body=[record.body for record in world.store[PATH].find("zaak", zaak.url)])


def read(world: World, call: Call) -> Reply:
    return Reply(body=_one(world, call)[1].body, etag=True)


def partial_update(world: World, call: Call) -> Reply:
    """Change the value; zaak and eigenschap stay as they are."""
    zaak, record = _one(world, call)
    require_change(call.client, zaak)
    document = {"waarde": call.document().get("waarde", record.body["waarde"])}
    now = world.clock.now()
    checked = check(_FIELDS, document, store=world.store, now=now, partial=True)
    world.store[PATH].update(record, checked.values)
    touch(world, zaak)
    _tell(world, call, zaak, record, "partial_update")
    return Reply(body=record.body)


def delete(world: World, call: Call) -> Reply:
    zaak, record = _one(world, call)
    require_change(call.client, zaak)
    zaak.body["eigenschappen"].remove(record.url)
    world.store[PATH].remove(record)
    _tell(world, call, zaak, record, "destroy")
    return Reply(status=204)


def _one(world: World, call: Call) -> tuple[Record, Record]:
    zaak = visible_zaak(world, call)
    record = world.store[PATH].get(call.ids[1])
    if record is None or record.body["zaak"] != zaak.url:
        raise not_found()
    return zaak, record


_KINDS = {
    "create": "zaakeigenschap",
    "partial_update": "zaakeigenschap_bijgewerkt",
    "destroy": "zaakeigenschap_verwijderd",
}


def _tell(world: World, call: Call, zaak: Record, record: Record, action: str) -> None:
    name = record.body["naam"]
    change = change_of(
        zaak,
        _KINDS[action],
        {"naam": name, "waarde": record.body["waarde"]},
        action=action,
        part=record,
        resource="zaakeigenschap",
        shown_as=name,
    )
    world.committed(call, change)
