"""Asking who may get a kind of letter, for a question and before a letter alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from adapters._kit.digikoppeling.envelope import SoapFault
from adapters.berichtenbox import translate
from adapters.berichtenbox.client import BerichtenboxClient
from adapters.berichtenbox.errors import of_fault
from adapters.contract import TransientError


async def subscriptions(
    client: BerichtenboxClient,
    data: Mapping[str, Any],
    sender: str,
    *,
    now: datetime,
    deadline: datetime,
) -> dict[str, Any]:
    """Return the answer to `data` (bsns, berichttype). Raises the consequences of the contract."""
    message = translate.question(data, sender)
    try:
        found = await client.validate(message, seconds=(deadline - now).total_seconds())
        return translate.answer(found, data["bsns"], now)
    except SoapFault as fault:
        raise of_fault(fault) from None
    except translate.Incomplete as error:
        detail = f"The Berichtenbox gave an answer that cannot be used: {error}."
        raise TransientError(detail) from None
