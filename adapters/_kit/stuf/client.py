"""Calls to one system that speaks StUF: addresses, headers, credentials, and what the answer is.

It knows SOAP over HTTP and no message. An envelope goes out as it was stored; only a UsernameToken,
which is good for minutes, is put into its empty Header at each sending.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import httpx

from adapters._kit.http import make_client
from adapters._kit.sending import Answer, content_of, send_within
from adapters._kit.stuf.answers import in_answer, judged
from adapters._kit.stuf.contentstream import SKIPPED, Contents, answer_reader, taken_out
from adapters._kit.stuf.faults import ORDINARY, Circumstances
from adapters._kit.stuf.names import Endpoint, Operation
from adapters._kit.stuf.reading import Bericht
from adapters._kit.stuf.security import basic, put_in_header, username_token
from adapters._kit.stuf.settings import URL_SETTINGS, StufSettings
from adapters._kit.stuf.soap import content_type
from adapters._kit.watching import send_watched
from adapters.contract import Clock, ConfigurationError, TransientError, UncertainError

_NONCE_BYTES: Final = 16


class StufClient:
    """One system. Opens its connections at the first call; `aclose` closes them."""

    def __init__(self, settings: StufSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._http: httpx.AsyncClient | None = None

    async def call(
        self,
        operation: Operation,
        body: bytes,
        *,
        seconds: float | None = None,
        when: Circumstances = ORDINARY,
    ) -> Bericht:
        """POST an envelope; return the answer that the operation promises.

        Every other answer is one of the contract's errors. `seconds` is for the whole call,
        http.call_timeout without it.
        """
        async with _doubting(operation, when):
            answer = await self._post(operation, body, seconds)
        return judged(answer, operation, when, now=self._clock.now())

    async def exchange(
        self,
        operation: Operation,
        body: bytes,
        *,
        seconds: float | None = None,
        when: Circumstances = ORDINARY,
        contents: Contents = SKIPPED,
    ) -> Bericht:
        """As `call`, but a fault of StUF or SOAP is returned too: `Bericht.fault`.

        The contents of documents in the answer go to `contents.take`, as long as that takes; in
        the message a mark stands in the place of each.
        """
        async with _doubting(operation, when):
            answer = await self._post(operation, body, seconds, contents)
        read = in_answer(answer)
        if read is not None and read.fault is not None and not _is_about_us(answer, read):
            return read
        return judged(answer, operation, when, now=self._clock.now())

    async def stream(
        self,
        operation: Operation,
        pieces: AsyncIterator[bytes],
        length: int,
        *,
        seconds: float | None = None,
        when: Circumstances = ORDINARY,
    ) -> Bericht:
        """As `call`, with an envelope of `length` bytes that comes in pieces (base64stream).

        `seconds` is for the answer after the last piece, document_timeout without it. Not for
        destinations with a UsernameToken: those get `envelope_with_token` before it is split.
        """
        http = self._settings.http
        async with _doubting(operation, when):
            answer = await send_watched(
                self._open(),
                "POST",
                self._url(operation.endpoint),
                pieces,
                headers=self._headers(operation, length),
                silence=http.read_timeout,
                seconds=seconds or self._settings.document_timeout,
                max_answer_bytes=http.max_answer_bytes,
            )
        return judged(answer, operation, when, now=self._clock.now())

    def envelope_with_token(self, envelope: bytes) -> bytes:
        """Return the envelope with a new UsernameToken, where the settings ask for one."""
        settings = self._settings
        if settings.wsse == "off" or settings.user is None or settings.password is None:
            return envelope
        token = username_token(
            settings.user,
            settings.password.get_secret_value(),
            digest=settings.wsse == "digest",
            nonce=secrets.token_bytes(_NONCE_BYTES),
            now=self._clock.now(),
        )
        return put_in_header(envelope, token)

    async def aclose(self) -> None:
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def _post(
        self,
        operation: Operation,
        body: bytes,
        seconds: float | None,
        contents: Contents = SKIPPED,
    ) -> Answer:
        http = self._settings.http
        signed = self.envelope_with_token(body)
        client = self._open()
        request = client.build_request(
            "POST",
            self._url(operation.endpoint),
            headers=self._headers(operation, len(signed)),
            content=content_of(signed),
        )
        limit = asyncio.timeout(seconds or http.call_timeout)
        most = http.max_answer_bytes
        answer = await send_within(
            limit,
            client,
            request,
            max_answer_bytes=most,
            read=answer_reader(contents, limit, most_xml=most, silence=http.read_timeout),
        )
        return await taken_out(answer, contents)

    def _open(self) -> httpx.AsyncClient:
        if self._http is None:
            urls = [self._settings.url(endpoint) or "" for endpoint in URL_SETTINGS]
            tls = any(url.lower().startswith("https:") for url in urls)
            self._http = make_client(self._settings.http, tls=tls)
        return self._http

    def _headers(self, operation: Operation, length: int) -> dict[str, str]:
        settings = self._settings
        headers = {
            "Content-Type": content_type(settings.soap_version, operation.action, settings.charset),
            "Content-Length": str(length),
            "Accept": "text/xml, application/soap+xml, multipart/related",
        }
        if settings.soap_version == "1.1":
            headers["SOAPAction"] = f'"{operation.action}"'
        if settings.wsse == "off" and settings.user is not None and settings.password is not None:
            password = settings.password.get_secret_value()
            headers["Authorization"] = basic(settings.user, password)
        return headers

    def _url(self, endpoint: Endpoint) -> str:
        url = self._settings.url(endpoint)
        if url is None:
            raise ConfigurationError(
                URL_SETTINGS[endpoint],
                f"This message goes to {endpoint}, and the destination has no address for it.",
            )
        return url


@asynccontextmanager
async def _doubting(operation: Operation, when: Circumstances) -> AsyncIterator[None]:
    """A question that broke off may be asked again, although it went out as a POST."""
    try:
        yield
    except UncertainError as err:
        if operation.changes or when.changes:
            raise
        detail = err.detail.partition("; it may have been")[0]
        raise TransientError(f"{detail.rstrip('.')} ({operation.name}).") from err


def _is_about_us(answer: Answer, read: Bericht) -> bool:
    """A SOAP fault without StUF in it, under a status that speaks of credential or address."""
    return not read.berichtcode and answer.status in {401, 403, 404, 407}
