"""Calls to the ebMS gateway: ebms-core's REST API."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import httpx
import structlog

from adapters._kit import make_client, read_json, send
from adapters._kit.sending import Answer
from adapters.berichtenbox.errors import of_gateway
from adapters.berichtenbox.letters import ACTION, RESULT
from adapters.berichtenbox.settings import GatewaySettings
from adapters.contract import ConfigurationError, TransientError, UncertainError

Json = Mapping[str, Any]
log = structlog.stdlib.get_logger("schakel.berichtenbox")

MOST: Final = 1000
"""Ids of one look. What is worked out leaves the list."""
_EVENTS: Final = ("DELIVERED", "FAILED", "EXPIRED")
_OK: Final = frozenset({200, 204})
_NOT_FOUND: Final = 404
_SETTING: Final = "gateway."


class Gateway:
    """One gateway. `aclose` closes its connections.

    Every call raises TransientError, UncertainError or ConfigurationError.
    """

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        self._client: httpx.AsyncClient | None = None
        self._making = asyncio.Lock()

    async def offer(self, body: bytes, number: str) -> str:
        """Hand over a message with that id; return the gateway's id of it. It is queued there."""
        answer = await self._call("POST", "/ebms/messages", content=body)
        said = answer.body.decode("utf-8", "replace").strip().strip('"')
        if not said.startswith(f"{number}@"):
            raise UncertainError(f"{answer.host} did not say that it has the message.")
        if said != f"{number}@{self._settings.host}":
            # it is there; only finding it again will need the right name
            log.warning("gateway_host", said=said.rpartition("@")[2], host=self._settings.host)
        return said

    async def message(self, number: str) -> Json | None:
        """Return a message that the gateway has sent or received; None: it has no such one."""
        path = f"/ebms/messages/{quote(number, safe='')}"
        answer = await self._call("GET", path, params={"process": "false"}, absent=True)
        found = None if answer.status == _NOT_FOUND else read_json(answer.body)
        if found is None and answer.status != _NOT_FOUND and answer.body.strip() not in _NOTHING:
            raise TransientError(f"{answer.host} gave an answer that is no JSON.")
        return found if isinstance(found, dict) and found.get("properties") else None

    async def results(self) -> list[str]:
        """Return the ids of the results that nobody has worked out."""
        found = await self._listed("/ebms/messages/unprocessed", {"action": RESULT})
        return [one for one in found if isinstance(one, str)]

    async def events(self) -> list[tuple[str, str]]:
        """Return what became of messages on their way: the id and DELIVERED, FAILED or EXPIRED."""
        asked = {"action": ACTION, "eventTypes": list(_EVENTS)}
        found = await self._listed("/ebms/events/unprocessed", asked)
        return [
            (str(one["messageId"]), str(one["type"]))
            for one in found
            if isinstance(one, dict) and one.get("messageId") and one.get("type") in _EVENTS
        ]

    async def worked_out(self, number: str) -> None:
        """Take a result off the list; doing it twice is no harm."""
        await self._harmless("PATCH", f"/ebms/messages/{quote(number, safe='')}")

    async def noted(self, number: str) -> None:
        """Take an event off the list; doing it twice is no harm."""
        await self._harmless("PATCH", f"/ebms/events/{quote(number, safe='')}")

    async def aclose(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def _listed(self, path: str, filters: Json) -> list[Any]:
        params = {"cpaId": self._settings.cpa_id, "maxNr": str(MOST), **filters}
        answer = await self._call("GET", path, params=params)
        found = read_json(answer.body)
        if not isinstance(found, list):
            raise TransientError(f"{answer.host} gave an answer that is no list.")
        return found

    async def _harmless(self, method: str, path: str) -> None:
        try:
            await self._call(method, path, absent=True)
        except UncertainError as error:
            raise TransientError(error.detail) from None

    async def _call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        absent: bool = False,
    ) -> Answer:
        settings = self._settings
        client = await self._connected()
        headers = {"Accept": "application/json, text/plain"}
        if content is not None:
            headers["Content-Type"] = "application/json"
        url = settings.root.rstrip("/") + path
        request = client.build_request(method, url, params=params, content=content, headers=headers)
        if settings.password is not None:
            auth = httpx.BasicAuth(settings.user, settings.password.get_secret_value())
            request = next(auth.auth_flow(request))
        try:
            answer = await send(
                client,
                request,
                seconds=settings.http.call_timeout,
                max_answer_bytes=settings.http.max_answer_bytes,
            )
        except ConfigurationError as error:
            raise ConfigurationError(_SETTING + error.setting, error.detail) from None
        if answer.status in _OK or (absent and answer.status == _NOT_FOUND):
            return answer
        raise of_gateway(answer)

    async def _connected(self) -> httpx.AsyncClient:
        async with self._making:
            if self._client is None:
                tls = self._settings.root.startswith("https:")
                try:
                    made = await asyncio.to_thread(make_client, self._settings.http, tls=tls)
                except ConfigurationError as error:
                    raise ConfigurationError(_SETTING + error.setting, error.detail) from None
                self._client = made
            return self._client


_NOTHING: Final = (b"", b"null")
"""How a gateway may say that it has no such message, with status 200."""
