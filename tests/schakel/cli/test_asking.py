"""`schakel ask` and `schakel identities list` against a real hub on a real socket."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from adapters.contract import TransientError
from schakel.cli import asking, remote
from schakel.cli.connection import Refusal
from schakel.cli.failure import Failure
from schakel.security import Scope
from schemas.questions import QUESTION_TYPES
from tests.schakel.asking_kit import RSIN
from tests.schakel.http.harness import serving
from tests.schakel.http.test_asking import GOOD, asking_hub
from tests.schakel.http.test_identities import filled

app = typer.Typer()
remote.register(app)
asking.register(app)

QUESTION = json.dumps({"bronorganisatie": RSIN})
DOWN = TransientError("zaken.example.nl cannot be reached.")
Run = Callable[..., Result]


@pytest.fixture
def run() -> Iterator[Run]:
    """The command line, pointed at a hub whose zaaksysteem answers once and is then down."""
    loop, ended, environment = asyncio.new_event_loop(), asyncio.Event(), dict[str, str]()
    ready = threading.Event()

    async def serve() -> None:
        hub = asking_hub(GOOD, DOWN)
        await filled(hub)
        key = await hub.key(*Scope)
        async with serving(hub.app) as port:
            environment["SCHAKEL_URL"] = f"http://127.0.0.1:{port}"
            environment["SCHAKEL_API_KEY"] = key["Authorization"].removeprefix("Bearer ")
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(10)

    def invoke(*arguments: str, **options: Any) -> Result:
        return CliRunner().invoke(app, list(arguments), env={**environment}, **options)

    yield invoke
    loop.call_soon_threadsafe(ended.set)
    thread.join(10)
    loop.close()


def test_an_answer_is_printed_for_people_and_for_programs(run: Run) -> None:
    done = run("ask", "zaak.identificatie", QUESTION, "--tenant", "0344")
    assert (done.exit_code, done.stdout) == (0, "identificatie  ZAAK-1\n")


def test_an_answer_is_printed_as_json_when_asked(run: Run) -> None:
    done = run("ask", "zaak.identificatie", QUESTION, "--tenant", "0344", "--json")
    assert (done.exit_code, json.loads(done.stdout)) == (0, GOOD)


def test_what_can_be_asked_is_listed_without_a_hub() -> None:
    done = CliRunner().invoke(app, ["ask", "--list"])
    assert done.exit_code == 0
    lines = {line.split()[0]: line.split()[-1] for line in done.stdout.splitlines()[1:]}
    assert lines["persoon.raadplegen"] == "yes"
    assert lines["zaak.identificatie"] == "no"
    assert set(lines) == set(QUESTION_TYPES)


def test_a_question_may_come_from_standard_input(run: Run) -> None:
    done = run("ask", "zaak.identificatie", "-", "--tenant", "0344", "--json", input=QUESTION)
    assert json.loads(done.stdout) == GOOD


def test_no_answer_is_a_sentence_and_an_exit_code(run: Run) -> None:
    run("ask", "zaak.identificatie", QUESTION, "--tenant", "0344")
    done = run("ask", "zaak.identificatie", QUESTION, "--tenant", "0344", "--seconds", "1")
    assert isinstance(done.exception, Refusal)
    said = str(done.exception)
    assert "out of reach: zaken.example.nl cannot be reached." in said
    assert "Out of reach since 20" in said
    assert "The hub looks again at 20" in said
    assert done.exception.code == 1


@pytest.mark.parametrize("question", ["[]", "{", '"x"'])
def test_a_question_that_is_no_object_is_wrong_use(run: Run, question: str) -> None:
    done = run("ask", "zaak.identificatie", question)
    assert isinstance(done.exception, Failure)
    assert done.exception.code == 2


def test_numbers_are_listed_for_people_and_for_programs(run: Run) -> None:
    shown = run("identities", "list", "--state", "provisional", "--tenant", "0344").stdout
    assert "0344H1" in shown
    assert "zaaksysteem-utrecht" in shown
    assert "0344H2" not in shown
    found = json.loads(run("identities", "list", "--json", "--limit", "2").stdout)
    assert [one["number"] for one in found] == ["0363H3", "0344H2"]
    assert "No case number fits." in run("identities", "list", "--number", "x").stdout
