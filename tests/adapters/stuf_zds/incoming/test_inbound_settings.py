"""Settings of what may come in."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from adapters.stuf_zds.inbound_settings import InboundSettings


@pytest.mark.parametrize(
    "proof",
    [
        {"open": True},
        {"user": "u", "password": "p"},
        {"wsse_user": "u", "wsse_password": "p"},
        {"certificate_subjects": ("CN=x",)},
    ],
)
def test_enabled_asks_for_a_proof_of_who_sends(proof: dict[str, Any]) -> None:
    assert InboundSettings(enabled=True, **proof).enabled


@pytest.mark.parametrize("given", [{}, {"applicaties": ("ZAAKSYS",)}])
def test_what_the_sender_says_of_itself_is_no_proof(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="open = true"):
        InboundSettings(enabled=True, **given)


@pytest.mark.parametrize("name", ["user", "password", "wsse_user", "wsse_password"])
def test_half_a_credential_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="go together"):
        InboundSettings(**{name: "x"})


def test_an_unknown_relation_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ValidationError, match="heeftAlsInitiator"):
        InboundSettings(rollen={"initiator": "initiator"})


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({}, None),
        ({"secret": "s"}, b"s"),
        ({"user": "u", "password": "p"}, b"p"),
        ({"secret": "s", "user": "u", "password": "p"}, b"s"),
    ],
)
def test_ids_are_signed_with_the_secret_or_a_password(
    given: dict[str, Any], key: bytes | None
) -> None:
    assert InboundSettings(**given).signing_key == key


def test_no_secret_is_shown() -> None:
    settings = InboundSettings(enabled=True, user="u", password="hidden", secret="hidden")
    assert "hidden" not in repr(settings)
