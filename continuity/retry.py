"""What to do after an attempt that failed: a pure decision.

`decide` looks at what left the adapter, at how often we tried, and at the time. The worker
carries the decision out; nothing here waits or sends.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final

from tenacity import AsyncRetrying, RetryCallState, wait_exponential
from tenacity.wait import wait_base

from adapters.contract import (
    ConfigurationError,
    DocumentAwayError,
    RejectedError,
    TransientError,
    UncertainError,
)
from continuity.store.records import Fault

DOCUMENT_AWAY: Final = "document:away"
"""Code of the fault when our own store of documents cannot be reached."""
DOCUMENT_AGAIN: Final = timedelta(minutes=1)
"""Longest wait after that: no breaker tells when it is back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    first: timedelta = timedelta(seconds=5)
    """Wait after the first failure; doubles with each further one."""
    longest: timedelta = timedelta(minutes=15)
    """Longest wait between two attempts, also for a Retry-After that asks for more."""
    jitter: float = 0.2
    """Share of the wait that is drawn by chance, so that lanes do not return in step."""
    look_up_first: timedelta = timedelta(seconds=2)
    """Wait before the first look-up of an uncertain outcome; doubles like `first`."""
    look_ups: int = 8
    """Look-ups that could not tell before a person is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryAt:
    """Waits until `at`, then is sent again.

    `retry_after` is the silence that the partner asked for, from everybody.
    """

    at: datetime
    fault: Fault
    retry_after: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUpAt:
    """The outcome is in doubt: looked up at `at`, never resent before that."""

    at: datetime
    fault: Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Park:
    """An operator must act."""

    fault: Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class StopDestination:
    """Our configuration is wrong: the breaker opens, the delivery keeps waiting."""

    fault: Fault


Decision = RetryAt | LookUpAt | Park | StopDestination


def decide(
    error: BaseException, *, attempt: int, now: datetime, policy: RetryPolicy, random: Random
) -> Decision:
    """The consequence of `error`, which ended attempt number `attempt` (from 1)."""
    match error:
        case DocumentAwayError():
            soon = replace(policy, longest=min(policy.longest, DOCUMENT_AGAIN))
            return RetryAt(
                at=now + _wait(soon, soon.first, attempt, random),
                fault=Fault(code=DOCUMENT_AWAY, detail=error.detail),
                retry_after=None,
            )
        case TransientError():
            return RetryAt(
                at=now + _wait(policy, policy.first, attempt, random, error.retry_after),
                fault=Fault(code="transient", detail=error.detail),
                retry_after=_capped(error.retry_after, policy),
            )
        case UncertainError():
            return LookUpAt(
                at=now + _wait(policy, policy.look_up_first, 1, random),
                fault=Fault(code="uncertain", detail=error.detail),
            )
        case RejectedError():
            return Park(fault=Fault(code=error.code, detail=error.detail))
        case ConfigurationError():
            detail = f"{error.setting}: {error.detail}"
            return StopDestination(fault=Fault(code="configuration", detail=detail))
        case _:
            return Park(fault=Fault(code="bug", detail=place_of(error)))


def next_look_up(
    *, look_ups: int, now: datetime, policy: RetryPolicy, random: Random
) -> datetime | None:
    """When to look up again after `look_ups` that could not tell; None: ask a person."""
    if look_ups >= policy.look_ups:
        return None
    return now + _wait(policy, policy.look_up_first, look_ups + 1, random)


def _wait(
    policy: RetryPolicy,
    first: timedelta,
    attempt: int,
    random: Random,
    at_least: timedelta | None = None,
) -> timedelta:
    strategy: wait_base = wait_exponential(
        multiplier=first.total_seconds(), max=policy.longest.total_seconds()
    )
    seconds = strategy(_call_state(attempt))
    seconds *= 1 - policy.jitter * random.random()
    if at_least is not None:
        seconds = max(seconds, at_least.total_seconds())
    return timedelta(seconds=min(seconds, policy.longest.total_seconds()))


def _capped(wait: timedelta | None, policy: RetryPolicy) -> timedelta | None:
    return None if wait is None else min(wait, policy.longest)


def _call_state(attempt: int) -> RetryCallState:
    """The strategies read the attempt number off a call state, and nothing else."""
    state = RetryCallState(AsyncRetrying(), fn=None, args=(), kwargs={})
    state.attempt_number = attempt
    return state


def place_of(error: BaseException) -> str:
    """Type and place of a bug; never its text, which may quote a payload."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    code = trace.tb_frame.f_code
    return f"{type(error).__name__} in {code.co_qualname} line {trace.tb_lineno}"
