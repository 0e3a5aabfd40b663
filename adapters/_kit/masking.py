"""Keeping numbers that could be a burgerservicenummer out of texts that come from a partner."""

from __future__ import annotations

import re
from typing import Final

from schemas.identifiers import passes_elfproef

_NINE_DIGITS: Final = re.compile(r"(?<!\d)\d{9}(?!\d)", re.ASCII)


def mask_numbers(text: str) -> str:
    """Replace every run of nine digits that passes the elfproef; an RSIN goes with it."""
    return _NINE_DIGITS.sub(_masked, text)


def _masked(match: re.Match[str]) -> str:
    digits = match.group()
    return "*********" if passes_elfproef(digits) else digits
