"""A call that changes something happens at most once, whatever breaks in between."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from adapters._kit import do_once, find_once, stored_request
from adapters.contract import UncertainError
from tests.conformance.memory_steps import MemorySteps


@dataclass(slots=True)
class Shop:
    """A partner that takes the same order as often as it is sent."""

    taken: list[bytes] = field(default_factory=list)
    rendered: int = 0
    asked: int = 0
    breaks: bool = False

    async def render(self) -> bytes:
        self.rendered += 1
        return b"order %d" % self.rendered

    async def send(self, request: bytes) -> str:
        self.taken.append(request)
        if self.breaks:
            raise UncertainError("the answer was lost")
        return f"number {len(self.taken)}"

    async def find(self, request: bytes) -> str | None:
        self.asked += 1
        return f"number {self.taken.index(request) + 1}" if request in self.taken else None

    async def order(self, steps: MemorySteps) -> str:
        return await do_once(steps, "s", render=self.render, send=self.send, find=self.find)


async def test_a_first_attempt_asks_nothing() -> None:
    shop, steps = Shop(), MemorySteps()
    assert await shop.order(steps) == "number 1"
    assert shop.asked == 0
    assert steps.result("s") == "number 1"


async def test_what_an_earlier_delivery_did_is_found_before_it_is_sent() -> None:
    """No step remembers it; seen sent twice without the look."""
    shop = Shop()
    await shop.order(MemorySteps())
    shop.rendered = 0  # the same request again

    result = await do_once(
        MemorySteps(), "s", render=shop.render, send=shop.send, find=shop.find, look_first=True
    )

    assert (result, len(shop.taken)) == ("number 1", 1)


async def test_what_is_not_there_is_sent_after_the_look() -> None:
    shop, steps = Shop(), MemorySteps()

    result = await do_once(
        steps, "s", render=shop.render, send=shop.send, find=shop.find, look_first=True
    )

    assert (result, shop.asked, steps.prepared("s")) == ("number 1", 1, True)


async def test_what_is_done_is_not_done_again() -> None:
    shop, steps = Shop(), MemorySteps()
    await shop.order(steps)
    assert await shop.order(steps) == "number 1"
    assert len(shop.taken) == 1


async def test_after_a_lost_answer_what_is_there_is_taken_for_the_result() -> None:
    shop, steps = Shop(breaks=True), MemorySteps()
    with pytest.raises(UncertainError):
        await shop.order(steps)
    shop.breaks = False
    assert await shop.order(steps) == "number 1"
    assert len(shop.taken) == 1


async def test_after_a_request_that_got_lost_the_same_bytes_are_sent() -> None:
    shop, steps = Shop(breaks=True), MemorySteps()
    with pytest.raises(UncertainError):
        await shop.order(steps)
    shop.breaks = False
    shop.taken.clear()
    await shop.order(steps)
    assert shop.taken == [b"order 1"]
    assert shop.rendered == 1


async def test_a_look_up_records_what_it_finds() -> None:
    shop, steps = Shop(breaks=True), MemorySteps()
    assert not await find_once(steps, "s", shop.find)
    with pytest.raises(UncertainError):
        await shop.order(steps)
    assert await find_once(steps, "s", shop.find)
    assert steps.result("s") == "number 1"
    assert await find_once(steps, "s", shop.find)
    assert shop.asked == 1


async def test_a_look_up_of_what_did_not_arrive_records_nothing() -> None:
    shop, steps = Shop(breaks=True), MemorySteps()
    with pytest.raises(UncertainError):
        await shop.order(steps)
    shop.taken.clear()
    assert not await find_once(steps, "s", shop.find)
    assert steps.result("s") is None


async def test_an_edited_message_is_rendered_anew() -> None:
    shop, steps = Shop(breaks=True), MemorySteps()
    with pytest.raises(UncertainError):
        await shop.order(steps)
    shop.breaks = False
    shop.taken.clear()
    edited = steps.after_edit()
    assert not await find_once(edited, "s", shop.find)
    await shop.order(edited)
    assert shop.taken == [b"order 2"]


async def test_a_result_without_its_request_has_no_stored_request() -> None:
    shop, steps = Shop(), MemorySteps()
    await shop.order(steps)
    assert await stored_request(steps, "s") == b"order 1"
    assert await stored_request(steps.after_edit(), "s") is None
    assert await stored_request(steps, "another") is None
