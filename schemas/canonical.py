"""JSON in and out: one strict reader, and the one form that is stored and digested."""

from __future__ import annotations

import json
import re
from typing import Any, Final, NoReturn

from pydantic import BaseModel

from schemas.problems import FieldProblem, InvalidMessage, shown_name

MAX_DEPTH: Final = 32
"""Objects and arrays inside each other; our deepest message has five."""


class _RepeatedName(Exception):
    """An object has two members with one name."""


def canonical_json(obj: Any) -> bytes:
    """Return sorted keys, no white space, UTF-8: equal content gives equal bytes.

    Takes what JSON has, or a model (written with its JSON names, absent fields left out). Keys are
    sorted by code point; this is our own form and not RFC 8785, which sorts by UTF-16 unit.
    Raises ValueError for NaN, infinity and lone surrogates, which no receiver could read.
    """
    if isinstance(obj, BaseModel):
        obj = obj.model_dump(mode="json", by_alias=True, exclude_none=True)
    return _ENCODER.encode(obj).encode()


def parse_json(raw: bytes) -> Any:
    """Read JSON as RFC 8259 and nothing looser; raises `InvalidMessage`.

    Refused, because two readers could take them for two things: invalid UTF-8, a byte order mark,
    a name twice in one object, NaN and infinity, and more than `MAX_DEPTH` levels.
    The caller bounds the size of `raw`.
    """
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        detail = f"The body must be UTF-8; the byte at position {error.start} is not."
        raise _refused("invalid_utf8", detail) from None
    if text.count("{") + text.count("[") > MAX_DEPTH:
        _check_depth(text)
    try:
        return _DECODER.decode(text)
    except _RepeatedName:
        pass  # read again below, now keeping the path
    except json.JSONDecodeError as error:
        detail = f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        raise _refused("invalid_json", detail) from None
    except ValueError:
        detail = "The body holds a number of too many digits."
        raise _refused("invalid_json", detail) from None
    raise InvalidMessage(_repeated_names(json.loads(text, object_pairs_hook=_Members), ()))


def _refused(rule: str, detail: str) -> InvalidMessage:
    return InvalidMessage((FieldProblem("", rule, detail),))


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _RepeatedName
    return members


def _refuse_constant(name: str) -> NoReturn:
    raise _refused("invalid_json", f"The body holds {name}, which JSON does not have.")


def _check_depth(text: str) -> None:
    depth = 0
    for token in _STRING_OR_BRACKET.finditer(text):
        first = text[token.start()]
        depth += (first in "{[") - (first in "}]")
        if depth > MAX_DEPTH:
            detail = f"The body nests deeper than {MAX_DEPTH} objects and arrays."
            raise _refused("too_deep", detail)


class _Members(list[tuple[str, Any]]):
    """The members of one object, repeated names included."""


def _repeated_names(value: Any, path: tuple[str, ...]) -> list[FieldProblem]:
    found: list[FieldProblem] = []
    if isinstance(value, _Members):
        seen: set[str] = set()
        for name, member in value:
            here = (*path, shown_name(name))
            if name in seen:
                detail = "This name occurs more than once in its object; keep one."
                found.append(FieldProblem(".".join(here), "duplicate_name", detail))
            seen.add(name)
            found += _repeated_names(member, here)
    elif isinstance(value, list):
        for index, member in enumerate(value):
            found += _repeated_names(member, (*path, str(index)))
    return found


_ENCODER: Final = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)
# Strings are matched whole, so that brackets inside them do not count; possessive, so linear.
_STRING_OR_BRACKET: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[{}\[\]]', re.DOTALL)
_DECODER: Final = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse_constant)
