"""Which answer belongs to which message, whatever the broker's order and habits."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from adapters._kit.amqp.confirms import Confirms, Unconfirmed
from adapters._kit.amqp.errors import AmqpClosed, AmqpNacked

ANSWERS = st.lists(st.tuples(st.integers(1, 9), st.booleans(), st.booleans()), max_size=20)


def message(number: int) -> Unconfirmed:
    return Unconfirmed(
        exchange="x",
        routing_key="a",
        message_id=str(number),
        body=b"",
        answer=asyncio.get_running_loop().create_future(),
    )


@given(ANSWERS)
def test_every_message_gets_the_first_answer_that_covers_it(
    answers: list[tuple[int, bool, bool]],
) -> None:
    """`multiple` covers all up to a tag; what nobody answered is lost with the channel."""
    expected: dict[int, bool | None] = dict.fromkeys(range(1, 10))
    for tag, multiple, taken in answers:
        for each in range(1, tag + 1) if multiple else (tag,):
            if expected[each] is None:
                expected[each] = taken

    async def played() -> list[type[Exception] | None]:
        confirms = Confirms("mq", 9)
        sending = [
            asyncio.create_task(confirms.publish(message(number), lambda: None))
            for number in range(1, 10)
        ]
        await asyncio.sleep(0)
        assert len(confirms) == 9
        for tag, multiple, taken in answers:
            confirms.settle(tag, multiple=multiple, taken=taken)
        confirms.lose(AmqpClosed("lost"))
        ended = await asyncio.gather(*sending, return_exceptions=True)
        return [type(one) if isinstance(one, Exception) else None for one in ended]

    meaning = {True: None, False: AmqpNacked, None: AmqpClosed}
    assert asyncio.run(played()) == [meaning[expected[number]] for number in range(1, 10)]


async def test_an_answer_to_tag_zero_settles_all() -> None:
    confirms = Confirms("mq", 9)
    sending = [
        asyncio.create_task(confirms.publish(message(number), lambda: None)) for number in (1, 2)
    ]
    await asyncio.sleep(0)
    assert len(confirms) == 2
    confirms.settle(0, multiple=True, taken=True)
    assert await asyncio.gather(*sending) == [None, None]
    assert len(confirms) == 0
