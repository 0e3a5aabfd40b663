"""Calls to the APIs: tokens, pages, links that lead elsewhere."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.contract import (
    ConfigurationError,
    RejectedError,
    TransientError,
    UncertainError,
)
from adapters.zgw.client import ZgwClient
from tests.adapters._kit.scripted import Conversation, Server, serving
from tests.adapters.zgw.messages import settings
from tests.conformance.worker import WallClock

EXPIRED = (403, {"code": "jwt-expired", "detail": "Verlopen."})


class RunningClock:
    """Every look at it is a minute later."""

    def __init__(self) -> None:
        self.instant = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        self.instant += timedelta(minutes=1)
        return self.instant


@asynccontextmanager
async def answering(*answers: tuple[int, Any]) -> AsyncIterator[tuple[Server, ZgwClient]]:
    """Serve the answers in their order; ROOT in them becomes the server's own address."""
    waiting = list(answers)

    async def behave(conversation: Conversation) -> None:
        while await conversation.request():
            status, document = waiting.pop(0)
            text = json.dumps(document)
            body = text.replace("ROOT", f"http://127.0.0.1:{server.port}").encode()
            head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n\r\n"
            await conversation.answer(head.encode() + body)

    async with serving(behave) as server:
        client = ZgwClient(settings(f"http://127.0.0.1:{server.port}"), RunningClock())
        try:
            yield server, client
        finally:
            await client.aclose()


def tokens(server: Server) -> list[bytes]:
    return [
        line
        for request in server.requests
        for line in request.split(b"\r\n")
        if line.lower().startswith(b"authorization:")
    ]


async def test_an_expired_token_is_replaced_once() -> None:
    async with answering(EXPIRED, (201, {"url": "ROOT/x"})) as (server, client):
        made = await client.write("zaken", "POST", client.url("zaken", "/zaken"), b"{}")
        assert made["url"].endswith("/x")
        first, second = tokens(server)
        assert first != second


async def test_a_token_that_stays_expired_is_a_configuration_error() -> None:
    async with answering(EXPIRED, EXPIRED) as (server, client):
        with pytest.raises(ConfigurationError, match="clocks of hub and zaaksysteem differ"):
            await client.write("zaken", "POST", client.url("zaken", "/zaken"), b"{}")
        assert len(server.requests) == 2


async def test_pages_are_followed_by_their_links() -> None:
    first = {"results": [{"url": "1"}], "next": "ROOT/zaken/api/v1/rollen?page=2&zaak=z"}
    last = {"results": [{"url": "2"}], "next": None}
    async with answering((200, first), (200, last)) as (server, client):
        found = await client.find("zaken", client.url("zaken", "/rollen"), {"zaak": "z"})
        assert [item["url"] for item in found] == ["1", "2"]
        assert server.requests[0].startswith(b"GET /zaken/api/v1/rollen?zaak=z ")
        assert server.requests[1].startswith(b"GET /zaken/api/v1/rollen?page=2&zaak=z ")


async def test_a_bare_list_is_read_as_well() -> None:
    async with answering((200, [{"url": "1"}])) as (_, client):
        url = client.url("zaken", "/zaakinformatieobjecten")
        assert await client.find("zaken", url, {"zaak": "z"}) == [{"url": "1"}]


@pytest.mark.parametrize(
    "link", ["http://elders.invalid/zaken/api/v1/rollen", "ROOT/beheer", "//elders.invalid/"]
)
async def test_a_link_that_leads_elsewhere_is_not_followed(link: str) -> None:
    async with answering((200, {"results": [], "next": link})) as (server, client):
        with pytest.raises(ConfigurationError) as caught:
            await client.find("zaken", client.url("zaken", "/rollen"), {"zaak": "z"})
        assert caught.value.setting == "zaken.root"
        assert len(server.requests) == 1


async def test_pages_without_end_are_given_up() -> None:
    page = {"results": [], "next": "ROOT/zaken/api/v1/rollen?page=2"}
    async with answering(*[(200, page)] * 50) as (_, client):
        with pytest.raises(TransientError, match="more than 50 pages"):
            await client.find("zaken", client.url("zaken", "/rollen"), {"zaak": "z"})


@pytest.mark.parametrize("document", [None, 1, {"results": None}, {"results": [1]}, {"next": 1}])
async def test_a_list_of_another_form_is_transient(document: Any) -> None:
    async with answering((200, document)) as (_, client):
        with pytest.raises(TransientError):
            await client.find("zaken", client.url("zaken", "/rollen"), {"zaak": "z"})


@pytest.mark.parametrize("document", [None, [], {}, {"url": 1}])
async def test_a_created_thing_without_its_url_is_uncertain(document: Any) -> None:
    async with answering((201, document)) as (_, client):
        with pytest.raises(UncertainError):
            await client.write("zaken", "POST", client.url("zaken", "/zaken"), b"{}")


async def test_an_empty_filter_is_never_sent() -> None:
    async with answering() as (server, client):
        with pytest.raises(ValueError, match="would find everything"):
            await client.find("zaken", client.url("zaken", "/zaken"), {"identificatie": ""})
        assert server.requests == []


async def test_calls_carry_what_the_apis_ask_for() -> None:
    made = (201, {"url": "ROOT/x"})
    async with answering(made, made) as (server, client):
        await client.write("zaken", "POST", client.url("zaken", "/zaken"), b'{"a":1}')
        url = client.url("documenten", "/enkelvoudiginformatieobjecten")
        await client.write("documenten", "POST", url, b'{"a":1}')
        zaken, documenten = (request.lower() for request in server.requests)
    assert b"accept-crs: epsg:4326" in zaken
    assert b"content-crs: epsg:4326" in zaken
    assert b"crs" not in documenten
    for request in (zaken, documenten):
        assert b"content-type: application/json" in request
        assert b"content-length: 7" in request
        assert request.endswith(b'{"a":1}')


async def test_what_is_gone_already_counts_as_removed() -> None:
    gone = (404, {"code": "not_found", "title": "Niet gevonden."})
    async with answering(gone) as (server, client):
        await client.delete("zaken", client.url("zaken", "/rollen/1"))
        assert server.requests[0].startswith(b"DELETE /zaken/api/v1/rollen/1 ")


async def test_a_removal_that_is_refused_or_answered_by_another_is_not_done() -> None:
    refused = (400, {"code": "invalid", "invalidParams": []})
    async with answering(refused, (200, {"page": "login"})) as (_, client):
        with pytest.raises(RejectedError):
            await client.delete("zaken", client.url("zaken", "/rollen/1"))
        with pytest.raises(UncertainError):
            await client.delete("zaken", client.url("zaken", "/rollen/1"))


async def test_a_search_follows_its_pages_with_the_same_body_up_to_its_most() -> None:
    first = {"results": [{"url": "1"}], "next": "ROOT/zaken/api/v1/zaken/_zoek?page=2"}
    last = {"results": [{"url": "2"}, {"url": "3"}], "next": None}
    async with answering((200, first), (200, last)) as (server, client):
        url = client.url("zaken", "/zaken/_zoek")
        found, more = await client.search("zaken", url, b'{"a":1}', most=2, secret="S")
        assert [item["url"] for item in found] == ["1", "2"]
        assert more
        assert all(request.endswith(b'{"a":1}') for request in server.requests)


async def test_a_search_that_ends_in_doubt_is_only_to_be_done_again() -> None:
    async with answering((502, None)) as (_, client):
        url = client.url("zaken", "/zaken/_zoek")
        with pytest.raises(TransientError):
            await client.search("zaken", url, b"{}", most=2, secret="S")


async def test_a_next_page_with_what_is_sought_in_its_address_is_not_read() -> None:
    following = "ROOT/zaken/api/v1/zaken/_zoek?page=2&inpBsn=99999365%33"
    async with answering((200, {"results": [{"url": "1"}], "next": following})) as (server, client):
        url = client.url("zaken", "/zaken/_zoek")
        found, more = await client.search("zaken", url, b"{}", most=9, secret="999993653")
        assert (len(found), more) == (1, True)
        assert len(server.requests) == 1


async def test_an_api_that_is_not_configured_is_named() -> None:
    chosen = settings("http://127.0.0.1:1", besluiten=None)
    client = ZgwClient(chosen, WallClock())
    for call in (
        client.find("besluiten", "http://127.0.0.1:1/x", {}),
        client.get("besluiten", "http://127.0.0.1:1/x"),
    ):
        with pytest.raises(RejectedError, match=r"set besluiten\.root") as caught:
            await call
        assert caught.value.code == "zgw:besluiten-niet-ingesteld"
    assert not client.knows("besluiten", "http://127.0.0.1:1/x")
    await client.aclose()
