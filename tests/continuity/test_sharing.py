from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from continuity.sharing import Sharing, server_of
from continuity.store.contract import StoreUnavailable
from continuity.store.memory import MemoryStore
from tests.continuity.fakes import seconds
from tests.continuity.hub import Hub, fails, virtual

NAMES = [f"zaaksysteem-{number}" for number in range(338)]


def nodes(*names: str) -> dict[str, list[str]]:
    return dict.fromkeys(names, NAMES)


def test_destinations_are_spread_evenly() -> None:
    served = Counter(server_of(name, nodes("a", "b", "c", "d")) for name in NAMES)
    assert len(served) == 4
    assert min(served.values()) > 338 / 4 * 0.7
    assert max(served.values()) < 338 / 4 * 1.3


@given(st.sets(st.text(min_size=1, max_size=8), min_size=2, max_size=6))
def test_only_what_a_lost_process_served_moves(names: set[str]) -> None:
    """Seen failing with a remainder of the hash by the number of processes."""
    lost = min(names)
    for destination in NAMES[:20]:
        before = server_of(destination, nodes(*names))
        after = server_of(destination, nodes(*(names - {lost})))
        assert before in {after, lost}


def test_only_who_can_serve_it_is_asked_to() -> None:
    assert server_of("mail", {"a": ["zgw"], "b": ["zgw", "mail"]}) == "b"
    assert server_of("mail", {"a": ["zgw"]}) is None
    assert server_of("mail", {}) is None


def sharing(hub: Hub, node: str, changes: list[str]) -> Sharing:
    return Sharing(
        node=node,
        serves=NAMES,
        store=hub.store,
        clock=hub.clock,
        changed=lambda: changes.append(node),
    )


@virtual
async def test_each_process_takes_what_the_others_leave_to_it(hub: Hub) -> None:
    changes: list[str] = []
    first, second = sharing(hub, "a", changes), sharing(hub, "b", changes)
    await first.announce()
    await second.announce()
    assert all(first.is_mine(name) for name in NAMES)
    await first.announce()
    assert {first.is_mine(name) != second.is_mine(name) for name in NAMES} == {True}
    await first.announce()
    assert changes == ["a", "b", "a"]


@virtual
async def test_without_the_store_the_last_view_stays(hub: Hub) -> None:
    hub.store = MemoryStore()
    meddled = hub.meddle()
    changes: list[str] = []
    first, second = sharing(hub, "a", changes), sharing(hub, "b", changes)
    await second.announce()
    await first.announce()
    mine = [name for name in NAMES if first.is_mine(name)]
    meddled.before["announce"] = fails(StoreUnavailable("The disk is full."))
    await first.announce()
    assert [name for name in NAMES if first.is_mine(name)] == mine


def test_a_process_alone_serves_everything() -> None:
    @virtual
    async def story(hub: Hub) -> None:
        alone = sharing(hub, "a", [])
        assert alone.is_mine("zaaksysteem-1")
        await alone.announce()
        assert alone.is_mine("zaaksysteem-1")
        assert alone.is_mine("one that nobody announced")

    story()


@pytest.mark.parametrize("silence", [7.9, 8.1])
def test_a_process_that_falls_silent_is_forgotten(silence: float) -> None:
    @virtual
    async def story(hub: Hub) -> None:
        first, second = sharing(hub, "a", []), sharing(hub, "b", [])
        await first.announce()
        await hub.sleep_until(hub.clock.now() + seconds(silence))
        await second.announce()
        assert all(second.is_mine(name) for name in NAMES) == (silence > 8)

    story()
