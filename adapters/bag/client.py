"""Calls to the BAG: GET and JSON; nothing more is asked on a day whose calls are spent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from adapters._kit.haalcentraal.client import Call, RegisterClient, json_of
from adapters.bag.errors import REGISTER, DayQuotaError, own_consequence
from adapters.bag.settings import BagSettings
from adapters.contract import Clock, Question

_CRS: Final = {"Accept-Crs": "epsg:28992"}


class BagClient:
    """One key of the BAG. `aclose` closes its connections."""

    def __init__(self, settings: BagSettings, clock: Clock) -> None:
        self._root = settings.root.rstrip("/")
        self._clock = clock
        self._register = RegisterClient(settings, clock, register=REGISTER, special=own_consequence)
        self._spent_until: datetime | None = None

    async def get(
        self,
        path: str,
        params: Mapping[str, str],
        seconds: float,
        question: Question | None = None,
    ) -> Mapping[str, Any]:
        """Return a resource; raises for all else, DayQuotaError without a call."""
        now = self._clock.now()
        if self._spent_until is not None and now < self._spent_until:
            raise DayQuotaError(now, self._spent_until)
        url = self._root + path
        call = Call(method="GET", url=url, address="root", params=params, headers=_CRS)
        try:
            return json_of(await self._register.call(call, seconds=seconds, question=question))
        except DayQuotaError as error:
            self._spent_until = error.until
            raise

    async def aclose(self) -> None:
        await self._register.aclose()
