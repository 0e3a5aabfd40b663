"""What the zaaksysteem is found to have, so that the hub can compare."""

from __future__ import annotations

from datetime import date

import pytest

from adapters.contract import Kind, Sighting
from adapters.stuf_zds.translate import kenmerk
from simulators.stuf_zds.switches import Switch
from tests.adapters.stuf_zds.messages import STORY_12, message
from tests.adapters.stuf_zds.partner import Talk, talking

GESTART, STATUS, DOCUMENT = (
    message(name) for name in ("gestart", "status-gezet", "document-toegevoegd")
)


class _Pace:
    def __init__(self) -> None:
        self.calls = 0

    async def __call__(self) -> None:
        self.calls += 1


async def _sightings(talk: Talk, *names: str) -> list[Sighting]:
    things = [thing for name in names for thing in talk.adapter.expected(message(name))]
    return list(await talk.adapter.find(things, _Pace()))


@pytest.mark.parametrize("profile", ["1.1", "1.2"])
async def test_what_was_delivered_is_found_with_our_mark(profile: str) -> None:
    async with talking(profile=profile) as talk:
        for one in (GESTART, STATUS, DOCUMENT):
            await talk.worker.deliver(one)
        case, status, document = await _sightings(
            talk, "gestart", "status-gezet", "document-toegevoegd"
        )
        assert (case.times, case.thing.mark) == (1, kenmerk(GESTART.id))
        assert (status.times, document.times) == (1, 1)


async def test_what_was_confirmed_and_never_processed_is_missed() -> None:
    """Seen failing with a comparison that trusts Bv03."""
    async with talking() as talk:
        await talk.worker.deliver(GESTART)
        talk.simulator.refuse(Switch(late=True, times=None))
        for one in (STATUS, DOCUMENT):
            await talk.worker.deliver(one)
        status, document = await _sightings(talk, "status-gezet", "document-toegevoegd")
        assert (status.times, document.times) == (0, 0)


async def test_what_hangs_on_a_case_that_is_not_there_says_so() -> None:
    async with talking() as talk:
        case, status, document = await _sightings(
            talk, "gestart", "status-gezet", "document-toegevoegd"
        )
        assert case.times == 0
        assert status.complaint == document.complaint == "Its case is not there."


async def test_a_case_without_our_kenmerk_is_not_ours() -> None:
    async with talking() as talk:
        await talk.worker.deliver(GESTART)
        talk.case().parts["kenmerk"] = talk.case().parts["kenmerk"][1:]
        (case,) = await _sightings(talk, "gestart")
        assert (case.times, case.thing.mark) == (1, "")


async def test_one_case_is_read_once_for_all_that_hangs_on_it() -> None:
    async with talking() as talk:
        await talk.worker.deliver(GESTART)
        pace = _Pace()
        things = [*talk.adapter.expected(GESTART), *talk.adapter.expected(STATUS)]
        await talk.adapter.find(things * 3, pace)
        assert pace.calls == 1


async def test_nothing_is_listed_by_day() -> None:
    async with talking() as talk:
        page = await talk.adapter.listed(date(2026, 11, 2), None, _Pace())
        assert list(page.sightings) == []
        assert page.cursor is None
        assert talk.simulator.journal.received == 0


async def test_only_cases_documents_and_statuses_are_expected() -> None:
    async with talking(profile="1.2") as talk:
        kinds = {
            one.type.rpartition(".")[2]: [thing.kind for thing in talk.adapter.expected(one)]
            for one in STORY_12
        }
    assert {name: kind for name, kind in kinds.items() if kind} == {
        "gestart": [Kind.ZAAK],
        "status-gezet": [Kind.STATUS],
        "document-toegevoegd": [Kind.DOCUMENT],
        "heropend": [Kind.STATUS],
    }
