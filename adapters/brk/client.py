"""Calls to the BRK, all within the deadline of the question that they are for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from adapters._kit.haalcentraal.client import Call, RegisterClient, json_of
from adapters.brk.errors import REGISTER
from adapters.brk.settings import BrkSettings
from adapters.contract import Clock, Question, TransientError

_SPARED: Final = timedelta(milliseconds=300)
"""Kept of the time at the end: what is known by then is an answer."""
_CRS: Final = {"Accept-Crs": "epsg:28992"}


class BrkClient:
    """One key of the BRK. `aclose` closes its connections."""

    def __init__(self, settings: BrkSettings, clock: Clock) -> None:
        self._root = settings.root.rstrip("/")
        self._longest = settings.http.call_timeout
        self._clock = clock
        self._register = RegisterClient(settings, clock, register=REGISTER)

    async def get(
        self, path: str, question: Question | None, params: Mapping[str, str] | None = None
    ) -> Mapping[str, Any]:
        """Return a resource; raises for all else. `question` None: the hub itself asks."""
        url = self._root + path
        call = Call(method="GET", url=url, address="root", params=params, headers=_CRS)
        return await self._called(call, question)

    async def post(
        self, path: str, question: Question, body: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Return what was found; what is looked for stands in the body, never in the address."""
        url = self._root + path
        call = Call(method="POST", url=url, address="root", body=body, headers=_CRS)
        return await self._called(call, question)

    async def aclose(self) -> None:
        await self._register.aclose()

    async def _called(self, call: Call, question: Question | None) -> Mapping[str, Any]:
        seconds = self._left(question)
        return json_of(await self._register.call(call, seconds=seconds, question=question))

    def _left(self, question: Question | None) -> float:
        if question is None:
            return self._longest
        left = (question.deadline - _SPARED - self._clock.now()).total_seconds()
        if left <= 0:
            raise TransientError("There was no time left to ask.")
        return left
