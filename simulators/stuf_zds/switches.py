"""Faults of the application, next to those of the wire: this message refused, that one lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulators.kit import ControlProblem
from simulators.stuf_zds.refusals import CODES

if TYPE_CHECKING:
    from simulators.stuf_zds.operations import Operation


@dataclass(slots=True, kw_only=True)
class Switch:
    """Refuse the next `times` messages (None: all) of an operation (None: any) with `code`.

    With `late` the message is confirmed with Bv03 and then not processed, without a word. `skip`
    lets some pass first.
    """

    code: str = "StUF046"
    operation: str | None = None
    times: int | None = 1
    skip: int = 0
    late: bool = False
    hits: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "operation": self.operation,
            "times": self.times,
            "skip": self.skip,
            "late": self.late,
            "hits": self.hits,
        }


def choose(switches: list[Switch], operation: Operation) -> Switch | None:
    """Return the first live switch for this operation, and count the hit."""
    for switch in switches:
        if switch.operation not in {None, operation.name}:
            continue
        if switch.times is not None and switch.hits >= switch.times:
            continue
        if switch.skip > 0:
            switch.skip -= 1
            continue
        switch.hits += 1
        return switch
    return None


def read_switches(document: Any) -> list[Switch]:
    items = document if isinstance(document, list) else [document]
    return [_read(item) for item in items]


def _read(item: Any) -> Switch:
    known = ("code", "operation", "times", "skip", "late")
    if not isinstance(item, dict) or set(item) - set(known):
        raise ControlProblem(f"A refusal is an object with {', '.join(known)}.")
    if item.get("code", "StUF046") not in CODES:
        raise ControlProblem(f"Unknown code {item['code']!r}; known are {', '.join(CODES)}.")
    if item.get("late", False) not in {True, False} or not _count(item.get("skip", 0)):
        raise ControlProblem("late is true or false, skip a whole number.")
    if item.get("times") is not None and not _count(item["times"]):
        raise ControlProblem("times is a whole number, or null for always.")
    return Switch(**item)


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
