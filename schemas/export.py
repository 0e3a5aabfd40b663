"""JSON Schemas of whole messages, generated from the models, and the check that they are current.

One file per type and version, `<type>/<version>.json`: the CloudEvent with its data, so that a
publisher can validate what it is about to send with one schema.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from schemas.catalogue import MessageCatalogue, MessageType
from schemas.message import Message
from schemas.messagetypes import MESSAGE_TYPES

SCHEMA_DIRECTORY: Final = Path(__file__).parent / "json"
"""Where the generated files lie."""

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A schema file that is not what the models say; `export_schemas` mends it."""

    path: Path
    kind: Literal["missing", "differs", "unexpected"]


def event_schema(message_type: MessageType) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a whole message of the type's current version."""
    envelope = Message.model_json_schema()
    data = message_type.payload.model_json_schema()
    definitions = {**envelope.pop("$defs", {}), **data.pop("$defs", {})}
    properties = envelope["properties"] | {
        "type": envelope["properties"]["type"] | {"const": message_type.name},
        "dataschema": {
            "anyOf": [{"const": message_type.dataschema}, {"type": "null"}],
            "description": "Version of data. Absent: the current version.",
        },
        "data": data,
    }
    for name in ("specversion", "datacontenttype"):
        properties[name] = {key: properties[name][key] for key in ("const", "type")}
    # An absent attribute and null are the same in the JSON event format; these may be absent.
    properties["datacontenttype"] = {"anyOf": [properties["datacontenttype"], {"type": "null"}]}
    rules = dict(message_type.payload.envelope_schema)
    required = [*envelope["required"], *rules.pop("required", ())]
    if "subject" in required:
        properties["subject"] = _without_null(properties["subject"])
    for name, rule in rules.pop("properties", {}).items():
        properties[name] = rule
    return {
        "$schema": _DIALECT,
        "$id": message_type.dataschema,
        "title": message_type.name,
        "description": message_type.summary,
        "type": "object",
        "properties": properties,
        "required": sorted(set(required)),
        "additionalProperties": False,
        **rules,
        "$defs": definitions,
    }


def export_schemas(
    directory: Path = SCHEMA_DIRECTORY, *, catalogue: MessageCatalogue = MESSAGE_TYPES
) -> tuple[Path, ...]:
    """Write the current version's schema of every type; return the files that changed.

    Files of older versions stay as they are: they were written when that version was current.
    """
    changed = []
    for relative, text in _schema_texts(catalogue).items():
        path = directory / relative
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return tuple(changed)


def check_schemas(
    directory: Path = SCHEMA_DIRECTORY, *, catalogue: MessageCatalogue = MESSAGE_TYPES
) -> list[Drift]:
    """Return where the files and the models differ; empty when the files are current."""
    drifts = []
    for relative, text in _schema_texts(catalogue).items():
        path = directory / relative
        if not path.exists():
            drifts.append(Drift(path=path, kind="missing"))
        elif path.read_text(encoding="utf-8") != text:
            drifts.append(Drift(path=path, kind="differs"))
    known = {
        directory / name / f"{version}.json"
        for name, message_type in catalogue.items()
        for version in message_type.versions
    }
    drifts += [Drift(path=path, kind="missing") for path in known if not path.exists()]
    found = directory.glob("*/*.json")
    drifts += [Drift(path=path, kind="unexpected") for path in found if path not in known]
    return sorted(set(drifts), key=lambda drift: drift.path)


def schema_text(schema: Mapping[str, Any]) -> str:
    """Return a schema as it is written to a file: sorted, indented, one line end at the end."""
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _schema_texts(catalogue: MessageCatalogue) -> dict[Path, str]:
    return {
        Path(name, f"{message_type.version}.json"): schema_text(event_schema(message_type))
        for name, message_type in catalogue.items()
    }


def _without_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    kept = [part for part in schema["anyOf"] if part != {"type": "null"}]
    rest = {key: part for key, part in schema.items() if key not in {"anyOf", "default"}}
    return {**kept[0], **rest} if len(kept) == 1 else {**rest, "anyOf": kept}
