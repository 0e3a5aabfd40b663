"""Besluiten and their documents, as far as a delivery needs them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simulators.zgw.fields import Field, check
from simulators.zgw.lists import Listing, equals, listed
from simulators.zgw.problems import WHOLE, Param, Refusal, invalid, not_found
from simulators.zgw.store import BESLUITEN, CATALOGI, DOCUMENTEN, ZAKEN
from simulators.zgw.world import Change, Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.zgw.store import Record
    from simulators.zgw.world import Call, World

PATH = BESLUITEN + "besluiten"
LINKS = BESLUITEN + "besluitinformatieobjecten"
_EIO = DOCUMENTEN + "enkelvoudiginformatieobjecten"
_CREATE = frozenset({"besluiten.aanmaken"})
_READ = frozenset({"besluiten.lezen"})
_CHANGE = frozenset({"besluiten.bijwerken"})
_DELETE = frozenset({"besluiten.verwijderen"})
_FIXED = ("identificatie", "verantwoordelijkeOrganisatie", "besluittype")
_REASONS = {
    "": "",
    "tijdelijk": "Besluit met tijdelijke werking",
    "ingetrokken_overheid": "Besluit ingetrokken door overheid",
    "ingetrokken_belanghebbende": "Besluit ingetrokken o.v.v. belanghebbende",
}
_FIELDS = (
    Field(name="identificatie", longest=50),
    Field(name="verantwoordelijkeOrganisatie", kind="rsin", required=True),
    Field(name="besluittype", kind="url", required=True, ref=CATALOGI + "besluittypen"),
    Field(name="zaak", kind="url", ref=ZAKEN + "zaken"),
    Field(name="datum", kind="date", required=True, past="future_not_allowed"),
    Field(name="toelichting"),
    Field(name="bestuursorgaan", longest=50),
    Field(name="ingangsdatum", kind="date", required=True),
    Field(name="vervaldatum", kind="date", nullable=True),
    Field(name="vervalreden", kind="choice", choices=tuple(_REASONS)[1:]),
    Field(name="publicatiedatum", kind="date", nullable=True),
    Field(name="verzenddatum", kind="date", nullable=True),
    Field(name="uiterlijkeReactiedatum", kind="date", nullable=True),
)
_LINK_FIELDS = (
    Field(name="informatieobject", kind="url", required=True, ref=_EIO),
    Field(name="besluit", kind="url", required=True, ref=PATH),
)
BESLUITEN_LISTING = Listing(
    filters={
        name: equals(name)
        for name in ("identificatie", "verantwoordelijkeOrganisatie", "besluittype", "zaak")
    },
    visible=lambda _w, call, record: call.client.may("brc", _READ, record.body["besluittype"]),
)
LINKS_LISTING = Listing(
    filters={name: equals(name) for name in ("besluit", "informatieobject")},
    paged=False,
    newest_first=False,
    visible=lambda _w, call, _record: call.client.may("brc", _READ),
)


def create(world: World, call: Call) -> Reply:
    """Register a besluit (201), with or without a zaak."""
    call.client.require("brc", _CREATE)
    checked = check(_FIELDS, call.document(), store=world.store, now=world.clock.now())
    values, kind, zaak = checked.values, checked.refs["besluittype"], checked.refs.get("zaak")
    call.client.require("brc", _CREATE, kind.url)
    _check_whole(world, values, kind, zaak)
    if not values.get("identificatie"):
        year = world.clock.now().year
        values["identificatie"] = world.store.next_number("BESLUIT", year)
    body: dict[str, Any] = {field.name: None if field.nullable else "" for field in _FIELDS}
    body |= values
    reason = body.pop("vervalreden")
    ordered: dict[str, Any] = {}
    for name, value in body.items():
        ordered[name] = value
        if name == "vervaldatum":
            ordered |= {"vervalreden": reason, "vervalredenWeergave": _REASONS[reason]}
    record = world.store.make(PATH, ordered)
    world.committed(call, _change_of(record, "besluit", kind, zaak))
    return Reply(status=201, body=record.body, location=record.url)


def read(world: World, call: Call) -> Reply:
    return Reply(body=_one(world, call).body, etag=True)


def partial_update(world: World, call: Call) -> Reply:
    """Change dates, vervalreden and toelichting; number, owner and type stay as they are."""
    record = _one(world, call)
    call.client.require("brc", _CHANGE, record.body["besluittype"])
    document = call.document()
    now = world.clock.now()
    checked = check(_FIELDS, document, store=world.store, now=now, partial=True)
    for name in _FIXED:
        if checked.values.get(name, record.body[name]) != record.body[name]:
            raise invalid(name, "wijzigen-niet-toegelaten", "Dit veld mag niet gewijzigd worden.")
    new = dict(checked.values)
    if "vervalreden" in new:
        new["vervalredenWeergave"] = _REASONS[new["vervalreden"]]
    world.store[PATH].update(record, new)
    world.committed(call, _changed(record, "besluit_bijgewerkt", "partial_update", checked.values))
    return Reply(body=record.body)


def delete(world: World, call: Call) -> Reply:
    """Remove a besluit with its links to documents."""
    record = _one(world, call)
    call.client.require("brc", _DELETE, record.body["besluittype"])
    for link in list(world.store[LINKS].find("besluit", record.url)):
        mirrors = world.store[DOCUMENTEN + "objectinformatieobjecten"]
        mirror = mirrors.one(object=record.url, informatieobject=link.body["informatieobject"])
        if mirror is not None:
            mirrors.remove(mirror)
        world.store[LINKS].remove(link)
    world.store[PATH].remove(record)
    world.committed(call, _changed(record, "besluit_verwijderd", "destroy", {}))
    return Reply(status=204)


def read_link(world: World, call: Call) -> Reply:
    record = world.store[LINKS].get(call.ids[0])
    if record is None:
        raise not_found()
    return Reply(body=record.body, etag=True)


def besluiten(world: World, call: Call) -> Reply:
    return listed(world, call, world.store[PATH], BESLUITEN_LISTING)


def of_zaak(world: World, call: Call) -> Reply:
    """List the besluiten of a zaak in the Zaken API: a bare array of references."""
    zaak = world.store[ZAKEN + "zaken"].get(call.ids[0])
    if zaak is None:
        raise not_found()
    found = world.store[PATH].find("zaak", zaak.url)
    return Reply(
        body=[
            {
                "url": f"{zaak.url}/besluiten/{record.uuid}",
                "uuid": record.uuid,
                "besluit": record.url,
            }
            for record in found
        ]
    )


def links(world: World, call: Call) -> Reply:
    return listed(world, call, world.store[LINKS], LINKS_LISTING)


def link(world: World, call: Call) -> Reply:
    """Link a document to a besluit (201); the same pair again is 400 `unique`."""
    call.client.require("brc", _CREATE)
    checked = check(_LINK_FIELDS, call.document(), store=world.store, now=world.clock.now())
    eio, besluit = checked.refs["informatieobject"], checked.refs["besluit"]
    if world.store[LINKS].one(besluit=besluit.url, informatieobject=eio.url) is not None:
        raise invalid(
            WHOLE, "unique", "De velden besluit, informatieobject moeten een unieke set zijn."
        )
    kind: Record = besluit.own["besluittype"]
    if eio.body["informatieobjecttype"] not in kind.body["informatieobjecttypen"]:
        raise invalid(
            WHOLE,
            "missing-besluittype-informatieobjecttype-relation",
            "Het informatieobjecttype hoort niet bij het besluittype van het besluit.",
        )
    record = world.store.make(LINKS, {"informatieobject": eio.url, "besluit": besluit.url})
    mirror = {"informatieobject": eio.url, "object": besluit.url, "objectType": "besluit"}
    world.store.make(DOCUMENTEN + "objectinformatieobjecten", mirror)
    change = _change_of(besluit, "bio", kind, besluit.own["zaak"], part=record)
    world.committed(call, change)
    return Reply(status=201, body=record.body, location=record.url)


def _one(world: World, call: Call) -> Record:
    record = world.store[PATH].get(call.ids[0])
    if record is None:
        raise not_found()
    return record


def _changed(besluit: Record, kind: str, action: str, asked: Mapping[str, Any]) -> Change:
    change = _change_of(besluit, kind, besluit.own["besluittype"], besluit.own["zaak"])
    after = None if action == "destroy" else change.after
    key = {**change.key, "asked": dict(asked)}
    return replace(change, key=key, action=action, after=after)


def _check_whole(world: World, values: dict[str, Any], kind: Record, zaak: Record | None) -> None:
    problems: list[Param] = []
    if kind.body["concept"]:
        problems.append(Param("besluittype", "not-published", "Het type is niet gepubliceerd."))
    number, owner = values.get("identificatie"), values["verantwoordelijkeOrganisatie"]
    taken = world.store[PATH].one(identificatie=number, verantwoordelijkeOrganisatie=owner)
    if number and taken is not None:
        reason = f"Deze identificatie ({number}) bestaat al voor deze verantwoordelijke organisatie"
        problems.append(Param("identificatie", "identificatie-niet-uniek", reason))
    if zaak is not None and zaak.body["zaaktype"] not in kind.body["zaaktypen"]:
        reason = "De referentie hoort niet bij het zaaktype van de zaak."
        problems.append(Param(WHOLE, "zaaktype-mismatch", reason))
    if problems:
        raise Refusal("ValidationError", problems)


def _change_of(
    besluit: Record, kind: str, besluittype: Record, zaak: Record | None, part: Record | None = None
) -> Change:
    body = besluit.body
    besluit.own.update(besluittype=besluittype, zaak=zaak)
    changed = part or besluit
    key = {
        "verantwoordelijkeOrganisatie": body["verantwoordelijkeOrganisatie"],
        "identificatie": body["identificatie"],
    }
    if part is not None:
        key["informatieobject"] = part.body["informatieobject"]
    return Change(
        kind=kind,
        case=None if zaak is None else zaak.body["identificatie"],
        key=key,
        component="brc",
        main=besluit.url,
        resource="besluit" if part is None else "besluitinformatieobject",
        url=changed.url,
        shown=f"{body['verantwoordelijkeOrganisatie']} - {body['identificatie']}",
        after=changed.body,
        channel="besluiten",
        marks={
            "verantwoordelijkeOrganisatie": body["verantwoordelijkeOrganisatie"],
            "besluittype": body["besluittype"],
        },
    )
