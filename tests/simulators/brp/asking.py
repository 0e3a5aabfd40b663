"""Putting questions to a simulated BRP, and holding the answers to the official descriptions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, Final

import httpx
import jsonschema  # type: ignore[import-untyped]  # it brings no types
import yaml  # type: ignore[import-untyped]  # PyYAML brings no types

from simulators.brp import BrpSimulator, Options
from simulators.kit import running
from simulators.town import Town, town
from tests.standards import standards_dir

Schema = dict[str, Any]
SMALL: Final = town(1, 300)
HEADERS: Final = {"Content-Type": "application/json; charset=utf-8"}
DESCRIPTIONS: Final = {
    "/personen": "brp-personen/openapi-2.7.0.yaml",
    "/bewoningen": "brp-bewoning/openapi.yaml",
    "/verblijfplaatshistorie": "brp-historie/openapi.yaml",
    "/reisdocumenten": "brp-reisdocumenten/openapi.yaml",
}
STRICTER_THAN_IT_IS: Final = ("/detail", "/name")
"""The descriptions allow no colon in a detail and no name of 32 letters; the real one has both."""
_ABOUT_PARTS: Final = frozenset({"properties", "allOf", "required", "items", "discriminator"})


@asynccontextmanager
async def brp(
    options: Options | None = None, *, people: Town = SMALL, **headers: str
) -> AsyncIterator[Brp]:
    async with (
        running(BrpSimulator(town=people, options=options)) as simulator,
        httpx.AsyncClient(base_url=simulator.base_url, headers={**HEADERS, **headers}) as client,
    ):
        yield Brp(simulator, client)


class Brp:
    def __init__(self, simulator: BrpSimulator, client: httpx.AsyncClient) -> None:
        self.simulator = simulator
        self.client = client

    async def ask(self, path: str, body: Any, **headers: str) -> httpx.Response:
        return await self.client.post(path, json=body, headers=headers)

    async def persons(self, kind: str, *fields: str, **asked: Any) -> list[Any]:
        answer = await self.ask("/personen", {"type": kind, "fields": list(fields), **asked})
        assert answer.status_code == 200, answer.text
        found: list[Any] = answer.json()["personen"]
        return found

    async def person(self, bsn: str, *fields: str) -> Any:
        [one] = await self.persons(
            "RaadpleegMetBurgerservicenummer", *fields, burgerservicenummer=[bsn]
        )
        return one


def problem(answer: httpx.Response, status: int, code: str) -> Any:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.json()


@cache
def description(path: str) -> Schema:
    text = (standards_dir() / "haal-centraal" / DESCRIPTIONS[path]).read_text(encoding="utf-8")
    loaded: Schema = yaml.load(text, Loader=yaml.CSafeLoader)
    return loaded


def check(answer: httpx.Response, path: str) -> None:
    """Fail unless it is an answer as the description of `path` has them, and says no more."""
    whole = description(path)
    responses = whole["paths"][path]["post"]["responses"]
    response = responses[str(answer.status_code)]
    while "$ref" in response:
        response = whole["components"]["responses"][response["$ref"].rpartition("/")[2]]
    media = answer.headers["content-type"].partition(";")[0]
    content = {name.partition(";")[0]: one for name, one in response["content"].items()}
    problems = list(_problems(answer.json(), content[media]["schema"], whole, ""))
    assert not problems, "; ".join(sorted(set(problems)))[:3000]


def _problems(value: Any, schema: Schema, whole: Schema, at: str) -> Iterator[str]:
    parts = list(_parts(_chosen(value, schema, whole), whole))
    if isinstance(value, dict):
        properties = {name: one for part in parts for name, one in _properties(part)}
        required = {name for part in parts for name in part.get("required", ())}
        yield from (f"{at}/{name} is missing" for name in required - set(value))
        for name, inner in value.items():
            if name in properties:
                yield from _problems(inner, properties[name], whole, f"{at}/{name}")
            else:
                yield f"{at}/{name} is no property"
        return
    if isinstance(value, list):
        items: Schema = next((part["items"] for part in parts if "items" in part), {})
        for place, one in enumerate(value):
            yield from _problems(one, items, whole, f"{at}[{place}]")
    for part in parts:
        own = {name: rule for name, rule in part.items() if name not in _ABOUT_PARTS}
        if not at.endswith(STRICTER_THAN_IT_IS):
            for error in jsonschema.Draft7Validator(own).iter_errors(value):
                yield f"{at}: {error.message}"


def _properties(part: Schema) -> Iterator[tuple[str, Schema]]:
    yield from part.get("properties", {}).items()


def _chosen(value: Any, schema: Schema, whole: Schema) -> Schema:
    """The schema that the value itself names, where there are several."""
    for part in _parts(schema, whole):
        mapping = part.get("discriminator", {}).get("mapping", {})
        named = mapping.get(value.get(part["discriminator"]["propertyName"])) if mapping else None
        if named is not None:
            return {"$ref": f"#/components/schemas/{named.rpartition('/')[2]}"}
    return schema


def _parts(schema: Schema, whole: Schema) -> Iterator[Schema]:
    if "$ref" in schema:
        yield from _parts(whole["components"]["schemas"][schema["$ref"].rpartition("/")[2]], whole)
        return
    yield schema
    for one in schema.get("allOf", ()):
        yield from _parts(one, whole)
