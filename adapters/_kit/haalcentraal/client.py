"""One call to a register: credentials, headers, limits, and what a failure means.

Every call reads: one that broke is made again by whoever has the time, so a lost answer is a
TransientError here, never an uncertain one.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import httpx

from adapters._kit.haalcentraal.errors import TokenRefused, consequence
from adapters._kit.haalcentraal.headers import filled
from adapters._kit.haalcentraal.settings import HaalCentraalSettings, OAuth
from adapters._kit.http import make_client
from adapters._kit.problem import read_json
from adapters._kit.sending import Answer, send
from adapters.contract import (
    Clock,
    ConfigurationError,
    DeliveryError,
    Question,
    TransientError,
    UncertainError,
)

_EARLIER: Final = timedelta(seconds=30)
"""How long before its end a token is no longer used: it has to arrive, too."""
_SHORTEST: Final = 60
"""Seconds that a token is used when the server does not say how long it lives."""
_OK: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to a register. Nothing of a person may stand in its address."""

    method: str
    url: str = field(repr=False)
    address: str
    """Name of the setting that holds the address."""
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    params: Mapping[str, str] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)


class RegisterClient:
    """Opens its connections at the first call; `aclose` closes them."""

    def __init__(
        self,
        settings: HaalCentraalSettings,
        clock: Clock,
        *,
        register: str,
        special: Callable[[Answer, datetime], DeliveryError | None] = lambda _answer, _now: None,
    ) -> None:
        """`special` gives the consequence of an answer that only this register gives so."""
        self._settings = settings
        self._special = special
        self._clock = clock
        self._register = register
        self._http: httpx.AsyncClient | None = None
        self._token: tuple[datetime, str] | None = None

    async def call(self, call: Call, *, seconds: float, question: Question | None = None) -> Answer:
        """Return a 200; anything else raises. `seconds` is for all of it, a new token included.

        `question` says who asks and why, for the headers; None: the hub itself, for `check`.
        """
        ends = self._clock.now() + timedelta(seconds=seconds)
        try:
            return await self._once(call, ends, question)
        except TokenRefused:
            if self._settings.oauth is None or self._token is None:
                raise
            self._token = None
            return await self._once(call, ends, question)

    async def aclose(self) -> None:
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def _once(self, call: Call, ends: datetime, question: Question | None) -> Answer:
        client = self._opened()
        request = client.build_request(
            call.method,
            call.url,
            json=call.body,
            params=call.params,
            headers={
                "Accept": "application/json, application/hal+json, application/problem+json",
                **(
                    {} if call.body is None else {"Content-Type": "application/json; charset=utf-8"}
                ),
                **filled(
                    self._settings.templates,
                    question,
                    oin=self._settings.oin,
                    correlation=str(uuid.uuid4()),
                ),
                **call.headers,
                **await self._credentials(ends),
            },
        )
        answer = await self._sent(request, ends)
        if answer.status == _OK:
            return answer
        now = self._clock.now()
        raise self._special(answer, now) or consequence(
            answer, register=self._register, address=call.address, now=now
        )

    async def _credentials(self, ends: datetime) -> dict[str, str]:
        made = {}
        if self._settings.api_key is not None:
            made[self._settings.api_key_header] = self._settings.api_key.get_secret_value()
        if self._settings.oauth is not None:
            made["Authorization"] = f"Bearer {await self._bearer(self._settings.oauth, ends)}"
        return made

    async def _bearer(self, oauth: OAuth, ends: datetime) -> str:
        now = self._clock.now()
        if self._token is not None and now < self._token[0]:
            return self._token[1]
        form = {
            "grant_type": "client_credentials",
            "client_id": oauth.client_id,
            "client_secret": oauth.client_secret.get_secret_value(),
            "scope": oauth.scope,
            "resourceServer": oauth.resource_server,
        }
        request = self._opened().build_request(
            "POST",
            oauth.token_url,
            data={name: value for name, value in form.items() if value},
            headers={"Accept": "application/json"},
        )
        answer = await self._sent(request, ends)
        if answer.status in {400, 401, 403}:
            raise ConfigurationError(
                "oauth",
                f"{answer.host} gives us no token ({answer.status}): look at client_id, "
                "client_secret and scope.",
            )
        if answer.status != _OK:
            raise consequence(answer, register="oauth", address="oauth.token_url", now=now)
        token, seconds = _token_of(answer)
        self._token = (now + max(timedelta(seconds=seconds) - _EARLIER, _EARLIER), token)
        return token

    async def _sent(self, request: httpx.Request, ends: datetime) -> Answer:
        seconds = (ends - self._clock.now()).total_seconds()
        if seconds <= 0:
            raise TransientError("The question's deadline had passed before anything was asked.")
        http = self._settings.http
        try:
            return await send(
                self._opened(),
                request,
                seconds=min(seconds, http.call_timeout),
                max_answer_bytes=http.max_answer_bytes,
            )
        except UncertainError as error:
            raise TransientError(error.detail) from error

    def _opened(self) -> httpx.AsyncClient:
        if self._http is None:
            addresses = self._settings.addresses.values()
            encrypted = not all(one.startswith("http://") for one in addresses)
            self._http = make_client(self._settings.http, tls=encrypted)
        return self._http


def json_of(answer: Answer) -> dict[str, Any]:
    """Return the JSON object of an answer; a login page or half a document is a TransientError."""
    document = read_json(answer.body)
    if isinstance(document, dict):
        return document
    raise TransientError(f"{answer.host} answered 200 without the promised JSON.")


def _token_of(answer: Answer) -> tuple[str, int]:
    document = json_of(answer)
    token, seconds = document.get("access_token"), document.get("expires_in")
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
        raise TransientError(f"{answer.host} answered without a token.")
    lives = seconds if isinstance(seconds, int) and seconds > 0 else _SHORTEST
    return token, min(lives, 86_400)
