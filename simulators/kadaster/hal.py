"""HAL documents: links, leaving out what is empty, and only the fields that were asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from simulators.kadaster.problems import Invalid, Problem
from simulators.kit import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = dict[str, Any]

_EMPTY: Final[tuple[Any, ...]] = (None, "", [], {})


def known(values: Mapping[str, Any]) -> Json:
    """Leave out what is empty, as the registers do; false is left out by the caller."""
    return {name: value for name, value in values.items() if value not in _EMPTY}


def link(href: str) -> Json:
    """Return one HAL link."""
    return {"href": href}


def hal(document: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Answer:
    """Return a 200 with this document."""
    return Answer(
        status=200,
        body=json.dumps(document, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/hal+json", **(headers or {})},
    )


def only(document: Json, fields: str | None, allowed: frozenset[str]) -> Json:
    """Return what `fields` names (dotted, comma between), and the links.

    None: everything. A name that the resource does not have is a Problem.
    """
    if fields is None:
        return document
    paths = [one.strip().split(".") for one in fields.split(",")]
    if any(path[0] not in allowed for path in paths):
        wrong = Invalid(name="fields", code="fields", reason="Deel van de parameterwaarde onjuist.")
        raise Problem("paramsValidation", invalid=[wrong])
    made: Json = {}
    for path in paths:
        _copy(document, made, path)
    return {**made, **({"_links": document["_links"]} if "_links" in document else {})}


def _copy(source: Any, target: Json, path: list[str]) -> None:
    name, *rest = path
    if not isinstance(source, dict) or name not in source:
        return
    if not rest or not isinstance(source[name], dict):
        target[name] = source[name]
        return
    _copy(source[name], target.setdefault(name, {}), rest)
