"""What the translators give: news, or a refusal with the code that the sender is to get."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError

from adapters.contract import News
from schemas.messagetypes import MESSAGE_TYPES, ONTVANGST
from schemas.parsing import json_names
from schemas.problems import FieldProblem, problems_of

Json = dict[str, Any]
ZAAK: Final = "nl.burgerzaken.zaak."
_MOST_PROBLEMS: Final = 3


class Geweigerd(Exception):
    """The message cannot be taken. `code` is the StUF code of the answer.

    `detail` is one sentence of where and what, without anything of the content.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Vertaald:
    """News to publish; none when there is nothing to do, which `detail` then says."""

    news: Sequence[News] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Afzender:
    """What tells one message of one sender from every other, and when it was sent."""

    key: str = field(repr=False)
    moment: datetime
    referentienummer: str = field(repr=False)


def made_id(*parts: str) -> str:
    """An id of what happened at the partner: the same each time that we hear of it."""
    return "ontvangen-" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def ontvangst(
    soort: str,
    inhoud: Json,
    *,
    id: str,  # noqa: A002 - the word of the contract
    time: datetime,
    subject: str,
    dataref: str | None = None,
) -> News:
    """News for ourselves: to be worked out in the lane of the case."""
    return News(
        id=id,
        type=ONTVANGST,
        data={"soort": soort, "inhoud": inhoud},
        time=time,
        subject=subject,
        dataref=dataref,
    )


def sound(news: Iterable[News]) -> tuple[News, ...]:
    """The same news, once it is sure that the hub takes it; raises `Geweigerd` (StUF055)."""
    checked = tuple(news)
    for each in checked:
        if problems := _problems(each):
            shown = "; ".join(f"{_shown(one)}" for one in problems[:_MOST_PROBLEMS])
            raise Geweigerd("StUF055", f"It cannot be taken over as {_short(each.type)}: {shown}")
    return checked


def _problems(news: News) -> Sequence[FieldProblem]:
    model = MESSAGE_TYPES[news.type].payload
    try:
        payload = model.model_validate(dict(news.data), by_alias=True, by_name=False)
    except ValidationError as error:
        return problems_of(error, known_names=json_names(model))
    return tuple(payload.envelope_problems(subject=news.subject, dataref=news.dataref))


def _shown(problem: FieldProblem) -> str:
    return f"{problem.field or 'data'}: {problem.detail}"


def _short(name: str) -> str:
    return name.removeprefix("nl.burgerzaken.")
