"""The AsyncAPI document is what the code says, and keeps the rules of AsyncAPI 3.

It was also laid beside the official JSON Schema of AsyncAPI 3.0.0 (npm: @asyncapi/specs), which is
not part of this project: no errors.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from schakel.amqp.asyncapi import asyncapi_text, document
from schakel.amqp.topology import topology
from schemas import MESSAGE_TYPES

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"
TOP_LEVEL = {"asyncapi", "info", "defaultContentType", "servers", "channels", "operations"}


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for name, value in node.items():
            if name == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for item in node:
            yield from references(item)


def found(reference: str, made: Any) -> Any:
    node = made
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    return node


def test_the_committed_document_is_what_the_code_says() -> None:
    committed = (REFERENCE / "asyncapi.json").read_text(encoding="utf-8")
    assert committed == asyncapi_text(), "see how to write it anew in schakel/amqp/asyncapi.py"


def test_it_has_the_parts_that_asyncapi_3_asks_for_and_no_others() -> None:
    made = document()
    assert made["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= set(made["info"])
    assert set(made) == TOP_LEVEL | {"components"}
    for operation in made["operations"].values():
        assert operation["action"] in {"send", "receive"}
        assert operation["channel"]["$ref"] in {f"#/channels/{name}" for name in made["channels"]}


def test_every_reference_leads_to_what_is_there() -> None:
    made = document()
    listed = list(references(made))
    assert listed
    for reference in listed:
        if reference.startswith("#"):
            assert found(reference, made) is not None
        else:
            schema = json.loads((REFERENCE / reference).read_text(encoding="utf-8"))
            assert schema["title"] in MESSAGE_TYPES


def test_the_messages_of_an_operation_are_messages_of_its_channel() -> None:
    for operation in document()["operations"].values():
        channel = operation["channel"]["$ref"]
        for message in operation["messages"]:
            assert message["$ref"].startswith(f"{channel}/messages/")


def test_every_parameter_of_an_address_is_described() -> None:
    for channel in document()["channels"].values():
        named = {"type"} if "{type}" in (channel["address"] or "") else set()
        assert set(channel.get("parameters", {})) == named


def test_what_the_hub_itself_says_is_only_inbound() -> None:
    channels = document()["channels"]
    told = {one.name for one in MESSAGE_TYPES.values() if one.from_hub and not one.internal}
    assert told <= set(channels["inbound"]["messages"])
    assert not told & set(channels["outbound"]["messages"])


def test_its_exchanges_and_queues_are_those_that_the_hub_declares() -> None:
    wanted = topology(shards=1, delivery_limit=200)
    exchanges = {one.name: one.kind for one in wanted.exchanges}
    queues = {one.name for one in wanted.queues}
    for channel in document()["channels"].values():
        binding = channel.get("bindings", {}).get("amqp", {})
        if "exchange" in binding:
            assert exchanges[binding["exchange"]["name"]] == binding["exchange"]["type"]
        if "queue" in binding:
            assert binding["queue"]["name"] in queues
