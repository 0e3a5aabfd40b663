"""Every recorded StUF-BG message has the outcome that examples.toml states."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters._kit.stuf.reading import read_bericht
from adapters.stuf_bg.errors import finds_nobody
from adapters.stuf_bg.translate import persons
from schemas.persoonvragen import PersonenAntwoord
from simulators.kit import running
from simulators.stuf_bg import StufBgSimulator
from tests.standards import standards_dir

pytestmark = pytest.mark.standards

_STATED: dict[str, dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "examples.toml").read_text(encoding="utf-8")
)
_ANSWERS = {path: stated for path, stated in _STATED.items() if "persons" in stated}
_REQUESTS = {path: stated for path, stated in _STATED.items() if "answered" in stated}


def _example(path: str) -> bytes:
    return (standards_dir() / "stuf/examples" / path).read_bytes()


def test_every_example_is_stated() -> None:
    folder = standards_dir() / "stuf/examples"
    found = {f"bg-nps/{path.name}" for path in (folder / "bg-nps").iterdir()}

    assert found | {"soapFault/soap-Fault-of-StufBgNotFoundResponse-713f93.xml"} == set(_STATED)


@pytest.mark.parametrize("path", _ANSWERS)
def test_an_answer_is_read_as_stated(path: str) -> None:
    stated = _ANSWERS[path]
    bericht = read_bericht(_example(path))
    if bericht.fault is not None:
        assert finds_nobody(bericht.fault)
        assert stated["persons"] == 0
        return

    answer = PersonenAntwoord.model_validate(persons(bericht.element))

    assert len(answer.personen) == stated["persons"]
    for person in answer.personen:
        assert person.bsn is not None
        assert person.bsn.reveal() == "999992314"
        assert person.verblijfplaats is not None
        assert person.verblijfplaats.woonplaats == "Amsterdam"
        if "born" in stated:
            assert person.geboortedatum == stated["born"]
            assert person.overlijdensdatum == "1980-09-15"
        if "prefix" in stated:
            assert person.voorvoegsel_geslachtsnaam == stated["prefix"]


@pytest.mark.parametrize("path", _REQUESTS)
async def test_a_request_is_answered_by_the_simulator_as_stated(path: str) -> None:
    soap12 = b"2003/05/soap-envelope" in _example(path)
    kind = "application/soap+xml" if soap12 else "text/xml"
    async with running(StufBgSimulator()) as simulator, httpx.AsyncClient() as client:
        answer = await client.post(
            simulator.url, content=_example(path), headers={"Content-Type": kind}
        )

    assert read_bericht(answer.content).berichtcode == _REQUESTS[path]["answered"]
