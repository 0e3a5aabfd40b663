"""From the real broker into a store, through whatever happens in between."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest

from adapters._kit.amqp import AmqpConnection, AmqpError, Properties
from schakel.amqp import Limits, rejection
from schakel.amqp.ingress import MOST_HEADER_BYTES
from schakel.amqp.topology import INGRESS, OUTBOUND, REJECTED
from tests.proxy import Proxy
from tests.schakel.amqp.rig import (
    PATIENCE,
    Rig,
    Store,
    broker,
    cut,
    left,
    numbered,
    publish,
    rejected,
    until,
)
from tests.schakel.http.harness import BSN, event


async def test_messages_are_stored_in_the_order_of_publishing_and_acknowledged(url: str) -> None:
    store = Store()
    async with Rig(url, store).running(), broker(url) as core:
        for number in range(30):
            await publish(core, numbered(number))
        await until(lambda: len(store.order) == 30)
    assert store.order == [str(number) for number in range(30)]
    async with broker(url) as core:
        assert await left(core) == 0


async def test_the_same_message_again_is_stored_once(url: str) -> None:
    store = Store()
    rig = Rig(url, store)
    async with rig.running(), broker(url) as core:
        await publish(core, numbered(1))
        await publish(core, numbered(1))
        await until(lambda: store.repeats == 1)
    assert store.order == ["1"]
    assert rig.metrics._duplicate._value.get() == 1


async def test_while_the_store_is_away_nothing_is_acknowledged_and_then_all_is_stored_in_order(
    url: str,
) -> None:
    """Acknowledging before the store's commit makes this fail: the second hub finds nothing."""
    store = Store()
    store.away = True
    rig = Rig(url, store)
    async with rig.running(), broker(url) as core:
        for number in range(20):
            await publish(core, numbered(number))
        await until(lambda: len(rig.naps) > 5)
    other = Store()
    async with Rig(url, other, name="hub-2").running():
        await until(lambda: len(other.order) == 20)
    assert store.order == []
    assert other.order == [str(number) for number in range(20)]


async def test_when_the_store_is_back_the_hub_goes_on_by_itself_in_order(url: str) -> None:
    store = Store()
    store.away = True
    rig = Rig(url, store)
    async with rig.running(), broker(url) as core:
        for number in range(20):
            await publish(core, numbered(number))
        await until(lambda: len(rig.naps) > 2)
        store.away = False
        await until(lambda: len(store.order) == 20)
    assert store.order == [str(number) for number in range(20)]
    assert rig.naps == sorted(rig.naps) or max(rig.naps) <= 5.0


async def test_a_channel_lost_between_commit_and_acknowledgement_doubles_nothing(url: str) -> None:
    store = Store()
    rig = Rig(url, store)
    async with rig.running(), broker(url) as core:
        rig.made[0]._channel.ack = _fails  # type: ignore[method-assign]  # the channel dies here
        await publish(core, numbered(1))
        await publish(core, numbered(2))
        await until(lambda: len(rig.made) > 1 and len(store.order) == 2 and store.repeats)
    assert store.order == ["1", "2"]
    assert rig.metrics.redelivered._value.get() >= 1
    async with broker(url) as core:
        assert await left(core) == 0


def _fails(*_arguments: Any, **_more: Any) -> None:
    raise AmqpError("The channel is gone.")


async def test_a_refused_message_is_kept_with_the_reason_and_the_next_ones_go_on(url: str) -> None:
    store = Store()
    wrong = numbered(2)
    wrong["data"] |= {"zaaktype": {"identificatie": BSN * 30}}
    async with Rig(url, store).running(), broker(url) as core:
        await publish(core, numbered(1))
        await publish(core, wrong, message_id="m2", headers={"trace": "abc"}, expiration="900000")
        await publish(core, numbered(3))
        await until(lambda: len(store.order) == 2)
        (kept,) = await rejected(core, 1)
    assert store.order == ["1", "3"]
    assert json.loads(kept.body) == wrong
    told = rejection.describe(kept)
    assert (told.reason, told.hub, told.message_id) == ("invalid", "hub-1", "m2")
    assert told.problems
    assert kept.properties.headers["trace"] == "abc"
    assert kept.properties.expiration is None, "it would vanish before anybody has seen it"
    assert BSN not in str(kept.properties.headers)


async def test_another_message_under_a_known_id_is_kept_as_a_conflict(url: str) -> None:
    store = Store()
    async with Rig(url, store).running(), broker(url) as core:
        await publish(core, numbered(1))
        await publish(core, numbered(1) | {"time": "2026-11-23T11:00:00Z"})
        (kept,) = await rejected(core, 1)
    told = rejection.describe(kept)
    assert told.reason == "conflict"
    assert [(one.field, one.rule) for one in told.problems] == [("id", "conflict")]


async def test_a_batch_with_one_wrong_event_is_refused_as_a_whole_and_says_which(url: str) -> None:
    store = Store()
    body = json.dumps([numbered(1), numbered(2) | {"tenant": "0363"}]).encode()
    async with Rig(url, store).running(), broker(url) as core:
        await publish(core, body, content_type="application/cloudevents-batch+json")
        (kept,) = await rejected(core, 1)
        good = json.dumps([numbered(3), numbered(4)]).encode()
        await publish(core, good, content_type="application/cloudevents-batch+json")
        await until(lambda: store.order == ["3", "4"])
    assert {one.field.split(".")[0] for one in rejection.describe(kept).problems} == {"[1]"}


async def test_an_unknown_content_type_is_refused(url: str) -> None:
    async with Rig(url, Store()).running(), broker(url) as core:
        await publish(core, numbered(1), content_type="text/xml")
        (kept,) = await rejected(core, 1)
    assert [one.rule for one in rejection.describe(kept).problems] == ["media_type"]


async def test_a_body_over_the_limit_is_never_looked_at_and_kept_by_the_broker(url: str) -> None:
    store = Store()
    large = b"x" * (20 << 20)
    async with Rig(url, store).running(), broker(url) as core:
        await publish(core, large)
        await publish(core, numbered(1), headers={"x": "y" * (MOST_HEADER_BYTES + 1)})
        await publish(core, numbered(2))
        kept = await rejected(core, 2)
        await until(lambda: store.order == ["2"])
    assert [rejection.describe(one).reason for one in kept] == ["too_large", "too_large"]
    assert kept[0].body == large


async def test_a_mistake_of_ours_in_one_message_stops_no_other(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    store = Store()
    store.away, store.bug = True, "2"
    rig = Rig(url, store)
    async with rig.running(), broker(url) as core:
        for number in (1, 2, 3):
            await publish(core, numbered(number))
        await until(lambda: rig.naps)
        store.away = False
        (kept,) = await rejected(core, 1)
        await until(lambda: len(store.order) == 2)
    assert store.order == ["1", "3"]
    assert rejection.describe(kept).reason == "internal"


async def test_more_than_fits_in_memory_is_fetched_again_and_keeps_its_order(url: str) -> None:
    """Taking in a small one that arrives after a large one was left out makes this fail."""
    store = Store()
    store.away = True
    one = len(json.dumps(numbered(100)))
    most = 5 * one + 10
    rig = Rig(url, store, limits=Limits(body=1 << 20, batch=100, waiting=most))
    async with rig.running(), broker(url) as core:
        await publish(core, numbered(100))
        await until(lambda: rig.naps)  # it is busy with this one
        for number in range(101, 140):
            body = json.dumps(numbered(number)).encode()
            await publish(core, body + b" " * (3 * one if number % 3 == 0 else 0))
        await until(lambda: rig.made[0]._full)
        assert rig.made[0]._bytes <= most
        store.away = False
        await until(lambda: len(store.order) == 40)
    assert store.order == [str(number) for number in range(100, 140)]
    assert len(rig.made) > 1


async def test_a_message_that_kills_every_time_ends_among_the_rejected(url: str) -> None:
    async with Rig(url, Store(), delivery_limit=2).running(), broker(url) as core:
        pass
    async with broker(url) as core:
        await publish(core, numbered(1))
        for _ in range(3):
            with suppress(AmqpError):
                async with core.channel() as channel:
                    seen = asyncio.Event()
                    await channel.consume(INGRESS, _sets(seen), prefetch=1)
                    async with asyncio.timeout(10):
                        await seen.wait()
        (kept,) = await rejected(core, 1)
    assert rejection.describe(kept).reason == "delivered_too_often"


async def test_a_connection_cut_before_a_refusal_is_confirmed_loses_and_doubles_nothing(
    url: str,
) -> None:
    """Acknowledging without waiting for the confirm makes this fail."""
    store = Store()
    parts = urlsplit(url)
    async with Proxy(parts.hostname or "", parts.port or 5672) as proxy:
        through = parts._replace(netloc=f"guest:guest@127.0.0.1:{proxy.port}").geturl()
        rig = Rig(through, store)
        async with rig.running(), broker(url) as core:
            proxy.cut_before_client_sends(b"schakel.rejected")
            await publish(core, b"{")
            await publish(core, numbered(1))
            (kept,) = await rejected(core, 1)
            await until(lambda: store.order == ["1"] and rig.entrance.trouble is None)
            assert await left(core) == 0
    assert kept.body == b"{"
    assert len(rig.made) > 1


def _sets(seen: asyncio.Event) -> Callable[[object], None]:
    return lambda _arrival: seen.set()


async def test_while_one_process_has_a_queue_another_takes_nothing_from_it(url: str) -> None:
    """Without x-single-active-consumer the second stores what is behind the first's, and fails."""
    away, good = Store(), Store()
    away.away = True
    first, second = Rig(url, away, name="hub-1", prefetch=5), Rig(url, good, name="hub-2")
    async with first.running(), broker(url) as core:
        await publish(core, numbered(0))
        await until(lambda: first.naps)
        async with second.running():
            for number in range(1, 40):
                await publish(core, numbered(number))
            naps = len(first.naps)
            await until(lambda: len(first.naps) > naps + 5)
            assert good.order == []
            cut(first)
            await until(lambda: len(good.order) == 40)
    assert good.order == [str(number) for number in range(40)]


async def test_two_hubs_and_the_first_is_cut_off_keep_the_order_of_each_case(url: str) -> None:
    store = Store()
    first, second = Rig(url, store, name="hub-1", prefetch=10), Rig(url, store, name="hub-2")
    async with first.running(), second.running(), broker(url) as core:

        async def publish_all() -> None:
            for number in range(300):
                await publish(core, numbered(number, case=number % 3))

        publishing = asyncio.create_task(publish_all())
        await until(lambda: len(store.order) > 50)
        cut(first)
        await publishing
        await until(lambda: len(store.order) == 300)
    assert store.order == [str(number) for number in range(300)]


async def test_a_hub_that_is_stopped_in_order_leaves_the_rest_to_the_next_one_in_order(
    url: str,
) -> None:
    """Seen failing with pika's own closing of a channel, which cancels the consumer first."""
    store = Store()
    first, second = (Rig(url, store, name=f"hub-{n}", prefetch=50) for n in (1, 2))
    first.reach.lost = "refused"
    async with first.running(), broker(url) as core:
        await publish(core, numbered(0))
        await until(lambda: first.reach.tries)
        async with second.running():
            for number in range(1, 300):
                await publish(core, numbered(number, case=number % 3))
            first.entrance.stop()
            await until(lambda: len(store.order) == 300)
    assert store.order == [str(number) for number in range(300)]


@pytest.mark.parametrize("how", ["refused", "silent", "answer"])
async def test_a_hub_that_loses_its_store_gives_its_queue_to_one_that_has_it_in_order(
    url: str, how: Literal["refused", "silent", "answer"]
) -> None:
    """Seen failing without `StoreWatch` in the entrance: the second hub gets nothing."""
    store = Store()
    first = Rig(url, store, name="hub-1", prefetch=20, patience=1.5)
    second = Rig(url, store, name="hub-2", prefetch=20)
    async with first.running(), broker(url) as core:
        await publish(core, numbered(0))
        await until(lambda: store.order == ["0"])
        async with second.running():
            first.reach.lost = how
            tries = first.reach.tries
            for number in range(1, 100):
                await publish(core, numbered(number, case=number % 3))
            await until(lambda: len(store.order) == 100)
            assert first.reach.tries > tries, "the first had them in hand"
            assert first.entrance.trouble is not None
            assert await left(core) == 0
    assert store.order == [str(number) for number in range(100)]
    assert store.repeats == 0 or how == "answer"
    assert store.repeats > 0 or how != "answer"


async def all_left(core: AmqpConnection, count: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while await left(core) < count:  # noqa: ASYNC110 - a broker tells no event
            await asyncio.sleep(0.02)


async def test_a_hub_alone_takes_nothing_until_its_store_answers_again(url: str) -> None:
    """Seen failing with a consumer that starts at once: the delivery count grows meanwhile."""
    store = Store()
    rig = Rig(url, store, patience=1.5)
    async with rig.running(), broker(url) as core:
        rig.reach.lost = "refused"
        for number in range(20):
            await publish(core, numbered(number))
        await until(lambda: rig.entrance.trouble is not None)
        await all_left(core, 20)
        tries, made = rig.reach.tries, len(rig.made)
        pings = rig.reach.pings
        await until(lambda: rig.reach.pings > pings + 5)
        assert (rig.reach.tries, len(rig.made)) == (tries, made)
        assert await left(core) == 20
        rig.reach.lost = ""
        await until(lambda: len(store.order) == 20)
        assert rig.entrance.trouble is None
    assert store.order == [str(number) for number in range(20)]
    assert 0 < rig.metrics.redelivered._value.get() <= 20


async def test_a_store_that_answers_and_cannot_store_is_waited_for_in_place(url: str) -> None:
    """Going round would use up the delivery limit; seen failing when any failure lets go."""
    store = Store()
    store.away = True
    rig = Rig(url, store, patience=0.1)
    async with rig.running(), broker(url) as core:
        await publish(core, numbered(1))
        await until(lambda: len(rig.naps) > 50)
        store.away = False
        await until(lambda: store.order == ["1"])
    assert rig.metrics.redelivered._value.get() == 0
    assert len(rig.made) == 1


async def test_a_burst_of_redeliveries_is_taken_in_order(url: str) -> None:
    store = Store()
    store.away = True
    rigs = [Rig(url, store, name=f"hub-{number}") for number in range(3)]
    async with broker(url) as core:
        for rig in rigs:
            async with rig.running():
                if rig is rigs[0]:
                    for number in range(400):
                        await publish(core, numbered(number))
                await until(partial(bool, rig.naps))
    store.away = False
    last = Rig(url, store, name="hub-9")
    async with last.running():
        await until(lambda: len(store.order) == 400)
    assert store.order == [str(number) for number in range(400)]
    assert last.metrics.redelivered._value.get() == 400


async def test_with_shards_each_message_goes_to_the_queue_that_its_key_names(url: str) -> None:
    store = Store()
    async with Rig(url, store, shards=3).running(), broker(url) as core:
        for number, key in enumerate(("a.b.c.d.0", "a.b.c.d.1", "a.b.c.d.2", "a.b.c.d", "x.9")):
            body = json.dumps(event(id=str(number))).encode()
            properties = Properties(content_type="application/cloudevents+json")
            await core.publish(OUTBOUND, key, body, properties)
        await until(lambda: len(store.order) == 5)
    async with broker(url) as core:
        assert await left(core, REJECTED) == 0
