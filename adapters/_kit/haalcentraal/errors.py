"""From what a Haal Centraal API answers to what happens next: the one table.

Status and `code` decide. Titles and type URLs differ between versions and gateways; they are not
looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from adapters._kit.problem import Problem, read_problem
from adapters._kit.retry_after import read_retry_after
from adapters._kit.sending import Answer
from adapters.contract import (
    ConfigurationError,
    DeliveryError,
    RejectedError,
    TransientError,
)

_NOT_FOUND: Final = "notFound"
"""The service is there, the thing is not; a 404 without it is a wrong address."""
_GATEWAY_CODES: Final[Mapping[str, str]] = {
    "missingHeaders": "The gateway misses a header: set gateway or headers of the destination.",
    "permissionDenied": "The gateway does not let us through: have our rights there looked at.",
}
"""Codes of a 403 that say that every question will fare the same."""

_PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_OURS: Final[Mapping[int, str]] = {
    404: "there is no such service at this address",
    405: "the service at this address is another one",
    406: "the service at this address speaks another version",
    415: "the service at this address speaks another version",
}


class TokenRefused(ConfigurationError):
    """401: the credential is not accepted. A token may have expired: a new one is fetched once."""


def consequence(answer: Answer, *, register: str, address: str, now: datetime) -> DeliveryError:
    """Return what an answer without success means. `address` names the setting of the URL."""
    problem = read_problem(answer.body)
    if problem.code == _NOT_FOUND:
        return RejectedError(f"{register}:{_NOT_FOUND}", f"{answer.host} has nothing of that name.")
    if answer.status in _OURS:
        detail = f"{answer.host} answered {answer.status}: {_OURS[answer.status]}."
        return ConfigurationError(address, detail)
    said = f"{answer.host} answered {answer.status}: {problem.words}"
    if answer.status in _PASSING or answer.status >= 500:  # noqa: PLR2004 - the class of failures
        wait = read_retry_after(answer.headers.get("retry-after"), now)
        return TransientError(said, retry_after=wait)
    refused = _REFUSALS.get(answer.status)
    if refused is not None:
        return refused(answer, problem, register)
    if answer.status >= 400:  # noqa: PLR2004 - the class of refusals
        return RejectedError(f"{register}:{problem.code or answer.status}", said)
    return ConfigurationError(address, f"{said}; this is no answer of a register.")


def _unauthorised(answer: Answer, problem: Problem, register: str) -> DeliveryError:
    del problem, register
    detail = f"{answer.host} does not accept our credential ({answer.status})."
    return TokenRefused("api_key", detail)


def _forbidden(answer: Answer, problem: Problem, register: str) -> DeliveryError:
    words = _GATEWAY_CODES.get(problem.code)
    if words is not None:
        return ConfigurationError("gateway", f"{answer.host} answered 403: {words}")
    return RejectedError(
        f"{register}:{problem.code or 'autorisation'}",
        f"{answer.host} does not allow this question, or a field in it: {problem.words}",
    )


_REFUSALS: Final[Mapping[int, Callable[[Answer, Problem, str], DeliveryError]]] = {
    401: _unauthorised,
    403: _forbidden,
    407: _unauthorised,
}
