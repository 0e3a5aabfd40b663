"""Asking the zaaksysteem for the number of a case that is about to be opened.

`zaaknummer_reserveren` is in the standard from Zaken 1.7 and in Open Zaak from 1.24, which answers
one object where the standard has a list. A reserved number that is never used is only a gap.
"""

from __future__ import annotations

from typing import Any, Final

from adapters.contract import (
    CASE_NUMBER,
    Answer,
    ConfigurationError,
    NotOffered,
    Question,
    TransientError,
)
from adapters.zgw.client import ZgwClient
from schemas import canonical_json
from schemas.questions import CASE_NUMBER_QUESTION

ANSWERS: Final = frozenset({CASE_NUMBER_QUESTION})
_PATH: Final = "/zaaknummer_reserveren"
_ROOT: Final = "zaken.root"


async def reserve(client: ZgwClient, question: Question, *, offered: bool) -> Answer:
    """Return a number that the zaaksysteem will keep; NotOffered when our settings say so."""
    if not offered:
        raise NotOffered("zgw: reserve_numbers is off, so the hub gives case numbers.")
    body = canonical_json({"bronorganisatie": question.data["bronorganisatie"]})
    try:
        answer = await client.post("zaken", client.url("zaken", _PATH), body)
    except ConfigurationError as err:
        if err.setting != _ROOT:
            raise
        raise ConfigurationError(
            "reserve_numbers",
            f"The zaaksysteem does not offer zaaknummer_reserveren, or {_ROOT} is wrong: "
            "switch reserve_numbers off, or mend the root.",
        ) from err
    return Answer(data={CASE_NUMBER: _number(answer)})


def _number(answer: Any) -> str:
    first = answer[0] if isinstance(answer, list) and answer else answer
    number = first.get("zaaknummer") if isinstance(first, dict) else None
    if isinstance(number, str) and number:
        return number
    raise TransientError("The zaaksysteem answered without the promised zaaknummer.")
