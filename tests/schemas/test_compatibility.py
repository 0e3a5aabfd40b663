import copy
import json
from pathlib import Path
from typing import Any

import pytest

from schemas import MESSAGE_TYPES, MessageCatalogue, MessageType, Payload
from schemas.compatibility import (
    RELEASED_FILE,
    BreakingChange,
    breaking_changes,
    check_released,
    release_schemas,
)
from schemas.export import event_schema
from tests.schemas.events import GESTART

BASE: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["a"],
    "properties": {
        "a": {"type": "string", "maxLength": 10, "minLength": 1, "pattern": "^x"},
        "b": {"enum": ["p", "q"]},
        "c": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
        "d": {"type": "array", "items": {"$ref": "#/$defs/D"}, "maxItems": 3},
        "e": {"type": ["string", "number"]},
    },
    "$defs": {
        "D": {
            "title": "D",
            "type": "object",
            "additionalProperties": False,
            "properties": {"n": {"type": "string"}},
        }
    },
}


def changed(path: str, value: Any) -> dict[str, Any]:
    schema = copy.deepcopy(BASE)
    *parents, last = path.split("/")
    place = schema
    for parent in parents:
        place = place[parent]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return schema


@pytest.mark.parametrize(
    ("path", "value", "where", "kind"),
    [
        ("properties/b", None, "b", "removed"),
        ("required", ["a", "b"], "b", "new_required"),
        ("properties/a/maxLength", 9, "a", "narrowed_bound"),
        ("properties/a/minLength", 2, "a", "narrowed_bound"),
        ("properties/a/pattern", "^y", "a", "changed_pattern"),
        ("properties/a/format", "date", "a", "changed_format"),
        ("properties/a/enum", ["x"], "a", "narrowed_values"),
        ("properties/b/enum", ["p"], "b", "narrowed_values"),
        ("properties/b", {"const": "p"}, "b", "narrowed_values"),
        ("properties/b", {"type": "number"}, "b", "narrowed_type"),
        ("properties/c/anyOf", [{"type": "string"}], "c", "narrowed_type"),
        ("properties/c", {"type": "string", "default": None}, "c", "narrowed_type"),
        ("properties/c/anyOf", [{"type": "null"}, {"type": "number"}], "c", "narrowed_union"),
        ("properties/c/default", "x", "c", "changed_default"),
        ("properties/d/maxItems", 2, "d", "narrowed_bound"),
        ("$defs/D/properties/n/maxLength", 5, "d.*.n", "narrowed_bound"),
        ("$defs/D/required", ["n"], "d.*.n", "new_required"),
        ("properties/e/type", "string", "e", "narrowed_type"),
        ("if", {"required": ["b"]}, "", "changed_if"),
    ],
)
def test_a_breaking_change_is_found(path: str, value: Any, where: str, kind: str) -> None:
    assert (where, kind) in {
        (change.path, change.kind) for change in breaking_changes(BASE, changed(path, value))
    }


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("properties/f", {"type": "string"}),
        ("required", []),
        ("properties/a/maxLength", 11),
        ("properties/a/maxLength", None),
        ("properties/a/minLength", 0),
        ("properties/a/pattern", None),
        ("properties/a/description", "Another text."),
        ("properties/b/enum", ["p", "q", "r"]),
        ("properties/b", {"type": "string"}),
        (
            "properties/c/anyOf",
            [{"type": "string"}, {"type": "null"}, {"type": "number"}],
        ),
        ("properties/d/maxItems", 4),
        ("$defs/D/properties/m", {"type": "string"}),
        ("properties/e/type", ["string", "number", "null"]),
        ("additionalProperties", True),
    ],
)
def test_a_compatible_change_passes(path: str, value: Any) -> None:
    assert breaking_changes(BASE, changed(path, value)) == []


def test_a_field_that_learns_to_be_null_stays_compatible() -> None:
    wider = changed("properties/e", {"anyOf": [{"type": ["string", "number"]}, {"type": "null"}]})
    assert breaking_changes(BASE, wider) == []


def test_opening_is_compatible_and_closing_is_not() -> None:
    opened = changed("additionalProperties", True)
    assert [change.kind for change in breaking_changes(opened, BASE)] == ["closed"]


def test_every_schema_is_compatible_with_itself() -> None:
    for each in MESSAGE_TYPES.values():
        assert breaking_changes(event_schema(each), event_schema(each)) == []


def test_a_change_inside_a_named_alternative_is_told_by_its_field() -> None:
    old = event_schema(MESSAGE_TYPES[GESTART])
    new = copy.deepcopy(old)
    new["$defs"]["NatuurlijkPersoon"]["required"].append("voornamen")
    assert [(change.path, change.kind) for change in breaking_changes(old, new)] == [
        ("data.initiator.voornamen", "new_required"),
        ("data.rollen.*.betrokkene.voornamen", "new_required"),
        ("data.objecten.*.persoon.voornamen", "new_required"),
    ]


def test_nothing_released_is_broken_by_the_models_of_today() -> None:
    assert set(json.loads(RELEASED_FILE.read_bytes())) >= {
        each.dataschema for each in MESSAGE_TYPES.values()
    }
    assert check_released() == {}


class Oud(Payload):
    naam: str
    soort: str | None = None


class Ruimer(Payload):
    naam: str | None = None
    soort: str | None = None
    extra: str | None = None


class Smaller(Payload):
    naam: str


def catalogue(payload: type[Payload]) -> MessageCatalogue:
    payload_type = MessageType(name="nl.burgerzaken.proef.gedaan", payload=payload, summary="X.")
    return MessageCatalogue([payload_type])


def test_a_release_takes_compatible_changes_and_refuses_breaking_ones(tmp_path: Path) -> None:
    baseline = tmp_path / "released.json"
    release_schemas(baseline, catalogue=catalogue(Oud))
    before = baseline.read_bytes()
    with pytest.raises(BreakingChange, match=r"proef\.gedaan:1 at data\.soort: The field is gone"):
        release_schemas(baseline, catalogue=catalogue(Smaller))
    assert baseline.read_bytes() == before
    release_schemas(baseline, catalogue=catalogue(Ruimer))
    assert list(check_released(baseline, catalogue=catalogue(Oud)))
