from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.simulators.zgw.helpers import Zaaksysteem, codes
from tests.simulators.zgw.receiver import AUTH, Receiver

SUBSCRIPTIONS = "/api/v1/abonnement"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as receiver:
        yield receiver


def _subscription(receiver: Receiver, path: str = "/ok", **filters: str) -> dict[str, Any]:
    return {
        "callbackUrl": receiver.url + path,
        "auth": AUTH,
        "kanalen": [{"naam": "zaken", "filters": filters}],
    }


async def test_both_probes_come_before_the_answer_and_auth_stays_hidden(
    zgw: Zaaksysteem, receiver: Receiver
) -> None:
    made = await zgw.made(SUBSCRIPTIONS, _subscription(receiver))
    assert [item.answered for item in receiver.received] == [401, 204]
    assert "auth" not in made


async def test_a_callback_that_cannot_be_reached_is_a_500(
    zgw: Zaaksysteem, receiver: Receiver
) -> None:
    body = _subscription(receiver) | {
        "callbackUrl": zgw.simulator.control_url.replace("http", "ftp")
    }
    assert codes(await zgw.post(SUBSCRIPTIONS, body)) == [("callbackUrl", "bad-url")]
    body = _subscription(receiver) | {"callbackUrl": "http://127.0.0.1:1/weg"}
    assert (await zgw.post(SUBSCRIPTIONS, body)).status_code == 500


async def test_a_wrong_authorisation_and_a_foreign_filter_are_refused(
    zgw: Zaaksysteem, receiver: Receiver
) -> None:
    body = _subscription(receiver) | {"auth": "Bearer anders"}
    assert codes(await zgw.post(SUBSCRIPTIONS, body)) == [("callbackUrl", "invalid-callback-url")]
    body = _subscription(receiver, kleur="rood")
    assert codes(await zgw.post(SUBSCRIPTIONS, body)) == [
        ("filters", "inconsistent-abonnement-filters")
    ]


async def test_only_matching_changes_are_notified(zgw: Zaaksysteem, receiver: Receiver) -> None:
    await zgw.made(SUBSCRIPTIONS, _subscription(receiver, bronorganisatie="002564440"))
    types = await zgw.types()
    await zgw.zaak(types["zaaktype"], "niet")
    zaak = await zgw.zaak(types["zaaktype"], "wel", bronorganisatie="002564440")
    await zgw.simulator.notified()
    assert [item.body["resourceUrl"] for item in receiver.messages] == [zaak["url"]]
    assert receiver.messages[0].headers["Authorization"] == AUTH
    assert receiver.messages[0].body["aanmaakdatum"] == "2026-11-23T12:50:00.000Z"


async def test_a_refused_notification_is_tried_again(zgw: Zaaksysteem, receiver: Receiver) -> None:
    await zgw.made(SUBSCRIPTIONS, _subscription(receiver, "/flaky"))
    types = await zgw.types()
    await zgw.zaak(types["zaaktype"], "Z")
    await receiver.until(1)
    assert [item.answered for item in receiver.received] == [401, 204, 503, 204]


async def test_a_failing_change_is_not_notified_and_the_rest_ends_with_the_subscription(
    zgw: Zaaksysteem, receiver: Receiver
) -> None:
    made = await zgw.made(SUBSCRIPTIONS, _subscription(receiver))
    types = await zgw.types()
    await zgw.zaak(types["zaaktype"], "Z")
    await zgw.post("/zaken/api/v1/zaken", {"zaaktype": types["zaaktype"]})
    await zgw.simulator.notified()
    assert (await zgw.http.delete(made["url"])).status_code == 204
    await zgw.zaak(types["zaaktype"], "Y")
    await zgw.simulator.notified()
    assert len(receiver.messages) == 1


async def test_what_is_published_is_delivered_and_an_unknown_kanaal_has_its_own_form(
    zgw: Zaaksysteem, receiver: Receiver
) -> None:
    await zgw.made(SUBSCRIPTIONS, _subscription(receiver))
    message = {
        "kanaal": "zaken",
        "hoofdObject": "http://zaken.invalid/1",
        "resource": "zaak",
        "resourceUrl": "http://zaken.invalid/1",
        "actie": "create",
        "aanmaakdatum": "2026-11-23T12:00:00Z",
        "kenmerken": {"bronorganisatie": "002220647"},
    }
    assert await zgw.made("/api/v1/notificaties", message) == message
    await zgw.simulator.notified()
    assert [item.body for item in receiver.messages] == [message]
    answer = await zgw.post("/api/v1/notificaties", message | {"kanaal": "weg"})
    assert answer.status_code == 400
    assert set(answer.json()) == {"kanaal"}


async def test_a_reset_forgets_subscriptions_and_stops_retries(
    zgw: Zaaksysteem, receiver: Receiver
) -> None:
    await zgw.made(SUBSCRIPTIONS, _subscription(receiver))
    await zgw.control.post("/reset")
    await zgw.control.put("/clock", json={"now": "2026-11-23T12:50:00Z"})
    assert await zgw.get(SUBSCRIPTIONS) == []
    types = await zgw.types()
    await zgw.zaak(types["zaaktype"], "Z")
    await zgw.simulator.notified()
    assert receiver.messages == []
