"""Documents of many megabytes, read back: whole, to the byte, and never in memory as a whole."""

from __future__ import annotations

import base64
import hashlib
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

import pytest

from adapters.contract import (
    AskContext,
    Documents,
    NotThere,
    Question,
    Receipt,
    Reception,
    RejectedError,
    TransientError,
    UncertainError,
)
from adapters.stuf_zds import StufZdsAdapter
from adapters.stuf_zds.inbound_settings import Role
from schemas.dataref import document_ref
from schemas.questions import QUESTION_TYPES
from schemas.zaakdocument import MAX_INLINE_BYTES
from simulators.kit import FaultRule, Match
from tests.adapters._kit.scripted import Conversation, serving
from tests.adapters.stuf_zds.incoming.desk import Kept, desk
from tests.adapters.stuf_zds.incoming.messages import add_document, inhoud
from tests.adapters.stuf_zds.messages import RSIN, adapter, large_document, large_version, message
from tests.adapters.stuf_zds.partner import Talk, talking
from tests.conformance.documents import MemoryContent, MemoryDocuments
from tests.conformance.memory_steps import MemorySteps
from tests.conformance.worker import WallClock, Worker

MEGABYTE: Final = 1 << 20
BLOCK: Final = bytes(range(256)) * 3 * 64
"""48 KiB, whole quanta of base64."""
DOCUMENT: Final = {"documentidentificatie": "DOC-2026-0002", "bronorganisatie": RSIN}
PATIENT: Final[dict[str, Any]] = {"document_timeout": 60.0}

HEAD: Final = (
    b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" '
    b'xmlns:StUF="http://www.egem.nl/StUF/StUF0301" '
    b'xmlns:ZKN="http://www.egem.nl/StUF/sector/zkn/0310"><s:Body><ZKN:edcLa01>'
    b"<ZKN:stuurgegevens><StUF:berichtcode>La01</StUF:berichtcode>"
    b"<StUF:entiteittype>EDC</StUF:entiteittype></ZKN:stuurgegevens>"
    b"<ZKN:parameters><StUF:indicatorVervolgvraag>false</StUF:indicatorVervolgvraag>"
    b'</ZKN:parameters><ZKN:antwoord><ZKN:object StUF:entiteittype="EDC">'
    b"<ZKN:identificatie>DOC-2026-0002</ZKN:identificatie><ZKN:titel>Tekening</ZKN:titel>"
    b'<ZKN:inhoud StUF:bestandsnaam="tekening.pdf">'
)
TAIL: Final = b"</ZKN:inhoud></ZKN:object></ZKN:antwoord></ZKN:edcLa01></s:Body></s:Envelope>"


class Counted(Kept):
    """Documents of which only the size and the digest are kept."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: dict[str, int] = {}

    async def keep(self, content: AsyncIterator[bytes], media_type: str) -> str:
        assert media_type
        size, digest = 0, hashlib.sha256()
        async for piece in content:
            size += len(piece)
            digest.update(piece)
        ref = document_ref(digest.hexdigest())
        self.sizes[ref] = size
        return ref


async def asked(made: StufZdsAdapter, documents: Documents | None = None) -> dict[str, Any]:
    clock = WallClock()
    question = Question(
        type="document.inhoud",
        tenant="0344",
        data=DOCUMENT,
        deadline=clock.now() + timedelta(minutes=5),
        caller="balie",
    )
    context = AskContext(attempt=1, clock=clock)
    if documents is not None:
        context = AskContext(attempt=1, clock=clock, documents=documents)
    answer = dict((await made.ask(question, context)).data)
    model = QUESTION_TYPES["document.inhoud"].answer
    model.model_validate(answer, by_alias=True, by_name=False)
    return answer


@contextmanager
def measured() -> Iterator[Callable[[], int]]:
    """Give what tells the most memory that was taken meanwhile, in bytes."""
    tracemalloc.start()
    found: list[int] = []
    try:
        yield lambda: found[0]
    finally:
        found.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()


def digest_of(blocks: int) -> str:
    digest = hashlib.sha256()
    for _ in range(blocks):
        digest.update(BLOCK)
    return digest.hexdigest()


async def test_sixty_megabytes_are_read_back_with_little_memory() -> None:
    """Seen failing with the answer read as a whole: 240 MB."""
    blocks = 60 * MEGABYTE // len(BLOCK)
    encoded = base64.b64encode(BLOCK)

    async def document(conversation: Conversation) -> None:
        await conversation.request()
        length = len(HEAD) + blocks * len(encoded) + len(TAIL)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {length}\r\n\r\n"
        await conversation.answer(head.encode() + HEAD)
        for _ in range(blocks):
            await conversation.answer(encoded)
        await conversation.answer(TAIL)

    kept = Counted()
    async with serving(document) as server:
        made = adapter(f"http://127.0.0.1:{server.port}", WallClock(), **PATIENT)
        with measured() as peak:
            answer = await asked(made, kept)
        await made.aclose()
    ref = document_ref(digest_of(blocks))
    assert (answer["dataref"], kept.sizes) == (ref, {ref: blocks * len(BLOCK)})
    assert "inhoud" not in answer
    assert peak() < 4 * MAX_INLINE_BYTES


async def test_a_content_of_up_to_eight_megabytes_is_in_the_answer() -> None:
    content = MemoryContent(BLOCK * (MAX_INLINE_BYTES // len(BLOCK)))
    async with talking(**PATIENT) as talk:
        await stored(talk, content)
        answer = await asked(talk.adapter)
        assert base64.b64decode(answer["inhoud"]) == content.content


async def test_a_larger_content_is_beside_the_answer() -> None:
    content, documents = MemoryContent(BLOCK * 200), MemoryDocuments()
    async with talking(**PATIENT) as talk:
        await stored(talk, content)
        answer = await asked(talk.adapter, documents)
        assert (answer["dataref"], "inhoud" in answer) == (content.ref, False)
        assert (await documents.open(content.ref)).size == content.size


@pytest.mark.parametrize(
    ("documents", "most"), [(None, 1 << 30), (MemoryDocuments(), MAX_INLINE_BYTES + 1)]
)
async def test_what_there_is_no_place_for_is_said_to_be_too_large(
    documents: Documents | None, most: int
) -> None:
    async with talking(**PATIENT, max_document_bytes=most) as talk:
        content = MemoryContent(BLOCK * 200)
        await stored(talk, MemoryContent(BLOCK))
        talk.document("DOC-2026-0002").now.content = content.content
        answer = await asked(talk.adapter, documents)
        assert answer["teGroot"] is True
        assert not {"inhoud", "dataref"} & set(answer)


@pytest.mark.parametrize("blocks", [1, 10])
async def test_a_content_that_is_no_base64_is_said_to_be_none(blocks: int) -> None:
    async def document(conversation: Conversation) -> None:
        await conversation.request()
        body = HEAD + b"*" + base64.b64encode(BLOCK) * blocks + TAIL
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
        await conversation.answer(head.encode() + body)

    async with serving(document) as server:
        made = adapter(f"http://127.0.0.1:{server.port}", WallClock(), **PATIENT)
        with pytest.raises(RejectedError) as caught:
            await asked(made)
        await made.aclose()
    assert caught.value.code == "stuf:inhoud"


async def test_an_answer_that_breaks_off_inside_a_content_is_to_be_asked_again() -> None:
    async def document(conversation: Conversation) -> None:
        await conversation.request()
        head = b"HTTP/1.0 200 OK\r\nContent-Type: text/xml\r\nConnection: close\r\n\r\n"
        await conversation.answer(head + HEAD + base64.b64encode(BLOCK) * 10)

    kept = Counted()
    async with serving(document) as server:
        made = adapter(f"http://127.0.0.1:{server.port}", WallClock(), **PATIENT)
        with pytest.raises(TransientError):
            await asked(made, kept)
        await made.aclose()
    assert kept.sizes == {}


@pytest.mark.parametrize(("megabytes", "taken"), [(9, False), (60, True)])
async def test_whether_a_large_change_was_taken_is_seen_in_its_content(
    megabytes: int, *, taken: bool
) -> None:
    old = MemoryContent(b"oud" * 1000)
    new = MemoryContent(BLOCK * (megabytes * MEGABYTE // len(BLOCK)))
    async with talking(**PATIENT) as talk:
        worker = Worker(talk.adapter, documents=MemoryDocuments(old, new))
        await worker.deliver(message("gestart"))
        await worker.deliver(large_document(old))
        change, steps = large_version(new), MemorySteps()
        lost = FaultRule(kind="reset", phase="after", match=Match(path="Vrije", skip=1))
        await talk.simulator.script([lost])
        with pytest.raises(UncertainError):
            await talk.adapter.deliver(change, worker.context(steps))
        await talk.simulator.clear_faults()
        now = talk.document("DOC-2026-0002").now
        assert now.content == new.content
        if not taken:
            now.content = new.content[:-1] + b"x"
        found = await talk.adapter.look_up(change, worker.context(steps))
        assert isinstance(found, Receipt if taken else NotThere)


async def test_a_large_document_is_checked_out_although_the_answer_holds_it() -> None:
    async with talking(**PATIENT) as talk:
        await stored(talk, MemoryContent(BLOCK))
        talk.document("DOC-2026-0002").now.content = BLOCK * 200
        change = message(
            "document-bijgewerkt",
            documentidentificatie="DOC-2026-0002",
            titel="Anders",
            inhoud=None,
            bestandsnaam=None,
        )
        await talk.worker.deliver(change)
        assert talk.effects("uitgecheckt") == 1
        assert talk.worker.errors == []


async def stored(talk: Talk, content: MemoryContent) -> None:
    """Have the document with this content in the zaaksysteem."""
    worker = Worker(talk.adapter, documents=MemoryDocuments(content))
    await worker.deliver(message("gestart"))
    await worker.deliver(large_document(content))


def sixty_inline() -> tuple[bytes, str]:
    encoded = base64.b64encode(BLOCK).decode() * (60 * MEGABYTE // len(BLOCK))
    return add_document(inhoud(encoded)), "text/xml; charset=utf-8"


def sixty_beside() -> tuple[bytes, str]:
    """The same with MTOM."""
    include = '<x:Include xmlns:x="http://www.w3.org/2004/08/xop/include" href="cid:een"/>'
    root = add_document(inhoud(include))
    parts = [
        b"--grens\r\nContent-Type: application/xop+xml\r\nContent-ID: <root>\r\n\r\n" + root,
        b"\r\n--grens\r\nContent-Type: application/pdf\r\nContent-ID: <een>\r\n\r\n",
        BLOCK * (60 * MEGABYTE // len(BLOCK)),
        b"\r\n--grens--\r\n",
    ]
    return b"".join(parts), 'multipart/related; boundary="grens"; start="<root>"'


@pytest.mark.parametrize("made", [sixty_inline, sixty_beside])
@pytest.mark.parametrize("role", ["zaaksysteem", "application"])
async def test_sixty_megabytes_that_come_in_cost_little_beside_the_request(
    role: Role, made: Callable[[], tuple[bytes, str]]
) -> None:
    body, content_type = made()
    called = desk(role, max_body_bytes=100 * MEGABYTE, auteur="Onbekend")
    kept = called.documents = Counted()
    with measured() as peak:
        received = await called.call(body, content_type=content_type)
    blocks = 60 * MEGABYTE // len(BLOCK)
    ref = document_ref(digest_of(blocks))
    assert received.outcome is Reception.TAKEN
    assert kept.sizes == {ref: blocks * len(BLOCK)}
    assert [news.dataref for news in received.news] == [ref]
    assert peak() < 4 * MEGABYTE


async def test_a_request_of_more_than_the_settings_take_is_refused_before_it_is_read() -> None:
    body, _ = sixty_inline()
    called = desk("zaaksysteem", max_body_bytes=80 * MEGABYTE)
    with measured() as peak:
        received = await called.call(body)
    assert (received.outcome, received.code) == (Reception.REFUSED, "StUF055")
    assert "inbound.max_body_bytes" in received.detail
    assert peak() < MEGABYTE
