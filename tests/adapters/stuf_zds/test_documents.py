"""Documents: content in the message and beside it, and check-out also when it fails."""

from __future__ import annotations

import pytest

from adapters.contract import DocumentError, RejectedError, UncertainError
from simulators.kit import FaultRule
from simulators.stuf_zds.switches import Switch
from tests.adapters.stuf_zds.messages import (
    LARGE,
    LARGER,
    large_document,
    large_version,
    message,
)
from tests.adapters.stuf_zds.partner import talking
from tests.conformance.documents import MemoryContent
from tests.conformance.memory_steps import MemorySteps

GESTART, DOCUMENT = message("gestart"), message("document-toegevoegd")
CHANGED = message("document-bijgewerkt")
PROFILES = ["1.1", "1.2"]


@pytest.mark.parametrize("profile", PROFILES)
async def test_a_content_arrives_whole_from_the_message_and_from_beside_it(profile: str) -> None:
    async with talking(profile=profile) as talk:
        for one in (GESTART, DOCUMENT, large_document()):
            await talk.worker.deliver(one)
        assert talk.document().now.content == b"%PDF-1.4 aangifte"
        assert talk.document().now.filename == "aangifte.pdf"
        assert talk.document("DOC-2026-0002").now.content == LARGE.content


async def test_what_is_stored_of_a_request_holds_no_content() -> None:
    async with talking() as talk:
        await talk.worker.deliver(GESTART)
        steps = MemorySteps()
        await talk.worker.deliver(large_document(), steps)
        assert len(steps.requests["document"]) < LARGE.size


@pytest.mark.parametrize("profile", PROFILES)
async def test_a_new_version_is_checked_out_and_in(profile: str) -> None:
    async with talking(profile=profile) as talk:
        for one in (GESTART, DOCUMENT, CHANGED, large_document(), large_version()):
            await talk.worker.deliver(one)
        document = talk.document()
        assert document.now.content == b"%PDF-1.4 aangifte, verbeterd"
        assert len(document.versions) == 2
        assert document.checkout == ""
        assert talk.document("DOC-2026-0002").now.content == LARGER.content
        assert talk.effects("uitgecheckt") == 2


async def test_the_checked_out_id_is_kept_before_it_is_used() -> None:
    async with talking() as talk:
        await talk.worker.deliver(GESTART)
        await talk.worker.deliver(DOCUMENT)
        steps = MemorySteps()
        talk.simulator.refuse(Switch(code="StUF049", operation="updateZaakdocument"))
        await talk.worker.deliver(CHANGED, steps)
        assert steps.result("uitchecken") == "checkout-000001"
        assert talk.effects("uitgecheckt") == 1
        assert len(talk.document().versions) == 2


async def test_a_change_that_is_refused_frees_the_document() -> None:
    """Seen failing without cancelCheckout."""
    async with talking() as talk:
        await talk.worker.deliver(GESTART)
        await talk.worker.deliver(DOCUMENT)
        talk.simulator.refuse(Switch(code="StUF055", operation="updateZaakdocument"))
        with pytest.raises(RejectedError) as caught:
            await talk.worker.deliver(CHANGED)
        assert caught.value.code == "stuf:StUF055"
        assert talk.document().checkout == ""
        assert talk.effects("ingecheckt") == 1


async def test_a_check_out_of_which_the_answer_was_lost_is_for_a_person() -> None:
    async with talking() as talk:
        await talk.worker.deliver(GESTART)
        await talk.worker.deliver(DOCUMENT)
        steps = MemorySteps()
        await talk.simulator.script([FaultRule(kind="reset", phase="after")])
        with pytest.raises(UncertainError):
            await talk.adapter.deliver(CHANGED, talk.worker.context(steps))
        await talk.simulator.clear_faults()
        with pytest.raises(RejectedError) as caught:
            await talk.worker.deliver(CHANGED, steps, uncertain=True)
        assert caught.value.code == "stuf:uitgecheckt"
        talk.document().checkout = ""  # somebody frees it
        await talk.worker.deliver(CHANGED, steps)
        assert len(talk.document().versions) == 2


async def test_a_change_without_check_out_where_the_system_allows_it() -> None:
    async with talking(uitchecken=False) as talk:
        for one in (GESTART, DOCUMENT, CHANGED):
            await talk.worker.deliver(one)
        assert talk.effects("uitgecheckt") == 0
        assert len(talk.document().versions) == 2


async def test_a_document_leaves_a_case() -> None:
    async with talking(profile="1.2") as talk:
        for one in (GESTART, DOCUMENT, message("document-ontkoppeld")):
            await talk.worker.deliver(one)
        assert talk.case().documents == []


async def test_a_document_that_is_too_large_is_refused_before_anything_is_sent() -> None:
    async with talking(max_document_bytes=1024) as talk:
        await talk.worker.deliver(GESTART)
        before = talk.simulator.journal.received
        with pytest.raises(RejectedError) as caught:
            await talk.worker.deliver(large_document())
        assert caught.value.code == "stuf:document-te-groot"
        assert talk.simulator.journal.received == before


async def test_a_document_that_is_gone_is_said_to_be_gone() -> None:
    async with talking() as talk:
        await talk.worker.deliver(GESTART)
        with pytest.raises(DocumentError) as caught:
            await talk.worker.deliver(large_document(MemoryContent(b"elders")))
        assert caught.value.code == "document:gone"
        assert talk.effects("document") == 0


async def test_another_name_without_a_content_cannot_be_said() -> None:
    async with talking() as talk:
        await talk.worker.deliver(GESTART)
        await talk.worker.deliver(DOCUMENT)
        renamed = message("document-bijgewerkt", inhoud=None)
        with pytest.raises(RejectedError) as caught:
            await talk.worker.deliver(renamed)
        assert caught.value.code == "stuf:bestandsnaam"
        assert talk.document().checkout == ""


async def test_a_title_changes_without_a_content() -> None:
    async with talking() as talk:
        await talk.worker.deliver(GESTART)
        await talk.worker.deliver(DOCUMENT)
        await talk.worker.deliver(message("document-bijgewerkt", inhoud=None, bestandsnaam=None))
        document = talk.document()
        assert document.now.content == b"%PDF-1.4 aangifte"
        assert (document.now.parts["titel"][0].text or "").endswith("verbeterd")
