"""Every exchange recorded on a real Open Zaak or Open Notificaties, replayed on the simulator.

Compared are the status, the error code, names and codes of invalidParams, the keys and types of
the body, and the headers that clients use. The set-up of each is in story.py.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from simulators import ZgwSimulator, running
from simulators.zgw import DEFAULT_SEED
from tests.simulators.zgw.helpers import NOON
from tests.simulators.zgw.receiver import Received, Receiver
from tests.simulators.zgw.scene import Scene
from tests.simulators.zgw.shapes import differences
from tests.simulators.zgw.story import BEFORE, needs_no_kanalen
from tests.standards import standards_at_hand, standards_dir

pytestmark = pytest.mark.standards

UNMATCHED: dict[str, str] = {}
"""Recordings that the simulator does not match, each with the reason. There are none."""

_SAME_HEADERS = ("allow", "api-version", "content-crs")
_PRESENT_HEADERS = ("location", "etag", "content-disposition", "last-modified")


def _examples() -> Path:
    return standards_dir() / "zgw" / "examples"


def _names() -> list[str]:
    """All recordings; one stand-in when they are absent, so that the skip and its reason show."""
    if not standards_at_hand():
        return ["the-recordings"]
    return sorted(path.stem for path in _examples().glob("*.json"))


NAMES = _names()


@pytest.fixture
async def scene(request: pytest.FixtureRequest) -> AsyncIterator[Scene]:
    folder = _examples()
    name = request.node.callspec.params["name"]
    seed = replace(DEFAULT_SEED, kanalen={}) if needs_no_kanalen(name) else DEFAULT_SEED
    async with Receiver() as receiver, running(ZgwSimulator(seed=seed)) as simulator:
        await simulator.set_clock(NOON)
        scene = Scene(folder, simulator, receiver)
        await scene.map_catalogue()
        await scene.prepare(name)
        yield scene
        await scene.close()


@pytest.mark.parametrize("name", [n for n in NAMES if not n.startswith("nrc-callback")])
async def test_the_simulator_answers_as_was_recorded(scene: Scene, name: str) -> None:
    recorded = scene.recording(name)["response"]
    answer = await scene.replay(name)
    found = _answer_differences(recorded, answer)
    assert not found, "\n".join(found) + f"\n{answer.text[:2000]}"


@pytest.mark.parametrize("name", [n for n in NAMES if n.startswith("nrc-callback")])
async def test_the_simulator_notifies_as_was_recorded(scene: Scene, name: str) -> None:
    request = scene.recording(name)["request"]
    await scene.simulator.notified()
    alike = [item for item in scene.receiver.received if _same_message(request, item)]
    assert len(alike) == 1, [item.body for item in scene.receiver.received]
    assert differences(request["body"], alike[0].body) == []
    assert alike[0].answered == scene.recording(name)["response"]["status"]


def test_every_recording_is_matched_or_listed_with_a_reason() -> None:
    standards_dir()
    assert set(UNMATCHED) <= set(NAMES)
    assert set(BEFORE) <= set(NAMES), "the set-up table names a recording that does not exist"
    assert UNMATCHED == {}


def _answer_differences(recorded: dict[str, Any], answer: httpx.Response) -> list[str]:
    found: list[str] = []
    if answer.status_code != recorded["status"]:
        return [f"status {answer.status_code} instead of {recorded['status']}"]
    headers = recorded["headers"]
    found += [
        f"header {name}: {answer.headers.get(name)!r} instead of {headers.get(name)!r}"
        for name in _SAME_HEADERS
        if answer.headers.get(name) != headers.get(name)
    ]
    found += [
        f"header {name} is missing or extra"
        for name in _PRESENT_HEADERS
        if (name in answer.headers) != (name in headers)
    ]
    media_type = headers.get("content-type", "").partition(";")[0]
    if answer.headers.get("content-type", "").partition(";")[0] != media_type:
        found.append(f"content-type {answer.headers.get('content-type')!r}, not {media_type!r}")
    return found + _body_differences(recorded.get("body"), answer)


def _body_differences(recorded: Any, answer: httpx.Response) -> list[str]:
    if recorded is None:
        return ["a body where there was none"] if answer.content else []
    if isinstance(recorded, dict) and "_bytes" in recorded:
        size = recorded["_bytes"]
        return [] if len(answer.content) == size else [f"{len(answer.content)} bytes, not {size}"]
    own = answer.json()
    found = differences(recorded, own)
    if isinstance(recorded, dict) and answer.status_code >= 400:
        found += [
            f"{name}: {own.get(name)!r} instead of {recorded.get(name)!r}"
            for name in ("code", "status", "title")
            if own.get(name) != recorded.get(name)
        ]
        if _params(own) != _params(recorded):
            found.append(f"invalidParams {_params(own)} instead of {_params(recorded)}")
    return found


def _params(body: dict[str, Any]) -> list[tuple[str, str]]:
    return [(param["name"], param["code"]) for param in body.get("invalidParams", [])]


def _same_message(request: dict[str, Any], item: Received) -> bool:
    """The same kind of message, with or without authorisation as recorded."""
    recorded = {name.lower() for name in request["headers"]}
    own = {name.lower() for name in item.headers}
    same = all(request["body"][k] == item.body[k] for k in ("kanaal", "resource", "actie"))
    return same and ("authorization" in recorded) == ("authorization" in own)
