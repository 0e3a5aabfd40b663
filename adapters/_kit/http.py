"""The one place where HTTP clients are made: httpx as the API, aiohttp as its transport.

httpx's own pool gets slower with every connection that it holds; the aiohttp transport does not
(the figures are in the ADR about the HTTP client). One client per destination: a partner that
hangs can use up its own connections only.
"""

from __future__ import annotations

import ssl
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib import metadata
from pathlib import Path

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport
from pydantic import BaseModel, ConfigDict, Field

from adapters._kit.tls import tls_context


class HttpSettings(BaseModel):
    """How one destination is called over HTTP. All times are in seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    connect_timeout: float = Field(
        default=5.0,
        gt=0,
        le=60,
        description="Seconds for the TCP and TLS handshake; after it surely nothing was sent.",
    )
    read_timeout: float = Field(
        default=30.0,
        gt=0,
        le=600,
        description="Seconds of silence while waiting for the answer or a next part of it.",
    )
    call_timeout: float = Field(
        default=60.0,
        gt=0,
        le=3600,
        description="Seconds that one call may take in all; ends an answer that never ends.",
    )
    max_connections: int = Field(
        default=16,
        ge=1,
        le=1000,
        description="Connections at most; more calls at the same time wait for a free one.",
    )
    max_answer_bytes: int = Field(
        default=10 * 1024 * 1024,
        ge=1024,
        description="Bytes of an answer that are read at most; a longer one is an error.",
    )
    ca_file: Path | None = Field(
        default=None,
        description="PEM file with the certificate authorities to trust instead of the system's.",
    )
    client_certificate: Path | None = Field(
        default=None, description="PEM file with our certificate (chain), such as PKIoverheid."
    )
    client_key: Path | None = Field(
        default=None,
        description="PEM file with the key of client_certificate; default: in the same file.",
    )
    allow_http: bool = Field(
        default=False,
        description="Allow http:// to another machine: personal data then travels unencrypted.",
    )


def make_client(settings: HttpSettings, *, tls: bool = True) -> httpx.AsyncClient:
    """Return a client that follows no redirects, keeps no cookies and reads no environment.

    Without `tls`, for destinations on http:// only, it trusts no certificate at all and is made
    much faster: reading the system's authorities takes tens of milliseconds.
    Call it where the first call is made: it reads the certificate files. A file that cannot be
    used is a ConfigurationError that names its setting.
    """
    context = _trusting(settings) if tls else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    def open_session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=settings.max_connections, ssl=context, keepalive_timeout=15.0
        )
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    # The transport passes `pool` on as aiohttp's time for getting a connection, which includes
    # the handshake: it must not cut off a handshake that is within its own time.
    return httpx.AsyncClient(
        transport=AiohttpTransport(verify=context, client=open_session),
        timeout=httpx.Timeout(
            connect=settings.connect_timeout,
            read=settings.read_timeout,
            write=settings.read_timeout,
            pool=settings.connect_timeout + settings.read_timeout,
        ),
        follow_redirects=False,
        trust_env=False,
        cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=())),
        headers={
            "User-Agent": f"schakel/{metadata.version('schakel')}",
            "Accept-Encoding": "identity",
        },
    )


def _trusting(settings: HttpSettings) -> ssl.SSLContext:
    return tls_context(
        ca_file=settings.ca_file,
        client_certificate=settings.client_certificate,
        client_key=settings.client_key,
        section="http.",
    )
