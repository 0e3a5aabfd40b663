"""A zaaksysteem that numbers cases itself: what the core sent there is known as the core's."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.contract import CASE_NUMBER
from adapters.zgw import ZgwAdapter
from adapters.zgw.inbound import our_number
from simulators.kit import running
from simulators.zgw import Options, ZgwSimulator
from tests.adapters.zgw.inbound.conftest import Town
from tests.adapters.zgw.inbound.hub import AUTH, HandClock, Hub
from tests.adapters.zgw.messages import STORY, ZAAK, settings
from tests.simulators.http import client as http_client

GESTART, STATUS, DOCUMENT, BIJGEWERKT, _ = STORY


@pytest.fixture
async def simulator() -> AsyncIterator[ZgwSimulator]:
    options = Options(part_size=1_000, insists=True)
    async with running(ZgwSimulator(options=options, retry_delays=(0.01, 0.01))) as made:
        yield made


@pytest.fixture
async def town(simulator: ZgwSimulator) -> AsyncIterator[Town]:
    base, clock = simulator.base_url, HandClock()
    chosen = settings(
        base,
        own_numbers=True,
        notificaties={"root": f"{base}/api/v1"},
        postroom={"callback_auth": AUTH},
    )
    async with (
        Hub(adapter=ZgwAdapter(chosen, clock=clock), clock=clock) as hub,
        http_client(base_url=simulator.control_url, timeout=10) as control,
    ):
        yield Town(simulator, hub, control)


async def test_what_the_core_sends_does_not_come_back_under_another_number(town: Town) -> None:
    await town.subscribe()
    for message in (GESTART, STATUS, DOCUMENT, BIJGEWERKT):
        town.hub.publish(message)
    await town.settled()
    await town.settled()
    theirs = town.hub.references[ZAAK][CASE_NUMBER]
    assert theirs != ZAAK
    assert town.hub.told == []
    assert not town.hub.errors
    assert theirs not in town.hub.references
    assert not [detail for detail in town.hub.details if "Not told" in detail]


async def test_what_others_add_is_told_under_the_number_of_the_core(town: Town) -> None:
    await town.subscribe()
    for message in (GESTART, STATUS):
        town.hub.publish(message)
    await town.settled()
    theirs = town.hub.references[ZAAK][CASE_NUMBER]
    await town.others("/cases/document", {"identificatie": theirs})
    await town.others("/cases/status", {"identificatie": theirs})
    await town.settled()
    assert not town.hub.of("ontvangen")
    assert [one["subject"] for one in town.hub.told] == [ZAAK, ZAAK]
    assert [one["data"]["zaakidentificatie"] for one in town.hub.told] == [ZAAK, ZAAK]


async def test_a_case_of_others_keeps_its_own_number(town: Town) -> None:
    await town.subscribe()
    (number,) = (await town.others("/cases", {}))["identificaties"]
    await town.settled()
    assert [one["subject"] for one in town.hub.of("ontvangen")] == [number]


def test_a_number_counts_beside_our_mark_only() -> None:
    mark, number = (
        {"kenmerk": "m-1", "bron": "schakel"},
        {"kenmerk": ZAAK, "bron": "schakel-zaak"},
    )
    assert our_number({"kenmerken": [mark, number]}) == ZAAK
    assert our_number({"kenmerken": [number]}) == ""
    assert our_number({"kenmerken": [mark]}) == ""
    assert our_number({}) == ""
