"""What an answer without success means."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from adapters._kit.haalcentraal.errors import TokenRefused, consequence
from adapters._kit.sending import Answer
from adapters.contract import (
    ConfigurationError,
    DeliveryError,
    RejectedError,
    TransientError,
)

NOW = datetime(2026, 11, 24, 8, 55, tzinfo=UTC)


def answered(status: int, code: str = "", **headers: str) -> DeliveryError:
    problem: dict[str, Any] = {"title": "Fout", "status": status, "detail": "BSN 999990019 fout"}
    if code:
        problem["code"] = code
    answer = Answer(
        method="POST",
        host="brp.example.nl",
        status=status,
        headers=httpx.Headers(headers),
        body=json.dumps(problem).encode(),
    )
    return consequence(answer, register="brp", address="personen_url", now=NOW)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 501, 502, 503, 504, 599])
def test_what_may_pass_is_tried_again(status: int) -> None:
    assert isinstance(answered(status), TransientError)


def test_it_waits_as_long_as_the_register_says() -> None:
    error = answered(503, "notAvailable", **{"Retry-After": "30"})
    assert isinstance(error, TransientError)
    assert error.retry_after == timedelta(seconds=30)


@pytest.mark.parametrize("code", ["paramsValidation", "tooManyResults"])
def test_a_refusal_carries_the_code_of_the_register(code: str) -> None:
    error = answered(400, code)
    assert isinstance(error, RejectedError)
    assert error.code == f"brp:{code}"


def test_a_refused_credential_is_our_configuration() -> None:
    assert isinstance(answered(401, "authentication"), TokenRefused)


@pytest.mark.parametrize("code", ["missingHeaders", "permissionDenied"])
def test_a_gateway_that_lets_nobody_through_is_our_configuration(code: str) -> None:
    error = answered(403, code)
    assert isinstance(error, ConfigurationError)
    assert error.setting == "gateway"


def test_a_question_outside_the_authorisation_is_only_that_question() -> None:
    error = answered(403, "autorisation")
    assert isinstance(error, RejectedError)
    assert error.code == "brp:autorisation"


@pytest.mark.parametrize("status", [404, 405, 406, 415])
def test_a_wrong_address_is_our_configuration(status: int) -> None:
    error = answered(status)
    assert isinstance(error, ConfigurationError)
    assert error.setting == "personen_url"


def test_a_thing_that_is_not_there_is_no_wrong_address() -> None:
    error = answered(404, "notFound")
    assert isinstance(error, RejectedError)
    assert error.code == "brp:notFound"


@pytest.mark.parametrize("status", [204, 302])
def test_what_is_no_answer_of_a_register_is_our_configuration(status: int) -> None:
    assert isinstance(answered(status), ConfigurationError)


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 429, 500])
def test_no_number_of_a_person_is_in_what_is_said(status: int) -> None:
    assert "999990019" not in answered(status).detail
