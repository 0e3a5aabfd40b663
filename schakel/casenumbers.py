"""Answering `zaak.identificatie`: from the zaaksysteem when it is up, else by the rule.

A counter never waits for an outage to end: it gets a provisional number at once, which every later
message about the case carries. See docs/adr/0014-provisional-identity.md.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

import structlog

from adapters.contract import CASE_NUMBER, Clock, NotOffered, Question
from continuity.store.contract import Identities, NumberTaken
from continuity.store.records import Identity, IdentityState, Issuer, NewIdentity
from schakel.askline import AskLine
from schakel.numbering import NumberRule, RangeUsedUp
from schakel.unanswered import AskError, Unavailable, UnknownQuestion
from schemas import InvalidIdentifier, Zaakidentificatie
from schemas.questions import ZaakIdentificatieAntwoord

DRAWS: Final = 1_000
"""Most numbers of a series that are skipped because they were given out under another pattern."""

SPARE: Final = timedelta(milliseconds=100)
"""Of the caller's time, what is kept for recording a number of our own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuingRule:
    """One municipality's rule, and how long its zaaksysteem gets to answer by itself."""

    numbers: NumberRule
    patience: timedelta


class CaseNumbers:
    """`rules` by tenant; a tenant without one has only the numbers of its zaaksysteem."""

    def __init__(
        self, *, store: Identities, rules: Mapping[str, IssuingRule], clock: Clock
    ) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock
        self._log = structlog.stdlib.get_logger("schakel.casenumbers")

    async def answer(self, question: Question, line: AskLine | None) -> Mapping[str, Any]:
        """Raises an AskError when there is no number to give, and StoreUnavailable."""
        key = _key_of(question)
        known = await self._store.find_identity(question.tenant, key)
        identity = known or await self._issue(question, line, key)
        return _answer(identity)

    async def _issue(self, question: Question, line: AskLine | None, key: bytes) -> Identity:
        rule = self._rules.get(question.tenant)
        new = NewIdentity(
            tenant=question.tenant,
            case_number="",
            destination=line.destination if line else "",
            key=key,
            issuer=Issuer.HUB,
            definitive=True,
            asked_by=question.caller,
        )
        if line is not None:
            try:
                return await self._from_zaaksysteem(question, line, rule, new)
            except NotOffered as error:
                if rule is None:
                    detail = f"{line.destination} leaves case numbers to the hub. {_NO_RULE}"
                    raise UnknownQuestion(detail) from error
            except AskError as error:
                if rule is None:
                    raise
                new = replace(new, definitive=False)
                self._log.info(
                    "provisional_number", destination=line.destination, reason=error.code
                )
        if rule is None:
            raise UnknownQuestion(f"Nobody gives case numbers for this municipality. {_NO_RULE}")
        return await self._by_rule(rule.numbers, new)

    async def _from_zaaksysteem(
        self, question: Question, line: AskLine, rule: IssuingRule | None, new: NewIdentity
    ) -> Identity:
        now = self._clock.now()
        if rule is not None:
            latest = min(question.deadline - SPARE, now + rule.patience)
            question = replace(question, deadline=latest)
        data = {name: value for name, value in question.data.items() if name != "sleutel"}
        answer = await line.ask(
            replace(question, data=data), repeatable=True, tries=1 if rule else 3
        )
        try:
            number = str(Zaakidentificatie(str(answer.data.get(CASE_NUMBER) or "")))
            given = replace(new, case_number=number, issuer=Issuer.ZAAKSYSTEEM)
            return await self._store.add_identity(given, now=self._clock.now())
        except (InvalidIdentifier, NumberTaken) as error:
            detail = f"{line.destination} gave a number that cannot be used: taken or malformed."
            self._log.error("unusable_number", destination=line.destination)
            raise Unavailable(detail, since=now, destination=line.destination) from error

    async def _by_rule(self, rule: NumberRule, new: NewIdentity) -> Identity:
        now = self._clock.now()
        series = rule.series(new.tenant, now)
        for _ in range(DRAWS):
            drawn = await self._store.next_number(series)
            try:
                number = rule.number(new.tenant, now, drawn)
                return await self._store.add_identity(replace(new, case_number=number), now=now)
            except NumberTaken:
                continue
            except RangeUsedUp as error:
                self._log.error("range_used_up", tenant=new.tenant)
                raise Unavailable(str(error), since=now) from error
        detail = "The numbers of this range were given out under another pattern: choose another."
        raise Unavailable(detail, since=now)


_NO_RULE: Final = "Give it a rule under [tenant.identificatie]."


def _key_of(question: Question) -> bytes:
    """Names one request of one caller; what the caller chose does not lie in the store itself."""
    chosen = question.data.get("sleutel")
    if chosen is None:
        return secrets.token_bytes(32)
    named = "\0".join((question.tenant, question.caller, str(chosen)))
    return hashlib.sha256(named.encode()).digest()


def _answer(identity: Identity) -> Mapping[str, Any]:
    """The number as it was given first: the caller may be using it already."""
    return ZaakIdentificatieAntwoord(
        identificatie=Zaakidentificatie(identity.case_number),
        voorlopig=identity.state is IdentityState.PROVISIONAL,
        toegekend_door="zaaksysteem" if identity.issuer is Issuer.ZAAKSYSTEEM else "hub",
        bestemming=identity.destination or None,
    ).model_dump(mode="json", by_alias=True)
