"""What each way in which a call can fail means, seen on real sockets.

Rows of `AFTER_THE_FIRST_BYTE` (hang-ups, resets) were seen to fail when httpx's own exception types
decide: its aiohttp transport reports a connection that was lost as ConnectTimeout.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from pathlib import Path

import aiohttp
import httpx
import pytest

from adapters._kit import Answer, HttpSettings, make_client, send
from adapters._kit.sending import consequence, content_of
from adapters.contract import (
    ConfigurationError,
    DeliveryError,
    TransientError,
    UncertainError,
)
from tests.adapters._kit.scripted import OK, Behaviour, Conversation, answer_all, serving

PEM = Path(__file__).parent / "localhost.pem"
PATIENT = HttpSettings()
QUICK = HttpSettings(connect_timeout=0.3, read_timeout=0.3, call_timeout=5.0, max_answer_bytes=4096)


async def call(
    method: str,
    url: str,
    settings: HttpSettings = QUICK,
    *,
    body: bytes = b'{"a":1}',
    seconds: float = 3.0,
) -> Answer:
    async with make_client(settings) as client:
        return await call_with(client, method, url, settings, body=body, seconds=seconds)


async def call_with(
    client: httpx.AsyncClient,
    method: str,
    url: str,
    settings: HttpSettings = QUICK,
    *,
    body: bytes = b'{"a":1}',
    seconds: float = 3.0,
) -> Answer:
    headers = {"Content-Length": str(len(body))} if method != "GET" else {}
    content = content_of(body) if method != "GET" else None
    request = client.build_request(method, url, content=content, headers=headers)
    return await send(client, request, seconds=seconds, max_answer_bytes=settings.max_answer_bytes)


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


async def hang_up(conversation: Conversation) -> None:
    await conversation.request()


async def hang_up_before_the_body(conversation: Conversation) -> None:
    await conversation.reader.readuntil(b"\r\n\r\n")
    conversation.reset()


async def reset(conversation: Conversation) -> None:
    await conversation.request()
    conversation.reset()


async def reset_at_once(conversation: Conversation) -> None:
    conversation.reset()


async def stay_silent(conversation: Conversation) -> None:
    await conversation.request()
    await conversation.hang()


async def half_headers(conversation: Conversation) -> None:
    await conversation.request()
    await conversation.answer(b"HTTP/1.1 201 Created\r\nContent-Ty")


async def half_body(conversation: Conversation) -> None:
    await conversation.request()
    await conversation.answer(b"HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{")


async def half_body_and_reset(conversation: Conversation) -> None:
    await conversation.request()
    await conversation.answer(b"HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{")
    conversation.reset()


async def half_chunk(conversation: Conversation) -> None:
    await conversation.request()
    await conversation.answer(b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{")


async def no_http(conversation: Conversation) -> None:
    await conversation.request()
    await conversation.answer(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")


async def huge_header(conversation: Conversation) -> None:
    await conversation.request()
    await conversation.answer(b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 100_000 + b"\r\n\r\n")


async def broken_gzip(conversation: Conversation) -> None:
    await conversation.request()
    await conversation.answer(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"
    )


async def too_long(conversation: Conversation) -> None:
    await conversation.request()
    await conversation.answer(b"HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n" + b"x" * 20_000)


AFTER_THE_FIRST_BYTE: dict[str, Behaviour] = {
    behaviour.__name__: behaviour
    for behaviour in (
        hang_up,
        hang_up_before_the_body,
        reset,
        reset_at_once,
        stay_silent,
        half_headers,
        half_body,
        half_body_and_reset,
        half_chunk,
        no_http,
        huge_header,
        broken_gzip,
        too_long,
    )
}


@pytest.mark.parametrize("behaviour", AFTER_THE_FIRST_BYTE)
@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
async def test_a_change_that_may_have_left_is_uncertain(behaviour: str, method: str) -> None:
    async with serving(AFTER_THE_FIRST_BYTE[behaviour]) as server:
        with pytest.raises(UncertainError, match="may have been carried out"):
            await call(method, server.url())


@pytest.mark.parametrize("behaviour", AFTER_THE_FIRST_BYTE)
async def test_a_read_that_fails_on_the_way_is_transient(behaviour: str) -> None:
    async with serving(AFTER_THE_FIRST_BYTE[behaviour]) as server:
        with pytest.raises(TransientError):
            await call("GET", server.url())


async def endless(conversation: Conversation) -> None:
    await conversation.request()
    await conversation.answer(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not conversation.server.released.is_set() and not conversation.writer.is_closing():
        await conversation.answer(b"1\r\n \r\n")
        await asyncio.sleep(0)  # lets the client read; the answer itself never pauses


async def test_an_answer_that_never_ends_is_cut_off_at_its_deadline() -> None:
    async with serving(endless) as server:
        roomy = QUICK.model_copy(update={"max_answer_bytes": 1 << 30})
        with pytest.raises(UncertainError, match="did not answer in time"):
            await call("POST", server.url(), roomy, seconds=0.3)


async def test_a_refused_connection_is_transient() -> None:
    with pytest.raises(TransientError, match="no connection could be made"):
        await call("POST", f"http://127.0.0.1:{free_port()}/zaken")


def test_a_name_that_does_not_exist_is_transient() -> None:
    key = aiohttp.client_reqrep.ConnectionKey("x.invalid", 80, False, True, None, None, None)
    error = httpx.ConnectTimeout("")
    error.__cause__ = aiohttp.ClientConnectorDNSError(key, OSError(-2, "unknown"))
    assert isinstance(consequence(error, "POST", "x.invalid"), TransientError)


async def never_shake_hands(conversation: Conversation) -> None:
    await conversation.hang()


async def test_a_tls_handshake_that_never_ends_is_transient() -> None:
    async with serving(never_shake_hands) as server:
        with pytest.raises(TransientError, match="no connection came about in time"):
            await call("POST", server.url("https"))


async def speak_plain_text(conversation: Conversation) -> None:
    await conversation.reader.read(16)
    await conversation.answer(b"HTTP/1.1 400 Bad Request\r\n\r\n")


async def test_a_failed_tls_handshake_is_transient() -> None:
    async with serving(speak_plain_text) as server:
        with pytest.raises(TransientError):
            await call("POST", server.url("https"))


def tls_server() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    return context


async def test_a_certificate_that_nobody_vouches_for_is_a_configuration_error() -> None:
    async with serving(answer_all, tls=tls_server()) as server:
        with pytest.raises(ConfigurationError, match="not trusted") as caught:
            await call("POST", server.url("https"))
        assert caught.value.setting == "http.ca_file"
        assert server.requests == []


async def test_a_certificate_of_the_configured_authority_is_accepted() -> None:
    async with serving(answer_all, tls=tls_server()) as server:
        trusting = PATIENT.model_copy(update={"ca_file": PEM})
        answer = await call("POST", server.url("https"), trusting)
    assert answer.status == 200


async def test_waiting_for_a_free_connection_too_long_is_transient() -> None:
    settings = QUICK.model_copy(update={"max_connections": 1})
    async with serving(stay_silent) as server, make_client(settings) as client:
        client.timeout = httpx.Timeout(connect=0.2, read=30.0, write=1.0, pool=0.2)
        first = asyncio.create_task(call_with(client, "POST", server.url(), seconds=30))
        await server.arrived.wait()
        with pytest.raises(TransientError, match="no connection came about in time"):
            await call_with(client, "POST", server.url())
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        assert len(server.requests) == 1


async def answer_once_then_reset(conversation: Conversation) -> None:
    await conversation.request()
    await conversation.answer(OK)
    if await conversation.request():
        conversation.reset()


@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_a_kept_connection_that_breaks_never_makes_the_transport_send_twice(
    method: str,
) -> None:
    """Seen failing with aiohttp's retry of idempotent methods widened to POST and PATCH."""
    async with serving(answer_once_then_reset) as server, make_client(PATIENT) as client:
        await call_with(client, method, server.url(), PATIENT)
        with pytest.raises(UncertainError):
            await call_with(client, method, server.url(), PATIENT)
    assert len(server.requests) == 2
    assert server.connections == 1


async def test_a_large_body_arrives_whole_with_its_length() -> None:
    body = b"x" * 3_000_000
    async with serving(answer_all) as server:
        answer = await call("POST", server.url(), PATIENT, body=body, seconds=30)
    assert answer.status == 200
    head, _, sent = server.requests[0].partition(b"\r\n\r\n")
    assert sent == body
    assert b"chunked" not in head


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_an_error_text_holds_no_path_and_no_query(method: str) -> None:
    error = consequence(OSError("http://x/zaken?bsn=999993653"), method, "x")
    assert isinstance(error, DeliveryError)
    assert "999993653" not in str(error)
