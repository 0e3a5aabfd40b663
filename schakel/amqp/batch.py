"""What becomes of the messages of one batch: which events may be stored, and why others may not."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

import structlog

from adapters._kit.amqp import Arrival
from continuity.store.contract import StoreError
from continuity.store.records import Conflict
from schakel.amqp import rejection
from schakel.amqp.events import read_events
from schakel.amqp.metrics import IngressMetrics
from schakel.intake import Checked, Published, Refused
from schemas import FieldProblem, InvalidMessage

_CHECKED_AT_ONCE: Final = 50
"""Events that are checked before anything else gets a turn."""

_log = structlog.stdlib.get_logger("schakel.amqp")


Outcome = Published | Conflict | Refused


class Intake(Protocol):
    def check(self, raw: Any) -> Checked | Refused: ...

    async def accept(self, checked: Sequence[Checked]) -> Sequence[Outcome]: ...


@dataclass(slots=True)
class Item:
    """One message of a batch. Without a reason to refuse it, all its events may be stored."""

    arrival: Arrival
    checked: Sequence[Checked] = ()
    reason: str = ""
    problems: Sequence[FieldProblem] = ()
    kept: bool = False
    """Whether it stands among the rejected."""
    counted: bool = False
    """Whether the store's outcomes for it have been counted."""

    def refuse(self, reason: str, *problems: FieldProblem) -> None:
        self.reason, self.problems, self.checked = reason, problems, ()


async def check(arrival: Arrival, intake: Intake, *, batch_limit: int) -> Item:
    """Reads and checks one message; stores nothing, raises nothing."""
    item = Item(arrival)
    try:
        events = read_events(arrival.properties, arrival.body, batch_limit=batch_limit)
        checks = await _check_all(events, intake)
    except InvalidMessage as error:
        item.refuse(rejection.INVALID, *error.problems)
    except Exception:  # noqa: BLE001 - a message that shows a mistake of ours stops no other
        item.refuse(rejection.INTERNAL, _incident())
    else:
        item.checked = [one for one in checks if isinstance(one, Checked)]
        if len(item.checked) < len(checks):
            item.refuse(rejection.INVALID, *_placed(checks))
    return item


async def store(batch: Sequence[Item], intake: Intake, metrics: IngressMetrics) -> None:
    """Stores all that may be, in this order; what turns out to be impossible is refused.

    Raises `StoreError` when the store takes nothing now; all of it may be tried again.
    """
    try:
        await _accept(batch, intake, metrics)
    except StoreError:
        raise
    except Exception:  # noqa: BLE001 - one of them shows a mistake of ours: find out which
        for item in batch:
            try:
                await _accept([item], intake, metrics)
            except StoreError:
                raise
            except Exception:  # noqa: BLE001 - this is the one; it stops no other
                item.refuse(rejection.INTERNAL, _incident())


async def _check_all(events: Sequence[Any], intake: Intake) -> list[Checked | Refused]:
    checks = []
    for number, event in enumerate(events, start=1):
        checks.append(intake.check(event))
        if number % _CHECKED_AT_ONCE == 0:
            await asyncio.sleep(0)
    return checks


async def _accept(batch: Sequence[Item], intake: Intake, metrics: IngressMetrics) -> None:
    outcomes = iter(await intake.accept([one for item in batch for one in item.checked]))
    for item in batch:
        found = [next(outcomes) for _ in item.checked]
        for outcome in found:
            metrics.count(outcome)
        item.counted = bool(found)
        if problems := tuple(_not_stored(found)):
            conflict = any(isinstance(one, Conflict) for one in found)
            item.refuse(rejection.CONFLICT if conflict else rejection.INVALID, *problems)


def _incident() -> FieldProblem:
    """Called while an unexpected error is handled: it is logged, and never quoted."""
    incident = secrets.token_hex(6)
    _log.exception("incident", incident=incident)
    detail = f"This is a mistake of the hub, kept in its log as incident {incident}."
    return FieldProblem("", rejection.INTERNAL, detail)


def _placed(checks: Sequence[Checked | Refused]) -> Iterator[FieldProblem]:
    """The problems of all events; in a batch each says in which one it is."""
    for index, one in enumerate(checks):
        for problem in one.problems if isinstance(one, Refused) else ():
            yield problem if len(checks) == 1 else _at(index, problem)


def _not_stored(outcomes: Sequence[Outcome]) -> Iterator[FieldProblem]:
    for index, one in enumerate(outcomes):
        for problem in _problems(one):
            yield problem if len(outcomes) == 1 else _at(index, problem)


def _problems(outcome: Outcome) -> tuple[FieldProblem, ...]:
    match outcome:
        case Published():
            return ()
        case Refused(problems=problems):
            return problems
        case Conflict(message_id=first):
            detail = f"This source and id were accepted before with other content, as {first}."
            return (FieldProblem("id", "conflict", detail),)


def _at(index: int, problem: FieldProblem) -> FieldProblem:
    field = f"[{index}].{problem.field}" if problem.field else f"[{index}]"
    return replace(problem, field=field)
