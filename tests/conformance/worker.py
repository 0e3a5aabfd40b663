"""What the hub's worker does around an adapter, in its smallest form and without waiting."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from adapters.contract import (
    CannotTell,
    ConfigurationError,
    Context,
    Deliverer,
    DeliveryError,
    Documents,
    NoDocuments,
    Receipt,
    TransientError,
    UncertainError,
)
from schemas import Message
from tests.conformance.memory_steps import MemorySteps

_MOST_ATTEMPTS = 6


class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(slots=True)
class Worker:
    """Delivers message after message of one subject with one adapter, remembering references."""

    adapter: Deliverer
    references: dict[str, str] = field(default_factory=dict)
    errors: list[DeliveryError] = field(default_factory=list)
    documents: Documents = field(default_factory=NoDocuments)
    again: bool = False
    """What is delivered was delivered before (`Context.again`)."""

    def context(self, steps: MemorySteps, attempt: int = 1) -> Context:
        clock = WallClock()
        return Context(
            delivery_id=1,
            attempt=attempt,
            deadline=clock.now() + timedelta(seconds=20),
            references=dict(self.references),
            steps=steps,
            clock=clock,
            documents=self.documents,
            again=self.again,
        )

    async def deliver(
        self,
        message: Message,
        steps: MemorySteps | None = None,
        *,
        uncertain: bool = False,
        between: Callable[[], Awaitable[None]] | None = None,
    ) -> Receipt:
        """Follow the contract to a receipt; `between` is called after every failed attempt."""
        steps = MemorySteps() if steps is None else steps
        for attempt in range(1, _MOST_ATTEMPTS + 1):
            try:
                receipt = await self._attempt(
                    message, self.context(steps, attempt), uncertain=uncertain
                )
            except UncertainError as err:
                uncertain = True
                self.errors.append(err)
            except (TransientError, ConfigurationError) as err:
                self.errors.append(err)
            else:
                if receipt is not None:
                    self.references |= receipt.references
                    return receipt
                uncertain = False
                continue
            if between is not None:
                await between()
        raise AssertionError(f"no receipt after {_MOST_ATTEMPTS} attempts: {self.errors[-1:]}")

    async def _attempt(
        self, message: Message, context: Context, *, uncertain: bool
    ) -> Receipt | None:
        if not uncertain:
            return await self.adapter.deliver(message, context)
        found = await self.adapter.look_up(message, context)
        assert not isinstance(found, CannotTell), f"a person would have to look: {found.detail}"
        return found if isinstance(found, Receipt) else None


def everything_said(errors: list[DeliveryError], *others: object) -> str:
    """Return every text about the errors that could end up in a log."""
    texts = ["".join(traceback.format_exception(err)) + repr(err) for err in errors]
    return "\n".join([*texts, *(f"{other!r} {other!s}" for other in others)])


def without_ids(value: object) -> object:
    """Return a value without what differs between runs: generated numbers, and ports."""
    if isinstance(value, Mapping):
        return {key: without_ids(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [without_ids(inner) for inner in value]
    return _blank(value) if isinstance(value, str) else value


def _blank(text: str) -> str:
    parts = text.split("/")
    return "/".join("#" if _is_generated(part) else part for part in parts)


def _is_generated(part: str) -> bool:
    is_uuid = len(part) == 36 and part.count("-") == 4
    return is_uuid or part.startswith("127.0.0.1:")
