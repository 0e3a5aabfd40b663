"""Every rule that a line switches off is named, with the reason on that line."""

from __future__ import annotations

import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.tree import ROOT, assert_none, files, place, write

# The code that is switched off, then what is left of the comment: the reason.
_EXCUSE = re.compile(
    r"#\s*(?:(?:ruff:\s*)?noqa\b(?P<rules>:\s*[A-Z]+\d+(?:\s*,\s*[A-Z]+\d+)*)?"
    r"|type:\s*ignore\b(?P<code>\[[\w, -]+\])?)(?P<reason>.*)"
)
_SHORTEST_REASON = 6


def mistakes(root: Path) -> list[str]:
    found = []
    for path in files(root, "*.py"):
        for comment, line in _comments(path):
            for excuse in _EXCUSE.finditer(comment):
                reason = _EXCUSE.sub("", excuse["reason"]).strip(" -:#()")
                if not (excuse["rules"] or excuse["code"]):
                    found.append(f"{place(root, path, line)}: name the rule that is switched off")
                elif len(reason) < _SHORTEST_REASON:
                    found.append(f"{place(root, path, line)}: say why, on this line")
    return found


def _comments(path: Path) -> Iterator[tuple[str, int]]:
    with path.open("rb") as source:
        for token in tokenize.tokenize(source.readline):
            if token.type == tokenize.COMMENT:
                yield token.string, token.start[0]


def test_every_rule_that_is_switched_off_has_a_name_and_a_reason() -> None:
    assert_none(mistakes(ROOT))


def test_nameless_and_unexplained_excuses_are_found(tmp_path: Path) -> None:
    lines = [
        "a = 1  # " + "noqa",
        "b = 1  # " + "noqa: E501",
        "c = 1  # " + "noqa: E501, F401 - a table is read best in one line",
        "d = 1  # " + "type: ignore",
        "e = 1  # " + "type: ignore[assignment]  # the stubs lack this attribute",
        "f = 'the text # " + "noqa is no comment'",
    ]
    write(tmp_path, "x.py", "\n".join(lines) + "\n")

    assert mistakes(tmp_path) == [
        "x.py:1: name the rule that is switched off",
        "x.py:2: say why, on this line",
        "x.py:4: name the rule that is switched off",
    ]
