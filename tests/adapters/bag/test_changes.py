"""Rounds through the BAG: what was registered since the last is told, once, over restarts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.bag.changes import CHANGED, look
from adapters.contract import Polled, TransientError
from schemas import MESSAGE_TYPES

START = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
TOWNS = ("3295", "1234")


class Bag:
    """A BAG with streets by town and addresses by street, in pages of two."""

    def __init__(self) -> None:
        self.streets: dict[str, list[str]] = {"3295": ["a", "b", "c"], "1234": ["d"]}
        self.addresses: dict[str, list[dict[str, Any]]] = {}
        self.calls: list[str] = []
        self.down_at: str | None = None

    def register(self, street: str, number: int, version: int, at: datetime) -> None:
        self.addresses.setdefault(street, []).append(
            {
                "nummeraanduiding": {
                    "identificatie": f"{number:016}",
                    "huisnummer": number,
                    "status": "Naamgeving uitgegeven",
                    "voorkomen": {
                        "versie": version,
                        "tijdstipRegistratieLV": at.isoformat(),
                        "beginGeldigheid": "2026-11-01",
                    },
                }
            }
        )

    async def get(self, path: str, params: Mapping[str, str]) -> Mapping[str, Any]:
        if path == "/openbareruimten":
            name, key = "openbareruimten", params["woonplaatsIdentificatie"]
            found: list[Any] = [
                {"openbareRuimte": {"identificatie": one, "naam": f"Straat {one}"}}
                for one in self.streets[key]
            ]
        else:
            name, key = "nummeraanduidingen", params["openbareRuimteIdentificatie"]
            found = self.addresses.get(key, [])
        self.calls.append(key)
        if key == self.down_at:
            raise TransientError("down")
        page = int(params["page"])
        links = {"next": {"href": "x"}} if page * 2 < len(found) else {}
        part = found[page * 2 - 2 : page * 2]
        return {"_links": links, **({"_embedded": {name: part}} if part else {})}


def round_of(bag: Bag, cursor: str | None, now: datetime) -> tuple[list[str], str]:
    """Look until there is no more; return the ids of the news and where it ended."""

    async def run() -> tuple[list[str], str]:
        place, told = cursor, []
        while True:
            found: Polled = await look(bag.get, TOWNS, place, now)
            told += [one.id for one in found.news]
            place = found.cursor
            if not found.more:
                return told, place

    return asyncio.run(run())


def test_the_first_look_tells_nothing_and_asks_nothing() -> None:
    bag = Bag()
    bag.register("a", 1, 1, START)
    told, _ = round_of(bag, None, START)
    assert told == []
    assert bag.calls == []


def test_a_round_tells_what_was_registered_since_the_last_began() -> None:
    bag = Bag()
    bag.register("a", 1, 1, START - DAY)
    _, cursor = round_of(bag, None, START)
    bag.register("b", 2, 1, START + timedelta(hours=5))
    bag.register("d", 3, 4, START + timedelta(hours=6))
    told, cursor = round_of(bag, cursor, START + DAY)
    assert told == [f"bag:{2:016}:1", f"bag:{3:016}:4"]
    assert round_of(bag, cursor, START + 2 * DAY)[0] == []


def test_what_is_registered_while_a_round_goes_by_is_told_in_the_next() -> None:
    bag = Bag()
    _, cursor = round_of(bag, None, START)
    _, cursor = round_of(bag, cursor, START + DAY)
    bag.register("a", 9, 1, START + DAY + timedelta(minutes=1))
    assert round_of(bag, cursor, START + 2 * DAY)[0] == [f"bag:{9:016}:1"]


def test_every_page_of_a_street_is_read() -> None:
    bag = Bag()
    _, cursor = round_of(bag, None, START)
    for number in range(1, 6):
        bag.register("c", number, 1, START + timedelta(hours=1))
    assert len(round_of(bag, cursor, START + DAY)[0]) == 5


def test_a_round_that_breaks_goes_on_where_it_was() -> None:
    bag = Bag()
    _, cursor = round_of(bag, None, START)
    bag.register("a", 1, 1, START + timedelta(hours=1))
    bag.register("d", 2, 1, START + timedelta(hours=1))
    bag.down_at = "d"

    told, place = [], cursor
    for _ in range(2):  # the streets of the first town, and then the one that is down
        try:
            found = asyncio.run(look(bag.get, TOWNS, place, START + DAY))
        except TransientError:
            break
        told += [one.id for one in found.news]
        place = found.cursor
    assert told == [f"bag:{1:016}:1"]
    bag.down_at, bag.calls = None, []
    told, _ = round_of(bag, place, START + DAY + timedelta(hours=1))
    assert told == [f"bag:{2:016}:1"]
    assert "a" not in bag.calls


def test_a_town_that_is_no_longer_configured_ends_the_round() -> None:
    bag = Bag()
    _, cursor = round_of(bag, None, START)
    first = asyncio.run(look(bag.get, TOWNS, cursor, START + DAY))
    second = asyncio.run(look(bag.get, TOWNS, first.cursor, START + DAY))
    assert second.more  # the next town is still to come
    ended = asyncio.run(look(bag.get, TOWNS[:1], second.cursor, START + DAY))
    assert not ended.more


def test_the_news_is_a_message_of_its_type() -> None:
    bag = Bag()
    _, cursor = round_of(bag, None, START)
    bag.register("a", 21, 2, START + timedelta(hours=1))
    found = asyncio.run(look(bag.get, TOWNS, cursor, START + DAY))
    (news,) = found.news
    assert news.type == CHANGED
    payload = MESSAGE_TYPES[CHANGED].payload.model_validate(news.data)
    assert not list(payload.envelope_problems(subject=news.subject, dataref=None))
