"""Errors as application/problem+json, in the words and codes that the BRP is known to use."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simulators.kit import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TYPE: Final = "https://datatracker.ietf.org/doc/html/rfc7231#section-6.5.1"
_WRONG: Final = "Een of meerdere parameters zijn niet correct."
_CODES: Final[Mapping[str, tuple[int, str]]] = {
    "paramsValidation": (400, _WRONG),
    "tooManyResults": (400, "Teveel zoekresultaten."),
    "authentication": (401, "Niet correct geauthenticeerd."),
    "autorisation": (403, "U bent niet geautoriseerd voor deze vraag."),
    "missingHeaders": (403, "De vraag mist verplichte headers."),
    "notFound": (404, "Opgevraagde resource bestaat niet."),
    "methodNotAllowed": (405, "Method not allowed."),
    "notAcceptable": (406, "Gevraagde content type wordt niet ondersteund."),
    "unsupportedMediaType": (415, "Media type wordt niet ondersteund."),
    "notAvailable": (503, "Bronservice BRP is tijdelijk niet beschikbaar."),
}
"""Status and title by code."""


@dataclass(frozen=True, slots=True)
class Invalid:
    """One wrong parameter. What it held is not repeated."""

    name: str
    code: str
    reason: str


class Problem(Exception):
    """The question is answered with this code."""

    def __init__(self, code: str, detail: str = "", invalid: Sequence[Invalid] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.invalid = tuple(invalid)


def wrong(invalid: Sequence[Invalid]) -> Problem:
    """Return the refusal of a question with wrong parameters."""
    names = ", ".join(dict.fromkeys(one.name for one in invalid))
    return Problem("paramsValidation", f"De foutieve parameter(s) zijn: {names}.", invalid)


def problem_answer(problem: Problem, path: str) -> Answer:
    """Write the answer."""
    status, title = _CODES[problem.code]
    document: dict[str, object] = {
        "type": _TYPE,
        "title": title,
        "status": status,
        "instance": path,
        "code": problem.code,
    }
    if problem.detail:
        document["detail"] = problem.detail
    if problem.invalid:
        document["invalidParams"] = [
            {"name": one.name, "code": one.code, "reason": one.reason} for one in problem.invalid
        ]
    return Answer(
        status=status,
        body=json.dumps(document, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/problem+json", "api-version": "2.7.0"},
    )
