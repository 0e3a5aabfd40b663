"""What the callback answers: to the Notificaties API, to strangers, and to nonsense."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.contract import InboundRequest, Received, Reception
from adapters.zgw import ZgwAdapter
from adapters.zgw.notifying import MOST_BYTES, Unreadable, read
from tests.adapters.zgw.inbound.hub import AUTH, HandClock, Hub
from tests.adapters.zgw.messages import settings
from tests.standards import standards_dir

BASE = "http://127.0.0.1:9"
ZAAK_URL = f"{BASE}/zaken/api/v1/zaken/8aa0f5a9-3f59-4ea0-a0a1-c1e6e1fa0508"
DOCUMENT_URL = f"{BASE}/documenten/api/v1/enkelvoudiginformatieobjecten/06c29d41"
STATUS: dict[str, Any] = {
    "kanaal": "zaken",
    "hoofdObject": ZAAK_URL,
    "resource": "status",
    "resourceUrl": f"{BASE}/zaken/api/v1/statussen/1",
    "actie": "create",
    "aanmaakdatum": "2026-11-23T12:44:59.258Z",
    "kenmerken": {"bronorganisatie": "002220647"},
}


def hub(**postroom: Any) -> Hub:
    made = settings(BASE, postroom={"callback_auth": AUTH, **postroom})
    clock = HandClock()
    return Hub(adapter=ZgwAdapter(made, clock=clock), clock=clock)


async def call(body: Any, **more: Any) -> Received:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await hub().call(raw, **more)


async def test_a_notification_becomes_one_message_in_the_lane_of_the_case() -> None:
    received = await call(STATUS)
    assert (received.outcome, received.answer.status) == (Reception.TAKEN, 204)
    assert received.kind == "zaken/status/create"
    (news,) = received.news
    assert (news.ordering_key, news.subject) == (ZAAK_URL, None)
    assert news.data["inhoud"]["zaak"] == ZAAK_URL
    assert news.time.isoformat() == "2026-11-23T12:44:59.258000+00:00"


async def test_the_order_of_keys_and_other_kenmerken_do_not_make_it_another() -> None:
    first = await call(STATUS)
    again = await call({**dict(reversed(STATUS.items())), "kenmerken": {}, "extra": [1]})
    assert (again.key, again.digest) == (first.key, first.digest)
    assert [one.id for one in again.news] == [one.id for one in first.news]


@pytest.mark.parametrize("name", ["resourceUrl", "actie", "aanmaakdatum"])
async def test_another_event_has_another_key(name: str) -> None:
    other = {"resourceUrl": ZAAK_URL, "actie": "update", "aanmaakdatum": "2026-11-24T00:00:00Z"}
    assert (await call({**STATUS, name: other[name]})).key != (await call(STATUS)).key


@pytest.mark.parametrize(
    "auth",
    [None, "", "Bearer", AUTH[:-1], AUTH + "x", AUTH.lower(), f" {AUTH}", "Bearer é", "Basic YTpi"],
)
async def test_a_stranger_gets_401_and_leaves_nothing_behind(auth: str | None) -> None:
    received = await call(STATUS, auth=auth)
    assert received.answer.status == 401
    assert not received.keep
    assert not received.news
    assert AUTH.encode() not in received.answer.body


async def test_the_self_test_of_the_api_gets_what_it_wants() -> None:
    probe = {**STATUS, "kanaal": "test", "hoofdObject": "http://some.hoofdobject.nl/"}
    assert (await call(probe, auth=None)).answer.status == 401
    received = await call(probe)
    assert (received.answer.status, received.keep, received.news) == (204, False, ())


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("", "POST", 404), ("notificaties/x", "POST", 404), ("notificaties", "GET", 405)],
)
async def test_another_address_or_method_is_not_a_notification(
    path: str, method: str, status: int
) -> None:
    received = await call(STATUS, path=path, method=method)
    assert (received.answer.status, received.keep) == (status, False)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"kanaal": "zaken"}',
        json.dumps({**STATUS, "hoofdObject": 7}).encode(),
        json.dumps({**STATUS, "resource": "x" * 3000}).encode(),
        json.dumps({**STATUS, "actie": "cre\nate"}).encode(),
        json.dumps({**STATUS, "actie": "\ud800"}).encode(),
        json.dumps({**STATUS, "kenmerken": {"x": "y" * MOST_BYTES}}).encode(),
        json.dumps({"specversion": "1.0", "type": "com.example.other"}).encode(),
    ],
)
async def test_what_cannot_be_read_is_refused_and_kept_and_gets_204(body: bytes) -> None:
    received = await call(body)
    assert (received.outcome, received.answer.status) == (Reception.REFUSED, 204)
    assert received.keep
    assert received.code == "unreadable"
    assert received.detail.endswith(".")


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/zaken/1",
        "http://127.0.0.1:9999/zaken/api/v1/zaken/1",
        "https://127.0.0.1:9/zaken/api/v1/zaken/1",
        f"{BASE}@evil.example/zaken/api/v1/zaken/1",
        f"{BASE}.evil.example/zaken/api/v1/zaken/1",
        f"{BASE}/zaken/api/v1/../../admin",
        f"{BASE}/zaken/api/v1/%2e%2e/zaken/1",
        f"{BASE}/zaken/api/v1/zaken",
        f"{BASE}/zaken/api/v1/zaken/1?x=1",
        f"{BASE}/zaken/api/v1/zaken/1#x",
        f"{BASE}/zaken/api/v1/zaken/1/audittrail",
        f"{BASE}/zaken/api/v1x/zaken/1",
        "file:///etc/passwd",
        "zaken/1",
    ],
)
async def test_an_address_outside_the_roots_is_never_followed(url: str) -> None:
    received = await call({**STATUS, "hoofdObject": url})
    assert (received.outcome, received.answer.status) == (Reception.REFUSED, 204)
    assert received.code == "foreign-url"
    assert not received.news
    assert url not in received.detail


async def test_the_same_holds_for_documents() -> None:
    body = {
        **STATUS,
        "kanaal": "documenten",
        "resource": "enkelvoudiginformatieobject",
        "actie": "partial_update",
    }
    assert (await call({**body, "hoofdObject": ZAAK_URL})).code == "foreign-url"
    received = await call({**body, "hoofdObject": DOCUMENT_URL})
    assert [one.ordering_key for one in received.news] == [DOCUMENT_URL]


@pytest.mark.parametrize(
    "changes",
    [
        {"kanaal": "autorisaties"},
        {"kanaal": "ΑΒΓ"},
        {"actie": "destroy"},
        {"actie": "destroy", "resource": "zaakinformatieobject"},
        {"kanaal": "documenten", "resource": "enkelvoudiginformatieobject", "actie": "create"},
        {"kanaal": "documenten", "resource": "gebruiksrechten", "actie": "update"},
    ],
)
async def test_what_means_nothing_to_us_is_recorded_and_told_to_nobody(
    changes: dict[str, str],
) -> None:
    received = await call({**STATUS, **changes})
    assert (received.outcome, received.answer.status) == (Reception.IGNORED, 204)
    assert received.keep
    assert not received.news


def cloud_event(**changes: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": "7",
        "source": "openzaak.example",
        "type": "nl.overheid.zaken.status.create",
        "subject": STATUS["resourceUrl"],
        "time": STATUS["aanmaakdatum"],
        "datacontenttype": "application/json",
        "data": {"bronorganisatie": "002220647", "hoofdObject": ZAAK_URL},
        **changes,
    }


async def test_a_cloud_event_means_the_same() -> None:
    received = await call(cloud_event())
    assert received.kind == "zaken/status/create"
    assert received.news[0].ordering_key == ZAAK_URL
    assert (await call(cloud_event(id="8"))).key != received.key


async def test_a_cloud_event_may_name_its_case_by_uuid() -> None:
    uuid = ZAAK_URL.rpartition("/")[2]
    event = cloud_event(type="nl.overheid.zaken.zaak.updated", subject=uuid, data=None)
    assert (await call(event)).news[0].ordering_key == ZAAK_URL


async def test_a_moment_that_no_message_can_hold_is_replaced_by_that_of_arrival() -> None:
    for moment in ("0001-01-01T00:00:00Z", "gisteren", ""):
        received = await call({**STATUS, "aanmaakdatum": moment})
        assert received.news[0].time.year > 2000


async def test_without_postroom_settings_there_is_no_callback() -> None:
    adapter = ZgwAdapter(settings(BASE), clock=HandClock())
    found = Hub(adapter=adapter, clock=HandClock())
    received = await found.call(json.dumps(STATUS).encode())
    assert (received.answer.status, received.keep) == (404, False)
    assert adapter.poll_every is None


async def test_while_the_store_is_away_the_sender_is_told_to_come_again() -> None:
    request = InboundRequest(
        method="POST", path="notificaties", query="", headers={}, body=b"", url=""
    )
    answer = hub().adapter.unavailable(request)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "30")


@pytest.mark.standards
def test_every_recorded_notification_is_read() -> None:
    folder = standards_dir() / "zgw" / "examples"
    found = sorted(folder.glob("nrc-callback-*.json"))
    assert found
    for path in found:
        body = json.loads(path.read_text())["request"]["body"]
        notification = read(json.dumps(body).encode(), zaken_root=BASE)
        assert notification.kanaal == body["kanaal"]
        assert notification.hoofd_object == body["hoofdObject"]


def test_nothing_of_a_body_is_in_the_sentence_about_it() -> None:
    with pytest.raises(Unreadable) as caught:
        read(b'{"kanaal": 999993653}', zaken_root=BASE)
    assert "999993653" not in str(caught.value)
