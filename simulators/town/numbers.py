"""Numbers that pass their checks and belong to nobody."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from schemas.identifiers import passes_elfproef

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

_FIRST_BSN: Final = 999_900_000
"""Where the burgerservicenummers of published test persons lie; 9,090 of them pass the elfproef."""
_LAST_BSN: Final = 999_999_999
_FIRST_A: Final = 1_010_000_000


def bsns() -> Iterator[str]:
    """Give every burgerservicenummer of the range, in order."""
    return (
        str(number) for number in range(_FIRST_BSN, _LAST_BSN + 1) if passes_elfproef(str(number))
    )


def a_numbers() -> Iterator[str]:
    """Give A-nummers: ten digits, no zero in front, no two alike beside each other."""
    for number in range(_FIRST_A, _FIRST_A * 9):
        text = str(number)
        if all(one != other for one, other in pairwise(text)) and _fits(text):
            yield text


def _fits(text: str) -> bool:
    """Say whether both sums of the A-nummer come out: 0 or 5 modulo 11, and 0 modulo 11."""
    digits = [int(one) for one in text]
    weighted = sum(digit << place for place, digit in enumerate(digits))
    return sum(digits) % 11 in {0, 5} and weighted % 11 == 0


def document_number(dice: Random, number: int) -> str:
    """Return nine characters that no other person has: letters without O, and digits."""
    letters = "BCDFGHJKLMNPRSTVWXZ"
    return f"{dice.choice(letters)}{dice.choice(letters)}{number:06d}{number * 7 % 10}"
