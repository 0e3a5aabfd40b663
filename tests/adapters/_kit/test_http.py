"""What the client that every adapter uses does and does not do."""

import ssl
from pathlib import Path

import pytest

from adapters._kit import HttpSettings, make_client
from adapters._kit.http import _trusting
from adapters.contract import ConfigurationError
from tests.adapters._kit.scripted import Conversation, serving

PEM = Path(__file__).parent / "localhost.pem"


async def redirect(conversation: Conversation) -> None:
    await conversation.request()
    await conversation.answer(
        b"HTTP/1.1 302 Found\r\nLocation: http://elders.invalid/\r\n"
        b"Set-Cookie: session=1\r\nContent-Length: 0\r\n\r\n"
    )
    await conversation.request()
    await conversation.answer(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


async def test_it_follows_no_redirect_keeps_no_cookie_and_says_who_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.invalid:1")
    async with serving(redirect) as server, make_client(HttpSettings()) as client:
        answer = await client.post(server.url())
        await client.post(server.url())
        assert answer.status_code == 302
        assert server.connections == 1
        assert b"user-agent: schakel/" in server.requests[0].lower()
        assert b"cookie" not in server.requests[1].lower()


def test_tls_before_1_2_is_not_spoken() -> None:
    assert _trusting(HttpSettings()).minimum_version >= ssl.TLSVersion.TLSv1_2
    assert _trusting(HttpSettings()).verify_mode is ssl.CERT_REQUIRED


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_an_unusable_file_names_its_setting(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "x.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ConfigurationError) as caught:
        make_client(HttpSettings(ca_file=file))
    assert caught.value.setting == "http.ca_file"
    with pytest.raises(ConfigurationError) as caught:
        make_client(HttpSettings(client_certificate=file))
    assert caught.value.setting == "http.client_certificate"


async def test_a_client_certificate_is_shown_to_the_partner() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    context.load_verify_locations(PEM)
    context.verify_mode = ssl.CERT_REQUIRED
    settings = HttpSettings(ca_file=PEM, client_certificate=PEM)

    async def answer(conversation: Conversation) -> None:
        await conversation.request()
        shown = conversation.writer.get_extra_info("peercert")
        body = b"ok" if shown else b"no"
        await conversation.answer(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + body)

    async with serving(answer, tls=context) as server, make_client(settings) as client:
        assert (await client.post(server.url("https"))).content == b"ok"
