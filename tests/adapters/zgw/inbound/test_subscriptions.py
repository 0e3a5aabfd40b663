"""One subscription, and the right one: made, left alone, put right, explained."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.contract import ConfigurationError, RejectedError, TransientError, UncertainError
from adapters.zgw import ZgwAdapter, ZgwSettings
from adapters.zgw.subscriptions import Subscriptions
from simulators.kit import FaultRule, Match
from simulators.zgw import ZgwSimulator
from simulators.zgw.store import NOTIFICATIES
from tests.adapters.zgw.inbound.conftest import Town, hub_for
from tests.adapters.zgw.inbound.hub import AUTH, HandClock, Hub
from tests.adapters.zgw.messages import settings
from tests.simulators.zgw.receiver import Receiver

RSIN = "002220647"


def subscriptions_of(hub: Hub) -> Subscriptions:
    found = hub.adapter.subscriptions
    assert found is not None
    return found


def there(simulator: ZgwSimulator) -> list[dict[str, object]]:
    return [record.body for record in simulator.world.store[NOTIFICATIES + "abonnement"]]


@pytest.fixture
async def subscriptions(town: Town) -> Subscriptions:
    return subscriptions_of(town.hub)


async def test_nothing_there_is_said_and_then_made(
    town: Town, subscriptions: Subscriptions
) -> None:
    before = await subscriptions.show(town.hub.url)
    assert (before.right, before.ours) == (False, [])
    assert "no subscription" in before.detail
    made = await subscriptions.ensure(town.hub.url)
    assert (made.right, list(made.done)) == (True, ["A subscription was made."])
    assert (await subscriptions.show(town.hub.url)).right
    (body,) = there(town.simulator)
    assert body["callbackUrl"] == town.hub.url
    assert not town.hub.receptions  # the API's try-outs are not kept


async def test_a_right_one_is_left_alone(town: Town, subscriptions: Subscriptions) -> None:
    await subscriptions.ensure(town.hub.url)
    before = there(town.simulator)
    again = await subscriptions.ensure(town.hub.url)
    assert (again.right, list(again.done)) == (True, [])
    assert there(town.simulator) == before


async def test_a_new_secret_replaces_it(town: Town, subscriptions: Subscriptions) -> None:
    await subscriptions.ensure(town.hub.url)
    (before,) = there(town.simulator)
    renewed = await subscriptions.ensure(town.hub.url, renew=True)
    (after,) = there(town.simulator)
    assert len(renewed.done) == 2
    assert before["url"] != after["url"]


async def test_doubles_are_seen_and_removed(town: Town, subscriptions: Subscriptions) -> None:
    await subscriptions.ensure(town.hub.url)
    store = town.simulator.world.store
    (body,) = there(town.simulator)
    store.make(NOTIFICATIES + "abonnement", {k: v for k, v in body.items() if k != "url"}, auth="x")
    assert "more than once" in (await subscriptions.show(town.hub.url)).detail
    report = await subscriptions.ensure(town.hub.url)
    assert list(report.done) == ["1 older subscription(s) were removed."]
    assert len(there(town.simulator)) == 1


async def test_other_filters_are_seen_and_put_right(
    simulator: ZgwSimulator, town: Town, subscriptions: Subscriptions
) -> None:
    await subscriptions.ensure(town.hub.url)
    async with hub_for(simulator, bronorganisatie=RSIN, documenten=False) as narrow:
        wants = subscriptions_of(narrow)
        shown = await wants.show(town.hub.url)
        assert not shown.right
        assert "other channels or filters" in shown.detail
        await wants.ensure(town.hub.url)
        (body,) = there(simulator)
        assert body["kanalen"] == [{"filters": {"bronorganisatie": RSIN}, "naam": "zaken"}]
        (one,) = (await wants.show(town.hub.url)).ours
        assert one.wording.endswith(f"zaken [bronorganisatie={RSIN}]")


async def test_those_of_others_are_counted_and_never_touched(
    town: Town, subscriptions: Subscriptions
) -> None:
    former = town.hub.url.replace("/notificaties", "/oud/notificaties")
    store = town.simulator.world.store
    for callback in ("http://ander.example/notificaties", former):
        body = {"callbackUrl": callback, "kanalen": [], "sendCloudevents": False}
        store.make(NOTIFICATIES + "abonnement", body, auth="x")
    report = await subscriptions.ensure(town.hub.url)
    assert (report.others, len(there(town.simulator))) == (2, 3)
    await subscriptions.ensure(town.hub.url, old_url=former)
    left = {str(one["callbackUrl"]) for one in there(town.simulator)}
    assert left == {"http://ander.example/notificaties", town.hub.url}


async def test_an_address_where_no_hub_is_gets_an_explanation(
    subscriptions: Subscriptions,
) -> None:
    with pytest.raises(UncertainError, match=r"can it reach http://127\.0\.0\.1:1/notificaties"):
        await subscriptions.ensure("http://127.0.0.1:1/notificaties")
    async with Receiver() as receiver:
        with pytest.raises(RejectedError, match="is it the hub"):
            await subscriptions.ensure(receiver.url + "/open")
        with pytest.raises(RejectedError, match="is it running, with these settings"):
            await subscriptions.ensure(receiver.url + "/notificaties")


async def test_a_channel_that_does_not_exist_is_said(
    town: Town, subscriptions: Subscriptions
) -> None:
    store = town.simulator.world.store
    kanaal = store[NOTIFICATIES + "kanaal"].one(naam="documenten")
    assert kanaal is not None
    store[NOTIFICATIES + "kanaal"].remove(kanaal)
    with pytest.raises(RejectedError, match="has to register it"):
        await subscriptions.ensure(town.hub.url)


async def test_a_wrong_credential_names_the_setting(simulator: ZgwSimulator) -> None:
    made = settings(
        simulator.base_url,
        notificaties={"root": f"{simulator.base_url}/api/v1", "secret": "x" * 40},
        postroom={"callback_auth": AUTH},
    )
    adapter = ZgwAdapter(made, clock=HandClock())
    assert adapter.subscriptions is not None
    with pytest.raises(ConfigurationError) as caught:
        await adapter.subscriptions.show("http://127.0.0.1:1/notificaties")
    await adapter.aclose()
    assert caught.value.setting == "notificaties.secret"
    assert "x" * 40 not in caught.value.detail


@pytest.mark.parametrize("body", [{"x": 1}, [1], "x"])
async def test_an_answer_of_another_form_is_no_list(
    town: Town, subscriptions: Subscriptions, body: object
) -> None:
    rule = FaultRule(
        kind="status",
        match=Match(method="GET", path="/abonnement"),
        settings={"status": 200, "body": body},
    )
    await town.simulator.script([rule])
    with pytest.raises(TransientError):
        await subscriptions.show(town.hub.url)


async def test_a_check_mentions_a_missing_subscription_and_stays_good(
    simulator: ZgwSimulator, town: Town
) -> None:
    """What we send does not depend on what we are told."""
    async with hub_for(simulator, callback_url=town.hub.url) as hub:
        health = await hub.adapter.check()
        assert health.ok
        assert "schakel subscriptions ensure" in health.detail
        await subscriptions_of(hub).ensure(town.hub.url)
        assert "subscription" not in (await hub.adapter.check()).detail
        away = FaultRule(kind="status", match=Match(path="/abonnement"), times=None)
        await simulator.script([away])
        health = await hub.adapter.check()
        assert health.ok
        assert "could not be looked at" in health.detail


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"postroom": {"callback_auth": "te kort"}}, "16 to 1000"),
        ({"postroom": {"callback_auth": "Bearer met een\nregeleinde erin"}}, "printable"),
        ({"postroom": {}}, "callback_auth"),
        ({"postroom": {"callback_auth": AUTH, "callback_url": "ftp://x/notificaties"}}, "root"),
        (
            {"postroom": {"callback_auth": AUTH, "callback_url": "https://x/inbound/"}},
            "ends in /inbound",
        ),
        ({"postroom": {"callback_auth": AUTH, "settel": 1}}, "settel"),
        ({"notificaties": {"root": "http://ander.example/api/v1"}}, "notificaties"),
        (
            {
                "notificaties": {"root": "https://ander.example/api/v1"},
                "client_id": None,
                "secret": None,
            },
            "credential",
        ),
    ],
)
def test_wrong_settings_are_refused_with_a_reason(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        settings("http://127.0.0.1:9", **changes)


def test_the_secret_of_the_callback_is_in_no_repr() -> None:
    made: ZgwSettings = settings("http://127.0.0.1:9", postroom={"callback_auth": AUTH})
    assert AUTH not in repr(made)
