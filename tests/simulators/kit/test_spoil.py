"""Every kind of fault over a real socket: what the client sees, and whether it was done."""

from typing import Any

import httpx
import pytest

from simulators.kit import KINDS, FaultRule
from tests.simulators.kit.conftest import Desk


async def _script(desk: Desk, kind: str, phase: str, **settings: Any) -> None:
    rule = {"kind": kind, "phase": phase, "settings": settings, "match": {"method": "POST"}}
    answer = await desk.control.post("/faults", json=rule)
    assert answer.status_code == 200, answer.text


def _done(desk: Desk) -> bool:
    """The effect is in the journal exactly when the system has it."""
    assert len(desk.simulator.journal.effects) == len(desk.notebook.notes)
    return bool(desk.notebook.notes)


async def test_refuse_without_a_match_closes_the_port_at_once_until_it_is_cleared(
    desk: Desk,
) -> None:
    assert (await desk.http.get("/notes")).status_code == 200  # leaves an open connection
    await desk.control.post("/faults", json={"kind": "refuse"})
    with pytest.raises(httpx.ConnectError):
        await desk.write()
    assert not _done(desk)
    assert (await desk.control.get("/faults")).json()["refusing"]
    await desk.control.delete("/faults")
    assert (await desk.write()).status_code == 201


@pytest.mark.parametrize(("phase", "done"), [("before", False), ("after", True)])
async def test_refuse_with_a_match_falls_on_that_request_and_then_on_all(
    desk: Desk, phase: str, *, done: bool
) -> None:
    await _script(desk, "refuse", phase)
    with pytest.raises(httpx.ReadError):
        await desk.write()
    assert _done(desk) is done
    with pytest.raises(httpx.ConnectError):
        await desk.http.get("/notes")
    await desk.control.delete("/faults")
    assert (await desk.http.get("/notes")).json()["notes"] == int(done)


async def test_refuse_for_some_seconds_opens_the_same_port_again_by_itself(desk: Desk) -> None:
    before = desk.simulator.base_url
    await desk.control.post("/faults", json={"kind": "refuse", "settings": {"seconds": 1}})
    with pytest.raises(httpx.ConnectError):
        await desk.http.get("/notes")
    await desk.simulator.reopened()
    assert desk.simulator.base_url == before
    assert (await desk.http.get("/notes")).status_code == 200


async def test_latency_before_makes_the_commit_late_but_answers_rightly(desk: Desk) -> None:
    await _script(desk, "latency", "before", seconds=0.1, jitter=0.05)
    answer = await desk.write()
    assert answer.status_code == 201
    assert answer.elapsed.total_seconds() >= 0.1
    assert _done(desk)


async def test_a_client_that_gives_up_during_latency_before_still_has_its_work_done(
    desk: Desk,
) -> None:
    await _script(desk, "latency", "before", seconds=1.5)
    with pytest.raises(httpx.ReadTimeout):
        await desk.write(patience=0.2)
    assert not _done(desk)
    await desk.notebook.written.wait()
    assert _done(desk)


async def test_latency_after_has_committed_when_the_client_gives_up(desk: Desk) -> None:
    await _script(desk, "latency", "after", seconds=30)
    with pytest.raises(httpx.ReadTimeout):
        await desk.write(patience=0.2)
    assert _done(desk)


async def test_timeout_does_nothing_and_never_answers(desk: Desk) -> None:
    await _script(desk, "timeout", "before")
    with pytest.raises(httpx.ReadTimeout):
        await desk.write(patience=0.2)
    assert not _done(desk)


async def test_timeout_ends_in_a_reset_when_the_client_is_patient(desk: Desk) -> None:
    await _script(desk, "timeout", "before", seconds=0.1)
    with pytest.raises(httpx.ReadError):
        await desk.write()
    assert not _done(desk)


async def test_lost_answer_has_committed_and_hangs(desk: Desk) -> None:
    await _script(desk, "lost_answer", "after")
    with pytest.raises(httpx.ReadTimeout):
        await desk.write(patience=0.2)
    assert _done(desk)


async def test_lost_answer_of_zero_seconds_resets_at_once_after_the_commit(desk: Desk) -> None:
    await _script(desk, "lost_answer", "after", seconds=0)
    with pytest.raises(httpx.ReadError):
        await desk.write()
    assert _done(desk)


@pytest.mark.parametrize(("phase", "done"), [("before", False), ("after", True)])
async def test_reset_cuts_the_connection(desk: Desk, phase: str, *, done: bool) -> None:
    await _script(desk, "reset", phase)
    with pytest.raises(httpx.ReadError):
        await desk.write()
    assert _done(desk) is done


async def test_half_answer_promises_more_bytes_than_come(desk: Desk) -> None:
    await _script(desk, "half_answer", "after")
    with pytest.raises(httpx.RemoteProtocolError, match="complete message body"):
        await desk.write()
    assert _done(desk)


async def test_slow_bytes_bring_the_right_answer_in_slices(desk: Desk) -> None:
    await _script(desk, "slow_bytes", "after", slice=8, pause=0.01)
    async with desk.http.stream("POST", "/notes", content=b"melk") as answer:
        pieces = [piece async for piece in answer.aiter_raw()]
    assert len(pieces) > 1
    assert b"".join(pieces).startswith(b'{"notes": 1')
    assert _done(desk)


@pytest.mark.parametrize(("phase", "done"), [("before", False), ("after", True)])
@pytest.mark.parametrize("retry_after", [7, "Mon, 23 Nov 2026 13:00:00 GMT", "over een uur"])
async def test_status_answers_anything_with_any_retry_after(
    desk: Desk, phase: str, retry_after: object, *, done: bool
) -> None:
    await _script(desk, "status", phase, status=503, retry_after=retry_after)
    answer = await desk.write()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, str(retry_after))
    assert answer.json() == {"title": "Service Unavailable"}
    assert _done(desk) is done


async def test_status_takes_an_html_body_and_headers(desk: Desk) -> None:
    settings = {
        "body": "<h1>Stuk</h1>",
        "content_type": "text/html",
        "headers": {"Server": "nginx"},
    }
    await _script(desk, "status", "before", status=502, **settings)
    answer = await desk.write()
    assert (answer.status_code, answer.text) == (502, "<h1>Stuk</h1>")
    assert answer.headers["Content-Type"] == "text/html"
    assert answer.headers["Server"] == "nginx"


@pytest.mark.parametrize(("phase", "done"), [("before", False), ("after", True)])
async def test_html_200_is_a_login_page_that_looks_like_success(
    desk: Desk, phase: str, *, done: bool
) -> None:
    await _script(desk, "html_200", phase)
    answer = await desk.write()
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Inloggen" in answer.text
    assert _done(desk) is done


@pytest.mark.parametrize(("phase", "done"), [("before", False), ("after", True)])
async def test_redirect_points_to_a_foreign_host(desk: Desk, phase: str, *, done: bool) -> None:
    await _script(desk, "redirect", phase)
    answer = await desk.write()
    assert answer.status_code == 302
    assert httpx.URL(answer.headers["Location"]).host != httpx.URL(desk.simulator.base_url).host
    assert _done(desk) is done


async def test_wrong_charset_says_utf_8_and_is_something_else(desk: Desk) -> None:
    await _script(desk, "wrong_charset", "after")
    answer = await desk.write()
    assert answer.status_code == 201
    assert answer.charset_encoding == "utf-8"
    assert "één" in answer.content.decode("utf-16")
    with pytest.raises(UnicodeDecodeError):
        answer.content.decode("utf-8")
    assert _done(desk)


@pytest.mark.parametrize(("phase", "done"), [("before", False), ("after", True)])
async def test_huge_body_is_as_large_as_asked(desk: Desk, phase: str, *, done: bool) -> None:
    await _script(desk, "huge_body", phase, size=3_000_000)
    answer = await desk.write()
    assert answer.status_code == 200
    assert len(answer.json()["vulling"]) == 3_000_000
    assert _done(desk) is done


@pytest.mark.parametrize(("phase", "done"), [("before", False), ("after", True)])
async def test_endless_body_goes_on_until_the_client_has_had_enough(
    desk: Desk, phase: str, *, done: bool
) -> None:
    await _script(desk, "endless_body", phase)
    received = 0
    async with desk.http.stream("POST", "/notes", content=b"melk") as answer:
        async for piece in answer.aiter_raw():
            received += len(piece)
            if received > 1_000:
                break
    assert _done(desk) is done
    assert (await desk.http.get("/notes")).status_code == 200


async def test_endless_body_ends_in_a_reset_for_a_patient_client(desk: Desk) -> None:
    await _script(desk, "endless_body", "before", seconds=0.1)
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        await desk.write()


async def test_a_simulator_can_be_stopped_while_a_request_hangs(desk: Desk) -> None:
    await desk.simulator.script([FaultRule(kind="timeout", settings={"seconds": 3600})])
    with pytest.raises(httpx.ReadTimeout):
        await desk.write(patience=0.2)
    await desk.simulator.stop()
    with pytest.raises(httpx.ConnectError):
        await desk.http.get("/notes")


def test_every_kind_of_fault_has_a_test_here() -> None:
    tested = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    assert all(any(name.startswith(kind) for name in tested) for kind in KINDS)
