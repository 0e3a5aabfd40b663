"""Calls to the BRP: every operation is one POST."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters._kit.haalcentraal.client import Call, RegisterClient, json_of
from adapters.brp.errors import REGISTER
from adapters.brp.settings import BrpSettings
from adapters.contract import Clock, Question


class BrpClient:
    """One way to the BRP. `aclose` closes its connections."""

    def __init__(self, settings: BrpSettings, clock: Clock) -> None:
        self._register = RegisterClient(settings, clock, register=REGISTER)

    async def post(
        self,
        url: str,
        body: Mapping[str, Any],
        *,
        address: str,
        seconds: float,
        question: Question | None = None,
    ) -> Mapping[str, Any]:
        """Return the answer; raises for all else. `address` names the setting of the URL."""
        call = Call(method="POST", url=url, address=address, body=body)
        return json_of(await self._register.call(call, seconds=seconds, question=question))

    async def aclose(self) -> None:
        await self._register.aclose()
