"""Questions that are answered at once: validate, find who answers, ask, or say why not.

Every entrance (HTTP, AMQP) goes through `Asking.ask`, so that a question means the same whichever
way it came in. Nothing is stored and forwarded here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from typing import Any, Final, Protocol

from adapters.contract import Clock, NotOffered, Question, Reason
from schakel.askline import AskLine
from schakel.askrule import AskRule
from schakel.kept import KeptAnswers
from schakel.purposes import ALL, Allowed, Purposes, allow
from schakel.reasons import without_reason
from schakel.unanswered import (
    AskError,
    InvalidQuestion,
    OutcomeUnknown,
    PurposeRefused,
    Refused,
    Unavailable,
    UnknownQuestion,
)
from schemas import FieldProblem, InvalidMessage
from schemas.fieldpaths import bsns_told, keep_only
from schemas.questions import QUESTION_TYPES, QuestionType, parse_question

__all__ = [
    "AskError",
    "AskRule",
    "Asking",
    "Desk",
    "InvalidQuestion",
    "OutcomeUnknown",
    "PurposeRefused",
    "Refused",
    "Told",
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What goes to the caller."""

    data: Mapping[str, Any] = field(repr=False)
    persons: frozenset[str] = field(default=frozenset(), repr=False)
    """Burgerservicenummers of those whom the answer is about, also where `data` does not say it."""
    age: timedelta | None = None
    """How long ago the system said it, when it comes from memory."""


class Disclosures(Protocol):
    """Where every question about a person is recorded, as `schakel.disclosures`."""

    async def recorded(
        self, question: Question, destination: str, ask: Callable[[], Awaitable[Told]]
    ) -> Told: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    kind: QuestionType
    rule: AskRule
    line: AskLine


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
        purposes: Purposes,
        disclosures: Disclosures,
    ) -> None:
        self._purposes = purposes
        self._disclosures = disclosures
        self._kept = KeptAnswers(clock)
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
        """As `answer`, without its age."""
        told = await self.answer(
            type, data, tenant=tenant, deadline=deadline, caller=caller, reason=reason
        )
        return told.data

    async def answer(
        self,
        type: str,  # noqa: A002 - the word that every entrance uses
        data: bytes | Mapping[str, Any],
        *,
        tenant: str,
        deadline: datetime,
        caller: str,
        reason: Reason | None = None,
    ) -> Told:
        """The answer as JSON values; raises an `AskError` when there is none.

        `deadline` is aware; a late one is brought forward. `caller` names the system or key that
        asks and ends up in records. A question about a person is not asked without a `reason` whose
        purpose covers it, and the answer holds what that purpose allows. Also raises
        `StoreUnavailable`, where a question or an answer is recorded.
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
        allowed = self._allowed(kind, tenant, reason)
        rule = self._rules.get((type, tenant))
        desk = self._desks.get(type)
        question = Question(
            type=type,
            tenant=tenant,
            data=checked,
            deadline=self._deadline(deadline, rule),
            caller=caller,
            reason=reason if allowed is None else allowed.reason,
            fields=ALL if allowed is None else allowed.fields,
        )
        line = self._lines[rule.destination] if rule else None
        if desk is not None:
            return Told(data=await desk.answer(question, line))
        if rule is None or line is None:
            raise UnknownQuestion(
                f"Nobody answers '{type}' for this municipality: add an [[ask]] for it."
            )
        way = _Way(kind=kind, rule=rule, line=line)
        if allowed is None:
            return await self._told(question, way)
        return await self._disclosures.recorded(
            question, line.destination, lambda: self._told(question, way)
        )

    def _allowed(self, kind: QuestionType, tenant: str, reason: Reason | None) -> Allowed | None:
        """None: the question is about nobody."""
        if not kind.personal:
            return None
        if reason is None:
            raise without_reason()
        return allow(self._purposes, question=kind.name, tenant=tenant, reason=reason)

    async def _told(self, question: Question, way: _Way) -> Told:
        """From memory where it may be, else from the system; never more than the purpose allows."""
        purpose = question.reason.doelbinding if question.reason and way.kind.personal else None
        keep = way.rule.keep if way.rule.keeps(purpose) else None
        kept = None if keep is None else self._kept.find(question)
        if kept is not None:
            return Told(data=kept.data, persons=kept.persons, age=kept.age)
        repeatable = way.kind.repeatable
        tries = TRIES if repeatable else 1
        try:
            answer = await way.line.ask(question, repeatable=repeatable, tries=tries)
        except NotOffered as error:
            detail = (
                f"{way.line.destination} does not answer '{question.type}' as it is configured."
            )
            raise UnknownQuestion(str(error) or detail) from error
        persons = bsns_told(way.kind.answer, answer.data, question.fields)
        data = keep_only(answer.data, question.fields) if question.fields else answer.data
        if keep is not None:
            self._kept.keep(question, data, persons, keep)
        return Told(data=data, persons=persons)

    def _deadline(self, asked: datetime, rule: AskRule | None) -> datetime:
        latest = self._clock.now() + (min(rule.timeout, LONGEST) if rule else LONGEST)
        return min(asked.astimezone(UTC), latest)


def _shown(name: str) -> str:
    """A name from outside, kept short; nobody's text goes on in full."""
    return name[:60] if name.isascii() and name.isprintable() else "?"


def _nearest(name: str) -> str:
    match = get_close_matches(name, QUESTION_TYPES, n=1)
    return f" Did you mean '{match[0]}'?" if match else ""
