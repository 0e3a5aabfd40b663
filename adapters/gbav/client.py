"""Calls to GBA-V: one account, which is never used again once it was refused."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import structlog

import schemas
from adapters._kit.digikoppeling.wus import WusClient
from adapters.contract import ConfigurationError
from adapters.gbav.errors import LoginRefused, consequence, is_nobody
from adapters.gbav.settings import GbavSettings

_WSDL: Final = Path(schemas.__file__).parent / "wsdl" / "gbav.wsdl"
_NOBODY: Final[Mapping[str, Any]] = {"persoonslijsten": None, "resultaat": {}}


class GbavClient:
    """One connection. `aclose` closes it."""

    def __init__(self, settings: GbavSettings) -> None:
        self._wus = WusClient(settings, wsdl=_WSDL)
        self._shut: LoginRefused | None = None
        self._log = structlog.stdlib.get_logger("schakel.gbav")

    def refuse_again(self) -> None:
        """Raise LoginRefused once a login was: another try would lock the account."""
        if self._shut is not None:
            raise LoginRefused(self._shut.setting, self._shut.detail)

    async def ask(self, message: Mapping[str, Any], *, seconds: float) -> Mapping[str, Any]:
        """Return the answer, also when there is nobody; raises for every other `resultaat`."""
        self.refuse_again()
        try:
            found = await self._wus.call("vraag", seconds=seconds, reads=True, in0=message)
        except ConfigurationError as error:
            if error.setting != "user":
                raise
            raise self._shutting(LoginRefused("password", error.detail)) from error
        answer = found if isinstance(found, Mapping) else {}
        result = answer.get("resultaat") or {}
        letter, code = str(result.get("letter") or ""), int(result.get("code") or 0)
        if is_nobody(letter, code):
            return _NOBODY
        problem = consequence(letter, code, str(result.get("omschrijving") or ""))
        if isinstance(problem, LoginRefused):
            raise self._shutting(problem)
        if problem is not None:
            raise problem
        return answer

    def _shutting(self, refused: LoginRefused) -> LoginRefused:
        self._shut = refused
        self._log.error("login_refused", detail=refused.detail)
        return refused

    async def aclose(self) -> None:
        await self._wus.aclose()
