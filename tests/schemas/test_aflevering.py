"""What the hub says to the core: the rules between payload and envelope."""

from __future__ import annotations

from typing import Any

import pytest

from schemas import InvalidMessage, parse_message
from schemas.aflevering import AfleveringGeslaagd
from schemas.examples import load

GESLAAGD = "nl.burgerzaken.aflevering.geslaagd"
TOEGEKEND = "nl.burgerzaken.zaak.identificatie-toegekend"


def rules(raw: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(InvalidMessage) as refused:
        parse_message(raw)
    return [(problem.field, problem.rule) for problem in refused.value.problems]


def test_a_receipt_names_the_message_and_what_the_destination_calls_its_subject() -> None:
    data = parse_message(load(GESLAAGD)).data
    assert isinstance(data, AfleveringGeslaagd)
    assert data.bericht.onderwerp == "0344-2026-000001"
    assert [one.naam for one in data.verwijzingen] == ["zaak"]


def test_a_receipt_of_a_message_without_subject_has_none_either() -> None:
    raw = load(GESLAAGD)
    del raw["subject"], raw["data"]["bericht"]["onderwerp"]
    assert parse_message(raw).subject is None


def test_a_receipt_refers_to_no_content_elsewhere() -> None:
    assert rules(load(GESLAAGD) | {"dataref": "/v1/documents/a"}) == [("dataref", "not_allowed")]


def test_a_definitive_number_is_told_under_the_number_that_the_core_knows() -> None:
    raw = load(TOEGEKEND)
    assert rules(raw | {"subject": raw["data"]["identificatie"]}) == [
        ("subject", "subject_mismatch")
    ]
    del raw["data"]["voorlopigeIdentificatie"]
    assert parse_message(raw | {"subject": raw["data"]["identificatie"]}).subject
