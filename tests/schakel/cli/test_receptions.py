"""`schakel receptions` and `schakel inbox` against a real hub on a real socket."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from continuity.store.records import ReceptionOutcome
from schakel.cli import inbox, receptions, remote
from schakel.cli.failure import Failure
from tests.conformance._store.receptions import new_reception
from tests.schakel.cli.test_remote import Hub
from tests.schakel.http.harness import BSN, START, event

app = typer.Typer()
remote.register(app)
receptions.register(app)
inbox.register(app)


@pytest.fixture
def hub() -> Iterator[Hub]:
    hub = Hub(pulled=frozenset({"zaken-utrecht"}))
    hub.start()
    yield hub
    hub.stop()


def run(hub: Hub, *arguments: str) -> Result:
    return CliRunner(env={**hub.env, "COLUMNS": "250"}).invoke(app, arguments)


def said(result: Result) -> str:
    assert result.exit_code == 0, result.exception
    return result.output


def failed(result: Result) -> str:
    assert isinstance(result.exception, Failure)
    return str(result.exception)


async def received(hub: Hub) -> None:
    store = hub.harness.store
    refused = new_reception("ZS-2", outcome=ReceptionOutcome.REFUSED, answer=b"\xe9")
    hostile = f"<bsn>{BSN}</bsn>\n<naam>\x1b[31mrood</naam>".encode()
    await store.receive(new_reception("ZS-1", content=hostile), (), now=START)
    await store.receive(refused, (), now=START)


def test_what_came_in_is_listed_newest_first(hub: Hub) -> None:
    hub.do(received(hub))

    lines = said(run(hub, "receptions", "list")).splitlines()

    assert lines[1].split()[0] == "2"
    assert "StUF058" in lines[1]
    assert "taken" in lines[2]


def test_only_what_was_asked_for_is_listed(hub: Hub) -> None:
    hub.do(received(hub))

    found = json.loads(said(run(hub, "receptions", "list", "--outcome", "refused", "--json")))

    assert [one["id"] for one in found] == [2]
    assert said(run(hub, "receptions", "list", "--kind", "x")).strip() == "Nothing fits."


def test_one_is_shown_without_content(hub: Hub) -> None:
    hub.do(received(hub))

    shown = said(run(hub, "receptions", "show", "1"))

    assert "creeerZaak" in shown
    assert BSN not in shown


def test_its_content_is_shown_line_by_line_and_obeys_no_control_sequence(hub: Hub) -> None:
    """Seen failing with the text printed as it came."""
    hub.do(received(hub))

    why = ("--content", "--reason", "Djuma asks")
    shown = said(run(hub, "receptions", "show", "1", *why))
    other = said(run(hub, "receptions", "show", "2", *why))

    assert f"<bsn>{BSN}</bsn>\n<naam> [31mrood</naam>" in shown
    assert "ZS-1" in shown
    assert "\x1b" not in shown
    assert "(not UTF-8; in base64:)\n6Q==" in other


def test_for_programs_the_content_is_beside_the_rest(hub: Hub) -> None:
    hub.do(received(hub))

    why = ("--content", "--reason", "Djuma asks", "--json")
    found = json.loads(said(run(hub, "receptions", "show", "1", *why)))

    assert found["kind"] == "creeerZaak"
    assert found["content"]["key"] == "ZS-1"


def test_the_content_is_not_shown_without_a_reason(hub: Hub) -> None:
    assert "--reason" in failed(run(hub, "receptions", "show", "1", "--content"))


def test_one_that_is_not_there_is_said_to_be_so(hub: Hub) -> None:
    assert "There is no such reception." in failed(run(hub, "receptions", "show", "7"))


def publish(hub: Hub, folder: Path, count: int) -> None:
    path = folder / "events.json"
    path.write_text(json.dumps([event(number=number + 1) for number in range(count)]))
    said(run(hub, "publish", str(path)))


def test_what_waits_is_listed_and_acknowledged(hub: Hub, tmp_path: Path) -> None:
    publish(hub, tmp_path, 3)

    lines = said(run(hub, "inbox", "list", "--destination", "zaken-utrecht")).splitlines()
    assert [line.split()[0] for line in lines[1:]] == ["1", "2", "3"]
    assert "0344-2026-000001" in lines[1]
    assert said(run(hub, "inbox", "ack", "1", "3")).strip() == "Acknowledged: 2."
    again = said(run(hub, "inbox", "ack", "1", "2")).strip()
    assert again == "Acknowledged: 1. 1 did not wait any more."
    assert said(run(hub, "inbox", "list", "--wait", "0.01")).strip() == "Nothing waits."


def test_for_programs_it_is_the_whole_event(hub: Hub, tmp_path: Path) -> None:
    publish(hub, tmp_path, 1)

    (found,) = json.loads(said(run(hub, "inbox", "list", "--json")))

    assert found["event"]["id"] == "gestart-1"
    assert BSN in json.dumps(found)


def test_what_is_not_there_cannot_be_acknowledged(hub: Hub) -> None:
    told = failed(run(hub, "inbox", "ack", "7"))

    assert "ids[0] (not_found)" in told
