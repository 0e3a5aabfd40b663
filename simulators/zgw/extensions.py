"""Calls that only Open Zaak has: several resources in one transaction, and reserved numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulators.zgw import (
    documenten,
    rollen,
    statussen,
    zaakinformatieobjecten,
    zaakobjecten,
    zaken,
)
from simulators.zgw.fields import Field, check
from simulators.zgw.problems import WHOLE, Param, Refusal, invalid
from simulators.zgw.world import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulators.zgw.store import Record
    from simulators.zgw.world import Call, World

    Make = Callable[[World, Call, Mapping[str, Any]], Record]

_NO_PAGE = b"<!doctype html><html lang='nl'><title>404</title><h1>Pagina niet gevonden</h1></html>"
_BRON = (Field(name="bronorganisatie", kind="rsin", required=True),)
_PARTS: tuple[tuple[str, Make], ...] = (
    ("rollen", rollen.make),
    ("zaakinformatieobjecten", zaakinformatieobjecten.make),
    ("zaakobjecten", zaakobjecten.make),
)


def zaak_registreren(world: World, call: Call) -> Reply:
    """Create a zaak with everything on it (201); one invalid part and nothing remains."""
    document = call.document()

    def work() -> Reply:
        zaak = _part(document, "zaak", lambda body: zaken.make(world, call, body))
        made: dict[str, Any] = {"zaak": zaak.body}
        for name, make in _PARTS:
            made[name] = [
                _made(f"{name}.{number}", {**item, "zaak": zaak.url}, world, call, make).body
                for number, item in enumerate(_items(document, name))
            ]
        if document.get("status"):
            body = {**_object(document, "status"), "zaak": zaak.url}
            made["status"] = _made("status", body, world, call, statussen.make).body
        else:
            made["status"] = None
        return Reply(status=201, body=made)

    return world.all_or_nothing(work)


def document_registreren(world: World, call: Call) -> Reply:
    """Create a document and link it to a zaak (201), both or neither."""
    document = call.document()

    def work() -> Reply:
        name = "enkelvoudiginformatieobject"
        eio = _part(document, name, lambda body: documenten.make(world, call, body))
        body = {**_object(document, "zaakinformatieobject"), "informatieobject": eio.url}
        link = _made("zaakinformatieobject", body, world, call, zaakinformatieobjecten.make)
        shown = eio.body | {"lock": eio.own["lock"]}
        return Reply(status=201, body={name: shown, "zaakinformatieobject": link.body})

    return world.all_or_nothing(work)


def zaaknummer_reserveren(world: World, call: Call) -> Reply:
    call.client.require("zrc", frozenset({"zaken.aanmaken"}))
    check(_BRON, call.document(), store=world.store, now=world.clock.now())
    if not world.options.reserves:
        return Reply(status=404, content=_NO_PAGE, headers={"Content-Type": "text/html"})
    number = world.store.next_number("ZAAK", world.clock.now().year)
    world.reserved.add(number)
    return Reply(status=201, body={"zaaknummer": number})


def documentnummer_reserveren(world: World, call: Call) -> Reply:
    call.client.require("drc", frozenset({"documenten.aanmaken"}))
    check(_BRON, call.document(), store=world.store, now=world.clock.now())
    number = world.store.next_number("DOCUMENT", world.clock.now().year)
    return Reply(status=201, body={"identificatie": number})


def _part(
    document: Mapping[str, Any], name: str, make: Callable[[Mapping[str, Any]], Record]
) -> Record:
    try:
        return make(_object(document, name))
    except Refusal as refusal:
        raise _renamed(refusal, name) from refusal


def _made(name: str, body: Mapping[str, Any], world: World, call: Call, make: Make) -> Record:
    try:
        return make(world, call, body)
    except Refusal as refusal:
        raise _renamed(refusal, name) from refusal


def _renamed(refusal: Refusal, prefix: str) -> Refusal:
    params = [Param(f"{prefix}.{param.name}", param.code, param.reason) for param in refusal.params]
    return Refusal(refusal.kind, params, code=refusal.code, detail=refusal.detail)


def _object(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = document.get(name)
    if part is None:
        raise invalid(name, "required", "Dit veld is verplicht.")
    if not isinstance(part, dict):
        raise invalid(f"{name}.{WHOLE}", "invalid", "Ongeldige data. Verwacht een object.")
    return part


def _items(document: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    items = document.get(name) or []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise invalid(name, "not_a_list", "Verwachtte een lijst met objecten.")
    return items
