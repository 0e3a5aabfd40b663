"""One attempt or look-up: the adapter is called, and what leaves it becomes an outcome.

Nothing here knows about lanes, leases or the breaker; the dispatcher does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from random import Random
from typing import TypeVar

from adapters.contract import (
    CASE_NUMBER,
    CannotTell,
    Clock,
    Context,
    Deliverer,
    DocumentAwayError,
    DocumentError,
    Documents,
    News,
    NoDocuments,
    NotThere,
    Receipt,
    RejectedError,
    UncertainError,
)
from continuity.delivery import State, Wait
from continuity.policy import DestinationPolicy, attempt_limit
from continuity.retry import LookUpAt, Park, RetryAt, StopDestination, decide, next_look_up
from continuity.steps import StoredSteps
from continuity.store.contract import Dispatch, StoreError
from continuity.store.records import Fault, Lease, Outcome, Work
from continuity.store.rules import KEY_MISSING
from schemas import Message, parse_message

Answer = TypeVar("Answer")

DocumentsOf = Callable[[str], Documents]
"""The documents of one tenant."""

Publish = Callable[[str, Sequence[News]], Awaitable[None]]
"""Stores what the partner told, for one tenant; the same news again changes nothing."""

CANCEL_MARGIN = timedelta(seconds=2)
"""How long an adapter may overrun its deadline before it is cancelled."""


class Partner(Enum):
    """What an attempt says about the partner."""

    ANSWERED = "answered"  # clearly: it is alive, also when it refused
    FAILED = "failed"  # the breaker counts it
    UNKNOWN = "unknown"  # our own bug, setting or document store came in between


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """An outcome, and what it says about the partner."""

    outcome: Outcome
    partner: Partner = Partner.ANSWERED
    misconfigured: Fault | None = None
    """Our own configuration is wrong: the breaker opens at once."""
    retry_after: timedelta | None = None
    """The partner asked for this much silence, from everybody."""


def no_documents(_tenant: str) -> Documents:
    return NoDocuments()


async def no_news(_tenant: str, news: Sequence[News]) -> None:
    """For destinations that tell nothing."""
    if news:
        raise TypeError("this destination has nowhere to tell its news")


class Attempts:
    """Makes attempts at one destination."""

    def __init__(
        self,
        *,
        adapter: Deliverer,
        policy: DestinationPolicy,
        store: Dispatch,
        clock: Clock,
        random: Random,
        documents: DocumentsOf = no_documents,
        publish: Publish = no_news,
    ) -> None:
        self._publish = publish
        self._adapter = adapter
        self._policy = policy
        self._store = store
        self._clock = clock
        self._random = random
        self._documents = documents

    async def send(self, lease: Lease, work: Work) -> Ended:
        """Delivers. A doubtful delivery, replayed by an operator, is looked up first."""
        if work.unreadable is not None:
            return self._unreadable(work, work.unreadable, in_doubt=False)
        steps = StoredSteps(self._store, lease, work)
        if work.doubtful:
            looked_up = await self._look_up(work, steps)
            if looked_up.outcome.state is not State.WAITING or self._too_late(work):
                return looked_up
            steps.forget_unfinished()
        return await self._deliver(work, steps)

    async def look_up(self, lease: Lease, work: Work) -> Ended:
        """Finds out whether an attempt in doubt arrived; sends nothing that changes anything."""
        if work.unreadable is not None:
            return self._unreadable(work, work.unreadable, in_doubt=True)
        return await self._look_up(work, StoredSteps(self._store, lease, work))

    def _unreadable(self, work: Work, fault: Fault, *, in_doubt: bool) -> Ended:
        """A key that is missing is put right by us, and the messages wait; damage needs a person.

        The partner was not called.
        """
        waiting = Outcome(delivery_id=work.delivery_id, state=State.WAITING, fault=fault)
        if fault.code == KEY_MISSING:
            outcome = replace(waiting, doubtful=work.doubtful)
            if in_doubt:
                outcome = _in_doubt(waiting, self._clock.now(), fault)
                outcome = replace(outcome, look_ups=work.look_ups)
            return Ended(outcome=outcome, partner=Partner.UNKNOWN, misconfigured=fault)
        outcome = replace(waiting, state=State.PARKED, doubtful=work.doubtful or in_doubt)
        return Ended(outcome=outcome, partner=Partner.UNKNOWN)

    def _too_late(self, work: Work) -> bool:
        """Past its time, and no longer in doubt: it may go back and expire."""
        until = parse_message(work.body).deliveruntil
        return until is not None and until <= self._clock.now()

    async def _deliver(self, work: Work, steps: StoredSteps) -> Ended:
        outcome = Outcome(delivery_id=work.delivery_id, state=State.DELIVERED)
        try:
            receipt = await self._call(self._adapter.deliver, work, steps, uploads=True)
            await self._publish(work.tenant, receipt.news)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - a bug parks one message, not the destination
            ended = self._failed(error, outcome, work)
        else:
            ended = Ended(outcome=_received(outcome, receipt))
        return _with_steps(ended, steps)

    def _failed(self, error: Exception, outcome: Outcome, work: Work) -> Ended:
        decision = decide(
            error,
            attempt=work.attempt,
            now=self._clock.now(),
            policy=self._policy.retry,
            random=self._random,
        )
        match decision:
            case RetryAt(at=at, fault=fault, retry_after=retry_after):
                waiting = replace(
                    outcome, state=State.WAITING, wait=Wait.RETRY, due_at=at, fault=fault
                )
                return Ended(outcome=waiting, partner=_failing(error), retry_after=retry_after)
            case LookUpAt(at=at, fault=fault):
                # Recovery must not hurry this first look-up: the partner may be busy with it still.
                settling = replace(_in_doubt(outcome, at, fault), wait=Wait.SETTLE)
                return Ended(outcome=settling, partner=Partner.FAILED)
            case Park(fault=fault):
                # A bug may have struck after the partner took it; a refusal is a clear answer.
                refused = isinstance(error, RejectedError)
                return Ended(
                    outcome=replace(outcome, state=State.PARKED, doubtful=not refused, fault=fault),
                    partner=_said_by(error),
                )
            case StopDestination(fault=fault):
                return Ended(
                    outcome=replace(outcome, state=State.WAITING, fault=fault),
                    partner=Partner.UNKNOWN,
                    misconfigured=fault,
                )

    async def _look_up(self, work: Work, steps: StoredSteps) -> Ended:
        outcome = Outcome(delivery_id=work.delivery_id, state=State.WAITING)
        try:
            found = await self._call(self._adapter.look_up, work, steps)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - a bug parks one message, not the destination
            ended = self._not_looked_up(error, outcome, work)
        else:
            ended = Ended(outcome=self._looked_up(found, outcome, work))
        return _with_steps(ended, steps)

    def _looked_up(
        self, found: Receipt | NotThere | CannotTell, outcome: Outcome, work: Work
    ) -> Outcome:
        match found:
            case Receipt():
                return _received(replace(outcome, state=State.DELIVERED), found)
            case NotThere():
                return replace(outcome, detail="looked up: not there")
            case CannotTell(detail=detail):
                fault = Fault(code="undecided", detail=detail)
                look_ups = work.look_ups + 1
                at = next_look_up(
                    look_ups=look_ups,
                    now=self._clock.now(),
                    policy=self._policy.retry,
                    random=self._random,
                )
                if at is None:
                    return replace(outcome, state=State.PARKED, doubtful=True, fault=fault)
                return replace(_in_doubt(outcome, at, fault), look_ups=look_ups)

    def _not_looked_up(self, error: Exception, outcome: Outcome, work: Work) -> Ended:
        now = self._clock.now()
        doubtful = replace(outcome, look_ups=work.look_ups)
        decision = decide(
            error, attempt=work.attempt, now=now, policy=self._policy.retry, random=self._random
        )
        match decision:
            case RetryAt(at=at, fault=fault, retry_after=retry_after):
                in_doubt = _in_doubt(doubtful, at, fault)
                return Ended(outcome=in_doubt, partner=_failing(error), retry_after=retry_after)
            case LookUpAt(at=at, fault=fault):
                return Ended(outcome=_in_doubt(doubtful, at, fault), partner=Partner.FAILED)
            case Park(fault=fault):
                return Ended(
                    outcome=replace(doubtful, state=State.PARKED, doubtful=True, fault=fault),
                    partner=_said_by(error),
                )
            case StopDestination(fault=fault):
                return Ended(
                    outcome=_in_doubt(doubtful, now, fault),
                    partner=Partner.UNKNOWN,
                    misconfigured=fault,
                )

    async def _call(
        self,
        method: Callable[[Message, Context], Awaitable[Answer]],
        work: Work,
        steps: StoredSteps,
        *,
        uploads: bool = False,
    ) -> Answer:
        message = parse_message(work.body)
        documents = self._documents(work.tenant)
        size = await _size_beside(message, documents) if uploads else 0
        longest = attempt_limit(self._policy, size)
        context = Context(
            delivery_id=work.delivery_id,
            attempt=work.attempt,
            deadline=self._clock.now() + longest,
            references=work.references,
            steps=steps,
            clock=self._clock,
            again=work.again,
            documents=documents,
        )
        seconds = (longest + CANCEL_MARGIN).total_seconds()
        limit = asyncio.timeout(seconds)
        try:
            async with limit:
                return await method(message, context)
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise UncertainError(f"no outcome within {seconds:.0f} s") from error


def _failing(error: Exception) -> Partner:
    """What a failure that passes says about the partner; a document out of reach says nothing."""
    return Partner.UNKNOWN if isinstance(error, DocumentAwayError) else Partner.FAILED


def _said_by(error: Exception) -> Partner:
    """What a parked delivery says about the partner; a document that is gone says nothing."""
    refused = isinstance(error, RejectedError) and not isinstance(error, DocumentError)
    return Partner.ANSWERED if refused else Partner.UNKNOWN


async def _size_beside(message: Message, documents: Documents) -> int:
    """Bytes of the document beside the message; 0 without one."""
    if message.dataref is None:
        return 0
    try:
        return (await documents.open(message.dataref)).size
    except DocumentError:
        return 0  # the adapter says so, if it needs the content


def _received(outcome: Outcome, receipt: Receipt) -> Outcome:
    return replace(
        outcome,
        references=receipt.references,
        detail=receipt.detail,
        case_number=receipt.references.get(CASE_NUMBER),
    )


def _in_doubt(outcome: Outcome, at: datetime, fault: Fault) -> Outcome:
    return replace(
        outcome, state=State.UNCERTAIN, wait=Wait.LOOK_UP, due_at=at, doubtful=True, fault=fault
    )


def _with_steps(ended: Ended, steps: StoredSteps) -> Ended:
    return replace(ended, outcome=replace(ended.outcome, completed=steps.unsaved))
