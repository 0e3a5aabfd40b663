"""Doing the calls of one message in their order, each at most once.

A request is rendered, held to the schema and stored before it is sent; later attempts send the same
bytes. Two answers ask for another request: StUF019 (its time is not later than that of an earlier
one) and StUF016 where the system turns out not to have it (an operator changed the message after it
was sent). It is then rendered once more under a new number, as the next generation of the step:
`zaak`, `zaak-2`, `zaak-3`. The result is always kept under the first name.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from lxml import etree

from adapters._kit.once import stored_request
from adapters._kit.stuf.base64stream import MARKER, pieces, total_length
from adapters._kit.stuf.client import StufClient
from adapters._kit.stuf.faults import (
    LIMITED_TRIES,
    Circumstances,
    NumberTakenError,
    StaleMomentError,
    error_for,
)
from adapters._kit.stuf.names import Operation
from adapters._kit.stuf.reading import Bericht
from adapters._kit.stuf.soap import open_envelope
from adapters._kit.stuf.validation import check
from adapters.contract import Content, Documents, NoDocuments, RejectedError, Steps
from adapters.stuf_zds.client import Questions
from adapters.stuf_zds.finding import Find, Found, Sent, Unknown
from adapters.stuf_zds.heads import Heads
from adapters.stuf_zds.settings import StufZdsSettings
from adapters.stuf_zds.writing.berichten import Head, Request
from schemas import Message
from schemas.xml import parse_xml

GENERATIONS: Final = 5
"""Requests that are made for one step at most."""
_REFUSED: Final = "StUF058"


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One attempt at one message."""

    message: Message
    client: StufClient
    questions: Questions
    settings: StufZdsSettings
    heads: Heads
    steps: Steps
    zaaktype: str | None = None
    """Our name of it, as an earlier delivery about the case left it."""
    documents: Documents = field(default_factory=NoDocuments)
    again: bool = False
    attempt: int = 1

    def result(self, step: str) -> str:
        found = self.steps.result(step)
        if found is None:
            raise RuntimeError(f"step {step} is used before it is done")
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Inhoud:
    """The content that goes with a request: in the message, or beside it."""

    inline: str | None = field(default=None, repr=False)
    dataref: str | None = None

    async def open(self, work: Work) -> Content | None:
        return None if self.dataref is None else await work.documents.open(self.dataref)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One call that changes something; `render` is called for a new request only."""

    name: str
    operation: Operation
    render: Callable[[Work, Head], Request]
    find: Find
    inhoud: Inhoud | None = None
    read: Callable[[Bericht], str] = lambda answer: answer.berichtcode
    """What is kept of the answer."""
    lost: Callable[[], RejectedError] | None = None
    """What it means that a request is refused which was sent before; None: what it says."""

    async def carry_out(self, work: Work) -> None:
        """Do it, unless it is done; raises the consequence when it fails."""
        if work.steps.result(self.name) is not None:
            return
        generation, request = await self._stored(work)
        before = request is not None
        if request is None:
            request = await self._prepared(work, generation)
        if (before or work.again) and await self._found(work, request):
            return
        await self._send(work, request, generation, before=before)

    async def find_done(self, work: Work) -> bool | Unknown:
        """Look for it when it is in flight, and record it when it is there."""
        if work.steps.result(self.name) is not None:
            return True
        _, request = await self._stored(work)
        if request is None:
            return False
        found = await self._look(work, request)
        if isinstance(found, str):
            await work.steps.complete(self.name, found)
            return True
        return found if isinstance(found, Unknown) else False

    async def _send(
        self, work: Work, request: bytes, generation: int, *, before: bool, anew: bool = False
    ) -> None:
        try:
            answer = await self._call(work, request, before=before)
        except (StaleMomentError, NumberTakenError) as err:
            taken = isinstance(err, NumberTakenError)
            if (taken or before) and await self._found(work, request):
                return
            if generation >= GENERATIONS or (anew and not taken):
                detail = f"{err.detail}. A new request did not help."
                raise RejectedError("stuf:opnieuw", detail) from err
            fresh = await self._prepared(work, generation + 1)
            await self._send(work, fresh, generation + 1, before=False, anew=True)
        else:
            await work.steps.complete(self.name, self.read(answer))

    async def _call(self, work: Work, request: bytes, *, before: bool) -> Bericht:
        when = Circumstances(
            after_create=work.attempt <= LIMITED_TRIES,
            changes=not self.operation.asynchronous,
            sent_before=before and work.attempt <= LIMITED_TRIES,
            attempt=work.attempt,
        )
        seconds = work.settings.document_timeout
        if self.inhoud is None:
            return await self._exchange(work, request, when)
        content = await self.inhoud.open(work)
        if content is None:
            whole = request.replace(MARKER.encode(), (self.inhoud.inline or "").encode())
            return await work.client.call(self.operation, whole, seconds=seconds, when=when)
        _hold_to_limit(content.size, work.settings.max_document_bytes)
        signed = work.client.envelope_with_token(request)
        length = total_length(signed, content.size)
        parts = pieces(signed, content)
        return await work.client.stream(self.operation, parts, length, when=when)

    async def _exchange(self, work: Work, request: bytes, when: Circumstances) -> Bericht:
        answer = await work.client.exchange(self.operation, request, when=when)
        if answer.fault is None:
            return answer
        if self.lost is not None and when.sent_before and answer.fault.code == _REFUSED:
            raise self.lost()
        raise error_for(answer.fault, when, asynchronous=self.operation.asynchronous)

    async def _found(self, work: Work, request: bytes) -> bool:
        found = await self._look(work, request)
        if isinstance(found, str):
            await work.steps.complete(self.name, found)
        return isinstance(found, str)

    async def _look(self, work: Work, request: bytes) -> Found:
        body = open_envelope(parse_xml(request)).body_children[0]
        inhoud = self.inhoud
        content = None if inhoud is None else await inhoud.open(work)
        return await self.find(work.questions, Sent(element=body, sha256=_digest(inhoud, content)))

    async def _stored(self, work: Work) -> tuple[int, bytes | None]:
        """The newest request of this step, and its generation."""
        for generation in range(GENERATIONS, 0, -1):
            request = await stored_request(work.steps, self._named(generation))
            if request is not None:
                return generation, request
        return 1, None

    async def _prepared(self, work: Work, generation: int) -> bytes:
        name = self._named(generation)
        key = f"{work.message.source}\n{work.message.id}"
        request = self.render(work, work.heads.for_step(key, name))
        _check(request.element, work.settings)
        rendered = work.questions.render(request)
        return await work.steps.prepare(name, lambda: rendered)

    def _named(self, generation: int) -> str:
        return self.name if generation == 1 else f"{self.name}-{generation}"


async def carry_out(plan: Sequence[Step], work: Work) -> None:
    """Do every step that is not done yet; raises the consequence of the first that fails."""
    for step in plan:
        await step.carry_out(work)


async def find_done(plan: Sequence[Step], work: Work) -> bool | Unknown:
    """Look for the step in flight; True when all are done."""
    for step in plan:
        found = await step.find_done(work)
        if found is not True:
            return found
    return True


def _check(element: etree._Element, settings: StufZdsSettings) -> None:
    """Hold a request to the schema, with a content in the place that is kept for it."""
    place = next((one for one in element.iter() if one.text == MARKER), None)
    if place is not None:
        place.text = ""
    check(element, f"zds-{settings.profile}")
    if place is not None:
        place.text = MARKER


def _digest(inhoud: Inhoud | None, content: Content | None) -> str | None:
    if content is not None:
        return content.sha256
    if inhoud is None or inhoud.inline is None:
        return None
    return sha256(base64.b64decode(inhoud.inline)).hexdigest()


def _hold_to_limit(size: int, most: int) -> None:
    if size > most:
        raise RejectedError(
            "stuf:document-te-groot",
            f"The document has {size} bytes, and this destination takes {most} "
            "(max_document_bytes).",
        )
