"""Calls to the ZGW APIs of one zaaksysteem: addresses, headers, tokens, pages.

It knows HTTP and the form of the APIs, and no message of the hub.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

import httpx

from adapters._kit.http import make_client
from adapters._kit.problem import read_json
from adapters._kit.roots import ForeignUrl, Roots
from adapters._kit.sending import Answer, content_of, send
from adapters._kit.uploading import Form, upload
from adapters.contract import (
    Clock,
    ConfigurationError,
    RejectedError,
    TransientError,
    UncertainError,
)
from adapters.zgw.errors import JWT_EXPIRED, NOT_FOUND, codes_of, consequence, unreadable
from adapters.zgw.settings import Api, ZgwSettings
from adapters.zgw.token import Tokens

_MOST_PAGES: Final = 50
_CRS: Final = {"Accept-Crs": "EPSG:4326", "Content-Crs": "EPSG:4326"}


class ZgwClient:
    """One zaaksysteem. Opens its connections at the first call; `aclose` closes them."""

    def __init__(self, settings: ZgwSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._roots = {api: Roots([settings.api(api).root]) for api in settings.offered}
        self._tokens = Tokens(
            clock,
            user_id=settings.user_id,
            user_representation=settings.user_representation,
        )
        self._http: httpx.AsyncClient | None = None
        self._versions: dict[Api, str] = {}

    def url(self, api: Api, path: str) -> str:
        if not self.offers(api):
            raise RejectedError(
                f"zgw:{api}-niet-ingesteld",
                f"This zaaksysteem has no {api} API in the hub's settings: set {api}.root of the "
                "destination, then replay this.",
            )
        return self._settings.api(api).root.rstrip("/") + path

    def offers(self, api: Api) -> bool:
        return api in self._roots

    def version(self, api: Api) -> str:
        """What the API last said its version is; empty while nothing was asked of it."""
        return self._versions.get(api, "")

    def knows(self, api: Api, url: str) -> bool:
        """Return whether `url` belongs to the API as it is configured now."""
        return api in self._roots and self._roots[api].covers(url)

    async def get(self, api: Api, url: str) -> dict[str, Any]:
        """Read one resource."""
        return _object(await self._call(api, "GET", url))

    async def find(self, api: Api, url: str, filters: Mapping[str, str]) -> list[dict[str, Any]]:
        """Read every item of a collection that fits `filters`; an empty one is a bug of ours.

        (The APIs ignore a filter without value and would return everything.)
        """
        if not all(filters.values()):
            raise ValueError(f"an empty filter on {url} would find everything")
        params: Mapping[str, str] | None = filters or None
        found: list[dict[str, Any]] = []
        following: str | None = url
        for _ in range(_MOST_PAGES):
            if following is None:
                return found
            answer = await self._call(api, "GET", following, params=params)
            items, following = _page(answer)
            found += items
            params = None  # `next` holds them
        raise TransientError(f"The {api} API gave a list of more than {_MOST_PAGES} pages.")

    async def page(
        self, api: Api, url: str, filters: Mapping[str, str] | None = None
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Read one page of a collection, and the address of the next one."""
        return _page(await self._call(api, "GET", url, params=filters))

    async def write(self, api: Api, method: str, url: str, body: bytes) -> dict[str, Any]:
        """Create or change something; the answer is the thing as it is now."""
        return _object(await self._call(api, method, url, body=body))

    async def post(self, api: Api, url: str, body: bytes) -> Any:
        """Call an action; the answer is its JSON, which need not be a resource."""
        answer = await self._call(api, "POST", url, body=body)
        document = read_json(answer.body)
        if document is None:
            raise unreadable(answer)
        return document

    async def act(self, api: Api, url: str, body: bytes) -> None:
        """Call an action that has nothing to say but that it is done."""
        answer = await self._call(api, "POST", url, body=body)
        if answer.body:  # a login page, say
            raise unreadable(answer)

    async def delete(self, api: Api, url: str) -> None:
        """Remove something; what is not there any more counts as removed."""
        try:
            answer = await self._call(api, "DELETE", url)
        except RejectedError as err:
            if err.code != NOT_FOUND:
                raise
        else:
            if answer.body:  # a login page, say
                raise unreadable(answer)

    async def search(
        self, api: Api, url: str, body: bytes, *, most: int, secret: str
    ) -> tuple[list[dict[str, Any]], bool]:
        """Read by POST, so that what is sought stays out of addresses; whether there are more.

        A next page whose address holds `secret` is not read. It changes nothing, so that a lost
        answer is no doubt.
        """
        found: list[dict[str, Any]] = []
        following: str | None = url
        while following is not None and len(found) <= most:
            try:
                answer = await self._call(api, "POST", following, body=body)
            except UncertainError as err:
                raise TransientError(err.detail) from err
            items, following = _page(answer)
            found += items
            if not items or (following is not None and secret in unquote(following)):
                break
        return found[:most], following is not None or len(found) > most

    async def content(self, url: str) -> bytes:
        """Read the content of a document, which fits in http.max_answer_bytes."""
        return (await self._call("documenten", "GET", url)).body

    async def put_part(self, url: str, form: Form) -> None:
        """Send one part of a large document, as long as that takes."""
        _object(await self._call("documenten", "PUT", url, body=form))

    async def aclose(self) -> None:
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def _call(
        self,
        api: Api,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        body: bytes | Form | None = None,
    ) -> Answer:
        if not self.offers(api):
            self.url(api, "")  # says so
        self._refuse_foreign(api, url)
        answer = await self._send(api, method, url, params, body)
        if answer.status == httpx.codes.FORBIDDEN and JWT_EXPIRED in codes_of(answer):
            self._tokens.forget(self._settings.credential(api)[0])
            answer = await self._send(api, method, url, params, body)
        if version := answer.headers.get("API-version"):
            self._versions[api] = version
        if answer.status // 100 != 2:  # noqa: PLR2004 - the 2xx statuses
            raise consequence(answer, api=api, now=self._clock.now())
        return answer

    async def _send(
        self,
        api: Api,
        method: str,
        url: str,
        params: Mapping[str, str] | None,
        body: bytes | Form | None,
    ) -> Answer:
        if self._http is None:
            tls = any(self.url(one, "").lower().startswith("https:") for one in self._roots)
            self._http = make_client(self._settings.http, tls=tls)
        headers = {
            "Authorization": self._tokens.bearer(*self._settings.credential(api)),
            "Accept": "application/json" if "/download" not in url else "*/*",
        }
        if api == "zaken":
            headers |= _CRS
        http = self._settings.http
        if isinstance(body, Form):
            return await upload(
                self._http,
                method,
                url,
                body,
                headers=headers,
                silence=http.read_timeout,
                seconds=http.call_timeout,
                max_answer_bytes=http.max_answer_bytes,
            )
        if body is not None:
            headers |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
        request = self._http.build_request(
            method,
            url,
            params=params,
            headers=headers,
            content=None if body is None else content_of(body),
        )
        return await send(
            self._http,
            request,
            seconds=http.call_timeout,
            max_answer_bytes=http.max_answer_bytes,
        )

    def _refuse_foreign(self, api: Api, url: str) -> None:
        try:
            self._roots[api].require(url)
        except ForeignUrl as err:
            raise ConfigurationError(
                f"{api}.root",
                f"The zaaksysteem refers to an address at {err.host} that is not under {api}.root; "
                "the hub sends nothing there. Make the root equal to what the zaaksysteem calls "
                "itself.",
            ) from err


def _object(answer: Answer) -> dict[str, Any]:
    document = read_json(answer.body)
    if isinstance(document, dict) and isinstance(document.get("url"), str):
        return document
    raise unreadable(answer)


def _page(answer: Answer) -> tuple[list[dict[str, Any]], str | None]:
    """Return the items of a page, or of one of the collections that are a bare array."""
    document = read_json(answer.body)
    following = None
    if isinstance(document, dict):
        following, document = document.get("next"), document.get("results")
    if (
        not isinstance(document, list)
        or not all(isinstance(item, dict) for item in document)
        or not isinstance(following, str | None)
    ):
        raise unreadable(answer)
    return document, following
