"""From what a ZGW API answers to what happens next: the one table.

Texts of zaaksystemen are Dutch and change between versions; only status, code and the name of the
refused field decide. The codes are those of Open Zaak and of the standard's OpenAPI files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
    UncertainError,
)
from adapters.zgw.settings import AnyApi

DUPLICATE_CODES: Final = frozenset(
    {
        "identificatie-niet-uniek",  # zaak and informatieobject: bronorganisatie + identificatie
        "unique",  # status, resultaat, zaakinformatieobject
        "max-occurences",  # a second initiator; the misspelling is the API's
        "max-occurrences",
    }
)
"""The thing exists already: done when it is ours, else refused."""

_LOCKED: Final = "existing-lock"

PASSING_CODES: Final = frozenset(
    {
        "bad-url",  # the zaaksysteem could not fetch a URL in our body
        _LOCKED,  # somebody is changing the document
        "informatieobject-locked",  # idem, while the case is being closed
    }
)
"""A 400 that may be over in a while; nothing was taken."""

MISMATCH: Final = "zgw:zaaktype-mismatch"
"""Code of a refusal: a type does not belong to the zaaktype that the case has now."""

STALE_CODES: Final = frozenset({MISMATCH, "zgw:not-published"})
"""What we remember of the catalogue may be out of date."""

JWT_EXPIRED: Final = "jwt-expired"

NOT_FOUND: Final = "zgw:not_found"
"""Code of a refusal: what was asked for is not there, or hidden from us."""

NOT_ALLOWED: Final = frozenset({"zgw:method_not_allowed", "zgw:405", "zgw:not_implemented"})
"""Codes of a refusal: this version of the API does not offer that change."""

_NO_RIGHT: Final = "permission_denied"

_CREDENTIAL_CODES: Final[Mapping[str, tuple[str, str]]] = {
    "invalid-jwt-signature": ("secret", "the secret is not the one of this client_id"),
    "invalid-client-identifier": ("client_id", "this client_id is not known there"),
    "missing-client-identifier": ("client_id", "the client_id is empty"),
    "jwt-expired": ("client_id", "the clocks of hub and zaaksysteem differ by more than an hour"),
    _NO_RIGHT: (
        "client_id",
        "its applicatie lacks a scope, or the right to this version of a type",
    ),
}


class DuplicateError(RejectedError):
    """The thing exists already at the zaaksysteem; the caller finds out whether it is ours."""


class LockedError(TransientError):
    """A document is locked, surely not by the call that got this answer."""


class ForbiddenError(ConfigurationError):
    """Our applicatie lacks a right; the caller finds out whether it is for this case only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refusal:
    answer: Answer
    problem: Problem
    api: AnyApi
    now: datetime

    @property
    def host(self) -> str:
        return self.answer.host

    @property
    def status(self) -> int:
        return self.answer.status


def consequence(answer: Answer, *, api: AnyApi, now: datetime) -> DeliveryError:
    """Return what an answer without success means for the message."""
    refusal = _Refusal(answer=answer, problem=read_problem(answer.body), api=api, now=now)
    handle = _BY_STATUS.get(answer.status) or _BY_HUNDRED.get(answer.status // 100, _in_doubt)
    return handle(refusal)


def unreadable(answer: Answer) -> DeliveryError:
    """Return what a success without the promised JSON means: a login page, half a document."""
    return _doubt(answer, f"{answer.host} answered {answer.status} without the promised JSON to")


def codes_of(answer: Answer) -> frozenset[str]:
    """Return every code in an answer: its own and those of its refused fields."""
    problem = read_problem(answer.body)
    return frozenset({problem.code, *(param.code for param in problem.params)})


def _refused(refusal: _Refusal) -> DeliveryError:
    problem = refusal.problem
    codes = [param.code for param in problem.params if param.code]
    if codes and PASSING_CODES.issuperset(codes):
        transient = LockedError if codes == [_LOCKED] else TransientError
        return transient(f"{refusal.host}: {problem.words}")
    kind = DuplicateError if DUPLICATE_CODES.intersection(codes) else RejectedError
    code = codes[0] if codes else problem.code or str(refusal.status)
    return kind(f"zgw:{code}", problem.words)


def _forbidden(refusal: _Refusal) -> DeliveryError:
    problem = refusal.problem
    setting, hint = _CREDENTIAL_CODES.get(
        problem.code, ("client_id", "the credential or its authorisations are refused")
    )
    kind = ForbiddenError if problem.code == _NO_RIGHT else ConfigurationError
    return kind(
        f"{refusal.api}.{setting}",
        f"{refusal.host} refuses us at the {refusal.api} API: {hint}. "
        f"It says: {problem.words} ({problem.code or refusal.status})",
    )


def _not_found(refusal: _Refusal) -> DeliveryError:
    if refusal.problem.code:
        return RejectedError(f"zgw:{refusal.problem.code}", refusal.problem.words)
    return ConfigurationError(
        f"{refusal.api}.root",
        f"{refusal.host} knows no {refusal.api} API at the configured root (404).",
    )


def _elsewhere(refusal: _Refusal) -> DeliveryError:
    return ConfigurationError(
        f"{refusal.api}.root",
        f"{refusal.host} redirects calls of the {refusal.api} API ({refusal.status}), which the "
        "hub does not follow; set the root to where the API really is.",
    )


def _overloaded(refusal: _Refusal) -> DeliveryError:
    wait = read_retry_after(refusal.answer.headers.get("Retry-After"), refusal.now)
    detail = f"{refusal.host} is overloaded or down for maintenance ({refusal.status})."
    return TransientError(detail, retry_after=wait)


def _unavailable(refusal: _Refusal) -> DeliveryError:
    """Tell a 503 with Retry-After, given in place of the work, from one of unknown origin.

    (RFC 9110, section 15.6.4.) The other may come from a proxy that gave up waiting for a call
    that succeeds after all.
    """
    return (_overloaded if "Retry-After" in refusal.answer.headers else _in_doubt)(refusal)


def _in_doubt(refusal: _Refusal) -> DeliveryError:
    words = f"{refusal.host} answered {refusal.status} ({refusal.problem.words}) to"
    return _doubt(refusal.answer, words)


def _doubt(answer: Answer, what: str) -> DeliveryError:
    if answer.method == "GET":
        return TransientError(f"{what} a GET.")
    return UncertainError(f"{what} a {answer.method}; it may have been carried out.")


_Handler = Callable[[_Refusal], DeliveryError]

_BY_STATUS: Final[Mapping[int, _Handler]] = {
    401: _forbidden,
    403: _forbidden,
    404: _not_found,
    407: _forbidden,
    408: _in_doubt,  # a proxy's time-out
    409: _in_doubt,
    429: _overloaded,
    503: _unavailable,
}

_BY_HUNDRED: Final[Mapping[int, _Handler]] = {3: _elsewhere, 4: _refused, 5: _in_doubt}
