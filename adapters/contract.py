"""What every adapter promises to the hub, and what it may count on.

An adapter turns one canonical message into calls to one external system. It never decides about
retries, order or time: it says what happened, in one of five ways, and the worker acts on it.

| what leaves the adapter | meaning                               | what the worker does         |
|-------------------------|---------------------------------------|------------------------------|
| `Receipt`               | the system has it                     | delivered                    |
| `TransientError`        | surely not taken, or overloaded       | waits; counts for breaker    |
| `UncertainError`        | it may have taken it                  | looks up before any resend   |
| `RejectedError`         | it refused this message               | parks it for an operator     |
| `ConfigurationError`    | our address, credential, certificate  | opens breaker, alerts once   |

Anything else that is raised is a bug of ours: the delivery is parked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Protocol, runtime_checkable

from schemas import Message


class Clock(Protocol):
    """The only source of time. `now` is aware and in UTC."""

    def now(self) -> datetime: ...


class Steps(Protocol):
    """Durable memory of one delivery that takes several calls.

    A step is one call that changes something at the partner, named by the adapter (`zaak`,
    `rol-initiator`, ...). What is recorded here survives a crash: a later attempt continues with
    the first step that has no result, and sends a step's request byte for byte as before.
    """

    def result(self, step: str) -> str | None:
        """What `complete` recorded (usually the partner's URL or number); None when not done."""

    def prepared(self, step: str) -> bool:
        """True when an earlier attempt prepared this step: it may have been sent."""

    async def prepare(self, step: str, render: Callable[[], bytes]) -> bytes:
        """Returns the request to send for `step`, stored before it returns.

        `render` is called only the first time; every later attempt gets the same bytes, also
        after a restart, until an operator edits the message.
        """

    async def complete(self, step: str, result: str) -> None:
        """Records that the partner has done `step`; durable with the next commit at the latest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the hub knows around one attempt."""

    delivery_id: int
    attempt: int
    """1 for the first attempt; look-ups do not count."""
    deadline: datetime
    """Aware, UTC. The worker cancels the attempt shortly after it and treats it as uncertain."""
    references: Mapping[str, str]
    """What this destination called this message's subject before: `{"zaak": "https://..."}`."""
    steps: Steps
    clock: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The partner has the message. `references` are remembered for the message's subject."""

    references: Mapping[str, str] = field(default_factory=dict)
    detail: str = ""
    """One line for the operator, without personal data."""


@dataclass(frozen=True, slots=True)
class NotThere:
    """Looked up, and the call in doubt was not taken (or is now recorded as a done step).

    The worker may call `deliver` again: it continues where the steps say.
    """


@dataclass(frozen=True, slots=True)
class CannotTell:
    """The partner offers no way to find out, or its answer is ambiguous: a person must look."""

    detail: str


@dataclass(frozen=True, slots=True)
class Health:
    """Outcome of `check`: a cheap call without side effects. `detail` is for the operator."""

    ok: bool
    detail: str


@runtime_checkable
class Deliverer(Protocol):
    """An adapter that takes messages to an external system, store-and-forward."""

    handles: ClassVar[frozenset[str]]
    """Message types that `deliver` understands; a route to any other type is refused at start."""

    async def deliver(self, message: Message, context: Context) -> Receipt: ...

    async def look_up(
        self, message: Message, context: Context
    ) -> Receipt | NotThere | CannotTell: ...

    async def check(self) -> Health: ...

    async def aclose(self) -> None:
        """Closes connections. Called once, after the last attempt has ended."""


class DeliveryError(Exception):
    """Base of the four consequences. `detail` never holds personal data or a payload."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class TransientError(DeliveryError):
    """The system surely did not take it, or said that it is overloaded: try again later."""

    def __init__(self, detail: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class UncertainError(DeliveryError):
    """The first byte of the request may have left and no clear answer came: look up first."""


class RejectedError(DeliveryError):
    """The system refused this message: resending it unchanged is pointless.

    `code` is the system's own code (`status:invalid`), fit for grouping; `detail` its own words.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class ConfigurationError(DeliveryError):
    """Our address, credential or certificate is wrong. `setting` names the key to mend."""

    def __init__(self, setting: str, detail: str) -> None:
        super().__init__(detail)
        self.setting = setting
