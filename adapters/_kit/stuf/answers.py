"""From an HTTP answer to the message that was promised, or to the error that it means.

The body decides; the HTTP status only where there is no StUF message in it: a gateway, a login
page, a proxy that gave up waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from adapters._kit.problem import read_problem
from adapters._kit.retry_after import read_retry_after
from adapters._kit.sending import Answer
from adapters._kit.stuf.faults import Circumstances, error_for
from adapters._kit.stuf.mtom import opened
from adapters._kit.stuf.names import Operation
from adapters._kit.stuf.reading import Bericht, NietLeesbaar, read_bericht
from adapters._kit.stuf.settings import URL_SETTINGS
from adapters.contract import (
    ConfigurationError,
    DeliveryError,
    RejectedError,
    TransientError,
    UncertainError,
)
from schemas.xml import XmlLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failed:
    answer: Answer
    operation: Operation
    when: Circumstances
    now: datetime

    @property
    def changes(self) -> bool:
        return self.operation.changes or self.when.changes

    @property
    def setting(self) -> str:
        return URL_SETTINGS[self.operation.endpoint]


def in_answer(answer: Answer) -> Bericht | None:
    """Return the message in an answer, whatever its status; None when there is none.

    The contents of documents are not in it: marks stand in their place (`contents`).
    """
    described = answer.headers.get("Content-Type", "")
    limits = XmlLimits(max_bytes=max(len(answer.body) * 2, XmlLimits().max_bytes))
    try:
        cut, inner = opened(answer.body, described)
        return read_bericht(cut.body, None, limits, content_type=inner)
    except NietLeesbaar:
        return None


def judged(answer: Answer, operation: Operation, when: Circumstances, *, now: datetime) -> Bericht:
    """Return the promised message; raises a DeliveryError for anything else."""
    read = in_answer(answer)
    if read is not None and read.berichtcode in operation.answers:
        return read
    failed = _Failed(answer=answer, operation=operation, when=when, now=now)
    if read is None or not read.berichtcode:
        handle = _BY_STATUS.get(answer.status) or _BY_HUNDRED.get(answer.status // 100)
        if handle is not None:
            raise handle(failed)
    if read is None:
        raise unreadable(answer, operation, when)
    if read.fault is not None:
        known = replace(when, changes=failed.changes)
        raise error_for(read.fault, known, asynchronous=operation.asynchronous)
    expected = " or ".join(sorted(operation.answers))
    raise _doubt(failed, f"{answer.host} answered {read.berichtcode} in place of {expected}")


def unreadable(answer: Answer, operation: Operation, when: Circumstances) -> DeliveryError:
    """Return what an answer means that holds no message: half a document, a page for people."""
    words = read_problem(answer.body).words
    said = f"{answer.host} answered {answer.status} without a StUF message ({words})"
    if operation.changes or when.changes:
        return UncertainError(f"{said}; {operation.name} may have been carried out.")
    return TransientError(f"{said} to {operation.name}.")


def _doubt(failed: _Failed, said: str) -> DeliveryError:
    if failed.changes:
        return UncertainError(f"{said}; {failed.operation.name} may have been carried out.")
    return TransientError(f"{said} to {failed.operation.name}.")


def _forbidden(failed: _Failed) -> DeliveryError:
    return ConfigurationError(
        "user",
        f"{failed.answer.host} refuses our credential ({failed.answer.status}): check user, "
        "password, wsse and the client certificate.",
    )


def _not_found(failed: _Failed) -> DeliveryError:
    return ConfigurationError(
        failed.setting,
        f"{failed.answer.host} has no service at the configured address ({failed.answer.status}).",
    )


def _elsewhere(failed: _Failed) -> DeliveryError:
    return ConfigurationError(
        failed.setting,
        f"{failed.answer.host} redirects ({failed.answer.status}), which the hub does not follow; "
        "set the address to where the service really is.",
    )


def _wrong_media(failed: _Failed) -> DeliveryError:
    return ConfigurationError(
        "soap_version",
        f"{failed.answer.host} does not take this content type (415): try the other soap_version.",
    )


def _overloaded(failed: _Failed) -> DeliveryError:
    wait = read_retry_after(failed.answer.headers.get("Retry-After"), failed.now)
    detail = f"{failed.answer.host} is overloaded or down for maintenance ({failed.answer.status})."
    return TransientError(detail, retry_after=wait)


def _unavailable(failed: _Failed) -> DeliveryError:
    """Tell a 503 with Retry-After, given in place of the work, from one of unknown origin."""
    if "Retry-After" in failed.answer.headers:
        return _overloaded(failed)
    return unreadable(failed.answer, failed.operation, failed.when)


def _too_large(failed: _Failed) -> DeliveryError:
    return RejectedError(
        "stuf:too-large", f"{failed.answer.host} takes no message of this size (413)."
    )


_Handler = Callable[[_Failed], DeliveryError]

_BY_STATUS: Final[Mapping[int, _Handler]] = {
    401: _forbidden,
    403: _forbidden,
    404: _not_found,
    405: _not_found,
    407: _forbidden,
    410: _not_found,
    413: _too_large,
    415: _wrong_media,
    429: _overloaded,
    503: _unavailable,
}

_BY_HUNDRED: Final[Mapping[int, _Handler]] = {3: _elsewhere}
