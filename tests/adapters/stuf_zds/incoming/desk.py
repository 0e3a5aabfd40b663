"""A receiving side without a hub: settings, a context that remembers, and requests."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from adapters._kit.stuf.settings import PartijSettings
from adapters.contract import AskRefused, Content, InboundRequest, Received, Reception
from adapters.stuf_zds.endpoints import Endpoints
from adapters.stuf_zds.inbound_settings import InboundSettings, Role
from schemas.dataref import document_ref
from tests.conformance.documents import MemoryDocuments

NOW = datetime(2026, 11, 23, 11, 15, 30, tzinfo=UTC)
RSIN = "002220647"
OURS = PartijSettings(applicatie="SCHAKEL", organisatie="0344")


@dataclass
class StoppedClock:
    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment


@dataclass(frozen=True)
class Settings:
    """What Endpoints needs of the settings of a destination."""

    role: Role
    inbound: InboundSettings
    zender: PartijSettings = OURS
    charset: str = "utf-8"
    transliterate: bool = False


class Kept:
    """Documents that were kept, by dataref."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}
        self.types: dict[str, str] = {}
        self.beside = MemoryDocuments()
        """What was kept before."""

    async def keep(self, content: AsyncIterator[bytes], media_type: str) -> str:
        whole = b"".join([piece async for piece in content])
        ref = document_ref(hashlib.sha256(whole).hexdigest())
        self.contents[ref], self.types[ref] = whole, media_type
        return ref

    async def open(self, ref: str) -> Content:
        return await self.beside.open(ref)


@dataclass
class Desk:
    """Implements ReceiveContext, and is the one who calls."""

    endpoints: Endpoints
    clock: StoppedClock = field(default_factory=StoppedClock)
    documents: Kept = field(default_factory=Kept)
    answers: dict[str, Mapping[str, Any] | AskRefused] = field(default_factory=dict)
    asked: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    tenant: str = "0344"
    destination: str = "zaaksysteem"

    async def ask(
        self,
        type: str,  # noqa: A002 - the word of the contract
        data: Mapping[str, Any],
    ) -> Mapping[str, Any]:
        self.asked.append((type, data))
        answer = self.answers.get(type)
        if answer is None:
            raise AskRefused("Nobody answers this question here.", unavailable=False)
        if isinstance(answer, AskRefused):
            raise answer
        return answer

    async def call(self, body: bytes, **parts: Any) -> Received:
        """As the hub: a caller that is not let in is refused before its body is read."""
        whole = request(body, **parts)
        refusal = self.endpoints.admits(replace(whole, body=b""))
        if refusal is not None:
            return Received(outcome=Reception.REFUSED, kind="door", answer=refusal, keep=False)
        return await self.endpoints.receive(whole, self)


def desk(role: Role = "zaaksysteem", *, charset: str = "utf-8", **inbound: Any) -> Desk:
    given = {"enabled": True, "open": True, "bronorganisatie": RSIN, **inbound}
    clock = StoppedClock()
    settings = Settings(role=role, inbound=InboundSettings(**given), charset=charset)
    return Desk(endpoints=Endpoints(settings, clock=clock), clock=clock)


def request(
    body: bytes = b"",
    *,
    path: str = "OntvangAsynchroon",
    method: str = "POST",
    action: str | None = None,
    content_type: str = "text/xml; charset=utf-8",
    headers: Mapping[str, str] | None = None,
    query: str = "",
    client_certificate: str | None = None,
) -> InboundRequest:
    named = {} if action is None else {"soapaction": f'"{action}"'}
    return InboundRequest(
        method=method,
        path=path,
        query=query,
        headers={"content-type": content_type, **named, **(headers or {})},
        body=body,
        url="https://hub.example.nl/inbound/0344/zaaksysteem",
        client_certificate=client_certificate,
    )
