"""The way to one destination for questions: own places, own breaker, never a wait in vain.

Questions and deliveries share no places: a long queue of deliveries cannot hold up a counter. The
breaker that the worker keeps in the store is believed, and failures of questions are counted here
too, so that a process without a worker stops hammering as well.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Final, Protocol

import structlog

from adapters.contract import (
    Answer,
    AskContext,
    Asker,
    Clock,
    ConfigurationError,
    Documents,
    NoDocuments,
    NotOffered,
    Question,
    RejectedError,
    TransientError,
    UncertainError,
)
from continuity.breaker import CLOSED, Breaker, BreakerPolicy, BreakerState, failed, opened
from continuity.retry import place_of
from continuity.store.contract import StoreUnavailable
from schakel.unanswered import OutcomeUnknown, Refused, Unavailable

FIRST_WAIT: Final = timedelta(milliseconds=100)
"""Before the second try; doubles. Up to half of it is left out by chance."""

UNPROBED: Final = 3
"""Probe intervals after which an open breaker in the store is no longer believed: no worker
looks after that destination, and nobody else would ever find out that it is back."""


DocumentsOf = Callable[[str], Documents]
"""The documents of a tenant."""


def no_documents(tenant: str) -> Documents:
    """Of a hub that keeps none beside messages."""
    del tenant
    return NoDocuments()


class StoredState(Protocol):
    """What the store knows of a destination."""

    async def read_breaker(self, destination: str) -> Breaker: ...

    async def is_held(self, destination: str) -> bool: ...


class AskLine:
    def __init__(
        self,
        *,
        destination: str,
        asker: Asker,
        concurrency: int,
        breaker: BreakerPolicy,
        store: StoredState,
        clock: Clock,
        random: Random,
        documents: DocumentsOf = no_documents,
    ) -> None:
        self.destination = destination
        self._asker = asker
        self._places = asyncio.Semaphore(concurrency)
        self._policy = breaker
        self._store = store
        self._clock = clock
        self._random = random
        self._documents = documents
        self._breaker = CLOSED
        self._failing_since: datetime | None = None
        self._log = structlog.stdlib.get_logger("schakel.asking")

    async def ask(self, question: Question, *, repeatable: bool, tries: int) -> Answer:
        """Raises Unavailable, Refused, OutcomeUnknown or NotOffered; always by the deadline.

        `repeatable`: asking twice does no harm, so that a lost answer is no unknown outcome. Only
        such a question may have more than one of `tries`.
        """
        await self._check_store()
        self._check_breaker()
        seconds = (question.deadline - self._clock.now()).total_seconds()
        if seconds <= 0:
            raise self._unavailable("The deadline had passed before anything was asked.")
        asked = False
        limit = asyncio.timeout(seconds)
        try:
            async with limit, self._places:
                self._check_breaker()
                self._claim_probe()
                asked = True
                return await self._try(question, repeatable=repeatable, tries=tries)
        except TimeoutError as error:
            if not limit.expired():
                raise self._broken(error) from error
            if not asked:
                busy = f"All places for questions to {self.destination} were taken until the end."
                raise self._unavailable(busy) from None
            late = f"{self.destination} did not answer in time."
            self._failed(late)
            raise self._lost(late, repeatable=repeatable) from None

    async def _try(self, question: Question, *, repeatable: bool, tries: int) -> Answer:
        attempt = 1
        while True:
            try:
                answer = await self._once(question, attempt, repeatable=repeatable)
            except TransientError as error:
                self._failed(error.detail)
                wait = self._wait(attempt, error.retry_after)
                if attempt >= tries or not self._worth(wait, question):
                    raise self._unavailable(error.detail, probe=self._again(error)) from error
                await asyncio.sleep(wait.total_seconds())
                attempt += 1
            else:
                self._answered()
                return answer

    async def _once(self, question: Question, attempt: int, *, repeatable: bool) -> Answer:
        """One call; every error but TransientError is final."""
        try:
            return await self._asker.ask(question, self._context(question, attempt))
        except (TransientError, NotOffered, TimeoutError):
            raise
        except UncertainError as error:
            self._failed(error.detail)
            raise self._lost(error.detail, repeatable=repeatable) from error
        except RejectedError as error:
            self._answered()
            raise Refused(error.code, error.detail) from error
        except ConfigurationError as error:
            raise self._misconfigured(error) from error
        except Exception as error:  # a bug in one adapter stops no counter
            raise self._broken(error) from error

    def _context(self, question: Question, attempt: int) -> AskContext:
        kept = self._documents(question.tenant)
        return AskContext(attempt=attempt, clock=self._clock, documents=kept)

    def _again(self, error: TransientError) -> datetime | None:
        """When the system itself said that it can be asked again: a day's quota, for one."""
        return None if error.retry_after is None else self._clock.now() + error.retry_after

    def _worth(self, wait: timedelta, question: Question) -> bool:
        """Whether a further try could still be answered, and would not hammer."""
        in_time = self._clock.now() + wait < question.deadline
        return in_time and self._breaker.state is BreakerState.CLOSED

    def _wait(self, attempt: int, asked_for: timedelta | None) -> timedelta:
        wait = FIRST_WAIT * (1 << (attempt - 1)) * (1 - self._random.random() / 2)
        return max(wait, asked_for or timedelta())

    async def _check_store(self) -> None:
        """What the worker and the operator know; without a store only our own breaker counts."""
        try:
            held = await self._store.is_held(self.destination)
            stored = await self._store.read_breaker(self.destination)
        except StoreUnavailable:
            return
        now = self._clock.now()
        if held:
            detail = f"An operator holds {self.destination}: nothing is sent to it."
            raise self._unavailable(detail)
        if stored.state is not BreakerState.OPEN or stored.probe_at is None:
            return
        if now < stored.probe_at + UNPROBED * self._policy.probe_interval:
            detail = f"{self.destination} is out of reach: {stored.reason}"
            raise self._unavailable(detail, since=stored.opened_at, probe=stored.probe_at)

    def _check_breaker(self) -> None:
        breaker = self._breaker
        if breaker.state is BreakerState.CLOSED or breaker.probe_at is None:
            return
        if self._clock.now() < breaker.probe_at:
            detail = f"{self.destination} is out of reach: {breaker.reason}"
            raise self._unavailable(detail, since=breaker.opened_at, probe=breaker.probe_at)

    def _claim_probe(self) -> None:
        """While open, this question is the probe: the others wait for what comes of it."""
        if self._breaker.state is not BreakerState.CLOSED:
            reason = self._breaker.reason
            now = self._clock.now()
            self._breaker = opened(self._breaker, self._policy, now=now, reason=reason)

    def _failed(self, reason: str) -> None:
        now = self._clock.now()
        self._failing_since = self._failing_since or now
        self._set(failed(self._breaker, self._policy, now=now, reason=reason))

    def _answered(self) -> None:
        self._failing_since = None
        self._set(CLOSED)

    def _misconfigured(self, error: ConfigurationError) -> Unavailable:
        now = self._clock.now()
        reason = f"{error.setting}: {error.detail}"
        self._failing_since = self._failing_since or now
        self._set(opened(self._breaker, self._policy, now=now, reason=reason))
        return self._unavailable(reason)

    def _broken(self, error: Exception) -> Unavailable:
        """A bug of ours: said by its place, never by its words."""
        place = place_of(error)
        self._log.error("question_failed", destination=self.destination, bug=place)
        return self._unavailable(f"The hub failed while asking {self.destination} ({place}).")

    def _lost(self, detail: str, *, repeatable: bool) -> Unavailable | OutcomeUnknown:
        return self._unavailable(detail) if repeatable else OutcomeUnknown(detail)

    def _set(self, breaker: Breaker) -> None:
        """Loud once when it goes away, and once when it is back."""
        before, self._breaker = self._breaker, breaker
        if before.state is breaker.state:
            return
        say: Callable[..., None] = self._log.info
        if breaker.state is BreakerState.OPEN:
            say = self._log.warning
        say("questions", destination=self.destination, breaker=breaker.state, reason=breaker.reason)

    def _unavailable(
        self, detail: str, *, since: datetime | None = None, probe: datetime | None = None
    ) -> Unavailable:
        return Unavailable(
            detail,
            since=since or self._failing_since or self._clock.now(),
            expected_probe=probe or self._breaker.probe_at,
            destination=self.destination,
        )
