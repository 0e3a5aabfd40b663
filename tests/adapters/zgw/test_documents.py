"""Documents of a case: what is said of them, new versions under a lock, unlinking."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from typing import Any

import pytest

from adapters.contract import RejectedError
from adapters.zgw import ZgwAdapter
from simulators.kit import FaultRule, Match
from simulators.zgw import ZgwSimulator
from tests.adapters.zgw.colleague import Colleague
from tests.adapters.zgw.messages import (
    LARGER,
    NEW_CONTENT,
    STORY,
    TERMS,
    ZAAK,
    large_document,
    large_version,
    message,
)
from tests.conformance.memory_steps import MemorySteps
from tests.conformance.worker import Worker

GESTART, STATUS, DOCUMENT, BIJGEWERKT, AFGESLOTEN = STORY
CHANGED = message("document-bijgewerkt")
UNLINKED = message("document-ontkoppeld")
NUMBER = "DOC-2026-0001"
LARGE_NUMBER = "DOC-2026-0002"
NO_FORCE = {"code": "invalid", "invalidParams": [{"name": "nonFieldErrors", "code": "x"}]}


def kinds(simulator: ZgwSimulator) -> list[str]:
    return [effect.kind for effect in simulator.journal.effects]


def status(method: str, path: str, code: int, body: Any = None, **more: Any) -> FaultRule:
    chosen = {"status": code, "body": body or {"code": "invalid", "title": "Nee."}}
    match = Match(method=method, path=path)
    return FaultRule(kind="status", settings=chosen, match=match, **more)


async def shown(colleague: Colleague, number: str = NUMBER) -> dict[str, Any]:
    return await asyncio.to_thread(colleague.document, number)


async def test_what_is_said_of_a_document_goes_along(worker: Worker, colleague: Colleague) -> None:
    await worker.deliver(GESTART)
    said = {"status": "ter_vaststelling", "verzenddatum": "2026-11-03"}
    await worker.deliver(message("document-toegevoegd", **said))
    found = await shown(colleague)
    assert {name: found[name] for name in said} == said
    assert found["indicatieGebruiksrecht"] is False
    other = {"documentidentificatie": "DOC-3", "ontvangstdatum": "2026-11-01"}
    await worker.deliver(message("document-toegevoegd", **other))
    assert (await shown(colleague, "DOC-3"))["ontvangstdatum"] == "2026-11-01"


async def test_a_received_document_cannot_be_unfinished(worker: Worker) -> None:
    await worker.deliver(GESTART)
    wrong = message("document-toegevoegd", status="in_bewerking", ontvangstdatum="2026-11-01")
    with pytest.raises(RejectedError) as caught:
        await worker.deliver(wrong)
    assert caught.value.code == "zgw:invalid_for_received"


@pytest.mark.parametrize("large", [False, True])
async def test_terms_of_use_make_the_indicatie_true_and_the_case_can_be_closed(
    simulator: ZgwSimulator, worker: Worker, colleague: Colleague, *, large: bool
) -> None:
    await worker.deliver(GESTART)
    extra: dict[str, Any] = {"dataref": LARGER.ref, "inhoud": None} if large else {}
    with_terms = message("document-toegevoegd", gebruiksrecht=TERMS, **extra)
    await worker.deliver(with_terms)
    assert (await shown(colleague))["indicatieGebruiksrecht"] is True
    await worker.deliver(with_terms, MemorySteps())
    assert kinds(simulator).count("gebruiksrecht") == 1
    await worker.deliver(AFGESLOTEN)
    assert kinds(simulator)[-1] == "eindstatus"


async def test_a_new_version_has_what_changed_and_keeps_the_rest(
    filled: Worker, colleague: Colleague
) -> None:
    receipt = await filled.deliver(CHANGED)
    assert receipt.references["document:DOC-2026-0001"] == "2"
    found = await shown(colleague)
    assert found["titel"] == "Aangifte van verhuizing, verbeterd"
    assert found["auteur"] == "Balie"
    assert found["versie"] == 2
    assert found["locked"] is False
    content = await asyncio.to_thread(colleague.content, NUMBER)
    assert content == base64.b64decode(NEW_CONTENT)


async def test_a_new_version_of_large_content_goes_in_parts(
    worker: Worker, colleague: Colleague
) -> None:
    await worker.deliver(GESTART)
    await worker.deliver(large_document())
    receipt = await worker.deliver(large_version())
    assert receipt.references[f"document:{LARGE_NUMBER}"] == "2"
    found = await shown(colleague, LARGE_NUMBER)
    assert found["bestandsdelen"] == []
    assert found["locked"] is False
    assert await asyncio.to_thread(colleague.content, LARGE_NUMBER) == LARGER.content


async def test_a_small_document_can_become_large(filled: Worker, colleague: Colleague) -> None:
    await filled.deliver(large_version(number=NUMBER))
    assert await asyncio.to_thread(colleague.content, NUMBER) == LARGER.content


async def test_where_large_versions_are_not_taken_the_document_is_let_go(
    simulator: ZgwSimulator, filled: Worker, colleague: Colleague
) -> None:
    """A zaaksysteem that answers the change as it likes, and opens no parts."""
    url = (await shown(colleague))["url"]
    await simulator.script([status("PATCH", "/enkelvoudig", 200, {"url": url, "versie": 2})])
    with pytest.raises(RejectedError) as caught:
        await filled.deliver(large_version(number=NUMBER))
    assert caught.value.code == "zgw:grote-versie"
    assert (await shown(colleague))["locked"] is False


async def test_documenten_1_0_takes_no_large_version_and_nothing_is_locked(
    simulator: ZgwSimulator, filled: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(filled.adapter, ZgwAdapter)
    monkeypatch.setattr(type(filled.adapter._client), "version", lambda *_: "1.0.1")
    with pytest.raises(RejectedError) as caught:
        await filled.deliver(large_version(number=NUMBER))
    assert caught.value.code == "zgw:grote-versie"
    assert not [r for r in simulator.journal.requests if r.path.endswith("/lock")]


async def test_a_refused_change_leaves_the_document_open_and_can_be_replayed(
    simulator: ZgwSimulator, filled: Worker, colleague: Colleague
) -> None:
    steps = MemorySteps()
    await simulator.script([status("PATCH", "/enkelvoudig", 400)])
    with pytest.raises(RejectedError):
        await filled.deliver(CHANGED, steps)
    assert (await shown(colleague))["locked"] is False
    await filled.deliver(CHANGED, steps)
    assert (await shown(colleague))["versie"] == 2


async def test_a_refused_change_that_cannot_be_unlocked_at_once_is_unlocked_later(
    simulator: ZgwSimulator, filled: Worker, colleague: Colleague
) -> None:
    steps = MemorySteps()
    await simulator.script(
        [
            status("PATCH", "/enkelvoudig", 400, times=2),
            status("POST", "/unlock", 503),
        ]
    )
    with pytest.raises(RejectedError):
        await filled.deliver(CHANGED, steps)
    assert (await shown(colleague))["locked"] is False


async def test_a_change_of_somebody_else_is_not_taken_for_ours(
    simulator: ZgwSimulator, filled: Worker, colleague: Colleague
) -> None:
    """The same metadata, another content: only the bytes tell."""
    only_content = message("document-bijgewerkt", titel=None)
    steps = MemorySteps()
    await simulator.script([status("PATCH", "/enkelvoudig", 400)])
    with pytest.raises(RejectedError):
        await filled.deliver(only_content, steps)
    await filled.deliver(message("document-bijgewerkt", event="ander", inhoud="QUJD", titel=None))
    assert await asyncio.to_thread(colleague.content, NUMBER) == b"ABC"
    await filled.deliver(only_content, steps)
    content = await asyncio.to_thread(colleague.content, NUMBER)
    assert content == base64.b64decode(NEW_CONTENT)


@pytest.mark.parametrize(
    "make",
    [
        lambda: message("document-bijgewerkt", documentidentificatie="NERGENS"),
        lambda: message("document-ontkoppeld", documentidentificatie="NERGENS"),
    ],
)
async def test_a_document_that_is_not_there_is_named(
    filled: Worker, make: Callable[[], Any]
) -> None:
    with pytest.raises(RejectedError, match="NERGENS") as caught:
        await filled.deliver(make())
    assert caught.value.code == "zgw:document-onbekend"


async def test_an_unlinked_document_stays_without_its_case(
    simulator: ZgwSimulator, filled: Worker, colleague: Colleague
) -> None:
    await filled.deliver(UNLINKED)
    case = await asyncio.to_thread(colleague.case, ZAAK)
    assert case["zaakinformatieobjecten"] == []
    assert (await shown(colleague))["identificatie"] == NUMBER
    before = kinds(simulator)
    await filled.deliver(UNLINKED, MemorySteps())
    assert kinds(simulator) == before
