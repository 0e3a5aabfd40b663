"""Looking for what nobody told: page by page, with a day of overlap, and each case once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from adapters.contract import News, Polled
from adapters.zgw import ZgwAdapter
from simulators.zgw import ZgwSimulator
from tests.adapters.zgw.inbound.conftest import Town, hub_for
from tests.adapters.zgw.inbound.hub import AUTH, HandClock
from tests.adapters.zgw.messages import STORY, settings


async def polled(town: Town, cursor: str | None) -> tuple[list[News], str]:
    """A whole look, page after page."""
    news: list[News] = []
    while True:
        page: Polled = await town.hub.adapter.poll(cursor, town.hub.clock)
        news += page.news
        cursor = page.cursor
        if not page.more:
            return news, cursor


async def test_every_page_is_read_and_ours_are_left_out(town: Town) -> None:
    town.hub.publish(STORY[0])
    await town.hub.work()
    await town.others("/cases", {"count": 230, "documents": 0, "rollen": 0, "status": False})
    first = await town.hub.adapter.poll(None, town.hub.clock)
    assert first.more
    news, cursor = await polled(town, None)
    assert len({one.id for one in news}) == 230
    again, _ = await polled(town, cursor)
    assert {one.id for one in again} == {one.id for one in news}


async def test_a_look_goes_on_a_day_before_the_last_one_began(town: Town) -> None:
    _, cursor = await polled(town, None)
    town.hub.clock.moment += timedelta(days=3)
    await polled(town, cursor)
    queries = [
        one.query
        for one in town.simulator.journal.requests
        if one.path.endswith("/zaken") and "ordering" in one.query
    ]
    today = datetime.now(town.hub.clock.now().tzinfo).astimezone().date()
    days = [query.partition("registratiedatum__gt=")[2].partition("&")[0] for query in queries]
    first, second = (datetime.fromisoformat(day).date() for day in days)
    assert abs((first - today).days) <= 2
    assert first - second == timedelta(days=1)


async def test_the_same_case_is_looked_at_once_a_day(town: Town) -> None:
    await town.others("/cases", {})
    news, cursor = await polled(town, None)
    town.hub.clock.moment += timedelta(days=1)
    tomorrow, _ = await polled(town, cursor)
    assert len(news) == len(tomorrow) == 1
    assert news[0].id != tomorrow[0].id


async def test_an_older_api_is_asked_by_startdatum(simulator: ZgwSimulator, town: Town) -> None:
    made = settings(simulator.base_url, list_by="startdatum", postroom={"callback_auth": AUTH})
    adapter = ZgwAdapter(made, clock=HandClock())
    await town.others("/cases", {})
    found = await adapter.poll(None, HandClock())
    await adapter.aclose()
    assert len(found.news) == 1
    assert any("startdatum__gte=" in one.query for one in simulator.journal.requests)


async def test_a_page_at_another_address_is_not_followed(town: Town) -> None:
    await town.others("/cases", {})
    cursor = "2026-11-23 2026-11-23 http://169.254.169.254/zaken?page=2"
    found = await town.hub.adapter.poll(cursor, town.hub.clock)
    assert found.cursor.startswith("2026-11-22 ")


@pytest.mark.parametrize(("seconds", "expected"), [(0, None), (60, timedelta(minutes=1))])
async def test_the_pace_is_a_setting(
    simulator: ZgwSimulator, seconds: float, expected: timedelta | None
) -> None:
    hub = hub_for(simulator, poll_every=seconds)
    assert hub.adapter.poll_every == expected
    await hub.adapter.aclose()
