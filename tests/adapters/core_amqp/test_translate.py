"""What is published of a message."""

from __future__ import annotations

import json

import pytest

from adapters.core_amqp.translate import CONTENT_TYPE, publication
from schemas import MESSAGE_TYPES, parse_message
from schemas.examples import load
from tests.adapters.core_amqp.messages import GESLAAGD, message


@pytest.mark.parametrize("name", MESSAGE_TYPES)
def test_the_event_is_published_as_it_is(name: str) -> None:
    what = publication(message(name))
    assert what.routing_key == name
    assert parse_message(what.body) == message(name)
    assert publication(message(name)).body == what.body


def test_the_properties_say_what_consumers_choose_and_deduplicate_by() -> None:
    raw = load(GESLAAGD)
    properties = publication(message()).properties
    assert properties.persistent
    assert properties.content_type == CONTENT_TYPE
    assert (properties.message_id, properties.type) == (raw["id"], GESLAAGD)
    assert properties.headers == {"source": raw["source"], "tenant": raw["tenant"]}


def test_no_case_number_and_no_payload_is_in_the_properties() -> None:
    raw = load(GESLAAGD)
    del raw["correlationid"]
    said = repr(publication(parse_message(raw)).properties)
    assert raw["subject"] not in said
    assert "zaken.example.nl" not in said


def test_an_id_too_long_for_a_property_is_in_the_body_only() -> None:
    what = publication(message(id="é" * 200))
    assert what.properties.message_id is None
    assert json.loads(what.body)["id"] == "é" * 200
