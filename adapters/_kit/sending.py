"""One HTTP call, and the one table that says what a failed call means.

The question is always: may the first byte of the request have left? Only a failure to get a
connection at all says no. httpx cannot be asked: its aiohttp transport reports a connection that
was lost in the middle of a call as `ConnectTimeout`, the same as one that never came about. The
table therefore looks at what aiohttp itself raised.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPMethod
from typing import Final

import aiohttp
import httpx

from adapters.contract import (
    ConfigurationError,
    DeliveryError,
    TransientError,
    UncertainError,
)

_READ_ONLY: Final = frozenset({HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS})

_NEVER_CONNECTED: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (aiohttp.ClientConnectorDNSError, "its name is not known (DNS)"),
    (aiohttp.ClientConnectorSSLError, "the TLS handshake failed"),
    (aiohttp.ClientConnectorError, "no connection could be made"),
    (aiohttp.ConnectionTimeoutError, "no connection came about in time"),
)
"""Surely nothing was sent; the first row that fits counts."""

_WRONG_PARTNER: Final = (aiohttp.ClientConnectorCertificateError, aiohttp.ServerFingerprintMismatch)
_WRONG_ADDRESS: Final = (
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)

_FAILURES: Final = (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError)

_IN_MEMORY_AT_ONCE: Final = 512 * 1024
_SLICE: Final = 64 * 1024


class TooLong(Exception):
    """The answer has more than the `most` bytes that we are willing to read."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


Read = Callable[[httpx.Response], Awaitable[bytes]]
"""Reads the body of an answer; raises TooLong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, read to its end. `host` is for texts; the body stays out of reprs."""

    method: str
    host: str
    status: int
    headers: httpx.Headers = field(repr=False)
    body: bytes = field(repr=False)


async def send(
    client: httpx.AsyncClient,
    request: httpx.Request,
    *,
    seconds: float,
    max_answer_bytes: int,
) -> Answer:
    """Send `request`, once, and read the answer whatever its status, within `seconds` in all.

    Raises TransientError, UncertainError or ConfigurationError. A POST or PATCH is never repeated
    underneath; aiohttp does so, once, with GET, PUT and DELETE on a connection that was kept.
    """
    return await send_within(
        asyncio.timeout(seconds), client, request, max_answer_bytes=max_answer_bytes
    )


async def send_within(
    limit: asyncio.Timeout,
    client: httpx.AsyncClient,
    request: httpx.Request,
    *,
    max_answer_bytes: int,
    read: Read | None = None,
) -> Answer:
    """As `send`, until `limit`, which may be put off while the call lasts.

    `read` is for an answer that is not to be in memory as it came.
    """
    host = _host(request.url)
    try:
        async with limit:
            return await _exchange(client, request, host, read or _whole(max_answer_bytes))
    except TooLong as err:
        detail = f"{host} gave an answer of more than {err.most} bytes to"
        raise _after_sending(request.method, detail) from err
    except _FAILURES as err:
        raise consequence(err, request.method, host) from err


def consequence(error: Exception, method: str, host: str) -> DeliveryError:
    """What a failed call to `host` means for the message; the texts hold no path and no body."""
    cause = error
    if isinstance(error, httpx.HTTPError) and isinstance(error.__cause__, Exception):
        cause = error.__cause__
    if isinstance(cause, _WRONG_PARTNER):
        return ConfigurationError(
            "http.ca_file",
            f"The certificate of {host} is not trusted or not its own; check the address, "
            "the certificate's dates and http.ca_file.",
        )
    if isinstance(cause, _WRONG_ADDRESS):
        return ConfigurationError("root", f"The address {host} cannot be called; mend the root.")
    for kind, reason in _NEVER_CONNECTED:
        if isinstance(cause, kind):
            return TransientError(f"{host} cannot be reached: {reason}.")
    if isinstance(cause, TimeoutError):
        return _after_sending(method, f"{host} did not answer in time to")
    return _after_sending(method, f"The connection to {host} broke ({type(cause).__name__}) in")


def _after_sending(method: str, what: str) -> DeliveryError:
    if method in _READ_ONLY:
        return TransientError(f"{what} a {method}.")
    return UncertainError(f"{what} a {method}; it may have been carried out.")


async def _exchange(
    client: httpx.AsyncClient, request: httpx.Request, host: str, read: Read
) -> Answer:
    response = await client.send(request, stream=True)
    try:
        body = await read(response)
    finally:
        await response.aclose()
    return Answer(
        method=request.method,
        host=host,
        status=response.status_code,
        headers=response.headers,
        body=body,
    )


def _whole(most: int) -> Read:
    async def read(response: httpx.Response) -> bytes:
        body = bytearray()
        async for part in response.aiter_bytes():
            body += part
            if len(body) > most:
                raise TooLong(most)
        return bytes(body)

    return read


def content_of(body: bytes) -> bytes | AsyncIterator[bytes]:
    """Return `body` as httpx should get it: a large one in slices, so that the loop goes on.

    The caller sends `Content-Length` with it, or a large body would be sent chunked, which not
    every server (uWSGI) takes.
    """
    return body if len(body) <= _IN_MEMORY_AT_ONCE else _sliced(body)


async def _sliced(body: bytes) -> AsyncIterator[bytes]:
    view = memoryview(body)
    for start in range(0, len(body), _SLICE):
        yield bytes(view[start : start + _SLICE])


def _host(url: httpx.URL) -> str:
    return url.netloc.decode("ascii", "replace")
