"""Decisions in a case: made once, laid down in documents, changed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from adapters.contract import RejectedError
from adapters.zgw import ZgwAdapter
from simulators.zgw import ZgwSimulator
from simulators.zgw.seed import RSIN
from tests.adapters.zgw.colleague import Colleague
from tests.adapters.zgw.messages import STORY, message, settings
from tests.conformance.memory_steps import MemorySteps
from tests.conformance.worker import WallClock, Worker

GESTART, STATUS, DOCUMENT, BIJGEWERKT, AFGESLOTEN = STORY
TAKEN = message("besluit-vastgesteld")
CHANGED = message("besluit-bijgewerkt")


async def shown(colleague: Colleague) -> dict[str, Any]:
    path = "/besluiten/api/v1/besluiten"
    (found,) = await asyncio.to_thread(colleague.found, path, identificatie="BSL-2026-0001")
    return found


async def test_a_decision_belongs_to_its_case_and_its_documents(
    filled: Worker, colleague: Colleague
) -> None:
    receipt = await filled.deliver(TAKEN)
    assert receipt.references["besluit:BSL-2026-0001"] == "1"
    found = await shown(colleague)
    assert found["zaak"] == filled.references["zaak"]
    assert found["verantwoordelijkeOrganisatie"] == RSIN
    assert (found["datum"], found["ingangsdatum"]) == ("2026-11-03", "2026-11-04")
    path = "/besluiten/api/v1/besluitinformatieobjecten"
    links = await asyncio.to_thread(colleague.found, path, besluit=found["url"])
    document = await asyncio.to_thread(colleague.document, "DOC-2026-0001")
    assert [link["informatieobject"] for link in links] == [document["url"]]


async def test_the_same_decision_with_forgotten_steps_is_adopted(
    simulator: ZgwSimulator, filled: Worker
) -> None:
    first = await filled.deliver(TAKEN)
    before = len(simulator.journal.effects)
    assert await filled.deliver(TAKEN, MemorySteps()) == first
    assert len(simulator.journal.effects) == before


async def test_another_decision_with_the_same_number_is_refused(filled: Worker) -> None:
    await filled.deliver(TAKEN)
    with pytest.raises(RejectedError, match="somebody else made it") as caught:
        await filled.deliver(message("besluit-vastgesteld", datum="2026-11-01"))
    assert caught.value.code == "zgw:identificatie-niet-uniek"


async def test_a_change_goes_to_the_decision_with_that_number(
    filled: Worker, colleague: Colleague
) -> None:
    await filled.deliver(TAKEN)
    await filled.deliver(CHANGED)
    found = await shown(colleague)
    assert (found["vervaldatum"], found["vervalreden"]) == ("2027-11-04", "tijdelijk")
    assert found["toelichting"] == "Akkoord"


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (CHANGED, "zgw:besluit-onbekend"),
        (message("besluit-vastgesteld", besluittype="Niets"), "zgw:besluittype-onbekend"),
        (message("besluit-vastgesteld", documentidentificaties=["X"]), "zgw:document-onbekend"),
    ],
)
async def test_what_is_not_there_is_named(filled: Worker, event: Any, code: str) -> None:
    with pytest.raises(RejectedError) as caught:
        await filled.deliver(event)
    assert caught.value.code == code


@pytest.mark.parametrize("event", [TAKEN, CHANGED])
async def test_without_a_besluiten_api_the_refusal_says_which_setting(
    simulator: ZgwSimulator, filled: Worker, event: Any
) -> None:
    made = ZgwAdapter(settings(simulator.base_url, besluiten=None), clock=WallClock())
    before = len(simulator.journal.effects)
    with pytest.raises(RejectedError, match=r"set besluiten\.root") as caught:
        await made.deliver(event, filled.context(MemorySteps()))
    assert (await made.check()).ok
    await made.aclose()
    assert caught.value.code == "zgw:besluiten-niet-ingesteld"
    assert len(simulator.journal.effects) == before
