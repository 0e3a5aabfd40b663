"""A destination that external systems may call, in front of the hub of the tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from adapters.contract import (
    InboundRequest,
    ReceiveContext,
    Received,
    Reception,
    WireAnswer,
)
from continuity.attempt import no_documents
from schakel.http.entrance import make_entrance
from schakel.receiving import Desk, Receiving
from tests.schakel.http.harness import Harness

BV03 = WireAnswer(status=200, body=b"<Bv03/>", content_type="text/xml; charset=utf-8")
FO03 = WireAnswer(status=503, body=b"<Fo03>StUF046</Fo03>", content_type="text/xml")


class Desk1:
    """A receiver that remembers what it was asked, and answers what the test wants."""

    def __init__(self, answer: WireAnswer = BV03) -> None:
        self.answer = answer
        self.asked: list[InboundRequest] = []
        self.context: ReceiveContext | None = None
        self.outcome = Reception.TAKEN
        self.key = ""
        self.keep = True
        self.refusal: WireAnswer | None = None
        self.heads: list[InboundRequest] = []
        self.when_asked: Callable[[], None] = lambda: None

    def admits(self, request: InboundRequest) -> WireAnswer | None:
        self.heads.append(request)
        return self.refusal

    async def receive(self, request: InboundRequest, context: ReceiveContext) -> Received:
        self.asked.append(request)
        self.when_asked()
        self.context = context
        return Received(
            outcome=self.outcome,
            kind="creeerZaak",
            answer=self.answer,
            key=self.key,
            clash=WireAnswer(status=500, body=b"StUF016", content_type="text/xml"),
            keep=self.keep,
        )

    def unavailable(self, request: InboundRequest) -> WireAnswer:
        return FO03


def behind(hub: Harness, *, tenant: str | None = None) -> tuple[Harness, Desk1]:
    """The hub with the destination djuma, and who sits at its desk."""
    desk = Desk1()
    receiving = Receiving(
        desks={"djuma": Desk(receiver=desk, tenant=tenant)},
        store=hub.store,
        intake=hub.intake,
        asking=None,
        documents=no_documents,
        clock=hub.clock,
    )
    services = replace(hub.app.state.entrance.hub, receiving=receiving)
    hub.app.state.entrance = make_entrance(replace(services, registry=type(hub.registry)()))
    return hub, desk
