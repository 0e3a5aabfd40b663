"""Cases that others start in the simulator, and the judge of what was told about them."""

import asyncio
import hashlib
from typing import Any

import pytest
from aiohttp import web

from simulators.zgw.notifier_habits import Habits
from tests.simulators.zgw.helpers import Zaaksysteem
from tests.simulators.zgw.receiver import AUTH, Receiver

SUBSCRIPTIONS = "/api/v1/abonnement"


async def control(zgw: Zaaksysteem, path: str, body: Any, status: int = 200) -> Any:
    answer = await zgw.control.post(path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def subscribed(zgw: Zaaksysteem, receiver: Receiver, **more: Any) -> None:
    body = {"callbackUrl": receiver.url + "/ok", "auth": AUTH, "kanalen": [{"naam": "zaken"}]}
    await zgw.made(SUBSCRIPTIONS, {**body, **more})


async def everything_told(zgw: Zaaksysteem, number: str) -> list[dict[str, Any]]:
    """What a perfect hub would tell, read over the API."""
    (case,) = (await zgw.get("/zaken/api/v1/zaken", identificatie=number))["results"]
    url = case["url"]
    rollen = (await zgw.get("/zaken/api/v1/rollen", zaak=url))["results"]
    objecten = (await zgw.get("/zaken/api/v1/zaakobjecten", zaak=url))["results"]
    told = [
        event(
            "ontvangen",
            url,
            number,
            rollen=rollen[1:],
            initiator=rollen[0] if rollen else None,
            objecten=objecten,
            eigenschappen=case["eigenschappen"],
        )
    ]
    statuses = (await zgw.get("/zaken/api/v1/statussen", zaak=url))["results"]
    told += [event("status-ontvangen", status["url"], number) for status in statuses]
    for link in await zgw.get("/zaken/api/v1/zaakinformatieobjecten", zaak=url):
        document = await zgw.get(link["informatieobject"])
        content = (await zgw.http.get(document["inhoud"])).content
        ref = f"urn:sha256:{hashlib.sha256(content).hexdigest()}"
        versie = str(document["versie"])
        told.append(
            event("document-ontvangen", document["url"], number, dataref=ref, versie=versie)
        )
    return told


def event(kind: str, url: str, subject: str, dataref: str = "", **data: Any) -> dict[str, Any]:
    return {
        "id": f"{kind}-{url}-{data.get('versie')}",
        "type": f"nl.burgerzaken.zaak.{kind}",
        "subject": subject,
        "dataref": dataref or None,
        "data": {"verwijzing": url, **data},
    }


async def test_a_started_case_is_like_any_other(zgw: Zaaksysteem) -> None:
    made = await control(zgw, "/cases", {"count": 2, "documents": 2, "identificatie": "PORTAAL-"})
    assert made["identificaties"] == ["PORTAAL-", "PORTAAL-1"]
    (case,) = (await zgw.get("/zaken/api/v1/zaken", identificatie="PORTAAL-1"))["results"]
    assert case["status"]
    assert len(case["rollen"]) == 2
    assert len(case["zaakinformatieobjecten"]) == 2
    assert case["kenmerken"][0]["bron"] == "portaal"


async def test_the_judge_is_content_with_everything_once(zgw: Zaaksysteem) -> None:
    (number,) = (await control(zgw, "/cases", {"documents": 2}))["identificaties"]
    told = await everything_told(zgw, number)
    verdict = await control(zgw, "/cases/verdict", {"told": [*told, told[0]]})
    assert verdict["clean"], verdict
    assert (verdict["started"], verdict["told"]) == (4, 4)


async def test_the_judge_sees_each_kind_of_fault(zgw: Zaaksysteem) -> None:
    (number,) = (await control(zgw, "/cases", {}))["identificaties"]
    case, status, document = await everything_told(zgw, number)

    async def finding(*told: dict[str, Any]) -> dict[str, int]:
        verdict = await control(zgw, "/cases/verdict", list(told))
        return {name: verdict[name] for name in verdict["findings"] if verdict[name]}

    assert await finding() == {"lost": 3}
    assert await finding(case, status) == {"lost": 1}
    assert await finding(case, {**case, "id": "x"}, status, document) == {"doubled": 1}
    assert await finding(case, status, {**status, "id": "x"}, document) == {"doubled": 1}
    assert await finding(case, status, document, {**document, "id": "x"}) == {"doubled": 1}
    bare = {**case, "data": {**case["data"], "rollen": []}}
    assert await finding(bare, status, document) == {"incomplete": 1}
    other = {**document, "dataref": "urn:sha256:" + "0" * 64}
    assert await finding(case, status, other) == {"incomplete": 1}
    assert await finding(status, case, document) == {"outOfOrder": 1}
    await zgw.control.put("/clock", json={"advance": 60})
    second = await control(zgw, "/cases/status", {"identificatie": number})
    later = event("status-ontvangen", second["url"], number)
    assert await finding(case, document, later, status) == {"outOfOrder": 1}
    echo = event("status-ontvangen", "http://own.example/1", number)
    assert await finding(case, status, document, later, echo) == {"echoed": 1}


async def test_a_new_version_has_to_be_told_as_well(zgw: Zaaksysteem) -> None:
    (number,) = (await control(zgw, "/cases", {}))["identificaties"]
    before = await everything_told(zgw, number)
    version = await control(zgw, "/cases/version", {"url": before[-1]["data"]["verwijzing"]})
    assert version["versie"] == 2
    assert (await control(zgw, "/cases/verdict", before))["lost"] == 1
    after = await everything_told(zgw, number)
    assert (await control(zgw, "/cases/verdict", [*before, after[-1]]))["clean"]


async def test_others_can_add_to_a_case_of_the_core_without_blame_for_the_hub(
    zgw: Zaaksysteem,
) -> None:
    types = await zgw.types()
    case = await zgw.zaak(types["zaaktype"], "KERN-1")
    await control(zgw, "/cases/document", {"identificatie": "KERN-1", "titel": "Stuk"})
    await control(zgw, "/cases/status", {"identificatie": "KERN-1", "statustype": "Ontvangen"})
    told = (await everything_told(zgw, "KERN-1"))[1:]
    assert (await control(zgw, "/cases/verdict", told))["clean"]
    published = {
        "id": "1",
        "type": "nl.burgerzaken.zaak.gestart",
        "subject": "KERN-1",
        "time": "2026-11-23T12:00:00Z",
        "data": {"bronorganisatie": case["bronorganisatie"]},
    }
    assert (await control(zgw, "/verdict", {"published": [published]}))["clean"]


async def test_a_schedule_starts_cases_until_it_is_stopped(zgw: Zaaksysteem) -> None:
    answer = await control(zgw, "/cases", {"every": 0.01, "times": 3, "pause": 0.001})
    assert answer["scheduled"] == 3
    async with asyncio.timeout(10):
        await zgw.simulator._zgw.starter.done()
    assert (await zgw.get("/zaken/api/v1/zaken"))["count"] == 3
    await control(zgw, "/cases", {"every": 600, "times": 3})
    assert (await zgw.control.request("DELETE", "/cases")).json() == {"stopped": 1}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/cases", {"aantal": 1}),
        ("/cases", {"count": "1"}),
        ("/cases", {"count": -1}),
        ("/cases", {"zaaktype": "ONBEKEND"}),
        ("/cases", [1]),
        ("/cases/status", {"identificatie": "WEG"}),
        ("/cases/document", {"identificatie": "WEG"}),
        ("/cases/version", {"url": "http://weg.example/1"}),
        ("/cases/verdict", {"told": 1}),
        ("/cases/verdict", [{"id": "1"}]),
    ],
)
async def test_a_wrong_request_is_refused_with_a_sentence(
    zgw: Zaaksysteem, path: str, body: Any
) -> None:
    problem = await control(zgw, path, body, status=400)
    assert problem["detail"].endswith(".")


async def test_notifications_can_be_dropped_doubled_and_swapped(zgw: Zaaksysteem) -> None:
    async with Receiver() as receiver:
        await subscribed(zgw, receiver)
        await zgw.control.put("/notifications", json={"drop": 1})
        await control(zgw, "/cases", {})
        await zgw.simulator.notified()
        assert receiver.messages == []
        await zgw.control.put("/notifications", json={"double": 1})
        await control(zgw, "/cases", {"documents": 0})
        await zgw.simulator.notified()
        urls = [one.body["resourceUrl"] for one in receiver.messages]
        assert len(urls) == 2 * len(set(urls)) > 0


async def test_a_notification_is_sent_again_after_the_pauses_that_were_asked_for(
    zgw: Zaaksysteem,
) -> None:
    async with Receiver() as receiver:
        body = {"callbackUrl": receiver.url + "/flaky", "auth": AUTH}
        await zgw.made(SUBSCRIPTIONS, {**body, "kanalen": [{"naam": "zaken"}]})
        asked = {"pauses": [0.001, 600]}
        assert (await zgw.control.put("/notifications", json=asked)).json()["waiting"] == 0
        await zgw.zaak((await zgw.types())["zaaktype"], "NOG-EENS")
        assert (await zgw.control.get("/notifications")).json()["waiting"] == 1
        await zgw.simulator.notified()
        assert len(receiver.messages) == 1
        shown = (await zgw.control.get("/notifications")).json()
        assert (shown["waiting"], shown["pauses"]) == (0, [0.001, 600])


async def test_a_swapped_notification_comes_after_a_later_one(zgw: Zaaksysteem) -> None:
    async with Receiver() as receiver:
        await subscribed(zgw, receiver)
        habits = zgw.simulator.world.notifier.habits = Habits(swap=1.0)
        types = await zgw.types()
        first = await zgw.zaak(types["zaaktype"], "EERST")
        habits.swap = 0.0
        second = await zgw.zaak(types["zaaktype"], "DAARNA")
        await zgw.simulator.notified()
        assert [one.body["hoofdObject"] for one in receiver.messages] == [
            second["url"],
            first["url"],
        ]
        assert habits.counts["swapped"] == 1


@pytest.mark.parametrize(
    "body", [{"drop": 2}, {"double": "x"}, {"seed": 0.5}, {"lose": 1}, [1], {"pauses": [-1]}]
)
async def test_a_habit_that_cannot_be_is_refused(zgw: Zaaksysteem, body: Any) -> None:
    assert (await zgw.control.put("/notifications", json=body)).status_code == 400


async def test_a_subscription_for_cloud_events_gets_those(
    zgw: Zaaksysteem, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Receiver() as receiver:
        await subscribed(zgw, receiver, sendCloudevents=True)
        types = await zgw.types()
        receiver.received.clear()
        sent: list[tuple[str, dict[str, Any]]] = []

        def keep(request: web.BaseRequest, body: dict[str, Any]) -> int:
            sent.append((request.headers["Content-Type"], body))
            body["kanaal"] = "zaken"
            return 204

        monkeypatch.setattr(receiver, "_status", keep)
        case = await zgw.zaak(types["zaaktype"], "WOLK")
        await zgw.simulator.notified()
        ((media_type, body),) = sent
        assert media_type == "application/cloudevents+json"
        assert body["type"] == "nl.overheid.zaken.zaak.create"
        assert (body["subject"], body["data"]["hoofdObject"]) == (case["url"], case["url"])
