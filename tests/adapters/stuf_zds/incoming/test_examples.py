"""Every recorded example of ZDS is understood, or refused with the code that is stated for it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from adapters._kit.stuf.reading import Bericht, read_bericht
from adapters.contract import Received, Reception
from adapters.stuf_zds import reading
from adapters.stuf_zds.readers.nodes import children
from schemas import MESSAGE_TYPES
from schemas.postroom import StatusOntvangen, ZaakOntvangen
from schemas.zaakvragen import BesluitBeeld, DocumentBeeld, ZaakBeeld
from tests.adapters.stuf_zds.incoming.answers import ANSWERS
from tests.adapters.stuf_zds.incoming.desk import desk
from tests.standards import standards_at_hand, standards_dir
from tests.standards_report import UNDERSTOOD, record

pytestmark = pytest.mark.standards

STATED = tomllib.loads((Path(__file__).parents[1] / "examples.toml").read_text(encoding="utf-8"))[
    "example"
]
REQUESTS = [each for each in STATED if "application" in each]
RESPONSES = [each for each in STATED if "readers" in each]
ENTITEITTYPE = "{http://www.egem.nl/StUF/StUF0301}entiteittype"


def folder() -> Path:
    return standards_dir() / "stuf" / "examples"


def named(example: dict[str, str]) -> str:
    return example["path"]


@pytest.mark.parametrize("example", REQUESTS, ids=named)
async def test_a_request_becomes_what_is_stated(example: dict[str, Any]) -> None:
    body = (folder() / example["path"]).read_bytes()
    outcomes = {}
    for role in ("zaaksysteem", "application"):
        called = desk(role, auteur="Onbekend", secret="only for tests")
        called.answers = dict(ANSWERS)
        received = await called.call(body)
        outcomes[role] = _outcome(received)
        assert_answer_fits(received)
        if role == "application":
            assert _becomes(received) == example.get("becomes", [])
    stated = {role: example[role] for role in outcomes}
    for role, outcome in outcomes.items():
        if not _only_the_other_way(role, stated):
            record(f"stuf/examples/{example['path']}", outcome, stated[role])
    assert outcomes == stated, example.get("why", "")


@pytest.mark.parametrize("example", RESPONSES, ids=named)
def test_an_answer_of_others_is_read(example: dict[str, Any]) -> None:
    bericht = read_bericht((folder() / example["path"]).read_bytes())
    notes = reading.Opmerkingen()
    read = 0
    for element in bericht.element.iter("{*}object", "{*}zaak", "{*}document", "{*}besluit"):
        kind = element.get(ENTITEITTYPE)
        if kind in _MODELS:
            read += 1
            _MODELS[kind](element, notes)
    confirmed = bericht.berichtcode.startswith("Bv")
    found = read or confirmed or bericht.fault is not None or _is_empty(bericht)
    outcome = UNDERSTOOD if found else "nothing was read in it"
    record(f"stuf/examples/{example['path']}", outcome, example["readers"])
    assert outcome == example["readers"]


REPORTS = [each for each in RESPONSES if each["path"].startswith(("Bv", "Fo"))]


@pytest.mark.parametrize("example", REPORTS, ids=named)
async def test_a_report_about_a_message_of_ours_is_confirmed(example: dict[str, Any]) -> None:
    body = (folder() / example["path"]).read_bytes()
    received = await desk("zaaksysteem").call(body)
    fault = read_bericht(body).fault
    assert received.outcome is Reception.IGNORED
    assert received.code == ("" if fault is None else fault.code)
    assert b"Bv03Bericht" in received.answer.body


def test_every_example_is_stated_once() -> None:
    if not standards_at_hand():
        pytest.skip("the folder ../shared/standards is not beside the project")
    files = {
        str(path.relative_to(folder()))
        for path in folder().glob("*/*.xml")
        if path.parent.name != "bg-nps"
    }
    stated = [each["path"] for each in STATED]
    assert sorted(stated) == sorted(files)


def assert_answer_fits(received: Received) -> None:
    """Well-formed, and a fault if and only if the message was refused."""
    body = etree.fromstring(received.answer.body)
    is_fault = body.find(".//{*}Fault") is not None
    assert is_fault == (received.outcome is Reception.REFUSED)
    assert received.answer.status == (500 if is_fault else 200)


_OTHER_WAY = frozenset({"refused:StUF037", "refused:StUF043"})


def _only_the_other_way(role: str, stated: dict[str, str]) -> bool:
    """The message goes to the other role only, and is understood there: no refusal of it."""
    return stated[role] in _OTHER_WAY and UNDERSTOOD in stated.values()


def _outcome(received: Received) -> str:
    if received.outcome is Reception.REFUSED:
        return f"refused:{received.code}"
    for news in received.news:
        payload = MESSAGE_TYPES[news.type].payload.model_validate(dict(news.data))
        assert not list(payload.envelope_problems(subject=news.subject, dataref=news.dataref))
    return UNDERSTOOD


def _becomes(received: Received) -> list[str]:
    names = (each.type.removeprefix("nl.burgerzaken.") for each in received.news)
    return list(dict.fromkeys("ontvangst" if "ontvangst" in name else name for name in names))


def _is_empty(bericht: Bericht) -> bool:
    """An answer that nothing was found is understood, too."""
    return not list(children(bericht.element, "antwoord"))


def _zaak(element: etree._Element, notes: reading.Opmerkingen) -> None:
    beeld = reading.zaak_beeld(element, notes)
    if beeld is None:
        return
    ZaakBeeld.model_validate(beeld)
    ontvangen = reading.zaak_ontvangen(element, reading.Opmerkingen()) or {}
    ZaakOntvangen.model_validate({**ontvangen, "bestemming": "zaaksysteem"})
    for status in reading.status_beelden(element, notes):
        StatusOntvangen.model_validate(status)
    for document in reading.documenten_van(element, notes):
        DocumentBeeld.model_validate(document)
    for besluit in reading.besluiten_van(element, notes):
        BesluitBeeld.model_validate(besluit)


def _document(element: etree._Element, notes: reading.Opmerkingen) -> None:
    if (beeld := reading.document_beeld(element, notes)) is not None:
        DocumentBeeld.model_validate(beeld)


def _besluit(element: etree._Element, notes: reading.Opmerkingen) -> None:
    if (beeld := reading.besluit_beeld(element, notes)) is not None:
        BesluitBeeld.model_validate(beeld)


_MODELS = {"ZAK": _zaak, "EDC": _document, "BSL": _besluit}
