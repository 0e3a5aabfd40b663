"""Takes burgerservicenummers out of whatever is about to be shown.

A run of exactly nine digits that passes the elfproef is taken for a BSN. One in eleven other
numbers of nine digits passes as well, and so does every RSIN: masking one too many is harmless,
one too few is not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from schemas.identifiers import passes_elfproef

MASK: Final = "*" * 9
_NINE_DIGITS: Final = re.compile(r"(?<![0-9])[0-9]{9}(?![0-9])")
_DEEPEST: Final = 32


def mask_text(text: str) -> str:
    """Returns the text with every BSN in it replaced by nine asterisks."""
    return _NINE_DIGITS.sub(_masked, text)


def mask_value(value: Any, *, depth: int = 0) -> Any:
    """The same for every text inside a value; what is no JSON becomes its masked repr."""
    if isinstance(value, str):
        return mask_text(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if depth > _DEEPEST:
        return "..."
    if isinstance(value, Mapping):
        return {
            mask_text(str(key)): mask_value(item, depth=depth + 1) for key, item in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [mask_value(item, depth=depth + 1) for item in value]
    return mask_text(repr(value))


def _masked(match: re.Match[str]) -> str:
    return MASK if passes_elfproef(match[0]) else match[0]
