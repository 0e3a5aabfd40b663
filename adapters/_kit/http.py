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

from adapters.contract import ConfigurationError


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
    context = _tls_context(settings) if tls else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

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


def _tls_context(settings: HttpSettings) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(
            cafile=None if settings.ca_file is None else str(settings.ca_file)
        )
    except (OSError, ssl.SSLError) as err:
        raise ConfigurationError(
            "http.ca_file",
            f"The file with certificate authorities cannot be used ({_reason(err)}); "
            "give a PEM file that the hub may read.",
        ) from err
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.client_certificate is not None:
        try:
            context.load_cert_chain(settings.client_certificate, settings.client_key, _no_password)
        except (OSError, ssl.SSLError) as err:
            raise ConfigurationError(
                "http.client_certificate",
                f"The client certificate cannot be used ({_reason(err)}); give PEM files with a "
                "certificate and the key that belongs to it, without password.",
            ) from err
    return context


def _no_password() -> bytes:
    """Keep OpenSSL from asking on the terminal: a key with a password then fails at once."""
    return b""


def _reason(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return error.reason or "not PEM"
    return error.strerror or type(error).__name__
