"""Listing and searching zaken and what hangs on them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from simulators.zgw.expand import expand
from simulators.zgw.lists import (
    Listing,
    compares,
    contains,
    equals,
    is_null,
    listed,
    one_of,
    paged,
)
from simulators.zgw.problems import WHOLE, invalid
from simulators.zgw.statussen import visible
from simulators.zgw.store import CATALOGI, ZAKEN
from simulators.zgw.zaakregels import PATH
from simulators.zgw.zaken import may_read

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence

    from simulators.zgw.lists import Test
    from simulators.zgw.store import Record
    from simulators.zgw.world import Call, Reply, World

_BETROKKENEN = {
    "natuurlijkPersoon": ("natuurlijk_persoon", ("inpBsn", "anpIdentificatie", "inpA_nummer")),
    "nietNatuurlijkPersoon": (
        "niet_natuurlijk_persoon",
        ("innNnpId", "annIdentificatie", "kvkNummer", "vestigingsNummer"),
    ),
    "vestiging": ("vestiging", ("vestigingsNummer", "kvkNummer")),
    "medewerker": ("medewerker", ("identificatie",)),
    "organisatorischeEenheid": ("organisatorische_eenheid", ("identificatie",)),
}
_BY_IDENTITY = {
    f"betrokkeneIdentificatie__{group}__{name}": (kind, name)
    for group, (kind, names) in _BETROKKENEN.items()
    for name in names
}


def _identity(kind: str, name: str) -> Test:
    def test(_world: World, record: Record, value: str) -> bool:
        body = record.body
        identity = body["betrokkeneIdentificatie"]
        return body["betrokkeneType"] == kind and bool(identity) and identity[name] == value

    return test


_ROL_FILTERS: dict[str, Test] = {
    "zaak": equals("zaak"),
    "betrokkene": equals("betrokkene"),
    "betrokkeneType": equals("betrokkeneType"),
    "roltype": equals("roltype"),
    "omschrijving": equals("omschrijving"),
    "omschrijvingGeneriek": equals("omschrijvingGeneriek"),
    **{name: _identity(*spec) for name, spec in _BY_IDENTITY.items()},
}


def _has_rol(name: str) -> Test:
    test = _ROL_FILTERS[name]

    def found(world: World, record: Record, value: str) -> bool:
        rollen = world.store[ZAKEN + "rollen"].find("zaak", record.url)
        return any(test(world, rol, value) for rol in rollen)

    return found


def _kenmerk(name: str) -> Test:
    return lambda _world, record, value: any(
        item[name] == value for item in record.body["kenmerken"]
    )


def _through(name: str, path: str, inner: str) -> Test:
    """Follow a URL of the zaak and compare a field of what it points to."""

    def test(world: World, record: Record, value: str) -> bool:
        url = record.body[name]
        other = world.store.at(url, path) if url else None
        return other is not None and other.body[inner] == value

    return test


_DATES = {
    "startdatum": ("", "gt", "gte", "lt", "lte"),
    "registratiedatum": ("", "gt", "lt"),
    "einddatum": ("", "gt", "lt"),
    "einddatumGepland": ("", "gt", "lt"),
    "uiterlijkeEinddatumAfdoening": ("", "gt", "lt"),
    "archiefactiedatum": ("", "gt", "lt"),
}
_ROL_NAMES = ("betrokkene", "betrokkeneType", "omschrijvingGeneriek", *_BY_IDENTITY)
ZAKEN_LISTING = Listing(
    filters={
        "identificatie": equals("identificatie"),
        "identificatie__icontains": contains("identificatie"),
        "bronorganisatie": equals("bronorganisatie"),
        "bronorganisatie__in": one_of("bronorganisatie"),
        "zaaktype": equals("zaaktype"),
        "zaaktype__omschrijving": _through("zaaktype", CATALOGI + "zaaktypen", "omschrijving"),
        "omschrijving": contains("omschrijving"),
        "archiefnominatie": equals("archiefnominatie"),
        "archiefnominatie__in": one_of("archiefnominatie"),
        "archiefstatus": equals("archiefstatus"),
        "archiefstatus__in": one_of("archiefstatus"),
        "einddatum__isnull": is_null("einddatum"),
        "archiefactiedatum__isnull": is_null("archiefactiedatum"),
        "kenmerk": _kenmerk("kenmerk"),
        "kenmerk__bron": _kenmerk("bron"),
        "status__statustype": _through("status", ZAKEN + "statussen", "statustype"),
        "resultaat__resultaattype": _through("resultaat", ZAKEN + "resultaten", "resultaattype"),
        **{
            f"{name}__{operator}" if operator else name: compares(name, operator)
            for name, operators in _DATES.items()
            for operator in operators
        },
        **{f"rol__{name}": _has_rol(name) for name in _ROL_NAMES},
    },
    ordering=(
        *("startdatum", "einddatum", "publicatiedatum", "archiefactiedatum"),
        *("registratiedatum", "identificatie"),
    ),
    extra=("expand",),
    names_each_unknown=True,
    visible=may_read,
)
STATUSSEN_LISTING = Listing(
    filters={
        "zaak": equals("zaak"),
        "statustype": equals("statustype"),
        "indicatieLaatstGezetteStatus": equals("indicatieLaatstGezetteStatus"),
    },
    names_each_unknown=True,
    visible=visible,
)
ROLLEN_LISTING = Listing(filters=_ROL_FILTERS, names_each_unknown=True, visible=visible)
RESULTATEN_LISTING = Listing(
    filters={"zaak": equals("zaak"), "resultaattype": equals("resultaattype")},
    names_each_unknown=True,
    visible=visible,
)
ZAAKOBJECTEN_LISTING = Listing(
    filters={
        "zaak": equals("zaak"),
        "object": equals("object"),
        "objectType": equals("objectType"),
    },
    names_each_unknown=True,
    visible=visible,
)
ZIO_LISTING = Listing(
    filters={"zaak": equals("zaak"), "informatieobject": equals("informatieobject")},
    paged=False,
    newest_first=False,
    names_each_unknown=True,
    visible=visible,
)


def zaken(world: World, call: Call) -> Reply:
    """List zaken; each row has an `_expand`, empty unless asked for."""
    asked = dict(call.incoming.parameters()).get("expand", "")
    shown = _with_expand(world, tuple(part for part in asked.split(",") if part))
    return listed(world, call, world.store[PATH], replace(ZAKEN_LISTING, shown=shown))


def statussen(world: World, call: Call) -> Reply:
    """List statussen, the latest instant first."""
    reply = listed(world, call, world.store[ZAKEN + "statussen"], STATUSSEN_LISTING)
    reply.body["results"].sort(key=lambda status: status["datumStatusGezet"], reverse=True)
    return reply


def search(world: World, call: Call) -> Reply:
    """`POST _zoek`: by uuids, by a polygon around the geometry, and by the filters of the list."""
    document = call.document()
    tests: list[Callable[[Record], bool]] = []
    for name, value in document.items():
        if name == "uuid__in" and isinstance(value, list):
            wanted = {str(item) for item in value}
            tests.append(partial(_is_one_of, wanted))
        elif name == "zaakgeometrie":
            tests.append(partial(_lies_within, _ring(value)))
        elif name in ZAKEN_LISTING.filters:
            tests.append(_from_list(world, name, value))
    if not tests:
        raise invalid(WHOLE, "empty_search_body", "Geef ten minste een zoekparameter op.")
    found = [
        record
        for record in world.store[PATH].newest_first()
        if all(test(record) for test in tests) and may_read(world, call, record)
    ]
    shown = _with_expand(world, ())
    return paged(world, call, found, shown)


def _from_list(world: World, name: str, value: Any) -> Callable[[Record], bool]:
    test = ZAKEN_LISTING.filters[name]
    text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    return lambda record: test(world, record, text)


def _with_expand(world: World, wanted: tuple[str, ...]) -> Callable[[Record], Mapping[str, Any]]:
    return lambda record: record.body | {"_expand": expand(world, record, wanted)}


def _ring(value: Any) -> Sequence[Sequence[float]]:
    try:
        ring: Sequence[Sequence[float]] = value["within"]["coordinates"][0]
        [(float(x), float(y)) for x, y in ring]
    except (TypeError, KeyError, IndexError, ValueError):
        raise invalid("zaakgeometrie", "invalid", "Verwacht een within met een Polygon.") from None
    return ring


def _is_one_of(wanted: Container[str], record: Record) -> bool:
    return record.uuid in wanted


def _lies_within(ring: Sequence[Sequence[float]], record: Record) -> bool:
    """Even-odd test of a Point in the outer ring; other geometries are never within."""
    shape = record.body["zaakgeometrie"]
    if not shape or shape.get("type") != "Point":
        return False
    x, y = shape["coordinates"][:2]
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside
