import copy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import (  # type: ignore[import-untyped]  # it has no stubs
    Draft202012Validator,
    FormatChecker,
)

from schemas import MESSAGE_TYPES, InvalidMessage, parse_message
from schemas.examples import household_messages, load
from schemas.export import check_schemas, event_schema, export_schemas
from tests.schemas.events import ABSENT, DOCUMENT, event
from tests.schemas.test_examples import START

VALIDATORS = {
    name: Draft202012Validator(event_schema(each), format_checker=FormatChecker())
    for name, each in MESSAGE_TYPES.items()
}


@pytest.mark.parametrize("name", MESSAGE_TYPES)
def test_the_generated_schema_is_sound_and_takes_the_example(name: str) -> None:
    schema = event_schema(MESSAGE_TYPES[name])
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == MESSAGE_TYPES[name].dataschema
    VALIDATORS[name].validate(load(name))


def test_the_schemas_take_every_message_of_the_story() -> None:
    for raw in household_messages(12, 3, START, with_faulty=True):
        VALIDATORS[raw["type"]].validate(raw)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for key, member in members:
        found.append((*path, key))
        if isinstance(member, dict | list):
            found += leaves(member, (*path, key))
    return found


@pytest.mark.parametrize("name", MESSAGE_TYPES)
@pytest.mark.parametrize("replacement", [ABSENT, None, 7, "", " ", "x" * 3000, [], {}])
def test_schema_and_model_agree_on_every_field_of_the_examples(
    name: str, replacement: object
) -> None:
    for path in leaves(load(name)):
        raw = copy.deepcopy(load(name))
        place = raw
        for key in path[:-1]:
            place = place[key]
        if replacement is ABSENT:
            del place[path[-1]]
        else:
            place[path[-1]] = replacement
        assert VALIDATORS[name].is_valid(raw) == is_message(raw), (path, replacement)


def is_message(raw: dict[str, Any]) -> bool:
    try:
        parse_message(raw)
    except InvalidMessage as refused:
        # Rules that no JSON Schema can say are documented with the reference of messages.
        beyond = {"no_change", "subject_mismatch"}
        return {problem.rule for problem in refused.problems} <= beyond
    return True


def test_the_schema_knows_that_content_comes_once() -> None:
    validator = VALIDATORS[DOCUMENT]
    assert validator.is_valid(event(DOCUMENT, data__inhoud=ABSENT, dataref="/v1/documents/a"))
    assert not validator.is_valid(event(DOCUMENT, dataref="/v1/documents/a"))
    assert not validator.is_valid(event(DOCUMENT, data__inhoud=ABSENT))


def test_the_committed_schemas_are_what_the_models_say() -> None:
    assert check_schemas() == []


def test_drift_is_found_and_mended(tmp_path: Path) -> None:
    assert {drift.kind for drift in check_schemas(tmp_path)} == {"missing"}
    written = export_schemas(tmp_path)
    assert len(written) == len(MESSAGE_TYPES)
    assert check_schemas(tmp_path) == []
    assert export_schemas(tmp_path) == ()
    written[0].write_text("{}")
    stray = tmp_path / "nl.burgerzaken.oud" / "1.json"
    stray.parent.mkdir()
    stray.write_text("{}")
    assert {(drift.path, drift.kind) for drift in check_schemas(tmp_path)} == {
        (written[0], "differs"),
        (stray, "unexpected"),
    }
