"""Messages for tests: the examples, changed at one place."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from schemas import FieldProblem, InvalidMessage, parse_message
from schemas.examples import load

GESTART = "nl.burgerzaken.zaak.gestart"
STATUS = "nl.burgerzaken.zaak.status-gezet"
DOCUMENT = "nl.burgerzaken.zaak.document-toegevoegd"
BSNS = ("999993653", "999990019", "999991772", "999992132", "900003509")

ABSENT: Any = object()


def event(name: str = GESTART, /, **changes: Any) -> dict[str, Any]:
    """Return the example of a type with changes by path, `data__initiator__bsn` for example."""
    changed = copy.deepcopy(load(name))
    for path, value in changes.items():
        *parents, last = path.split("__")
        place = changed
        for parent in parents:
            place = place[parent]
        if value is ABSENT:
            place.pop(last, None)
        else:
            place[last] = value
    return changed


def problems(raw: Any) -> tuple[FieldProblem, ...]:
    """Return what is wrong with a message that has to be refused."""
    with pytest.raises(InvalidMessage) as refused:
        parse_message(raw)
    return refused.value.problems


def rules(raw: Any) -> set[tuple[str, str]]:
    """Return field and rule of everything that is wrong with a message."""
    return {(problem.field, problem.rule) for problem in problems(raw)}
