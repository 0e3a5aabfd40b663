"""The table from answers to consequences, row by row."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from adapters._kit import Answer
from adapters.contract import (
    ConfigurationError,
    DeliveryError,
    RejectedError,
    TransientError,
    UncertainError,
)
from adapters.zgw.errors import (
    DuplicateError,
    ForbiddenError,
    LockedError,
    codes_of,
    consequence,
    unreadable,
)
from tests.standards import standards_at_hand, standards_dir

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def answer(status: int, body: Any = None, method: str = "POST", **headers: str) -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(
        method=method,
        host="zaaksysteem.example",
        status=status,
        headers=httpx.Headers(named),
        body=raw,
    )


def of(one: Answer) -> DeliveryError:
    return consequence(one, api="zaken", now=NOW)


def refused(*codes: str, name: str = "zaaktype") -> dict[str, Any]:
    params = [{"name": name, "code": code, "reason": "Reden."} for code in codes]
    return {"code": "invalid", "title": "Ongeldige invoer.", "invalidParams": params}


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (301, None, ConfigurationError),
        (302, None, ConfigurationError),
        (400, refused("does_not_exist"), RejectedError),
        (400, {"code": "parse_error"}, RejectedError),
        (400, b"<html>", RejectedError),
        (400, refused("identificatie-niet-uniek"), DuplicateError),
        (400, refused("unique"), DuplicateError),
        (400, refused("max-occurences"), DuplicateError),
        (400, refused("bad-url"), TransientError),
        (400, refused("existing-lock"), LockedError),
        (400, refused("informatieobject-locked"), TransientError),
        (400, refused("bad-url", "required"), RejectedError),
        (401, None, ConfigurationError),
        (403, {"code": "permission_denied"}, ForbiddenError),
        (403, {"code": "invalid-jwt-signature"}, ConfigurationError),
        (404, {"code": "not_found"}, RejectedError),
        (404, b"<html>", ConfigurationError),
        (405, {"code": "method_not_allowed"}, RejectedError),
        (406, {"code": "not_acceptable"}, RejectedError),
        (407, None, ConfigurationError),
        (408, None, UncertainError),
        (409, None, UncertainError),
        (410, None, RejectedError),
        (412, {"code": "precondition_failed"}, RejectedError),
        (413, b"<html>", RejectedError),
        (415, {"code": "unsupported_media_type"}, RejectedError),
        (429, None, TransientError),
        (500, {"code": "error"}, UncertainError),
        (502, b"<html>", UncertainError),
        (503, None, UncertainError),
        (504, b"", UncertainError),
        (507, None, UncertainError),
        (599, None, UncertainError),
        (199, None, UncertainError),
    ],
)
def test_an_answer_to_a_write_has_its_consequence(
    status: int, body: Any, kind: type[DeliveryError]
) -> None:
    assert type(of(answer(status, body))) is kind


@pytest.mark.parametrize("status", [408, 409, 500, 502, 503, 504])
def test_what_is_uncertain_for_a_write_is_transient_for_a_read(status: int) -> None:
    assert type(of(answer(status, method="GET"))) is TransientError


@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_that_is_asked_for_is_passed_on(status: int) -> None:
    error = of(answer(status, Retry_After="120"))
    assert isinstance(error, TransientError)
    assert error.retry_after == timedelta(minutes=2)


def test_an_absurd_wait_is_still_a_sign_that_nothing_was_taken() -> None:
    error = of(answer(503, Retry_After="-5"))
    assert isinstance(error, TransientError)
    assert error.retry_after is None


def test_a_rejection_has_the_systems_code_and_every_one_of_its_words() -> None:
    error = of(answer(400, refused("required", "date", name="startdatum")))
    assert isinstance(error, RejectedError)
    assert error.code == "zgw:required"
    assert error.detail == "startdatum: Reden. (required); startdatum: Reden. (date)"


@pytest.mark.parametrize(
    ("code", "setting"),
    [
        ("invalid-jwt-signature", "zaken.secret"),
        ("invalid-client-identifier", "zaken.client_id"),
        ("permission_denied", "zaken.client_id"),
        ("iets-nieuws", "zaken.client_id"),
    ],
)
def test_a_refused_credential_names_the_setting_to_mend(code: str, setting: str) -> None:
    error = of(answer(403, {"code": code, "detail": "Nee."}))
    assert isinstance(error, ConfigurationError)
    assert error.setting == setting
    assert "Nee." in error.detail


def test_a_bsn_in_the_systems_words_does_not_get_through() -> None:
    body = refused("invalid")
    body["invalidParams"][0]["reason"] = "BSN 999993653 is onjuist"
    assert "999993653" not in of(answer(400, body)).detail


def test_a_success_without_json_is_uncertain_for_a_write_only() -> None:
    assert isinstance(unreadable(answer(200, b"<html>")), UncertainError)
    assert isinstance(unreadable(answer(200, b"<html>", method="GET")), TransientError)


def recorded() -> list[str]:
    if not standards_at_hand():
        return ["absent"]
    folder = standards_dir() / "zgw" / "examples"
    names = []
    for path in sorted(folder.glob("*.json")):
        response = json.loads(path.read_text(encoding="utf-8"))["response"]
        if response["status"] >= 400 and not path.stem.startswith("nrc"):
            names.append(path.stem)
    return names


@pytest.mark.standards
@pytest.mark.parametrize("name", recorded())
def test_every_recorded_refusal_of_open_zaak_has_a_considered_consequence(name: str) -> None:
    path = standards_dir() / "zgw" / "examples" / f"{name}.json"
    exchange = json.loads(path.read_text(encoding="utf-8"))
    response = exchange["response"]
    one = answer(response["status"], response["body"])
    error = of(one)
    expected: type[DeliveryError] = RejectedError
    if response["status"] == 403:
        expected = ConfigurationError
    elif codes_of(one) & {"unique", "identificatie-niet-uniek", "max-occurences"}:
        expected = DuplicateError
    elif codes_of(one) & {"existing-lock", "bad-url"}:
        expected = TransientError
    assert isinstance(error, expected)
    assert isinstance(error, DuplicateError) == (expected is DuplicateError)
    assert error.detail
