"""Texts in which `*` stands for any run of characters; every other character is itself."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

WILDCARD: Final = "*"


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, pattern.split(WILDCARD))), re.DOTALL)


def matches(pattern: str, text: str) -> bool:
    """Case counts, and the whole text must fit."""
    return compiled(pattern).fullmatch(text) is not None
