"""Questions that are answered at once: validate, find who answers, ask, or say why not.

Every entrance (HTTP, AMQP) goes through `Asking.ask`, so that a question means the same whichever
way it came in. Nothing is stored and forwarded here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from typing import Any, Final, Protocol

from adapters.contract import Clock, NotOffered, Question, Reason
from schakel.askline import AskLine
from schakel.askrule import AskRule
from schakel.reasons import without_reason
from schakel.unanswered import (
    AskError,
    InvalidQuestion,
    OutcomeUnknown,
    Refused,
    Unavailable,
    UnknownQuestion,
)
from schemas import FieldProblem, InvalidMessage
from schemas.questions import QUESTION_TYPES, parse_question

__all__ = [
    "AskError",
    "AskRule",
    "Asking",
    "Desk",
    "InvalidQuestion",
    "OutcomeUnknown",
    "Refused",
    "Unavailable",
    "UnknownQuestion",
]

LONGEST: Final = timedelta(seconds=60)
"""However late a caller's deadline: nobody waits longer for an answer."""

TRIES: Final = 3
"""Most tries of a question that is safe to repeat, within its deadline."""


class Desk(Protocol):
    """Answers one question type by itself, with or without the destination behind it."""

    async def answer(self, question: Question, line: AskLine | None) -> Mapping[str, Any]: ...


class Asking:
    """All that the hub answers; `rules` by question type and tenant, `lines` by destination."""

    def __init__(
        self,
        *,
        rules: Mapping[tuple[str, str], AskRule],
        lines: Mapping[str, AskLine],
        desks: Mapping[str, Desk],
        tenants: frozenset[str],
        clock: Clock,
    ) -> None:
        self._rules = rules
        self._lines = lines
        self._desks = desks
        self._tenants = tenants
        self._clock = clock

    async def ask(
        self,
        type: str,  # noqa: A002 - the word that every entrance uses
        data: bytes | Mapping[str, Any],
        *,
        tenant: str,
        deadline: datetime,
        caller: str,
        reason: Reason | None = None,
    ) -> Mapping[str, Any]:
        """The answer as JSON values; raises an `AskError` when there is none.

        `deadline` is aware; a late one is brought forward. `caller` names the system or key that
        asks and ends up in records. A question about a person is not asked without `reason`. Also
        raises `StoreUnavailable`, where an answer is recorded.
        """
        kind = QUESTION_TYPES.get(type)
        if kind is None:
            raise UnknownQuestion(f"There is no question type '{_shown(type)}'.{_nearest(type)}")
        if tenant not in self._tenants:
            detail = "This municipality is not configured in the hub; see [[tenant]]."
            raise InvalidQuestion((FieldProblem("tenant", "unknown_tenant", detail),))
        try:
            checked = parse_question(kind, data)
        except InvalidMessage as error:
            raise InvalidQuestion(error.problems) from None
        if kind.personal and reason is None:
            raise without_reason()
        rule = self._rules.get((type, tenant))
        desk = self._desks.get(type)
        question = Question(
            type=type,
            tenant=tenant,
            data=checked,
            deadline=self._deadline(deadline, rule),
            caller=caller,
            reason=reason,
        )
        line = self._lines[rule.destination] if rule else None
        if desk is not None:
            return await desk.answer(question, line)
        if line is None:
            raise UnknownQuestion(
                f"Nobody answers '{type}' for this municipality: add an [[ask]] for it."
            )
        tries = TRIES if kind.repeatable else 1
        try:
            answer = await line.ask(question, repeatable=kind.repeatable, tries=tries)
        except NotOffered as error:
            detail = f"{line.destination} does not answer '{type}' as it is configured."
            raise UnknownQuestion(detail) from error
        return answer.data

    def _deadline(self, asked: datetime, rule: AskRule | None) -> datetime:
        latest = self._clock.now() + (min(rule.timeout, LONGEST) if rule else LONGEST)
        return min(asked.astimezone(UTC), latest)


def _shown(name: str) -> str:
    """A name from outside, kept short; nobody's text goes on in full."""
    return name[:60] if name.isascii() and name.isprintable() else "?"


def _nearest(name: str) -> str:
    match = get_close_matches(name, QUESTION_TYPES, n=1)
    return f" Did you mean '{match[0]}'?" if match else ""
