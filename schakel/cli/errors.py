"""The errors that a command may end with, as lines for a person and an exit code.

Imported only when a command has failed: it loads what the commands themselves load late.
"""

from __future__ import annotations

from continuity.store.contract import StoreError
from schakel.cli.failure import FOUND_PROBLEMS, WRONG_USE, Failure
from schakel.nodelock import NodeInUse
from schakel.settings import ConfigurationMistakes
from schemas import InvalidMessage


def explain(error: BaseException) -> tuple[list[str], int] | None:
    """Lines and exit code; None for an error that is a bug of ours."""
    match error:
        case Failure():
            return [str(error)], error.code
        case ConfigurationMistakes(mistakes=mistakes):
            head = f"The configuration has {_count(len(mistakes), 'mistake')}; nothing was started:"
            return [head, *(f"  {one}" for one in mistakes)], WRONG_USE
        case InvalidMessage(problems=problems):
            head = f"The message breaks {_count(len(problems), 'rule')}:"
            lines = [f"  {one.field or 'message'} ({one.rule}): {one.detail}" for one in problems]
            return [head, *lines], FOUND_PROBLEMS
        case StoreError() | NodeInUse():
            return [str(error)], FOUND_PROBLEMS
        case BaseExceptionGroup(exceptions=(only,)):  # it came out of the group that tasks run in
            return explain(only)
        case _:
            return None


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
