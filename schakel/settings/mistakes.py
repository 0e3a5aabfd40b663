"""What is wrong with a configuration: all of it at once, each with its place and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from pydantic import BaseModel, ValidationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One mistake. `detail` says what is wrong and what to do, never a secret."""

    file: str
    key: str = ""
    """`destination[2].settings.zaken_root`: in the second [[destination]] of that file."""
    detail: str
    item: str = ""
    """The `name` or `code` of the item that it is in, where it has one."""

    def __str__(self) -> str:
        place = f"{self.file}: {self.key}" if self.key else self.file
        return f"{place} ({self.item}): {self.detail}" if self.item else f"{place}: {self.detail}"


class ConfigurationMistakes(Exception):
    """The configuration cannot be used; `mistakes` lists everything that has to be mended."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(dict.fromkeys(mistakes))
        super().__init__("\n".join(map(str, self.mistakes)))


# pydantic's error type -> our sentence; the braces are filled from the rule's own limits. What is
# not listed keeps pydantic's own words, which quote no value either.
_SENTENCES: Final[Mapping[str, str]] = {
    "missing": "This key is required: add it.",
    "string_type": "Write a text in quotes.",
    "int_type": "Write a whole number, without quotes.",
    "float_type": "Write a number, without quotes.",
    "bool_type": "Write true or false, without quotes.",
    "bool_parsing": "Write true or false, without quotes.",
    "tuple_type": "Write a list: [...].",
    "list_type": "Write a list: [...].",
    "dict_type": "Write a table: {{key = value}}, or a section of its own.",
    "model_type": "Write a table: {{key = value}}, or a section of its own.",
    "greater_than": "It must be more than {gt}.",
    "greater_than_equal": "It must be {ge} or more.",
    "less_than": "It must be less than {lt}.",
    "less_than_equal": "It must be {le} or less.",
    "string_too_short": "It needs at least {min_length} character(s).",
    "string_too_long": "It may have at most {max_length} characters.",
    "string_pattern_mismatch": "It must fit the pattern {pattern}",
    "literal_error": "It must be {expected}.",
    "enum": "It must be {expected}.",
}


def nearest(name: str, known: Iterable[str]) -> str:
    """Half a sentence that offers the known name that was most likely meant, or all of them."""
    names = sorted(known)
    close = get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f" Did you mean '{close[0]}'?"
    return f" Known: {', '.join(names)}." if names else ""


def problems_of(
    error: ValidationError, model: type[BaseModel], *, secrets: Iterable[str] = ()
) -> list[tuple[str, str]]:
    """Dotted key and sentence of everything that pydantic found in `model`'s values.

    Texts of `secrets` are blotted out, in case that a validator quotes its input.
    """
    found = []
    for one in error.errors(include_url=False, include_input=False):
        sentence = _sentence(one["type"], one["msg"], one.get("ctx") or {}, one["loc"], model)
        for secret in secrets:
            sentence = sentence.replace(secret, "***")
        found.append((_dotted(one["loc"]), sentence))
    return found


def _sentence(
    kind: str, message: str, context: dict[str, Any], place: Sequence[str | int], model: type
) -> str:
    if kind == "extra_forbidden":
        return f"This key is not known.{nearest(str(place[-1]), _known(model, place[:-1]))}"
    if kind == "value_error":
        return str(context.get("error", message))
    template = _SENTENCES.get(kind)
    return template.format_map(context) if template else f"{message.rstrip('.')}."


def _known(model: Any, place: Sequence[str | int]) -> list[str]:
    """The keys that the table at `place` may have."""
    for part in place:
        fields = getattr(model, "model_fields", {})
        by_key = {info.alias or name: info.annotation for name, info in fields.items()}
        annotation = by_key.get(str(part), model)
        args = [arg for arg in getattr(annotation, "__args__", ()) if hasattr(arg, "model_fields")]
        model = args[-1] if args else annotation
    fields = getattr(model, "model_fields", {})
    return [info.alias or name for name, info in fields.items()]


def _dotted(place: Sequence[str | int]) -> str:
    """`list[2].key`; items of lists are counted from 1."""
    text = ""
    for part in place:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")
