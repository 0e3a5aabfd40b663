"""Large documents: what happens at the zaaksysteem between the first part and the last."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.contract import (
    DocumentAwayError,
    DocumentError,
    NotThere,
    Receipt,
    RejectedError,
    TransientError,
    UncertainError,
)
from schemas import Message
from simulators.kit import FaultRule, Match, running
from simulators.zgw import Options, ZgwSimulator
from tests.adapters.zgw.messages import (
    DOCUMENTS,
    LARGE,
    PART_SIZE,
    STORY,
    adapter,
    large_document,
)
from tests.conformance.documents import MemoryContent, MemoryDocuments
from tests.conformance.memory_steps import CrashError, MemorySteps
from tests.conformance.worker import WallClock, Worker

GESTART = STORY[0]
DOCUMENT = large_document()
PARTS = 3
DELEN = "/documenten/api/v1/bestandsdelen/"
EIO = "/documenten/api/v1/enkelvoudiginformatieobjecten"


@pytest.fixture
async def simulator() -> AsyncIterator[ZgwSimulator]:
    simulator = ZgwSimulator(options=Options(part_size=PART_SIZE))
    async with running(simulator):
        yield simulator


@pytest.fixture
async def worker(simulator: ZgwSimulator) -> AsyncIterator[Worker]:
    made = adapter(simulator.base_url, WallClock())
    worker = Worker(made, documents=DOCUMENTS)
    await worker.deliver(GESTART)
    yield worker
    await made.aclose()


def calls(simulator: ZgwSimulator, method: str, path: str) -> list[str]:
    return [
        one.path
        for one in simulator.journal.requests
        if one.method == method and one.path.startswith(path)
    ]


def document_at(simulator: ZgwSimulator) -> Any:
    (record,) = simulator.world.store[EIO]
    return record


def content_at(simulator: ZgwSimulator) -> bytes:
    _, content = document_at(simulator).own["versions"][-1]
    return bytes(content)


async def test_a_large_document_goes_in_the_parts_that_the_zaaksysteem_wants(
    simulator: ZgwSimulator, worker: Worker
) -> None:
    receipt = await worker.deliver(DOCUMENT)

    assert content_at(simulator) == LARGE.content
    assert not document_at(simulator).body["locked"]
    assert len(calls(simulator, "PUT", DELEN)) == PARTS
    assert "document:DOC-2026-0002" in receipt.references
    (whole,) = [effect.key for effect in simulator.journal.effects if effect.kind == "inhoud"]
    assert whole["sha256"] == hashlib.sha256(LARGE.content).hexdigest()


@pytest.mark.parametrize("at", range(PARTS))
async def test_after_a_crash_only_the_missing_parts_are_sent(
    simulator: ZgwSimulator, worker: Worker, at: int
) -> None:
    """Seen failing when every part was sent again."""
    steps = MemorySteps()
    broken = {"status": 500}
    rule = FaultRule(kind="status", match=Match(method="PUT", path=DELEN, skip=at), settings=broken)
    await simulator.script([rule])
    with pytest.raises(UncertainError):
        await worker.adapter.deliver(DOCUMENT, worker.context(steps))
    await simulator.clear_faults()
    before = len(calls(simulator, "PUT", DELEN))

    await worker.deliver(DOCUMENT, steps.after_crash(last_complete_lost=True), uncertain=True)

    assert len(calls(simulator, "PUT", DELEN)) - before == PARTS - at
    assert content_at(simulator) == LARGE.content


async def test_a_look_up_in_the_middle_says_that_it_is_not_there_yet(
    simulator: ZgwSimulator, worker: Worker
) -> None:
    steps = MemorySteps()
    await simulator.script([FaultRule(kind="reset", match=Match(method="PUT", path=DELEN, skip=1))])
    with pytest.raises(UncertainError):
        await worker.adapter.deliver(DOCUMENT, worker.context(steps))

    assert await worker.adapter.look_up(DOCUMENT, worker.context(steps)) == NotThere()


async def test_a_lost_answer_to_the_unlock_is_found_again(
    simulator: ZgwSimulator, worker: Worker
) -> None:
    rule = FaultRule(kind="reset", phase="after", match=Match(method="POST", path=".*/unlock$"))
    await simulator.script([rule])

    await worker.deliver(DOCUMENT, between=simulator.clear_faults)

    assert len(calls(simulator, "PUT", DELEN)) == PARTS
    assert content_at(simulator) == LARGE.content


async def test_the_lock_is_stored_before_the_first_part_is_sent(
    simulator: ZgwSimulator, worker: Worker
) -> None:
    """Documenten 1.1 tells it in the answer to the creation, and nowhere else."""
    steps = MemorySteps()
    await simulator.script([FaultRule(kind="status", match=Match(method="PUT", path=DELEN))])
    with pytest.raises((UncertainError, TransientError)):
        await worker.adapter.deliver(DOCUMENT, worker.context(steps))
    await simulator.clear_faults()
    _without_locks_on_parts(simulator)

    await worker.deliver(DOCUMENT, steps.after_crash(last_complete_lost=True), uncertain=True)

    assert content_at(simulator) == LARGE.content


async def test_a_lock_that_nobody_tells_any_more_is_for_a_person(
    simulator: ZgwSimulator, worker: Worker
) -> None:
    steps = MemorySteps(crash_at=1)  # the creation is prepared
    with pytest.raises(CrashError):
        await worker.adapter.deliver(DOCUMENT, worker.context(steps))
    steps.crash_at = steps.calls + 1  # it is done, and its answer is lost with the process
    with pytest.raises(CrashError):
        await worker.adapter.deliver(DOCUMENT, worker.context(steps))
    _without_locks_on_parts(simulator)

    with pytest.raises(RejectedError, match="lock") as caught:
        await worker.deliver(DOCUMENT, steps.after_crash(last_complete_lost=True), uncertain=True)
    assert caught.value.code == "zgw:slot-onbekend"


async def test_an_upload_that_was_thrown_away_is_for_a_person(
    simulator: ZgwSimulator, worker: Worker
) -> None:
    """Somebody with the right to force unlocked the document in the middle."""
    steps = MemorySteps()
    await simulator.script([FaultRule(kind="reset", match=Match(method="PUT", path=DELEN, skip=1))])
    with pytest.raises(UncertainError):
        await worker.adapter.deliver(DOCUMENT, worker.context(steps))
    await simulator.clear_faults()
    record = document_at(simulator)
    record.body |= {"locked": False, "bestandsdelen": []}

    with pytest.raises(RejectedError) as caught:
        await worker.deliver(DOCUMENT, steps, uncertain=True)
    assert caught.value.code == "zgw:inhoud-verloren"


async def test_parts_for_another_content_are_not_filled(
    simulator: ZgwSimulator, worker: Worker
) -> None:
    steps = MemorySteps()
    await simulator.script([FaultRule(kind="reset", match=Match(method="PUT", path=DELEN))])
    with pytest.raises(UncertainError):
        await worker.adapter.deliver(DOCUMENT, worker.context(steps))
    await simulator.clear_faults()
    document_at(simulator).body["bestandsdelen"][0]["omvang"] += 1

    with pytest.raises(RejectedError) as caught:
        await worker.deliver(DOCUMENT, steps, uncertain=True)
    assert caught.value.code == "zgw:bestandsdelen"


async def test_an_upload_that_another_owner_finished_meanwhile_counts(
    simulator: ZgwSimulator, worker: Worker
) -> None:
    """An owner that was cut off from the store and its successor send the same parts."""
    first, second = MemorySteps(), MemorySteps()
    await simulator.script([FaultRule(kind="reset", match=Match(method="PUT", path=DELEN, skip=1))])
    with pytest.raises(UncertainError):
        await worker.adapter.deliver(DOCUMENT, worker.context(first))
    await simulator.clear_faults()
    second = first.after_crash(last_complete_lost=False)
    read = LARGE.read

    async def meanwhile(*, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        await Worker(worker.adapter, dict(worker.references), documents=DOCUMENTS).deliver(
            DOCUMENT, second
        )
        async for piece in read(start=start, length=length):
            yield piece

    content = _Overtaken(LARGE, meanwhile)
    worker.documents = MemoryDocuments(content)  # type: ignore[arg-type]  # all that is used of one

    receipt = await worker.deliver(DOCUMENT, first, uncertain=True)

    assert isinstance(receipt, Receipt)
    assert content_at(simulator) == LARGE.content
    assert [effect.kind for effect in simulator.journal.effects].count("inhoud") == 1


class _Overtaken:
    def __init__(self, content: MemoryContent, read: Any) -> None:
        self.size, self.sha256, self.media_type = content.size, content.sha256, content.media_type
        self.read = read


@pytest.mark.parametrize(
    ("error", "breaks_at"),
    [
        (DocumentError("document:damaged", "Block 1 was changed."), 1_500),
        (DocumentAwayError("The bucket cannot be used."), 0),
    ],
)
async def test_content_that_cannot_be_read_is_said_as_it_is(
    simulator: ZgwSimulator, worker: Worker, error: Exception, breaks_at: int
) -> None:
    broken = MemoryContent(LARGE.content, piece=700, breaks_at=breaks_at, error=error)
    worker.documents = MemoryDocuments(broken)

    with pytest.raises(type(error)):
        await worker.adapter.deliver(DOCUMENT, worker.context(MemorySteps()))
    assert document_at(simulator).body["inhoud"] is None


async def test_a_document_that_is_gone_is_refused_before_anything_is_made(
    simulator: ZgwSimulator, worker: Worker
) -> None:
    worker.documents = MemoryDocuments()
    other: Message = large_document(MemoryContent(b"elders"), event="anders")

    with pytest.raises(DocumentError):
        await worker.deliver(other)
    assert calls(simulator, "POST", EIO) == []


def _without_locks_on_parts(simulator: ZgwSimulator) -> None:
    for part in document_at(simulator).body["bestandsdelen"]:
        part.pop("lock")
