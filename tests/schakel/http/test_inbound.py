"""/inbound: what an external system calls gets what its receiver says, and nothing of ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from ipaddress import ip_network
from typing import Any

import pytest

from adapters.contract import (
    InboundRequest,
    ReceiveContext,
    Received,
    WireAnswer,
)
from continuity.store.contract import StoreUnavailable
from continuity.store.memory import MemoryStore
from continuity.store.records import (
    KeyTaken,
    NewReception,
    ReceptionFilter,
    ReceptionOutcome,
    Repeated,
)
from continuity.store.records import Received as Stored
from schakel.http.proxies import Proxies
from tests.schakel.http.desks import BV03, FO03, Desk1, behind
from tests.schakel.http.harness import Harness, problem


class Full(MemoryStore):
    """A store that takes nothing."""

    async def receive(
        self, new: NewReception, messages: object, *, now: datetime
    ) -> Stored | Repeated | KeyTaken:
        raise StoreUnavailable("The disk is full.")


Make = Callable[..., tuple[Harness, Desk1]]


@pytest.fixture
def make() -> Make:
    def made(
        store: MemoryStore | None = None, *, tenant: str | None = None, **options: Any
    ) -> tuple[Harness, Desk1]:
        return behind(Harness(store, **options), tenant=tenant)

    return made


async def test_the_receiver_gets_the_request_as_it_came_and_its_answer_goes_back(
    make: Make,
) -> None:
    hub, desk = make()
    async with hub.client() as client:
        answer = await client.post(
            "/inbound/0344/djuma/OntvangAsynchroon?a=%201",
            content=b"<zakLk01 \xe9/>",
            headers={"SOAPAction": '"creeerZaak"', "Content-Type": "text/xml", "Host": "hub.nl"},
        )

    assert (answer.status_code, answer.content) == (200, b"<Bv03/>")
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert answer.headers["x-request-id"]
    (asked,) = desk.asked
    assert (asked.method, asked.path, asked.query) == ("POST", "OntvangAsynchroon", "a=%201")
    assert asked.body == b"<zakLk01 \xe9/>"
    assert asked.headers["soapaction"] == '"creeerZaak"'
    assert asked.url == "http://hub.nl/inbound/0344/djuma"
    assert desk.context is not None
    assert (desk.context.tenant, desk.context.destination) == ("0344", "djuma")


async def test_what_came_is_kept_with_its_answer(make: Make) -> None:
    hub, _ = make()
    async with hub.client() as client:
        await client.post("/inbound/0344/djuma", content=b"<x/>")

    one = await hub.store.get_reception(1)
    assert (one.tenant, one.destination, one.kind) == ("0344", "djuma", "creeerZaak")
    assert (one.request, one.answer, one.outcome) == (b"<x/>", b"<Bv03/>", ReceptionOutcome.TAKEN)


@pytest.mark.parametrize("path", ["/inbound/0344/djuma", "/inbound/0344/djuma/"])
async def test_a_wsdl_can_be_asked_for(make: Make, path: str) -> None:
    hub, desk = make()
    desk.keep = False
    async with hub.client() as client:
        answer = await client.get(f"{path}?wsdl")

    assert answer.status_code == 200
    assert (desk.asked[0].method, desk.asked[0].path, desk.asked[0].query) == ("GET", "", "wsdl")
    assert await hub.store.list_receptions(ReceptionFilter(), before=None, limit=9) == []


async def test_the_same_again_gets_the_first_answer_and_another_one_the_clash(make: Make) -> None:
    hub, desk = make()
    desk.key = "ZS-1"
    async with hub.client() as client:
        await client.post("/inbound/0344/djuma", content=b"<x/>")
        desk.answer = WireAnswer(status=200, body=b"another")
        again = await client.post("/inbound/0344/djuma", content=b"<x/>")
        other = await client.post("/inbound/0344/djuma", content=b"<y/>")

    assert (again.content, again.headers["content-type"]) == (b"<Bv03/>", BV03.content_type)
    assert (other.status_code, other.content) == (500, b"StUF016")


@pytest.mark.parametrize(
    "path", ["/inbound/0344/nobody/x", "/inbound/0999/djuma/x", "/inbound/0363/djuma/x"]
)
async def test_an_entrance_that_is_not_there_is_a_plain_404(make: Make, path: str) -> None:
    """Nobody can tell a destination of another municipality from one that does not exist."""
    hub, desk = make(tenant="0344")
    async with hub.client() as client:
        told = problem(await client.post(path, content=b"<x/>"), 404, "not-found")

    assert told["detail"] == "There is no such entrance."
    assert desk.asked == []


async def test_a_process_that_receives_nothing_says_the_same(hub: Harness) -> None:
    async with hub.client() as client:
        told = problem(await client.post("/inbound/0344/djuma"), 404, "not-found")
    assert told["detail"] == "There is no such entrance."


async def test_other_methods_are_not_offered(make: Make) -> None:
    hub, _ = make()
    async with hub.client() as client:
        answer = await client.delete("/inbound/0344/djuma")
    problem(answer, 405, "method-not-allowed")


async def test_while_nothing_can_be_stored_the_answer_is_in_the_callers_own_language(
    make: Make,
) -> None:
    hub, _ = make(Full())
    async with hub.client() as client:
        answer = await client.post("/inbound/0344/djuma", content=b"<x/>")

    assert (answer.status_code, answer.content) == (503, FO03.body)
    assert int(answer.headers["retry-after"]) > 0


async def test_headers_of_the_answer_are_the_receivers_but_for_those_of_the_transport(
    make: Make,
) -> None:
    hub, desk = make()
    sent = {"WWW-Authenticate": "Basic", "Content-Length": "999", "Connection": "close"}
    desk.answer, desk.keep = WireAnswer(status=401, headers=sent), False
    async with hub.client() as client:
        answer = await client.post("/inbound/0344/djuma")

    assert (answer.status_code, answer.content) == (401, b"")
    assert answer.headers["www-authenticate"] == "Basic"
    assert answer.headers["content-length"] == "0"
    assert "content-type" not in answer.headers
    assert "connection" not in answer.headers


async def test_a_body_over_the_limit_never_reaches_the_receiver(make: Make) -> None:
    hub, desk = make(inbound_limit=100)
    async with hub.client() as client:
        problem(await client.post("/inbound/0344/djuma", content=b"x" * 101), 413, "body-too-large")

    assert desk.asked == []


async def test_a_mistake_of_a_receiver_shows_nothing(make: Make) -> None:
    """The sender is to try again later; what was in the request is nowhere in the answer."""
    hub, desk = make()

    async def broken(request: InboundRequest, context: ReceiveContext) -> Received:
        raise RuntimeError("999990019 is in here")

    desk.receive = broken  # type: ignore[method-assign]  # a receiver with a bug
    async with hub.client() as client:
        answer = await client.post("/inbound/0344/djuma", content=b"<x/>")

    assert (answer.status_code, answer.content) == (503, FO03.body)


async def test_who_is_not_let_in_gets_the_receivers_refusal_and_nothing_is_kept(make: Make) -> None:
    hub, desk = make()
    desk.refusal = WireAnswer(status=401, body=b"who?", headers={"WWW-Authenticate": "Basic"})
    async with hub.client() as client:
        answer = await client.post("/inbound/0344/djuma", content=b"<x/>")

    assert (answer.status_code, answer.content) == (401, b"who?")
    assert answer.headers["www-authenticate"] == "Basic"
    assert [one.body for one in desk.heads] == [b""]
    assert desk.asked == []
    assert await hub.store.list_receptions(ReceptionFilter(), before=None, limit=9) == []


async def test_the_receiver_is_told_the_public_address_and_the_certificate(make: Make) -> None:
    """What a proxy says is in tests/schakel/http/test_proxies.py."""
    proxies = Proxies(
        trusted=(ip_network("127.0.0.1"),),
        certificate_header="x-subject",
        public_url="https://hub.example.nl/schakel",
    )
    hub, desk = make(proxies=proxies)
    async with hub.client() as client:
        await client.post("/inbound/0344/djuma/x", headers={"X-Subject": "CN=zaken", "Host": "me"})

    (asked,) = desk.asked
    assert asked.url == "https://hub.example.nl/schakel/inbound/0344/djuma"
    assert asked.client_certificate == desk.heads[0].client_certificate == "CN=zaken"
