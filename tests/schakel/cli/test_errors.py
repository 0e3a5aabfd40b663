"""Which errors are sentences, and with which exit code."""

from __future__ import annotations

import pytest

from continuity.store.contract import StoreUnavailable
from schakel.cli.errors import explain
from schakel.cli.failure import Failure
from schakel.nodelock import NodeInUse
from schakel.settings import ConfigurationMistakes, Mistake
from schemas import FieldProblem, InvalidMessage


@pytest.mark.parametrize(
    ("error", "lines", "code"),
    [
        (Failure("No."), ["No."], 1),
        (Failure("No.", code=2), ["No."], 2),
        (StoreUnavailable("The disk is full: make room."), ["The disk is full: make room."], 1),
        (NodeInUse("Twice."), ["Twice."], 1),
        (
            ConfigurationMistakes([Mistake(file="a", key="b", detail="c.")]),
            ["The configuration has 1 mistake; nothing was started:", "  a: b: c."],
            2,
        ),
        (
            InvalidMessage([FieldProblem("", "x", "y."), FieldProblem("data", "z", "w.")]),
            ["The message breaks 2 rules:", "  message (x): y.", "  data (z): w."],
            1,
        ),
        (ExceptionGroup("tasks", [ExceptionGroup("inner", [Failure("No.")])]), ["No."], 1),
    ],
)
def test_known_errors_are_sentences(error: Exception, lines: list[str], code: int) -> None:
    assert explain(error) == (lines, code)


@pytest.mark.parametrize(
    "error", [ValueError("x"), ExceptionGroup("tasks", [Failure("a"), Failure("b")])]
)
def test_anything_else_is_a_bug(error: Exception) -> None:
    assert explain(error) is None
