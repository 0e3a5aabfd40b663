"""Why a question about a person is asked, and who asks: read from what an entrance was given.

A name that a register or a log is to be shown has to be safe there: one line of plain characters,
and no number of a person in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from adapters.contract import Reason
from schakel.unanswered import InvalidQuestion
from schemas import FieldProblem
from schemas.identifiers import passes_elfproef

_PLAIN: Final = re.compile(r"[!-~](?:[ -~]{0,78}[!-~])?")
_NUMBER: Final = re.compile(r"(?<!\d)(?:\d[ .-]?){8}\d(?!\d)", re.ASCII)
_BETWEEN: Final = re.compile(r"[ .-]")
_NO_NUMBER: Final = "This holds what could be a burgerservicenummer; leave it out."
_LONGEST_VERWERKING: Final = 242

NEEDED: Final = {
    "doelbinding": "This question is about a person: say in 'doelbinding' what it is for.",
    "gebruiker": "This question is about a person: say in 'gebruiker' who asks.",
}


def read_reason(
    doelbinding: str | None, gebruiker: str | None, verwerking: str | None = None
) -> Reason | None:
    """Return the reason; None when nothing was said. Raises InvalidQuestion for half a reason."""
    if not (doelbinding or gebruiker or verwerking):
        return None
    said = {"doelbinding": doelbinding or "", "gebruiker": gebruiker or ""}
    problems = [*_problems(said), *_about_processing(verwerking or "")]
    if problems:
        raise InvalidQuestion(tuple(problems))
    return Reason(**said, verwerking=verwerking or "")


def without_reason() -> InvalidQuestion:
    """Return the refusal of a question about a person that says neither why nor who."""
    return InvalidQuestion(
        tuple(FieldProblem(name, "required", detail) for name, detail in NEEDED.items())
    )


def _problems(said: dict[str, str]) -> Iterator[FieldProblem]:
    for name, value in said.items():
        if not value:
            yield FieldProblem(name, "required", NEEDED[name])
        elif not _PLAIN.fullmatch(value):
            detail = "Give one line of at most 80 plain letters (ASCII), digits and signs."
            yield FieldProblem(name, "pattern", detail)
        elif _holds_number(value):
            yield FieldProblem(name, "bsn", _NO_NUMBER)


def _about_processing(verwerking: str) -> Iterator[FieldProblem]:
    plain = verwerking.isascii() and verwerking.isprintable()
    if not plain or len(verwerking) > _LONGEST_VERWERKING or verwerking.count("@") > 1:
        detail = "Give proces@activiteit: at most 242 plain characters (ASCII), and one @."
        yield FieldProblem("verwerking", "pattern", detail)
    elif _holds_number(verwerking):
        yield FieldProblem("verwerking", "bsn", _NO_NUMBER)


def _holds_number(text: str) -> bool:
    """Say whether nine digits in it, also with signs between them, could be somebody's."""
    return any(passes_elfproef(_BETWEEN.sub("", one)) for one in _NUMBER.findall(text))
