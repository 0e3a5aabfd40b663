"""Looking through the BAG for addresses that changed: street by street, page by page.

The BAG tells of each version when it was registered, and offers no list of changes. A round goes
through every street of the configured woonplaatsen and tells what was registered since the round
before began; the cursor says where a round is, so that it goes on after a restart.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from adapters._kit.haalcentraal.reading import listed
from adapters.bag import translate
from adapters.contract import News, Polled

Get = Callable[[str, Mapping[str, str]], Awaitable[Mapping[str, Any]]]

CHANGED: Final = "nl.burgerzaken.adres.gewijzigd"
_OVERLAP: Final = timedelta(hours=1)
"""Looked at twice: what was registered while the round before went by. News is taken once."""
_PAGE: Final = "100"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the rounds are."""

    since: datetime
    """What was registered before is known."""
    began: datetime
    """When this round began."""
    town: int = 0
    page: int = 1

    def text(self) -> str:
        return json.dumps([self.since.isoformat(), self.began.isoformat(), self.town, self.page])

    @classmethod
    def read(cls, cursor: str, now: datetime) -> Place:
        since, began, town, page = json.loads(cursor)
        place = cls(
            since=datetime.fromisoformat(since),
            began=datetime.fromisoformat(began),
            town=town,
            page=page,
        )
        at_begin = (place.town, place.page) == (0, 1)
        return replace(place, began=now) if at_begin else place


async def look(get: Get, towns: tuple[str, ...], cursor: str | None, now: datetime) -> Polled:
    """Look at one page of streets. The first look of all tells nothing: all would be new."""
    if cursor is None:
        return Polled(news=(), cursor=Place(since=now, began=now).text())
    place = Place.read(cursor, now)
    if place.town >= len(towns):  # the configuration has fewer of them now
        return Polled(news=(), cursor=_next_round(place).text())
    streets = await get(
        "/openbareruimten",
        {
            "woonplaatsIdentificatie": towns[place.town],
            "huidig": "true",
            "page": str(place.page),
            "pageSize": _PAGE,
        },
    )
    since = place.since - _OVERLAP
    news = [
        told
        for one in listed(streets, "openbareruimten")
        async for told in _changes(get, translate.street(one), since)
    ]
    if translate.has_more(streets):
        return Polled(news=news, cursor=replace(place, page=place.page + 1).text(), more=True)
    after = replace(place, town=place.town + 1, page=1)
    if after.town < len(towns):
        return Polled(news=news, cursor=after.text(), more=True)
    return Polled(news=news, cursor=_next_round(place).text())


def _next_round(place: Place) -> Place:
    return Place(since=place.began, began=place.began)


async def _changes(get: Get, street: Mapping[str, Any], since: datetime) -> AsyncIterator[News]:
    number, page, more = street.get("identificatie"), 1, True
    while more and number:
        found = await get(
            "/nummeraanduidingen",
            {"openbareRuimteIdentificatie": str(number), "page": str(page), "pageSize": _PAGE},
        )
        for one in listed(found, "nummeraanduidingen"):
            at = translate.registered(one)
            if at is not None and at >= since:
                yield _news(one, street, at)
        more, page = translate.has_more(found), page + 1


def _news(one: Mapping[str, Any], street: Mapping[str, Any], at: datetime) -> News:
    data = translate.changed(one, street)
    number = data["nummeraanduiding"]
    return News(id=translate.change_id(one), type=CHANGED, data=data, time=at, subject=number)
