"""Telling a right that our applicatie lacks for closed cases only from a wrong credential.

The API answers both the same. The one concerns a single message, the other stops the destination.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from adapters.contract import RejectedError
from adapters.zgw.cases import is_closed
from adapters.zgw.errors import ForbiddenError
from adapters.zgw.work import OPENING, Work
from schemas import Message
from schemas.zaak import ZaakHeropend

_REOPENING: Final = (
    "The case is closed, and our applicatie may not open it again: give it scope zaken.heropenen, "
    "then replay this."
)
_CHANGING: Final = (
    "The case is closed, and our applicatie may not change such a case: give it scope "
    "zaken.geforceerd-bijwerken, or have the case opened again, then replay this."
)


@asynccontextmanager
async def closed_case_explained(message: Message, work: Work) -> AsyncIterator[None]:
    try:
        yield
    except ForbiddenError as err:
        opened = work.known is not None or work.steps.result(OPENING) is not None
        if not opened or not err.setting.startswith("zaken."):
            raise
        if not await is_closed(work.client, await work.zaak()):
            raise
        reason = _REOPENING if isinstance(message.data, ZaakHeropend) else _CHANGING
        raise RejectedError("zgw:zaak-gesloten", f"{reason} {err.detail}") from err
