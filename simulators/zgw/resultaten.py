"""Resultaten: one per zaak."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulators.zgw.fields import Field, check
from simulators.zgw.problems import WHOLE, invalid, not_found
from simulators.zgw.store import CATALOGI, ZAKEN
from simulators.zgw.world import Reply, zaak_of
from simulators.zgw.zaken import change_of, require_change, touch

if TYPE_CHECKING:
    from simulators.zgw.store import Record
    from simulators.zgw.world import Call, World

PATH = ZAKEN + "resultaten"
_FIELDS = (
    Field(name="zaak", kind="url", required=True, ref=ZAKEN + "zaken"),
    Field(name="resultaattype", kind="url", required=True, ref=CATALOGI + "resultaattypen"),
    Field(name="toelichting", longest=1000),
)


def create(world: World, call: Call) -> Reply:
    """Set the resultaat (201); a second one is 400 `zaak`/`unique`."""
    document = call.document()
    zaak = zaak_of(world, document)
    if zaak is not None:
        require_change(call.client, zaak)
    checked = check(_FIELDS, document, store=world.store, now=world.clock.now())
    zaak, kind = checked.refs["zaak"], checked.refs["resultaattype"]
    if zaak.body["resultaat"] is not None:
        raise invalid("zaak", "unique", "Dit veld moet uniek zijn.")
    _check_type(zaak, kind)
    body = {
        "uuid": "",
        "zaak": zaak.url,
        "resultaattype": kind.url,
        "toelichting": checked.values.get("toelichting", ""),
    }
    record = world.store.make(PATH, body)
    zaak.body["resultaat"] = record.url
    touch(world, zaak)
    _tell(world, call, zaak, record, kind=kind, action="create")
    return Reply(status=201, body=record.body, location=record.url)


def read(world: World, call: Call) -> Reply:
    return Reply(body=_one(world, call).body, etag=True)


def partial_update(world: World, call: Call) -> Reply:
    """Change the toelichting or the resultaattype of the same zaaktype."""
    record = _one(world, call)
    zaak = zaak_of(world, record.body)
    if zaak is None:
        raise not_found()
    require_change(call.client, zaak)
    document = {k: v for k, v in call.document().items() if k != "zaak"}
    now = world.clock.now()
    checked = check(_FIELDS, document, store=world.store, now=now, partial=True)
    kind = checked.refs.get("resultaattype") or world.store.at(
        record.body["resultaattype"], CATALOGI + "resultaattypen"
    )
    if kind is None:
        raise not_found()
    _check_type(zaak, kind)
    world.store[PATH].update(record, checked.values)
    touch(world, zaak)
    _tell(world, call, zaak, record, kind=kind, action="partial_update")
    return Reply(body=record.body)


def delete(world: World, call: Call) -> Reply:
    record = _one(world, call)
    zaak = zaak_of(world, record.body)
    if zaak is None:
        raise not_found()
    require_change(call.client, zaak)
    zaak.body["resultaat"] = None
    world.store[PATH].remove(record)
    key: dict[str, Any] = {}
    change = change_of(
        zaak, "resultaat_verwijderd", key, action="destroy", part=record, resource="resultaat"
    )
    world.committed(call, change)
    return Reply(status=204)


def _one(world: World, call: Call) -> Record:
    record = world.store[PATH].get(call.ids[0])
    if record is None:
        raise not_found()
    return record


def _check_type(zaak: Record, kind: Record) -> None:
    if kind.body["zaaktype"] != zaak.body["zaaktype"]:
        raise invalid(
            WHOLE, "zaaktype-mismatch", "De referentie hoort niet bij het zaaktype van de zaak."
        )


def _tell(
    world: World, call: Call, zaak: Record, record: Record, *, kind: Record, action: str
) -> None:
    name = kind.body["omschrijving"]
    key = {"resultaattype": name, "toelichting": record.body["toelichting"]}
    effect = "resultaat" if action == "create" else "resultaat_bijgewerkt"
    change = change_of(
        zaak, effect, key, action=action, part=record, resource="resultaat", shown_as=name
    )
    world.committed(call, change)
