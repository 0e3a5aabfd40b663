import asyncio
from typing import Any

import httpx
import pytest

from simulators.kit import KINDS
from tests.simulators.kit.conftest import Desk

BAD_FAULTS: dict[str, Any] = {
    "an unknown kind": {"kind": "explode"},
    "no kind": {"phase": "before"},
    "an impossible phase": {"kind": "half_answer", "phase": "before"},
    "an unknown key": {"kind": "reset", "wen": "now"},
    "an unknown setting": {"kind": "status", "settings": {"code": 500}},
    "a text for a number": {"kind": "latency", "settings": {"seconds": "long"}},
    "headers that are a list": {"kind": "status", "settings": {"headers": ["a"]}},
    "an unknown charset": {"kind": "wrong_charset", "settings": {"charset": "utf-99"}},
    "times of zero": {"kind": "reset", "times": 0},
    "a path that is no pattern": {"kind": "reset", "match": {"path": "("}},
    "an unknown match": {"kind": "reset", "match": {"url": "/"}},
    "a probability above one": {"kind": "reset", "match": {"probability": 2}},
    "an until without offset": {"kind": "reset", "until": "2026-11-23T12:00:00"},
    "an until that is no time": {"kind": "reset", "until": "tomorrow"},
    "a number": 5,
    "a list with a text": ["reset"],
}


def _is_problem(answer: httpx.Response) -> bool:
    return (
        answer.status_code == 400
        and answer.headers["Content-Type"].startswith("application/problem+json")
        and bool(answer.json()["detail"])
    )


@pytest.mark.parametrize("document", BAD_FAULTS.values(), ids=BAD_FAULTS.keys())
async def test_a_bad_fault_is_refused_with_the_known_kinds(desk: Desk, document: Any) -> None:
    answer = await desk.control.post("/faults", json=document)
    assert _is_problem(answer)
    assert set(answer.json()["knownKinds"]) == set(KINDS)
    assert (await desk.control.get("/faults")).json()["rules"] == []


@pytest.mark.parametrize(
    ("method", "path", "document"),
    [
        ("POST", "/outage", {"from": "2026-11-23T12:00:00Z", "fault": {"kind": "reset"}}),
        (
            *("POST", "/outage"),
            {
                "from": "2026-11-23T12:00:00Z",
                "to": "2026-11-23T11:00:00Z",
                "fault": {"kind": "reset"},
            },
        ),
        ("POST", "/outage", {"start": 1}),
        ("PUT", "/clock", {"now": "noon"}),
        ("PUT", "/clock", {"advance": -5}),
        ("PUT", "/clock", {"time": "2026-11-23T12:00:00Z"}),
        ("PUT", "/clock", []),
        ("PUT", "/latency", {"seconds": -1}),
        ("PUT", "/latency", {"capacity": 0}),
        ("PUT", "/latency", {"as": "snail"}),
        ("POST", "/shout", {"not": "a text"}),
    ],
)
async def test_bad_control_input_is_a_400_that_says_what_is_wrong(
    desk: Desk, method: str, path: str, document: Any
) -> None:
    assert _is_problem(await desk.control.request(method, path, json=document))


async def test_a_body_that_is_not_json_and_a_bad_page_are_refused(desk: Desk) -> None:
    assert _is_problem(await desk.control.post("/faults", content=b"{"))
    assert _is_problem(await desk.control.get("/journal?limit=0"))
    assert _is_problem(await desk.control.get("/effects?after=x"))


async def test_the_journal_and_the_effects_can_be_read_in_pages(desk: Desk) -> None:
    for _ in range(3):
        await desk.write()
    page = (await desk.control.get("/journal?limit=2")).json()
    assert [entry["status"] for entry in page["results"]] == [201, 201]
    rest = (await desk.control.get(f"/journal?after={page['next']}")).json()
    assert len(rest["results"]) == 1
    assert rest["next"] is None
    effects = (await desk.control.get("/effects")).json()
    assert effects["count"] == 3
    assert [entry["key"] for entry in effects["results"]] == [{"text": "melk"}] * 3


async def test_a_request_that_met_a_fault_is_in_the_journal_with_its_name(desk: Desk) -> None:
    await desk.control.post("/faults", json={"kind": "status"})
    await desk.write()
    entry = (await desk.control.get("/journal")).json()["results"][0]
    assert (entry["fault"], entry["status"]) == ("status", None)


async def test_an_outage_follows_the_settable_clock(desk: Desk) -> None:
    await desk.control.put("/clock", json={"now": "2026-11-23T11:00:00Z"})
    outage = {
        "from": "2026-11-23T12:00:00+00:00",
        "to": "2026-11-23T13:00:00+00:00",
        "fault": {"kind": "refuse"},
    }
    await desk.control.post("/outage", json=outage)
    assert (await desk.write()).status_code == 201
    await desk.control.put("/clock", json={"advance": 3600})
    with pytest.raises(httpx.ConnectError):
        await desk.write()
    await desk.control.put("/clock", json={"advance": 3600})
    assert (await desk.write()).status_code == 201


async def test_an_outage_on_a_running_clock_begins_by_itself(desk: Desk) -> None:
    await desk.control.put("/clock", json={"now": "2026-11-23T11:59:59Z", "frozen": False})
    outage = {
        "from": "2026-11-23T12:00:00Z",
        "to": "2026-11-23T12:00:00.5Z",
        "fault": {"kind": "refuse"},
    }
    closing = asyncio.create_task(desk.simulator.closed())
    await desk.control.post("/outage", json=outage)
    async with asyncio.timeout(10):
        await closing
        await desk.simulator.reopened()
    assert (await desk.write()).status_code == 201


async def test_the_clock_can_go_back_to_real_time(desk: Desk) -> None:
    await desk.control.put("/clock", json={"now": "2001-01-01T00:00:00Z"})
    clock = (await desk.control.put("/clock", json={"real": True})).json()
    assert not clock["frozen"]
    assert clock["now"] > "2026"


async def test_the_pace_can_be_set_to_that_of_a_real_system(desk: Desk) -> None:
    pace = (await desk.control.put("/latency", json={"as": "open-zaak"})).json()
    assert pace["capacity"] == 2
    answer = await desk.write()
    assert answer.elapsed.total_seconds() >= 0.05
    await desk.control.put("/latency", json={"seconds": 0.1})
    assert (await desk.write()).elapsed.total_seconds() >= 0.1


async def test_reset_brings_everything_back_to_the_start(desk: Desk) -> None:
    await desk.write()
    await desk.control.put("/clock", json={"now": "2001-01-01T00:00:00Z"})
    await desk.control.put("/latency", json={"seconds": 9})
    await desk.control.post("/faults", json=[{"kind": "refuse"}, {"kind": "reset"}])
    await desk.control.post("/reset")
    assert desk.notebook.notes == []
    assert (await desk.http.get("/notes")).json()["notes"] == 0
    assert (await desk.control.get("/journal")).json()["received"] == 1
    assert (await desk.control.get("/latency")).json()["seconds"] == 0
    assert not (await desk.control.get("/clock")).json()["frozen"]


async def test_a_system_may_have_control_calls_of_its_own(desk: Desk) -> None:
    assert (await desk.control.post("/shout", json="hoi")).json() == {"shouted": "HOI"}


async def test_the_control_port_answers_while_the_system_refuses(desk: Desk) -> None:
    await desk.control.post("/faults", json={"kind": "refuse"})
    assert (await desk.control.get("/")).status_code == 200


async def test_the_page_shows_what_arrived_and_escapes_it(desk: Desk) -> None:
    await desk.http.post("/notes?q=<i>", content=b"<script>alert(1)</script>")
    await desk.control.post("/faults", json={"kind": "status"})
    answer = await desk.control.get("/")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
    assert "<script" not in answer.text
    assert "status (before) on any method any path" in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
