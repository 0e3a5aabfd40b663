"""Conditions on the payload of a message, as they stand in a rule's `when`.

| in TOML                                | the condition holds when                         |
|----------------------------------------|--------------------------------------------------|
| `"data.soort" = "vestiging"`           | the field has exactly this value                 |
| `"data.soort" = "B02*"`                | it fits; `*` stands for any run of characters    |
| `"data.soort" = ["B0237", "B03*"]`     | one of these does                                |
| `"data.initiator" = {exists = true}`   | the field is there and not empty                 |
| `"data.initiator" = {exists = false}`  | it is absent or empty                            |

Values are compared as JSON writes them (`2026-11-23`, `true`, `5`); capitals count. Where the path
leads through a list, one element that fits is enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from routing.pattern import WILDCARD, matches


class InvalidCondition(ValueError):
    """A condition in a rule cannot be read; the text says how to write it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    path: str
    """Dotted JSON path from the envelope, `data.zaaktype.identificatie`."""
    values: frozenset[str] = frozenset()
    """The field has one of these values,"""
    patterns: frozenset[str] = frozenset()
    """or fits one of these. Both empty: only `exists` counts."""
    exists: bool = True

    @classmethod
    def parse(cls, path: str, wanted: object) -> Self:
        """From what TOML says; raises `InvalidCondition`."""
        if isinstance(wanted, Mapping):
            return cls(path=path, exists=_exists(wanted))
        listed = wanted if isinstance(wanted, list | tuple) else [wanted]
        if not listed:
            raise InvalidCondition(
                "An empty list never matches: name the values, or write {exists = false}."
            )
        texts = frozenset(map(_text, listed))
        patterns = frozenset(text for text in texts if WILDCARD in text)
        return cls(path=path, values=texts - patterns, patterns=patterns)

    @property
    def compares(self) -> bool:
        """Whether it looks at the value, and not only whether there is one."""
        return bool(self.values or self.patterns)

    def holds(self, found: Iterable[str]) -> bool:
        """`found`: the values at `path`; none when the field is absent or empty."""
        if not self.compares:
            return any(True for _ in found) is self.exists
        return any(
            value in self.values or any(matches(pattern, value) for pattern in self.patterns)
            for value in found
        )

    def __str__(self) -> str:
        """As a half sentence: `data.soort is "vestiging"`."""
        if not self.compares:
            return f"{self.path} is {'there' if self.exists else 'absent'}"
        wanted = [f'"{text}"' for text in sorted(self.values | self.patterns)]
        return f"{self.path} is {' or '.join(wanted)}"


def _exists(wanted: Mapping[str, Any]) -> bool:
    if set(wanted) != {"exists"} or not isinstance(wanted["exists"], bool):
        raise InvalidCondition(
            "A condition table has one key: {exists = true} or {exists = false}."
        )
    return bool(wanted["exists"])


def _text(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case "":
            raise InvalidCondition(
                "An empty text counts as absent: write {exists = false} to match that."
            )
        case str():
            return value
        case _:
            raise InvalidCondition(
                "A condition compares with a text in quotes, a whole number, true or false, "
                "or a list of these."
            )
