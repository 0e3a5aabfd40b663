"""Every question about a person in the protocol log: before it is asked, and what came of it.

Nothing is asked that could not be recorded, and no answer is given before the log says about whom
it was: the municipality has to tell somebody, for twenty years, who looked and why.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from adapters.contract import Clock, Question, Reason
from continuity.store.contract import ProtocolLog
from continuity.store.protocol import AskOutcome, ProtocolEntry
from schakel.asking import Told
from schakel.protocolling import PersonHasher
from schakel.unanswered import AskError, OutcomeUnknown, Refused, Unavailable
from schemas.fieldpaths import bsns_in
from schemas.questions import QUESTION_TYPES

_OUTCOMES: Final[Mapping[type[AskError], AskOutcome]] = {
    Unavailable: AskOutcome.UNAVAILABLE,
    Refused: AskOutcome.REFUSED,
    OutcomeUnknown: AskOutcome.UNKNOWN,
}


class ProtocolDisclosures:
    """Implements `schakel.asking.Disclosures` on the store's protocol log."""

    def __init__(self, *, log: ProtocolLog, hasher: PersonHasher, clock: Clock) -> None:
        self._log = log
        self._hasher = hasher
        self._clock = clock

    async def recorded(
        self, question: Question, destination: str, ask: Callable[[], Awaitable[Told]]
    ) -> Told:
        """Raises what `ask` raises, and `StoreUnavailable`: then nothing was given.

        An asking that is cut short, by a caller who left or a crash, stays without an outcome: the
        register may have been asked.
        """
        kind = QUESTION_TYPES[question.type]
        number = await self._log.record_asking(
            self._entry(question, destination, bsns_in(kind.question, question.data))
        )
        try:
            told = await ask()
        except AskError as error:
            outcome = _OUTCOMES.get(type(error), AskOutcome.REFUSED)
            await self._close(number, outcome, question, frozenset())
            raise
        outcome = AskOutcome.ANSWERED if _says_something(told.data) else AskOutcome.NOTHING
        await self._close(number, outcome, question, told.persons)
        return told

    def _entry(
        self, question: Question, destination: str, persons: frozenset[str]
    ) -> ProtocolEntry:
        reason = question.reason or Reason(doelbinding="", gebruiker="")
        return ProtocolEntry(
            tenant=question.tenant,
            type=question.type,
            destination=destination,
            purpose=reason.doelbinding,
            verwerking=reason.verwerking,
            user=reason.gebruiker,
            caller=question.caller,
            persons=self._hasher.of(persons, question.tenant),
            fields=tuple(sorted(question.fields)),
            asked_at=self._clock.now(),
        )

    async def _close(
        self, number: int, outcome: AskOutcome, question: Question, found: frozenset[str]
    ) -> None:
        persons = self._hasher.of(found, question.tenant)
        await self._log.record_outcome(number, outcome, persons=persons, at=self._clock.now())


def _says_something(data: Mapping[str, Any]) -> bool:
    """Say whether somebody was found: an answer of empty lists tells of nobody."""
    return any(
        bool(value) if isinstance(value, Sequence) and not isinstance(value, str) else True
        for name, value in data.items()
        if name != "meer"
    )
