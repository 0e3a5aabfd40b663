"""Lists: filters, authorised rows only, order, and pages as Open Zaak makes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from simulators.zgw.problems import WHOLE, Param, Refusal, invalid, not_found
from simulators.zgw.world import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from simulators.zgw.store import Collection, Record
    from simulators.zgw.world import Call, World

    Test = Callable[[World, Record, str], bool]

PAGE_SIZE = 100
_PAGING = ("page", "pageSize")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """How one collection is listed: its filters by query name, its order, its pages.

    `names_each_unknown` is the way of the Zaken API, which reports every unknown parameter under
    its own name; the other APIs report them together.
    """

    filters: Mapping[str, Test]
    paged: bool = True
    newest_first: bool = True
    ordering: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    names_each_unknown: bool = False
    visible: Callable[[World, Call, Record], bool] | None = None
    shown: Callable[[Record], Mapping[str, Any]] = field(default=lambda record: record.body)


def equals(name: str) -> Test:
    return lambda _world, record, value: _text(record.body[name]) == value


def compares(name: str, operator: str) -> Test:
    """A date filter: gt, gte, lt, lte or exactly; null never matches."""
    decide = _COMPARE[operator]

    def test(_world: World, record: Record, value: str) -> bool:
        limit = _day_or_moment(name, value)
        own = record.body[name]
        return own is not None and decide(own, limit)

    return test


def is_null(name: str) -> Test:
    return lambda _world, record, value: (record.body[name] is None) == (value.lower() == "true")


def one_of(name: str) -> Test:
    return lambda _world, record, value: _text(record.body[name]) in value.split(",")


def contains(name: str) -> Test:
    return lambda _world, record, value: value.lower() in str(record.body[name]).lower()


def listed(world: World, call: Call, collection: Collection, listing: Listing) -> Reply:
    """Answer a list request; empty filters are ignored, unknown parameters are a 400."""
    asked = call.incoming.parameters()
    _refuse_unknown(asked, listing)
    chosen = {name: value for name, value in asked if value and name in listing.filters}
    rows = _candidates(collection, listing, chosen)
    found = [
        record
        for record in rows
        if all(listing.filters[name](world, record, value) for name, value in chosen.items())
        and (listing.visible is None or listing.visible(world, call, record))
    ]
    _order(found, dict(asked).get("ordering", ""), listing)
    if not listing.paged:
        return Reply(body=[listing.shown(record) for record in found])
    return paged(world, call, [*found], listing.shown)


def paged(
    world: World,
    call: Call,
    found: Sequence[Record],
    shown: Callable[[Record], Mapping[str, Any]],
) -> Reply:
    """Cut one page out of `found`; past the last page, or a page that is no number: 404."""
    asked = dict(call.incoming.parameters())
    page, size = _whole(asked.get("page", "1")), _whole(asked.get("pageSize", str(PAGE_SIZE)))
    size = size if size > 0 else PAGE_SIZE
    last = max(1, -(-len(found) // size))
    if not 1 <= page <= last:
        raise not_found()
    start = world.store.base_url + call.incoming.path

    def link(number: int) -> str:
        query = {name: value for name, value in asked.items() if name != "page"}
        if number > 1:
            query["page"] = str(number)
        return f"{start}?{urlencode(sorted(query.items()))}" if query else start

    return Reply(
        body={
            "count": len(found),
            "next": link(page + 1) if page < last else None,
            "previous": link(page - 1) if page > 1 else None,
            "results": [shown(record) for record in found[(page - 1) * size : page * size]],
        }
    )


def _refuse_unknown(asked: Iterable[tuple[str, str]], listing: Listing) -> None:
    known = {*listing.filters, *listing.extra}
    known.update(_PAGING if listing.paged else ())
    known.update(("ordering",) if listing.ordering else ())
    unknown = [name for name, _ in asked if name not in known]
    if not unknown:
        return
    if listing.names_each_unknown:
        raise Refusal(
            "ValidationError",
            [Param(name, "invalid", "Onbekende query parameter.") for name in unknown],
        )
    raise invalid(WHOLE, "unknown-parameters", f"Onbekende query parameters: {', '.join(unknown)}")


def _candidates(
    collection: Collection, listing: Listing, chosen: Mapping[str, str]
) -> Iterable[Record]:
    """Use an index where one of the filters has it, as a database would."""
    for name, value in chosen.items():
        if name in collection.indexed:
            rows = list(collection.find(name, value))
            return reversed(rows) if listing.newest_first else rows
    return collection.newest_first() if listing.newest_first else iter(collection)


def _order(found: list[Record], ordering: str, listing: Listing) -> None:
    if not ordering:
        return
    name = ordering.removeprefix("-")
    if name not in listing.ordering:
        raise invalid("ordering", "invalid_choice", f"{ordering} is een ongeldige keuze.")
    found.sort(key=lambda record: str(record.body[name] or ""), reverse=ordering.startswith("-"))


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _day_or_moment(name: str, value: str) -> str:
    try:
        if "T" in value:
            return datetime.fromisoformat(value).isoformat().replace("+00:00", "Z")
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise invalid(name, "invalid", "Voer een geldige datum in.") from None


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


_COMPARE: dict[str, Callable[[str, str], bool]] = {
    "gt": lambda own, limit: own > limit,
    "gte": lambda own, limit: own >= limit,
    "lt": lambda own, limit: own < limit,
    "lte": lambda own, limit: own <= limit,
    "": lambda own, limit: own == limit,
}
