"""Errors as application/problem+json: one table of codes, in the dialect of each register."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from simulators.kit import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_CODES: Final[Mapping[str, tuple[int, str]]] = {
    "paramsRequired": (400, "Ten minste één parameter moet worden opgegeven."),
    "paramsCombination": (400, "Minimale combinatie van parameters moet worden opgegeven."),
    "unsupportedCombination": (400, "De combinatie van parameters is niet toegestaan."),
    "paramsValidation": (400, "Een of meerdere parameters zijn niet correct."),
    "tooManyResults": (400, "Teveel zoekresultaten."),
    "authentication": (401, "Niet correct geauthenticeerd."),
    "autorisation": (403, "U bent niet geautoriseerd voor deze operatie."),
    "notFound": (404, "Opgevraagde resource bestaat niet."),
    "methodNotAllowed": (405, "Methode niet toegestaan."),
    "notAcceptable": (406, "Gevraagde contenttype wordt niet ondersteund."),
    "unsupported": (415, "Media-type niet ondersteund."),
    "tooManyRequests": (429, "Te veel verzoeken."),
    "serverError": (500, "Interne server fout."),
    "sourceUnavailable": (503, "De bron is tijdelijk niet beschikbaar."),
    "noContent": (503, "De bron gaf geen inhoud."),
}
"""Status and title by code. The codes are of the sheet; the wording of some titles is ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invalid:
    """One wrong parameter. What it held is not repeated."""

    name: str
    code: str
    reason: str


class Problem(Exception):
    """The request is answered with this code; `headers` go with it."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        invalid: Sequence[Invalid] = (),
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.invalid = invalid
        self.status = _CODES[code][0] if status is None else status
        self.headers = headers or {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How one register writes its errors."""

    type_of: Callable[[int], str]
    """From the status to the URL in `type`."""
    list_name: str
    """`invalid-params` in the BAG, `invalidParams` in the BRK."""
    headers: Mapping[str, str] = field(default_factory=dict)


def problem_answer(problem: Problem, dialect: Dialect, instance: str) -> Answer:
    """Write the answer; `instance` is the URL that was asked, without its query."""
    document = {
        "type": dialect.type_of(problem.status),
        "title": _CODES[problem.code][1],
        "status": problem.status,
        "detail": problem.detail or _CODES[problem.code][1],
        "instance": instance,
        "code": problem.code,
    }
    if problem.invalid:
        document[dialect.list_name] = [
            {"name": one.name, "code": one.code, "reason": one.reason} for one in problem.invalid
        ]
    return Answer(
        status=problem.status,
        body=json.dumps(document, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/problem+json", **dialect.headers, **problem.headers},
    )
