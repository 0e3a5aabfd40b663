"""What we send fits the official OpenAPI files, of the standard and of Open Zaak."""

from __future__ import annotations

import importlib
import json
from functools import cache
from typing import Any

import pytest

from tests.adapters.zgw.test_translate import GOLDEN, PAIRS
from tests.standards import standards_dir

FILES = {
    "zaken": [
        "open-zaak-1.30.0/zaken.yaml",
        "vng/zaken-1.0.2.yaml",
        "vng/zaken-1.2.0.yaml",
        "vng/zaken-1.5.1.yaml",
        "vng/zaken-1.7.0.yaml",
    ],
    "documenten": [
        "open-zaak-1.30.0/documenten.yaml",
        "vng/documenten-1.0.1.yaml",
        "vng/documenten-1.1.1.yaml",
        "vng/documenten-1.4.2.yaml",
        "vng/documenten-1.7.1.yaml",
    ],
}

Schema = dict[str, Any]

# neither jsonschema nor yaml comes with type information
jsonschema = importlib.import_module("jsonschema")
yaml = importlib.import_module("yaml")


@cache
def openapi(name: str) -> Schema:
    text = (standards_dir() / "zgw" / "openapi" / name).read_text(encoding="utf-8")
    # the C loader, where it exists, is many times as fast
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document: Schema = yaml.load(text, Loader=loader)
    return document


@cache
def components(name: str) -> Schema:
    schemas: Schema = as_json_schema(openapi(name)["components"]["schemas"])
    return schemas


def request_schema(name: str, method: str, path: str) -> Schema:
    """Return the JSON Schema of the request body, with the components that it refers to."""
    document, parts = openapi(name), components(name)
    operation = document["paths"][path][method.lower()]
    body = resolved(document, operation["requestBody"])
    schema: Schema = body["content"]["application/json"]["schema"]
    if method == "PATCH" and "Zaak" in parts:
        # up to 1.2 the files ask a change for every field of the whole
        parts = {**parts, "Zaak": {**parts["Zaak"], "required": []}}
    return {**as_json_schema(schema), "components": {"schemas": parts}}


def resolved(document: Schema, part: Schema) -> Schema:
    if "$ref" not in part:
        return part
    found: Schema = document
    for name in part["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return found


def as_json_schema(part: Any) -> Any:
    """Turn OpenAPI 3.0's own words, as they count for a request, into JSON Schema."""
    if isinstance(part, list):
        return [as_json_schema(item) for item in part]
    if not isinstance(part, dict):
        return part
    if "oneOf" in part and "mapping" in part.get("discriminator", {}):
        return chosen_by_discriminator(part["discriminator"])
    schema = {
        name: as_json_schema(value)
        for name, value in part.items()
        if name not in {"example", "discriminator", "nullable"}
    }
    properties = part.get("properties", {})
    if isinstance(schema.get("required"), list) and isinstance(properties, dict):
        schema["required"] = [
            name for name in schema["required"] if not properties.get(name, {}).get("readOnly")
        ]
    if part.get("nullable") is True:
        return {"anyOf": [schema, {"type": "null"}]}
    return schema


def chosen_by_discriminator(discriminator: Schema) -> Schema:
    name = discriminator["propertyName"]
    return {
        "required": [name],
        "oneOf": [
            {"allOf": [{"$ref": ref}, {"properties": {name: {"const": value}}}]}
            for value, ref in discriminator["mapping"].items()
        ],
    }


def template(path: str) -> str:
    """Return the path as the OpenAPI file names it."""
    parts = path.split("/api/v1")[1].split("/")
    if len(parts) == 3:
        return f"/{parts[1]}/{{uuid}}"
    return "/".join(parts) if len(parts) == 2 else f"/{parts[1]}/{{zaak_uuid}}/{parts[3]}"


CASES = [
    (name, file)
    for name in PAIRS
    for file in FILES["documenten" if name == "document" else "zaken"]
]


@pytest.mark.standards
@pytest.mark.parametrize(("name", "file"), CASES)
def test_the_golden_request_fits_the_official_schema(name: str, file: str) -> None:
    pair = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))["request"]
    schema = request_schema(file, pair["method"], template(pair["path"]))
    jsonschema.Draft7Validator(schema).validate(pair["body"])


@pytest.mark.standards
def test_a_body_that_breaks_a_limit_is_noticed() -> None:
    pair = json.loads((GOLDEN / "zaak.json").read_text(encoding="utf-8"))["request"]
    schema = request_schema("vng/zaken-1.5.1.yaml", "POST", "/zaken")
    validator = jsonschema.Draft7Validator(schema)
    assert not validator.is_valid({**pair["body"], "omschrijving": "x" * 81})
    assert not validator.is_valid({**pair["body"], "startdatum": None})
