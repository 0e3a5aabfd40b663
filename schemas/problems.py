"""What is wrong with a message: every broken rule, by JSON path, without the values themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ErrorType

_LONGEST_SHOWN_NAME: Final = 60
_SHOWABLE_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_LOOKS_PERSONAL: Final = re.compile(r"\d{5}")
_HIDDEN_NAME: Final = "?"

# pydantic's error type -> our rule and sentence. The braces are filled from the rule's own limits,
# never from the refused value. What is not listed gets the rule "invalid".
_RULES: Final[Mapping[str, tuple[str, str]]] = {
    "missing": ("required", "This field is required and absent."),
    "string_type": ("wrong_type", "This must be a JSON string."),
    "string_sub_type": ("wrong_type", "This must be a JSON string."),
    "string_unicode": ("invalid_unicode", "This text holds a lone surrogate, which no UTF-8 has."),
    "string_too_long": ("too_long", "This text may have at most {max_length} characters."),
    "string_too_short": ("too_short", "This text needs at least {min_length} character(s)."),
    "string_pattern_mismatch": ("pattern", "This text must match the pattern {pattern}"),
    "too_long": ("too_long", "This list may have at most {max_length} items."),
    "too_short": ("too_short", "This list needs at least {min_length} item(s)."),
    "tuple_type": ("wrong_type", "This must be a JSON array."),
    "model_type": ("wrong_type", "This must be a JSON object."),
    "model_attributes_type": ("wrong_type", "This must be a JSON object."),
    "dict_type": ("wrong_type", "This must be a JSON object."),
    "enum": ("not_allowed", "This must be one of: {expected}."),
    "literal_error": ("not_allowed", "This must be {expected}."),
    "union_tag_not_found": ("required", "{discriminator} is absent: it says the kind."),
    "union_tag_invalid": ("not_allowed", "{discriminator} must be one of: {expected_tags}."),
    "extra_forbidden": ("unknown_field", "This field is not known here."),
}

# Any other type is a rule of our own, whose sentence is ours and holds no value.
_OF_PYDANTIC: Final = frozenset(get_args(ErrorType))


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One broken rule.

    `field` is the dotted JSON path (`data.initiator.bsn`), empty for the message as a whole.
    `rule` is a short code for machines, `detail` a sentence for people; neither ever holds the
    refused value.
    """

    field: str
    rule: str
    detail: str


class InvalidMessage(ValueError):
    """The bytes are not a message that the hub can take; `problems` has every broken rule found.

    The publisher has to repair the message: sending it again unchanged is pointless.
    """

    def __init__(self, problems: Iterable[FieldProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        listed = "; ".join(f"{p.field or 'message'} ({p.rule}): {p.detail}" for p in self.problems)
        return f"The message breaks {len(self.problems)} rule(s): {listed}"


MOST_PROBLEMS: Final = 200
"""More than a person reads; an event with 200,000 unknown names must not take seconds to refuse."""


def problems_of(
    error: ValidationError,
    *,
    known_names: Iterable[str] = (),
    tags: frozenset[str] = frozenset(),
) -> tuple[FieldProblem, ...]:
    """Translate what pydantic found, at most the first `MOST_PROBLEMS`.

    `known_names` are offered as the nearest name of an unknown field. `tags` are the values of
    discriminators: pydantic puts them in its path, but they are not in the JSON's path.
    """
    names = tuple(known_names)
    found = error.errors(include_url=False, include_input=False)[:MOST_PROBLEMS]
    return tuple(dict.fromkeys(_problem(details, names, tags) for details in found))


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that `name` was most likely meant to be, whatever its capitals."""
    by_folded = {candidate.lower(): candidate for candidate in known}
    close = get_close_matches(name.lower()[:_LONGEST_SHOWN_NAME], by_folded, n=1, cutoff=0.7)
    return by_folded[close[0]] if close else None


def shown_name(name: str) -> str:
    """Return a field name that is fit for a log: one from outside may hold anything, even a BSN."""
    showable = (
        len(name) <= _LONGEST_SHOWN_NAME
        and _SHOWABLE_NAME.fullmatch(name)
        and not _LOOKS_PERSONAL.search(name)
    )
    return name if showable else _HIDDEN_NAME


def _problem(details: ErrorDetails, names: tuple[str, ...], tags: frozenset[str]) -> FieldProblem:
    location = details["loc"]
    path = [part for part in location[:-1] if part not in tags] + list(location[-1:])
    field = ".".join(str(part) if isinstance(part, int) else shown_name(part) for part in path)
    kind = details["type"]
    context: dict[str, Any] = details.get("ctx") or {}
    if kind not in _RULES:
        if kind in _OF_PYDANTIC:
            return FieldProblem(field, "invalid", "This value is not valid here.")
        return FieldProblem(field, kind, details["msg"])
    rule, sentence = _RULES[kind]
    detail = sentence.format_map(context)
    if rule == "unknown_field":
        given = str(location[-1])
        meant = nearest(given, (name for name in names if name != given))
        detail += f" Did you mean {meant}?" if meant else " Remove it."
    return FieldProblem(field, rule, detail)
