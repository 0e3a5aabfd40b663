"""Zaken: create, read, change and delete one; with its parts the heart of the simulator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulators.zgw.expand import expand
from simulators.zgw.fields import check
from simulators.zgw.problems import invalid, not_found
from simulators.zgw.store import ZAKEN
from simulators.zgw.world import Change, Reply, zaak_marks
from simulators.zgw.zaakregels import FIELDS, PATH, check_parts, check_whole, new_body, settled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.zgw.auth import Client
    from simulators.zgw.store import Record
    from simulators.zgw.world import Call, World

_CREATE = frozenset({"zaken.aanmaken"})
_READ = frozenset({"zaken.lezen"})
_CHANGE = frozenset({"zaken.bijwerken", "zaken.geforceerd-bijwerken"})
FORCED = frozenset({"zaken.geforceerd-bijwerken"})
_DELETE = frozenset({"zaken.verwijderen"})


def create(world: World, call: Call) -> Reply:
    """Create a zaak (201); a second one with the same bronorganisatie and identificatie is 400."""
    record = make(world, call, call.document())
    return Reply(status=201, body=record.body, location=record.url)


def make(world: World, call: Call, document: Mapping[str, Any]) -> Record:
    """Validate and store a zaak; authorisation on type and confidentiality comes first."""
    _admit_new(world, call, document)
    checked = check(FIELDS, document, store=world.store, now=world.clock.now())
    values, zaaktype = checked.values, checked.refs["zaaktype"]
    check_parts(world, values)
    check_whole(world, checked, zaaktype, None)
    own = world.options.insists and values.get("identificatie") not in world.reserved
    if own or not values.get("identificatie"):
        year = world.clock.now().year
        values["identificatie"] = world.store.next_number("ZAAK", year)
    body = new_body(world, values, zaaktype)
    record = world.store.make(PATH, body, zaaktype=zaaktype)
    hoofdzaak = checked.refs.get("hoofdzaak")
    if hoofdzaak is not None:
        hoofdzaak.body["deelzaken"].append(record.url)
    world.committed(call, change_of(record, "zaak", _key(record.body)))
    return record


def read(world: World, call: Call) -> Reply:
    record = visible_zaak(world, call)
    return Reply(body=record.body | {"_expand": _expanded(world, call, record)}, etag=True)


def update(world: World, call: Call) -> Reply:
    return _change(world, call, partial=False)


def partial_update(world: World, call: Call) -> Reply:
    return _change(world, call, partial=True)


def delete(world: World, call: Call) -> Reply:
    """Remove a zaak and everything that hangs on it."""
    record = visible_zaak(world, call)
    require(call.client, record, _DELETE)
    for name in ("statussen", "rollen", "resultaten", "zaakobjecten", "zaakeigenschappen"):
        _remove_related(world, ZAKEN + name, record.url)
    _remove_related(world, ZAKEN + "zaakinformatieobjecten", record.url)
    world.store[PATH].remove(record)
    world.committed(call, change_of(record, "zaak_verwijderd", _key(record.body), action="destroy"))
    world.audit.drop(record.url)
    return Reply(status=204)


def audittrail(world: World, call: Call) -> Reply:
    """List who changed what on this zaak: a bare array, oldest first."""
    return Reply(body=world.audit.of(visible_zaak(world, call).url))


def visible_zaak(world: World, call: Call) -> Record:
    """The zaak of the path; 404 when unknown, 403 when not allowed to read it."""
    record = world.store[PATH].get(call.ids[0])
    if record is None:
        raise not_found()
    return record


def require(client: Client, zaak: Record, scopes: frozenset[str]) -> None:
    """Demand a scope on this zaak; a closed zaak asks for the forced one instead."""
    body = zaak.body
    client.require("zrc", scopes, body["zaaktype"], body["vertrouwelijkheidaanduiding"])


def may_read(_world: World, call: Call, zaak: Record) -> bool:
    body = zaak.body
    return call.client.may("zrc", _READ, body["zaaktype"], body["vertrouwelijkheidaanduiding"])


def require_change(client: Client, zaak: Record, also: frozenset[str] = frozenset()) -> None:
    """Demand the right to change something on a zaak; `also` are scopes that do as well."""
    closed = zaak.body["einddatum"] is not None
    require(client, zaak, FORCED if closed else _CHANGE | also)


def touch(world: World, zaak: Record) -> None:
    zaak.body["laatstGemuteerd"] = world.now_text()


def change_of(
    zaak: Record,
    kind: str,
    key: Mapping[str, Any],
    *,
    action: str = "create",
    part: Record | None = None,
    resource: str = "zaak",
    shown_as: str = "",
    before: Mapping[str, Any] | None = None,
) -> Change:
    """Describe a change on a zaak, or of a `part` that hangs on it."""
    body = zaak.body
    name = f"{body['bronorganisatie']} - {body['identificatie']}"
    changed = part or zaak
    return Change(
        kind=kind,
        case=body["identificatie"],
        key=key,
        component="zrc",
        main=zaak.url,
        resource=resource,
        url=changed.url,
        action=action,
        shown=f"({name}) - {shown_as}" if part is not None else name,
        before=before,
        after=None if action == "destroy" else changed.body,
        channel="zaken",
        marks=zaak_marks(body, zaak.own["zaaktype"].body["catalogus"]),
    )


def _admit_new(world: World, call: Call, document: Mapping[str, Any]) -> None:
    """Type and confidentiality are looked at before anything else, and reported alone."""
    wanted = {name: document[name] for name in ("zaaktype",) if document.get(name)}
    first = [field for field in FIELDS if field.name in wanted]
    found = check(first, wanted, store=world.store, now=world.clock.now())
    if document.get("vertrouwelijkheidaanduiding"):
        level = [field for field in FIELDS if field.name == "vertrouwelijkheidaanduiding"]
        check(level, document, store=world.store, now=world.clock.now())
    zaaktype = found.refs.get("zaaktype")
    if zaaktype is None:
        call.client.require("zrc", _CREATE)
        return
    usual = zaaktype.body["vertrouwelijkheidaanduiding"]
    level_name = document.get("vertrouwelijkheidaanduiding") or usual
    call.client.require("zrc", _CREATE, zaaktype.url, level_name)


def _change(world: World, call: Call, *, partial: bool) -> Reply:
    record = visible_zaak(world, call)
    document = call.document()
    if document.get("vertrouwelijkheidaanduiding"):
        level = [field for field in FIELDS if field.name == "vertrouwelijkheidaanduiding"]
        check(level, document, store=world.store, now=world.clock.now())
    require_change(call.client, record)
    checked = check(FIELDS, document, store=world.store, now=world.clock.now(), partial=partial)
    values = checked.values
    if values.get("identificatie", record.body["identificatie"]) != record.body["identificatie"]:
        raise invalid(
            "identificatie", "wijzigen-niet-toegelaten", "Dit veld mag niet gewijzigd worden."
        )
    check_parts(world, values)
    zaaktype = checked.refs.get("zaaktype", record.own["zaaktype"])
    check_whole(world, checked, zaaktype, record)
    before = dict(record.body)
    new = settled(values, before)
    world.store[PATH].update(record, new)
    record.own["zaaktype"] = zaaktype
    touch(world, record)
    _tell_change(world, call, record, before, new, partial=partial)
    return Reply(body=record.body)


def _tell_change(
    world: World,
    call: Call,
    record: Record,
    before: Mapping[str, Any],
    asked: Mapping[str, Any],
    *,
    partial: bool,
) -> None:
    """Every change call is audited and published, also one that changed nothing."""
    changed = sorted(name for name, value in asked.items() if before[name] != value)
    key = _key(record.body) | {"asked": dict(asked), "changed": changed}
    action = "partial_update" if partial else "update"
    world.committed(call, change_of(record, "zaak_bijgewerkt", key, action=action, before=before))


def _key(body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "bronorganisatie": body["bronorganisatie"],
        "identificatie": body["identificatie"],
        "kenmerken": [f"{item['bron']}:{item['kenmerk']}" for item in body["kenmerken"]],
    }


def _remove_related(world: World, path: str, zaak_url: str) -> None:
    collection = world.store[path]
    for record in list(collection.find("zaak", zaak_url)):
        collection.remove(record)


def _expanded(world: World, call: Call, record: Record) -> dict[str, Any]:
    asked = dict(call.incoming.parameters()).get("expand", "")
    return expand(world, record, tuple(part for part in asked.split(",") if part))
