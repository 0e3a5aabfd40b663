"""The error answers of the ZGW APIs: `Fout` and `ValidatieFout`, in Open Zaak's words and codes."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Param:
    """One entry of invalidParams: a camelCase dotted name, a code and a reason for people."""

    name: str
    code: str
    reason: str


class Refusal(Exception):
    """The request is answered with an error; what was asked has not been done."""

    def __init__(
        self, kind: str, params: Sequence[Param] = (), *, code: str = "", detail: str = ""
    ) -> None:
        super().__init__(kind)
        self.kind = kind
        self.params = tuple(params)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class _Kind:
    status: int
    code: str
    title: str


_FORBIDDEN = "Je hebt geen toestemming om deze actie uit te voeren."

_KINDS = {
    "ValidationError": _Kind(HTTPStatus.BAD_REQUEST, "invalid", "Ongeldige invoer."),
    "ParseError": _Kind(HTTPStatus.BAD_REQUEST, "parse_error", "Ongeldig samengesteld verzoek."),
    "PermissionDenied": _Kind(HTTPStatus.FORBIDDEN, "permission_denied", _FORBIDDEN),
    "NotFound": _Kind(HTTPStatus.NOT_FOUND, "not_found", "Niet gevonden."),
    "MethodNotAllowed": _Kind(
        HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", 'Methode "{method}" niet toegestaan.'
    ),
    "NotAcceptable": _Kind(
        HTTPStatus.NOT_ACCEPTABLE,
        "not_acceptable",
        "Kan niet voldoen aan de opgegeven Accept header.",
    ),
    "PreconditionFailed": _Kind(
        HTTPStatus.PRECONDITION_FAILED, "precondition_failed", "Voorwaarde is niet vervuld"
    ),
    "UnsupportedMediaType": _Kind(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "unsupported_media_type",
        'Ongeldige media type "{media_type}" in aanvraag.',
    ),
    "APIException": _Kind(
        HTTPStatus.INTERNAL_SERVER_ERROR, "error", "Er is een serverfout opgetreden."
    ),
}


def problem_body(refusal: Refusal, *, base_url: str, instance: str, title: str) -> dict[str, Any]:
    """Build the body; `title` replaces the usual title when the component words it otherwise."""
    kind = _KINDS[refusal.kind]
    heading = title or kind.title
    body: dict[str, Any] = {
        "type": f"{base_url}/ref/fouten/{refusal.kind}/",
        "code": refusal.code or kind.code,
        "title": heading,
        "status": int(kind.status),
        "detail": refusal.detail or heading,
        "instance": f"urn:uuid:{instance}",
    }
    if refusal.params:
        body["invalidParams"] = [
            {"name": param.name, "code": param.code, "reason": param.reason}
            for param in refusal.params
        ]
    return body


def status_of(refusal: Refusal) -> int:
    return int(_KINDS[refusal.kind].status)


def invalid(name: str, code: str, reason: str) -> Refusal:
    """One invalid field; `nonFieldErrors` as the name is for rules about the whole body."""
    return Refusal("ValidationError", [Param(name, code, reason)])


def forbidden(code: str = "", detail: str = "") -> Refusal:
    return Refusal("PermissionDenied", code=code, detail=detail)


def not_found() -> Refusal:
    return Refusal("NotFound")


WHOLE = "nonFieldErrors"
