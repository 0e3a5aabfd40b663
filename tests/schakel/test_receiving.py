"""What external systems call: stored before it is answered, taken once, never lost."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.contract import (
    AskRefused,
    InboundRequest,
    News,
    NoDocuments,
    ReceiveContext,
    Received,
    Reception,
    WireAnswer,
)
from continuity.store.contract import StoreUnavailable
from continuity.store.memory import MemoryStore
from continuity.store.records import DeliveryFilter, ReceptionFilter, ReceptionOutcome
from routing import Route, RouteTable, Target
from schakel.asking import Asking
from schakel.askrule import AskRule
from schakel.intake import Intake
from schakel.purposes import ALL
from schakel.receiving import Desk, NoRoom, Receiving
from schemas.examples.loading import load
from schemas.messagetypes import ONTVANGST
from tests.schakel.asking_kit import (
    DESTINATION,
    RSIN,
    Books,
    ScriptedAsker,
    SettableClock,
    make_line,
    purposes,
)

OIN = "00000001002220647000"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ONTVANGEN = "nl.burgerzaken.zaak.ontvangen"
BV03 = WireAnswer(status=200, body=b"<Bv03/>", content_type="text/xml")
CLASH = WireAnswer(status=500, body=b"<StUF016/>", content_type="text/xml")
AWAY = WireAnswer(
    status=500, body=b"<StUF046/>", content_type="text/xml", headers={"Retry-After": "5"}
)
ZAAK = load(ONTVANGEN)


def news(id_: str = "a", kind: str = ONTVANGST, **changes: Any) -> News:
    data: Mapping[str, Any] = {"soort": "zaak", "inhoud": {"body": "x"}}
    if kind == ONTVANGEN:
        data = ZAAK["data"]
    return replace(News(id=id_, type=kind, data=data, time=NOW, subject=ZAAK["subject"]), **changes)


class Postbus:
    """A receiver that says what it was told to; the body of a request is its content."""

    def __init__(self) -> None:
        self.received = Received(
            outcome=Reception.TAKEN, kind="creeerZaak", key="djuma/1", answer=BV03, clash=CLASH
        )
        self.error: Exception | None = None
        self.context: ReceiveContext | None = None
        self.refusal: WireAnswer | None = None
        self.heads: list[InboundRequest] = []

    def admits(self, request: InboundRequest) -> WireAnswer | None:
        self.heads.append(request)
        return self.refusal

    async def receive(self, request: InboundRequest, context: ReceiveContext) -> Received:
        self.context = context
        if self.error:
            raise self.error
        return replace(self.received, digest=hashlib.sha256(request.body).digest())

    def unavailable(self, request: InboundRequest) -> WireAnswer:
        del request
        return replace(AWAY, headers={})


class Hub:
    def __init__(
        self,
        *routes: Route,
        oin: str | None = OIN,
        asking: Asking | None = None,
        purpose: str | None = None,
    ) -> None:
        self.store = MemoryStore()
        self.woken: list[str] = []
        self.reads = 0
        self.postbus = Postbus()
        clock = SettableClock()
        self.intake = Intake(
            store=self.store,
            routes=RouteTable(
                routes, destinations={"kern": Target(handles=frozenset({ONTVANGEN}))}
            ),
            tenants=frozenset({"0344", "0363"}),
            clock=clock,
            wake=self.woken.extend,
            oin=oin,
        )
        self.receiving = Receiving(
            desks={"zs": Desk(receiver=self.postbus, tenant="0344", purpose=purpose)},
            store=self.store,
            intake=self.intake,
            asking=asking,
            documents=lambda _tenant: NoDocuments(),
            clock=clock,
        )

    def say(self, *told: News, **changes: Any) -> None:
        self.postbus.received = replace(self.postbus.received, news=told, **changes)

    async def call(
        self, body: bytes | Exception = b"<zaak/>", tenant: str = "0344"
    ) -> WireAnswer | None:
        async def read() -> bytes:
            self.reads += 1
            if isinstance(body, Exception):
                raise body
            return body

        head = InboundRequest(
            method="POST",
            path="OntvangAsynchroon",
            query="",
            headers={"soapaction": "creeerZaak_Lk01", "authorization": "Basic c2VjcmV0"},
            body=b"",
            url="https://hub.example.nl/inbound/0344/zs",
        )
        return await self.receiving.receive(tenant, "zs", head, read)

    async def deliveries(self, destination: str) -> list[str]:
        found = await self.store.list_deliveries(
            DeliveryFilter(destination=destination), before=None, limit=10
        )
        return sorted(one.event_id for one in found)

    async def receptions(self) -> list[tuple[str, str]]:
        found = await self.store.list_receptions(ReceptionFilter(), before=None, limit=10)
        return [(one.outcome.value, one.code) for one in found]


async def test_what_came_in_is_delivered_to_where_it_came_from_in_the_lane_of_the_case() -> None:
    hub = Hub()
    hub.say(news())
    assert await hub.call() == BV03
    assert await hub.deliveries("zs") == ["a"]
    assert hub.woken == ["zs"]


async def test_the_same_again_gets_the_first_answer_and_is_stored_once() -> None:
    hub = Hub()
    hub.say(news())
    await hub.call()
    hub.say(news(), answer=replace(BV03, body=b"<another/>"))
    again = await hub.call()
    assert again is not None
    assert again.body == b"<Bv03/>"
    assert await hub.deliveries("zs") == ["a"]
    assert await hub.receptions() == [("taken", "")]


async def test_the_same_number_with_other_content_is_refused_and_kept() -> None:
    hub = Hub()
    hub.say(news())
    await hub.call()
    hub.say(news("b"))
    assert await hub.call(b"<something-else/>") == CLASH
    assert await hub.deliveries("zs") == ["a"]
    assert await hub.receptions() == [("refused", "number-used"), ("taken", "")]


async def test_a_refused_request_is_kept_with_its_reason_and_may_come_again() -> None:
    hub = Hub()
    hub.say(outcome=Reception.REFUSED, code="StUF055", detail="startdatum is absent", answer=CLASH)
    assert await hub.call() == CLASH
    hub.say(news(), outcome=Reception.TAKEN, code="", detail="", answer=BV03)
    assert await hub.call() == BV03
    assert await hub.receptions() == [("taken", ""), ("refused", "StUF055")]


async def test_who_called_is_not_kept() -> None:
    hub = Hub()
    await hub.call()
    kept = await hub.store.get_reception(1)
    assert kept.outcome is ReceptionOutcome.TAKEN
    assert kept.request == b"<zaak/>"
    assert kept.request_headers == '{"soapaction": "creeerZaak_Lk01"}'


async def test_the_body_of_a_caller_that_is_not_let_in_is_not_read() -> None:
    hub = Hub()
    hub.postbus.refusal = WireAnswer(status=401, headers={"WWW-Authenticate": "Basic"})
    assert await hub.call() == hub.postbus.refusal
    assert (hub.reads, hub.postbus.context, await hub.receptions()) == (0, None, [])
    assert [one.body for one in hub.postbus.heads] == [b""]


async def test_a_caller_is_judged_before_its_body_is_read_and_the_whole_comes_after() -> None:
    hub = Hub()
    assert await hub.call() == BV03
    assert hub.reads == 1
    assert (await hub.store.get_reception(1)).request == b"<zaak/>"


async def test_without_room_the_sender_is_told_to_come_again() -> None:
    hub = Hub()
    assert await hub.call(NoRoom()) == AWAY
    assert await hub.receptions() == []


async def test_what_else_goes_wrong_in_reading_is_not_the_receivers() -> None:
    with pytest.raises(ConnectionError):
        await Hub().call(ConnectionError("the caller left"))


async def test_the_first_answer_is_as_every_later_one_without_headers_of_its_own() -> None:
    """They are not stored: a caller that comes again could not be given them."""
    hub = Hub()
    hub.say(news(), answer=replace(BV03, headers={"X-Number": "1"}))
    assert await hub.call() == await hub.call() == BV03
    hub.say(keep=False)
    answer = await hub.call(b"<vraag/>")
    assert answer is not None
    assert answer.headers == {"X-Number": "1"}


async def test_a_question_leaves_nothing_behind() -> None:
    hub = Hub()
    hub.say(keep=False)
    assert await hub.call() == BV03
    assert await hub.receptions() == []


async def test_news_for_the_core_is_routed_and_without_a_route_parked_for_a_person() -> None:
    route = Route(name="kern", types=(ONTVANGEN,), tenants=("0344",), to=("kern",))
    routed, unrouted = Hub(route), Hub()
    for hub in (routed, unrouted):
        hub.say(news(kind=ONTVANGEN))
        assert await hub.call() == BV03
    assert await routed.deliveries("kern") == ["a"]
    [parked] = await unrouted.store.list_deliveries(DeliveryFilter(), before=None, limit=10)
    assert parked.fault is not None
    assert parked.fault.code == "no_route"


@pytest.mark.parametrize("tenant", ["0363", "9999"])
async def test_another_municipality_has_no_such_entrance(tenant: str) -> None:
    assert await Hub().call(tenant=tenant) is None


@pytest.mark.parametrize(
    "error", [StoreUnavailable("The disk is full."), RuntimeError("a bug of ours")]
)
async def test_whatever_goes_wrong_with_us_the_sender_is_told_to_come_again(
    error: Exception,
) -> None:
    hub = Hub()
    hub.postbus.error = error
    assert await hub.call() == AWAY


async def test_news_that_breaks_our_own_rules_is_not_taken() -> None:
    hub = Hub()
    hub.say(news(kind=ONTVANGEN, subject="another case"))
    assert await hub.call() == AWAY
    assert await hub.receptions() == []


async def test_without_an_oin_nothing_can_come_in() -> None:
    hub = Hub(oin=None)
    hub.say(news())
    assert await hub.call() == AWAY


def asking(asker: ScriptedAsker, clock: SettableClock) -> Asking:
    types = ("zaak.van-persoon", "zaak.status")
    return Asking(
        rules={
            (one, "0344"): AskRule(destination=DESTINATION, timeout=timedelta(seconds=5))
            for one in types
        },
        lines={DESTINATION: make_line(asker, clock=clock)},
        desks={},
        tenants=frozenset({"0344"}),
        clock=clock,
        purposes=purposes("zaken-inzien", {"zaak.van-persoon": ALL}),
        disclosures=Books(),
    )


async def test_a_system_asks_about_persons_for_the_purpose_that_it_was_given() -> None:
    asker = ScriptedAsker({"zaken": []})
    hub = Hub(asking=asking(asker, SettableClock()), purpose="zaken-inzien")
    await hub.call()
    assert hub.postbus.context is not None

    assert await hub.postbus.context.ask("zaak.van-persoon", {"bsn": "999990019"}) == {"zaken": []}

    [(question, _)] = asker.asked
    assert question.reason is not None
    assert (question.reason.doelbinding, question.reason.gebruiker) == ("zaken-inzien", "zs")


async def test_without_a_purpose_it_asks_about_nobody_and_about_cases_all_the_same() -> None:
    asker = ScriptedAsker({"statussen": []})
    hub = Hub(asking=asking(asker, SettableClock()))
    await hub.call()
    assert hub.postbus.context is not None

    with pytest.raises(AskRefused, match="names no purpose") as caught:
        await hub.postbus.context.ask("zaak.van-persoon", {"bsn": "999990019"})
    assert not caught.value.unavailable
    assert asker.asked == []
    await hub.postbus.context.ask(
        "zaak.status", {"zaakidentificatie": "ZAAK-1", "bronorganisatie": RSIN}
    )
    assert len(asker.asked) == 1
