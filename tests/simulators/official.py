"""Holding an answer against an official OpenAPI description in the shared folder.

Everything that the answer says has to be in the description: a name that it does not have is an
error, although JSON Schema would let it pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import httpx
import jsonschema  # type: ignore[import-untyped]  # it brings no types
import yaml  # type: ignore[import-untyped]  # PyYAML brings no types

from tests.standards import standards_dir

Schema = dict[str, Any]

MISSPELT = frozenset({"kortNaam"})
"""Required by the BAG's description, which has only `korteNaam` among its properties."""


@cache
def description(path: str) -> Schema:
    """Read a description below haal-centraal/."""
    text = (standards_dir() / "haal-centraal" / path).read_text(encoding="utf-8")
    loaded: Schema = yaml.load(text, Loader=yaml.CSafeLoader)
    for schema in loaded["components"]["schemas"].values():
        if "required" in schema:
            schema["required"] = [one for one in schema["required"] if one not in MISSPELT]
    return loaded


def check(answer: httpx.Response, path: str, *, of: str, method: str = "get") -> None:
    """Fail unless `answer` is one that `method` `path` may give according to `of`."""
    whole = description(of)
    responses = whole["paths"][path][method]["responses"]
    response = responses.get(str(answer.status_code)) or responses["default"]
    media = answer.headers["content-type"].partition(";")[0]
    schema = response["content"][media]["schema"]
    document = answer.json()
    validator = jsonschema.Draft202012Validator(
        {**schema, "components": whole["components"]},
        format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
    )
    assert [error.message for error in validator.iter_errors(document)] == []
    assert list(_strangers(document, schema, whole, "")) == []


def _strangers(value: Any, schema: Schema, whole: Schema, at: str) -> Iterator[str]:
    """Names in a document for which the description has no property."""
    parts = list(_parts(schema, whole))
    if isinstance(value, list):
        items: Schema = next((one["items"] for one in parts if "items" in one), {})
        for one in value:
            yield from _strangers(one, items, whole, at)
    if not isinstance(value, dict):
        return
    properties = {name: one for part in parts for name, one in part.get("properties", {}).items()}
    for name, inner in value.items():
        if name in properties:
            yield from _strangers(inner, properties[name], whole, f"{at}/{name}")
        else:
            yield f"{at}/{name}"


def _parts(schema: Schema, whole: Schema) -> Iterator[Schema]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield from _parts(whole["components"]["schemas"][name], whole)
        return
    yield schema
    for one in schema.get("allOf", ()):
        yield from _parts(one, whole)
