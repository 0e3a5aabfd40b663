"""Autorisaties: the applicaties and what each may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulators.zgw.fields import VERTROUWELIJKHEID, Field, check
from simulators.zgw.lists import Listing, listed
from simulators.zgw.problems import WHOLE, Param, Refusal, invalid, not_found
from simulators.zgw.store import AUTORISATIES
from simulators.zgw.world import Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.zgw.store import Record
    from simulators.zgw.world import Call, World

PATH = AUTORISATIES + "applicaties"
_WRITE = frozenset({"autorisaties.bijwerken"})
_READ = frozenset({"autorisaties.lezen"})
_NAMES = {
    "ac": "Autorisaties API",
    "nrc": "Notificaties API",
    "zrc": "Zaken API",
    "ztc": "Catalogi API",
    "drc": "Documenten API",
    "brc": "Besluiten API",
}
_TYPE_FIELDS = {
    "zrc": ("zaaktype", "maxVertrouwelijkheidaanduiding"),
    "drc": ("informatieobjecttype", "maxVertrouwelijkheidaanduiding"),
    "brc": ("besluittype",),
}
_FIELDS = (
    Field(name="clientIds", kind="list", required=True),
    Field(name="label", required=True, longest=100),
    Field(name="heeftAlleAutorisaties", kind="bool"),
    Field(name="autorisaties", kind="list"),
)
_GRANT = (
    Field(name="component", kind="choice", required=True, choices=tuple(_NAMES)),
    Field(name="scopes", kind="list", required=True),
    Field(name="zaaktype", kind="url", longest=1000),
    Field(name="informatieobjecttype", kind="url", longest=1000),
    Field(name="besluittype", kind="url", longest=1000),
    Field(name="maxVertrouwelijkheidaanduiding", kind="choice", choices=VERTROUWELIJKHEID),
)


def create(world: World, call: Call) -> Reply:
    """Register an applicatie; a client id belongs to one applicatie only."""
    call.client.require("ac", _WRITE)
    record = world.store.make(PATH, _read(world, call.document(), None))
    return Reply(status=201, body=record.body, location=record.url)


def applications(world: World, call: Call) -> Reply:
    call.client.require("ac", _READ)
    listing = Listing(
        filters={"clientIds": lambda _w, record, value: value in record.body["clientIds"]}
    )
    return listed(world, call, world.store[PATH], listing)


def read(world: World, call: Call) -> Reply:
    call.client.require("ac", _READ)
    return Reply(body=_one(world, call).body, etag=True)


def consumer(world: World, call: Call) -> Reply:
    """Read the applicatie of one client id; anybody may read their own."""
    wanted = dict(call.incoming.parameters()).get("clientId", "")
    if wanted != call.client.client_id:
        call.client.require("ac", _READ)
    for record in world.store[PATH]:
        if wanted in record.body["clientIds"]:
            return Reply(body=record.body)
    raise not_found()


def replace(world: World, call: Call) -> Reply:
    return _change(world, call, {})


def partial_update(world: World, call: Call) -> Reply:
    return _change(world, call, _one(world, call).body)


def delete(world: World, call: Call) -> Reply:
    call.client.require("ac", _WRITE)
    world.store[PATH].remove(_one(world, call))
    return Reply(status=204)


def _one(world: World, call: Call) -> Record:
    record = world.store[PATH].get(call.ids[0])
    if record is None:
        raise not_found()
    return record


def _change(world: World, call: Call, old: Mapping[str, Any]) -> Reply:
    call.client.require("ac", _WRITE)
    record = _one(world, call)
    world.store[PATH].update(record, _read(world, {**old, **call.document()}, record))
    return Reply(body=record.body)


def _read(world: World, document: Mapping[str, Any], own: Record | None) -> dict[str, Any]:
    now = world.clock.now()
    values = check(_FIELDS, document, store=world.store, now=now).values
    everything = bool(values.get("heeftAlleAutorisaties", False))
    grants = values.get("autorisaties", [])
    if everything == bool(grants):
        code = "ambiguous-authorizations-specified" if everything else "missing-authorizations"
        raise invalid(WHOLE, code, "Geef autorisaties, of heeftAlleAutorisaties, een van twee.")
    for record in world.store[PATH]:
        if record is not own and set(values["clientIds"]) & set(record.body["clientIds"]):
            raise invalid(
                "clientIds", "clientId-exists", "Een client id hoort al bij een applicatie."
            )
    return {
        "clientIds": values["clientIds"],
        "label": values["label"],
        "heeftAlleAutorisaties": everything,
        "autorisaties": [_grant(world, number, grant) for number, grant in enumerate(grants)],
    }


def _grant(world: World, number: int, grant: Any) -> dict[str, Any]:
    prefix = f"autorisaties.{number}."
    if not isinstance(grant, dict):
        raise invalid(prefix + WHOLE, "invalid", "Ongeldige data. Verwacht een object.")
    now = world.clock.now()
    values = check(_GRANT, grant, store=world.store, now=now, prefix=prefix).values
    component = values["component"]
    wanted = _TYPE_FIELDS.get(component, ())
    missing = [name for name in wanted if not values.get(name)]
    if missing:
        problems = [Param(prefix + name, "required", "Dit veld is verplicht.") for name in missing]
        raise Refusal("ValidationError", problems)
    return {
        "component": component,
        "componentWeergave": _NAMES[component],
        "scopes": values["scopes"],
        **{name: values[name] for name in wanted},
    }
