"""Catalogi: lists with their filters, and the publication of a concept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.zgw.lists import Listing, contains, equals, listed
from simulators.zgw.problems import forbidden, invalid, not_found
from simulators.zgw.store import CATALOGI
from simulators.zgw.world import Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulators.zgw.lists import Test
    from simulators.zgw.store import Record
    from simulators.zgw.world import Call, World

_WRITE = frozenset({"catalogi.schrijven"})
_READ = frozenset({"catalogi.lezen"})


def _status(_world: World, record: Record, value: str) -> bool:
    return value == "alles" or record.body["concept"] == (value == "concept")


def _valid_on(_world: World, record: Record, value: str) -> bool:
    """Both ends are inclusive."""
    end = record.body["eindeGeldigheid"]
    return str(record.body["beginGeldigheid"]) <= value and (end is None or str(end) >= value)


def _names_zaaktype(_world: World, record: Record, value: str) -> bool:
    return bool(record.body["zaaktypeIdentificatie"] == value)


_OF_ZAAKTYPE: dict[str, Test] = {
    "zaaktype": equals("zaaktype"),
    "zaaktypeIdentificatie": _names_zaaktype,
}
_LISTINGS: dict[str, Listing] = {
    "catalogussen": Listing(filters={"domein": equals("domein"), "rsin": equals("rsin")}),
    "zaaktypen": Listing(
        filters={
            "identificatie": equals("identificatie"),
            "catalogus": equals("catalogus"),
            "datumGeldigheid": _valid_on,
            "status": _status,
            "omschrijving": equals("omschrijving"),
            "trefwoorden": contains("trefwoorden"),
        }
    ),
    "statustypen": Listing(filters=_OF_ZAAKTYPE, extra=("status",)),
    "roltypen": Listing(
        filters=_OF_ZAAKTYPE | {"omschrijvingGeneriek": equals("omschrijvingGeneriek")},
        extra=("status",),
    ),
    "resultaattypen": Listing(filters=_OF_ZAAKTYPE, extra=("status",)),
    "eigenschappen": Listing(filters=_OF_ZAAKTYPE, extra=("status",)),
    "informatieobjecttypen": Listing(
        filters={
            "catalogus": equals("catalogus"),
            "omschrijving": equals("omschrijving"),
            "datumGeldigheid": _valid_on,
            "status": _status,
        }
    ),
    "zaaktype-informatieobjecttypen": Listing(
        filters={
            "zaaktype": equals("zaaktype"),
            "informatieobjecttype": equals("informatieobjecttype"),
            "richting": equals("richting"),
        },
        extra=("status",),
    ),
    "besluittypen": Listing(
        filters={
            "catalogus": equals("catalogus"),
            "omschrijving": equals("omschrijving"),
            "datumGeldigheid": _valid_on,
            "status": _status,
        }
    ),
}
RESOURCES = tuple(_LISTINGS)
_WITH_CONCEPTS = frozenset({"zaaktypen", "informatieobjecttypen", "besluittypen"})


def lister(resource: str) -> Callable[[World, Call], Reply]:
    """Make the list call of one kind; without `status` only published types are shown."""
    listing = _LISTINGS[resource]

    def answer(world: World, call: Call) -> Reply:
        call.client.require("ztc", _READ)
        collection = world.store[CATALOGI + resource]
        asked = dict(call.incoming.parameters())
        if resource in _WITH_CONCEPTS and not asked.get("status"):
            return listed(world, call, collection, _published(listing))
        return listed(world, call, collection, listing)

    return answer


def reader(resource: str) -> Callable[[World, Call], Reply]:
    """Make the detail call of one kind."""

    def answer(world: World, call: Call) -> Reply:
        call.client.require("ztc", _READ)
        return Reply(body=_one(world, call, resource).body, etag=True)

    return answer


def publish(world: World, call: Call) -> Reply:
    """Publish a concept zaaktype; publishing again changes nothing."""
    call.client.require("ztc", _WRITE)
    record = _one(world, call, "zaaktypen")
    if not record.body["statustypen"] or not record.body["roltypen"]:
        raise invalid("statustypen", "concept-relation", "Het zaaktype is nog niet compleet.")
    record.body["concept"] = False
    return Reply(body=record.body)


def create(_world: World, _call: Call) -> Reply:
    """Refuse: the catalogue of this simulator is planted by its seed and does not grow."""
    raise forbidden(detail="De catalogus van deze simulator komt uit de seed en groeit niet.")


def _one(world: World, call: Call, resource: str) -> Record:
    record = world.store[CATALOGI + resource].get(call.ids[0])
    if record is None:
        raise not_found()
    return record


def _published(listing: Listing) -> Listing:
    return Listing(
        filters=listing.filters,
        extra=listing.extra,
        visible=lambda _world, _call, record: not record.body["concept"],
    )
