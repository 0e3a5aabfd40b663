"""The same story over other wires: SOAP 1.2, a UsernameToken, other charsets, StUF-ZKN itself."""

from __future__ import annotations

from typing import Any

import pytest

from simulators.kit import running
from simulators.stuf_zds import StufZdsSimulator
from simulators.stuf_zds.security import Credentials, Security
from tests.adapters.stuf_zds.messages import (
    DOCUMENTS,
    LARGE,
    OLDER_TYPES,
    STORY_11,
    STORY_12,
    adapter,
    large_document,
    message,
)
from tests.adapters.stuf_zds.partner import talking
from tests.conformance.worker import WallClock, Worker


@pytest.mark.parametrize(
    "changes",
    [
        {"soap_version": "1.2"},
        {"soap_version": "1.2", "profile": "1.2"},
        {"charset": "iso-8859-1"},
        {"charset": "us-ascii", "transliterate": True},
        {"update_objects": 1},
    ],
)
async def test_the_whole_story_arrives(changes: dict[str, Any]) -> None:
    async with talking(**changes) as talk:
        for one in STORY_12 if changes.get("profile") == "1.2" else STORY_11:
            await talk.worker.deliver(one)
        assert talk.worker.errors == []
        assert talk.effects("zaak") == 1


@pytest.mark.parametrize("wsse", ["text", "digest"])
async def test_a_username_token_goes_with_each_call_also_of_a_large_document(wsse: str) -> None:
    guarded = StufZdsSimulator(
        security=Security(username_token=Credentials(name="schakel", secret="geheim"))
    )
    async with running(guarded) as simulator:
        made = adapter(simulator.base_url, WallClock(), wsse=wsse)
        worker = Worker(made, documents=DOCUMENTS)
        for one in (message("gestart"), large_document()):
            await worker.deliver(one)
        await made.aclose()
        assert worker.errors == []
        assert simulator.world.state.documents["DOC-2026-0002"].now.content == LARGE.content


async def test_letters_that_a_charset_lacks_become_the_nearest() -> None:
    async with talking(charset="iso-8859-1", transliterate=True) as talk:
        await talk.worker.deliver(message("gestart", omschrijving="Łukasz – naïef 😀"))
        assert talk.case().value("omschrijving") == "Lukasz - naïef ?"


async def test_letters_that_a_charset_lacks_arrive_by_reference_otherwise() -> None:
    async with talking(charset="iso-8859-1") as talk:
        await talk.worker.deliver(message("gestart", omschrijving="Łukasz – naïef 😀"))
        assert talk.case().value("omschrijving") == "Łukasz – naïef 😀"


async def test_stuf_zkn_itself_carries_what_a_notification_can_say() -> None:
    async with talking(plain_zkn=True) as talk:
        for name in OLDER_TYPES:
            if name != "document-bijgewerkt":
                await talk.worker.deliver(message(name))
        case = talk.case()
        assert talk.worker.errors == []
        assert case.value("omschrijving") == "Verhuizing met vier personen"
        assert case.documents == ["DOC-2026-0001"]
        assert set(talk.actions()) == {"zakLk01", "edcLk01"}
