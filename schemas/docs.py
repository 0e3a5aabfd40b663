"""The reference page of all messages, written from the schemas that publishers validate with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from schemas.catalogue import MessageType
from schemas.examples import load
from schemas.export import event_schema
from schemas.fields import LINE_PATTERN, TEXT_PATTERN
from schemas.messagetypes import MESSAGE_TYPES

_PATTERNS_IN_WORDS: Final = {
    LINE_PATTERN: "one line, not blank",
    TEXT_PATTERN: "free text, no control characters",
}
_LONGEST_PATTERN: Final = 60

_INTRODUCTION: Final = """\
# Messages

<!-- Written by schemas/docs.py from the models: change those, then write this page anew. -->

A message is a [CloudEvent](https://cloudevents.io) 1.0 in JSON. `id` and `source` together identify
it. Names count to the letter: an attribute or field that is not listed here is refused, so that a
misspelt `orderingkey` cannot silently lose the order of a case. `null` is the same as absent for
every field that is not required. Dates are days in the Netherlands; moments carry their time zone.

A JSON Schema of each whole message lies in `schemas/json/<type>/<version>.json`. What no schema can
say, and the hub checks as well: `subject` equals `data.zaakidentificatie`; BSN and RSIN pass the
elfproef; `deliveruntil` is later than `deliverfrom`; content inside a message is at most 8 MiB;
each eigenschap occurs once; a change changes something; a decision does not end before it begins;
an organisation has an `rsin` or a `kvkNummer`.

Messages "from the hub to the core" are written by the hub itself: a publisher that sends one is
refused. How the core gets them: [Hear back](../howto/hear-back.md).
"""


def render_messages() -> str:
    """Return the text of docs/reference/messages.md."""
    types = list(MESSAGE_TYPES.values())
    lines = [_INTRODUCTION, "## Types", "", "| type | version | what happened |", "|---|---|---|"]
    for each in types:
        anchor = each.name.replace(".", "")
        lines.append(f"| [`{each.name}`](#{anchor}) | {each.version} | {each.summary} |")
    lines += ["", "## Envelope", "", *_table(_envelope(types[0])), ""]
    for each in types:
        lines += _type_section(each)
    return "\n".join(lines).rstrip() + "\n"


def _envelope(message_type: MessageType) -> dict[str, Any]:
    schema = event_schema(message_type)
    shared = {key: value for key, value in schema["properties"].items() if key != "data"}
    shared["type"] = {"type": "string", "description": "One of the types on this page."}
    shared["dataschema"] = {
        "type": "string",
        "description": "`urn:nld:schakel:schema:<type>:<version>`. Absent: the current version.",
    }
    shared["dataref"] = {
        "type": "string",
        "description": "Where a document's content is stored, in place of `data.inhoud`. Only with "
        "messages about a document.",
    }
    return {**schema, "properties": shared}


def _type_section(message_type: MessageType) -> Iterator[str]:
    schema = event_schema(message_type)
    example = json.dumps(load(message_type.name), indent=2, ensure_ascii=False)
    yield from (f"## {message_type.name}", "", message_type.summary, "")
    yield from (f"Schema: `{message_type.dataschema}`", "")
    yield from _table({**schema["properties"]["data"], "$defs": schema["$defs"]})
    yield from ("", "```json", example, "```", "")


def _table(schema: dict[str, Any]) -> Iterator[str]:
    yield "| field | form | required | meaning |"
    yield "|---|---|---|---|"
    yield from _rows(schema, schema["$defs"], prefix="")


def _rows(schema: dict[str, Any], definitions: dict[str, Any], prefix: str) -> Iterator[str]:
    required = schema.get("required", ())
    for name, given in schema["properties"].items():
        if name == "soort" and "const" in given and prefix:
            continue  # its value heads the alternative
        path = f"{prefix}{name}"
        options = [_resolve(option, definitions) for option in _options(given)]
        form = " or ".join(_cell(_form(option, definitions)) for option in options)
        own = options[0].get("description", "") if len(options) == 1 else ""
        meaning = _cell(given.get("description") or own)
        yield f"| `{path}` | {form} | {'yes' if name in required else 'no'} | {meaning} |"
        for option in options:
            yield from _inner_rows(option, definitions, path)


def _inner_rows(option: dict[str, Any], definitions: dict[str, Any], path: str) -> Iterator[str]:
    if "properties" in option:
        kind = option["properties"].get("soort", {}).get("const")
        yield from _rows(option, definitions, f"{_of_kind(path, kind)}.")
    elif "items" in option:
        for item in _options(option["items"]):
            yield from _inner_rows(_resolve(item, definitions), definitions, f"{path}[]")


def _of_kind(path: str, kind: str | None) -> str:
    """`initiator(vestiging)`; and of an item of a list `objecten[adres]`."""
    if kind is None:
        return path
    return f"{path[:-1]}{kind}]" if path.endswith("[]") else f"{path}({kind})"


def _options(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what a field may be, null aside; unions inside unions are laid flat."""
    inner = schema.get("anyOf") or schema.get("oneOf")
    if not inner:
        return [schema]
    flat = [option for part in inner for option in _options(part)]
    return [option for option in flat if option.get("type") != "null"]


def _resolve(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref")
    return definitions[reference.removeprefix("#/$defs/")] if reference else schema


def _form(schema: dict[str, Any], definitions: dict[str, Any]) -> str:
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "items" in schema:
        items = _options(schema["items"])
        inner = " or ".join(_form(_resolve(item, definitions), definitions) for item in items)
        return f"list of at most {schema['maxItems']}: {inner}"
    if "properties" in schema:
        kind = schema["properties"].get("soort", {}).get("const")
        return f"object with `soort` = `{kind}`" if kind else "object"
    return ", ".join(_limits(schema))


def _limits(schema: dict[str, Any]) -> Iterator[str]:
    if kind := {"date": "date", "date-time": "moment"}.get(schema.get("format", "")):
        yield kind
        return
    yield schema.get("type", "any JSON value")
    if pattern := schema.get("pattern"):
        words = f"`{pattern}`" if len(pattern) <= _LONGEST_PATTERN else "see the schema"
        yield _PATTERNS_IN_WORDS.get(pattern, words)
    if longest := schema.get("maxLength"):
        yield f"at most {longest} characters"
    if default := schema.get("default"):
        yield f"default `{default}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
