"""Looking for cases of which no notification came: the standard says that some get lost.

Days are all that the filters of the API know, so every look reads the day before as well; a case
that was found earlier the same day is the same news, and is taken once. Only new cases can be found
so: the Zaken API has no filter on when a status or a document was added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from adapters.contract import Clock, News, Polled
from adapters.zgw.client import ZgwClient
from adapters.zgw.fetching import case_stage
from adapters.zgw.inbound import our_mark
from adapters.zgw.reading import Reader
from adapters.zgw.settings import ListBy

_TOWN_HALL: Final = ZoneInfo("Europe/Amsterdam")
_DAY: Final = timedelta(days=1)
_MOST_LOOKS_BACK: Final = timedelta(days=60)
"""After a longer silence of the hub, a person decides what is still to be fetched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """`since` is the first day that is read; `following` the next page of a look under way."""

    since: date
    until: date
    """Day on which the look began: the next look begins a day before it."""
    following: str = ""

    def text(self) -> str:
        return f"{self.since.isoformat()} {self.until.isoformat()} {self.following}".strip()

    @classmethod
    def read(cls, cursor: str | None, today: date) -> _Place:
        """The first look reads today only: what is older, nobody waits for."""
        if cursor is None:
            return cls(since=today, until=today)
        since, until, *following = cursor.split(" ")
        place = cls(since=date.fromisoformat(since), until=date.fromisoformat(until))
        if following:
            return cls(since=place.since, until=place.until, following=following[0])
        oldest = today - _MOST_LOOKS_BACK
        return cls(since=max(min(place.since, today), oldest), until=today)


async def poll(
    client: ZgwClient, reader: Reader, by: ListBy, cursor: str | None, clock: Clock
) -> Polled:
    """Read one page of the cases since the last look; one stage for each that is not ours."""
    now = clock.now()
    today = now.astimezone(_TOWN_HALL).date()
    place = _Place.read(cursor, today)
    if place.following and client.knows("zaken", place.following):
        items, following = await client.page("zaken", place.following)
    else:
        filters = _filters(by, place.since)
        items, following = await client.page("zaken", client.url("zaken", "/zaken"), filters)
    news = await _news(items, reader, today, clock)
    if following is not None:
        goes_on = _Place(since=place.since, until=place.until, following=following)
        return Polled(news=news, cursor=goes_on.text(), more=True)
    after = _Place(since=place.until - _DAY, until=place.until)
    return Polled(news=news, cursor=after.text())


def _filters(by: ListBy, since: date) -> Mapping[str, str]:
    """Zaken has no `registratiedatum__gte`; before 1.3 it has no filter on that date at all."""
    if by == "startdatum":
        return {"startdatum__gte": since.isoformat(), "ordering": "startdatum"}
    return {
        "registratiedatum__gt": (since - _DAY).isoformat(),
        "ordering": "registratiedatum",
    }


async def _news(
    items: Sequence[Mapping[str, object]], reader: Reader, today: date, clock: Clock
) -> list[News]:
    news = []
    for zaak in items:
        if our_mark(zaak) or not reader.has_number(zaak) or not await reader.is_wanted(zaak):
            continue
        key = f"{zaak['url']} {today.isoformat()}"
        news.append(case_stage(zaak, key, clock.now()))
    return news
