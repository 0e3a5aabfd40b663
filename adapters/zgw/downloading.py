"""Fetching the content of a document, a piece at a time: nothing of it is in memory as a whole.

How long that takes depends on its size, so what ends it is silence, and the attempt's own deadline.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Final

import aiohttp
import httpx

from adapters._kit.http import make_client
from adapters._kit.sending import Answer
from adapters._kit.sending import consequence as broken
from adapters.contract import Clock, TransientError
from adapters.zgw.client import ZgwClient
from adapters.zgw.errors import consequence
from adapters.zgw.settings import ZgwSettings
from adapters.zgw.token import Tokens

_FAILURES: Final = (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError)
_MOST_WORDS: Final = 20_000
"""Bytes of a refusal that are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """One content. `size` is what the zaaksysteem says that it has; None: it does not say."""

    url: str
    size: int | None


class Downloader:
    """Has connections of its own: a long download holds up no other call. `aclose` closes them."""

    def __init__(self, settings: ZgwSettings, client: ZgwClient, clock: Clock) -> None:
        self._settings = settings
        self._client = client
        self._clock = clock
        self._tokens = Tokens(
            clock,
            user_id=settings.user_id,
            user_representation=settings.user_representation,
        )
        self._http: httpx.AsyncClient | None = None

    def knows(self, url: str) -> bool:
        """Return whether the content is at the Documenten API as it is configured now."""
        return self._client.knows("documenten", url)

    async def pieces(self, download: Download) -> AsyncGenerator[bytes, None]:
        """Raises as every call of the client does, and TransientError when it is not whole."""
        host = httpx.URL(download.url).netloc.decode("ascii", "replace")
        received = 0
        try:
            async with self._open().stream(
                "GET", download.url, headers=self._headers()
            ) as response:
                if response.status_code != httpx.codes.OK:
                    answer = await _refusal(response, host)
                    raise consequence(answer, api="documenten", now=self._clock.now())
                async for piece in response.aiter_bytes():
                    received += len(piece)
                    yield piece
        except _FAILURES as err:
            raise broken(err, "GET", host) from err
        if download.size is not None and received != download.size:
            raise TransientError(
                f"{host} gave {received} bytes of a document that has {download.size}."
            )

    async def aclose(self) -> None:
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    def _headers(self) -> dict[str, str]:
        credential = self._settings.credential("documenten")
        return {"Authorization": self._tokens.bearer(*credential), "Accept": "*/*"}

    def _open(self) -> httpx.AsyncClient:
        if self._http is None:
            root = self._client.url("documenten", "")
            self._http = make_client(self._settings.http, tls=root.lower().startswith("https:"))
        return self._http


async def _refusal(response: httpx.Response, host: str) -> Answer:
    """Read as much of what it says as tells why."""
    body = b""
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > _MOST_WORDS:
            break
    return Answer(
        method="GET",
        host=host,
        status=response.status_code,
        headers=response.headers,
        body=body[:_MOST_WORDS],
    )
