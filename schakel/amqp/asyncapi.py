"""The AsyncAPI 3 document: what goes over RabbitMQ, generated from the models, checked for drift.

`python -m schakel.amqp.asyncapi > docs/reference/asyncapi.json` writes it anew.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic.json_schema import models_json_schema

from schakel.amqp.events import STRUCTURED
from schakel.amqp.rpc import REASON, TENANT
from schakel.amqp.topology import ASK, INBOUND, OUTBOUND, REJECTED
from schemas import MESSAGE_TYPES, MessageType
from schemas.export import schema_text
from schemas.questions import QUESTION_TYPES, QuestionType

VERSION: Final = "1.0.0"
_BINDING_VERSION: Final = "0.3.0"
_DESCRIPTION: Final = (
    "Messages and questions over RabbitMQ (AMQP 0-9-1). Messages are CloudEvents in structured "
    "mode. How to publish: docs/howto/publish-over-amqp.md."
)
_DIALECT: Final = "application/schema+json;version=2020-12"
_SCHEMAS: Final = "../../schemas/json"
"""From where the document lies."""

Node = dict[str, Any]


def document() -> Node:
    messages = {one.name: _message(one) for one in MESSAGE_TYPES.values() if not one.internal}
    asks = {name: part for kind in QUESTION_TYPES.values() for name, part in _ask(kind).items()}
    outbound = [one.name for one in MESSAGE_TYPES.values() if not one.from_hub]
    questions = [f"{name}.vraag" for name in QUESTION_TYPES]
    answers = [*(f"{name}.antwoord" for name in QUESTION_TYPES), "problem"]
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Schakel", "version": VERSION, "description": _DESCRIPTION},
        "defaultContentType": STRUCTURED,
        "servers": {
            "broker": {
                "host": "{host}",
                "protocol": "amqp",
                "protocolVersion": "0.9.1",
                "description": "The RabbitMQ of the installation; amqps beyond one machine.",
                "variables": {"host": {"description": "Name and port of the broker."}},
            }
        },
        "channels": {
            "outbound": _exchange(OUTBOUND, "What the core says happened.", outbound),
            "inbound": _exchange(INBOUND, "What is for the core.", messages),
            "rejected": _queue(REJECTED, "What the hub refused, with the reason.", outbound),
            "ask": _queue(ASK, "Questions with a deadline.", questions),
            "answer": {
                "address": None,
                "description": "The queue that the question names in reply_to.",
                "messages": _references(answers),
            },
        },
        "operations": {
            "takeMessage": _operation("receive", "outbound", outbound),
            "tellTheCore": _operation("send", "inbound", messages),
            "keepRefused": _operation("send", "rejected", outbound),
            "answerQuestion": _operation("receive", "ask", questions)
            | {"reply": {"channel": _channel("answer"), "messages": _in("answer", answers)}},
        },
        "components": {"messages": messages | asks | {"problem": _PROBLEM}},
    }


def asyncapi_text() -> str:
    """The document as the file has it."""
    return schema_text(document())


def _message(one: MessageType) -> Node:
    return {
        "name": one.name,
        "title": one.name,
        "summary": one.summary,
        "contentType": STRUCTURED,
        "payload": {
            "schemaFormat": _DIALECT,
            "schema": {"$ref": f"{_SCHEMAS}/{one.name}/{one.version}.json"},
        },
        "bindings": {"amqp": {"messageType": one.name, "bindingVersion": _BINDING_VERSION}},
    }


def _ask(kind: QuestionType) -> Node:
    doelbinding, gebruiker, verwerking = REASON
    headers = {
        "type": "object",
        "properties": {
            TENANT: {"type": "string", "description": "Gemeentecode."},
            doelbinding: {"type": "string", "description": "What the question is for."},
            gebruiker: {"type": "string", "description": "Who asks."},
            verwerking: {"type": "string", "description": "As proces@activiteit."},
        },
        "required": [TENANT, *((doelbinding, gebruiker) if kind.personal else ())],
    }
    question = {"summary": kind.summary, "headers": headers} | _json(
        kind.question, f"{kind.name}.vraag"
    )
    return {
        f"{kind.name}.vraag": question
        | {"bindings": {"amqp": {"messageType": kind.name, "bindingVersion": _BINDING_VERSION}}},
        f"{kind.name}.antwoord": {"summary": "The answer."}
        | _json(kind.answer, f"{kind.name}.antwoord"),
    }


def _json(model: Any, message: str) -> Node:
    """The schema of a model; what it refers to stands inside it, in this document."""
    place = f"#/components/messages/{message}/payload/schema/$defs/{{model}}"
    _, made = models_json_schema([(model, "validation")], ref_template=place)
    schema = made["$defs"].pop(model.__name__)
    if made["$defs"]:
        schema |= {"$defs": made["$defs"]}
    payload = {"schemaFormat": _DIALECT, "schema": schema}
    return {"contentType": "application/json", "payload": payload}


def _exchange(name: str, description: str, messages: Iterable[str]) -> Node:
    exchange = {"name": name, "type": "topic", "durable": True, "autoDelete": False, "vhost": "/"}
    binding = {"is": "routingKey", "exchange": exchange, "bindingVersion": _BINDING_VERSION}
    return {
        "address": "{type}",
        "description": description,
        "parameters": {"type": {"description": "The message type: the routing key."}},
        "messages": _references(messages),
        "bindings": {"amqp": binding},
    }


def _queue(name: str, description: str, messages: Iterable[str]) -> Node:
    queue = {
        "name": name,
        "durable": True,
        "exclusive": False,
        "autoDelete": False,
        "vhost": "/",
    }
    binding = {"is": "queue", "queue": queue, "bindingVersion": _BINDING_VERSION}
    return {
        "address": name,
        "description": description,
        "messages": _references(messages),
        "bindings": {"amqp": binding},
    }


def _operation(action: str, channel: str, messages: Iterable[str]) -> Node:
    """As the hub does it: it receives what others publish."""
    return {
        "action": action,
        "channel": _channel(channel),
        "messages": _in(channel, messages),
    }


def _references(messages: Iterable[str]) -> Node:
    return {name: {"$ref": f"#/components/messages/{name}"} for name in messages}


def _in(channel: str, messages: Iterable[str]) -> list[Node]:
    return [{"$ref": f"#/channels/{channel}/messages/{name}"} for name in messages]


def _channel(name: str) -> Node:
    return {"$ref": f"#/channels/{name}"}


_PROBLEM: Final[Mapping[str, Any]] = {
    "summary": "Why there is no answer, as RFC 9457 writes it.",
    "contentType": "application/problem+json",
    "payload": {
        "type": "object",
        "properties": {
            "type": {"type": "string", "description": "Ends in a code that programs may act on."},
            "detail": {"type": "string"},
            "problems": {"type": "array", "items": {"type": "object"}},
        },
        "required": ["type", "detail"],
    },
}


if __name__ == "__main__":
    sys.stdout.write(asyncapi_text())
