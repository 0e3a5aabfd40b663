"""Calls over a real socket: headers, bytes, credentials and broken connections."""

from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from lxml import etree

from adapters._kit.http import HttpSettings
from adapters._kit.stuf.base64stream import MARKER, pieces, total_length
from adapters._kit.stuf.client import StufClient
from adapters._kit.stuf.names import PREFIXES, STUF, ZKN, operation, q
from adapters._kit.stuf.security import basic, is_token
from adapters._kit.stuf.settings import StufSettings
from adapters._kit.stuf.soap import envelope, open_envelope
from adapters.contract import (
    ConfigurationError,
    DocumentError,
    TransientError,
    UncertainError,
)
from schemas.xml import parse_xml
from tests.adapters._kit.scripted import Behaviour, Conversation, Server, serving
from tests.conformance.documents import MemoryContent
from tests.conformance.worker import WallClock

CREATE = operation("creeerZaak", "1.1")
READ = operation("geefZaakdetails", "1.1")
CLOCK = WallClock()


def bericht(code: str, body: str = "") -> bytes:
    return (
        f'<{code}Bericht xmlns="{STUF}"><stuurgegevens><berichtcode>{code}</berichtcode>'
        f"</stuurgegevens>{body}</{code}Bericht>"
    ).encode()


def http(body: bytes, status: str = "200 OK") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def always(answer: bytes) -> Behaviour:
    async def behave(conversation: Conversation) -> None:
        while await conversation.request():
            await conversation.answer(answer)

    return behave


def message() -> bytes:
    body = etree.Element(q(ZKN, "zakLk01"), nsmap=dict(PREFIXES))
    etree.SubElement(body, q(STUF, "inhoud")).text = MARKER
    return envelope(body)


@asynccontextmanager
async def client(server: Server, **settings: Any) -> AsyncIterator[StufClient]:
    chosen: dict[str, Any] = {
        "zender": {"applicatie": "SCHAKEL"},
        "ontvanger": {"applicatie": "ZAAKSYS"},
        "ontvang_asynchroon_url": f"{server.url()}/OntvangAsynchroon",
        **settings,
    }
    made = StufClient(StufSettings(**chosen), CLOCK)
    try:
        yield made
    finally:
        await made.aclose()


async def test_the_stored_bytes_go_out_with_the_headers_of_soap_1_1() -> None:
    async with serving(always(http(bericht("Bv03")))) as server, client(server) as stuf:
        answer = await stuf.call(CREATE, message())

    assert answer.berichtcode == "Bv03"
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert body == message()
    assert head.startswith(b"POST /zaken/OntvangAsynchroon HTTP/1.1")
    assert f'soapaction: "{ZKN}/creeerZaak_Lk01"'.encode() in head
    assert b"content-type: text/xml; charset=utf-8" in head


async def test_soap_1_2_has_the_action_in_its_content_type() -> None:
    async with (
        serving(always(http(bericht("Bv03")))) as server,
        client(server, soap_version="1.2", charset="iso-8859-1") as stuf,
    ):
        await stuf.call(CREATE, message())

    kind = f'application/soap+xml; charset=iso-8859-1; action="{ZKN}/creeerZaak_Lk01"'
    assert f"content-type: {kind}".encode() in server.requests[0]
    assert b"soapaction" not in server.requests[0]


async def test_basic_goes_in_the_header() -> None:
    async with (
        serving(always(http(bericht("Bv03")))) as server,
        client(server, user="hub", password="geheim") as stuf,
    ):
        await stuf.call(CREATE, message())

    assert f"authorization: {basic('hub', 'geheim')}".encode() in server.requests[0]


@pytest.mark.parametrize("wsse", ["text", "digest"])
async def test_a_token_goes_in_the_envelope_and_the_message_stays_as_it_was(wsse: str) -> None:
    async with (
        serving(always(http(bericht("Bv03")))) as server,
        client(server, user="hub", password="geheim", wsse=wsse) as stuf,
    ):
        await stuf.call(CREATE, message())

    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert b"authorization" not in head
    assert is_token(open_envelope(parse_xml(body)).header, "hub", "geheim", now=CLOCK.now())
    assert body.partition(b"<soap:Body>")[2] == message().partition(b"<soap:Body>")[2]


async def test_a_fault_is_raised_by_call_and_returned_by_exchange() -> None:
    fault = bericht("Fo03", "<body><code>StUF046</code><plek>server</plek></body>")
    wrong = http(fault, "500 Internal Server Error")
    async with serving(always(wrong)) as server, client(server) as stuf:
        with pytest.raises(TransientError, match="StUF046"):
            await stuf.call(CREATE, message())
        answer = await stuf.exchange(CREATE, message())

    assert answer.fault is not None
    assert answer.fault.code == "StUF046"


async def test_exchange_raises_what_is_no_fault_of_stuf() -> None:
    async with serving(always(http(b"", "404 Not Found"))) as server, client(server) as stuf:
        with pytest.raises(ConfigurationError):
            await stuf.exchange(CREATE, message())


async def test_a_connection_that_breaks_after_sending_leaves_doubt() -> None:
    async def hang_up(conversation: Conversation) -> None:
        await conversation.request()
        conversation.reset()

    async with serving(hang_up) as server, client(server) as stuf:
        with pytest.raises(UncertainError):
            await stuf.call(CREATE, message())


async def test_a_question_that_broke_off_may_be_asked_again() -> None:
    async def hang_up(conversation: Conversation) -> None:
        await conversation.request()
        conversation.reset()

    async with serving(hang_up) as server:
        url = f"{server.url()}/BeantwoordVraag"
        async with client(server, beantwoord_vraag_url=url) as stuf:
            with pytest.raises(TransientError, match="geefZaakdetails"):
                await stuf.call(READ, message())


async def test_silence_ends_a_call() -> None:
    async def say_nothing(conversation: Conversation) -> None:
        await conversation.request()
        await conversation.hang()

    async with serving(say_nothing) as server, client(server) as stuf:
        with pytest.raises(UncertainError, match="in time"):
            await stuf.call(CREATE, message(), seconds=0.05)


async def test_nobody_there_is_surely_not_sent() -> None:
    async with client(Server(port=1)) as stuf:
        with pytest.raises(TransientError):
            await stuf.call(CREATE, message())


async def test_an_endpoint_without_address_names_the_setting() -> None:
    async with client(Server(port=1)) as stuf:
        with pytest.raises(ConfigurationError) as ended:
            await stuf.call(READ, message())

    assert ended.value.setting == "beantwoord_vraag_url"


async def test_a_document_streams_into_its_envelope() -> None:
    content = MemoryContent(bytes(range(256)) * 4_000, piece=100_000)
    stored = message()
    async with serving(always(http(bericht("Bv03")))) as server, client(server) as stuf:
        body, length = pieces(stored, content), total_length(stored, content.size)
        answer = await stuf.stream(CREATE, body, length)

    assert answer.berichtcode == "Bv03"
    sent = server.requests[0].partition(b"\r\n\r\n")[2]
    encoded = b64encode(bytes(range(256)) * 4_000)
    assert sent == stored.replace(MARKER.encode(), encoded)


async def test_a_document_that_is_gone_is_told_as_such() -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"<a>"
        raise DocumentError("document:gone", "It is gone.")

    async with serving(always(http(bericht("Bv03")))) as server, client(server) as stuf:
        with pytest.raises(DocumentError):
            await stuf.stream(CREATE, broken(), 1000)


async def test_an_upload_that_nobody_takes_ends() -> None:
    async def read_nothing(conversation: Conversation) -> None:
        await conversation.hang()

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(200):
            yield b"x" * 1_000_000

    settings = {"http": HttpSettings(read_timeout=0.1)}
    async with serving(read_nothing) as server, client(server, **settings) as stuf:
        with pytest.raises(UncertainError):
            await stuf.stream(CREATE, endless(), 200_000_000, seconds=0.1)
