"""What is not public about TMV 1.0 is a switch here, and what refusals say is invented."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Final, Literal, get_args

from simulators.kit import ControlProblem

Duplicates = Literal["new", "same"]

REFUSALS: Final = {
    9001: "Berichtcode past niet bij deze vraag",
    9002: "Geef een A-nummer of een burgerservicenummer",
    9003: "Persoon niet gevonden",
    9004: "Geen terugmelding gevonden om in te trekken",
    9005: "Dossier niet gevonden",
    9006: "Soort overzicht onbekend",
    9007: "Geen zoekgegevens",
}
"""Invented, all of them: the real list of verwerkingcode is not public."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    duplicates: Duplicates = "new"
    """What a berichtnummer that was used before gives; it is not documented."""
    pace: tuple[int, int, int] = (1, 3, 5)
    """Working days after which a dossier is passed on, taken up and closed by itself."""
    unknown: tuple[str, ...] = ()
    """Numbers of persons who are refused with 9003."""
    refuse: int = 0
    """One of REFUSALS, for everything; 0: nothing is refused without a reason."""
    gemeente: str = "344"
    """Who handles the dossiers that callers open."""
    user: str = ""
    """With `password`: HTTP Basic is asked for."""
    password: str = ""


def read_options(given: Any, now: Options) -> Options:
    """Read the JSON of the control call; ControlProblem says what is wrong."""
    names = {one.name for one in fields(Options)}
    if not isinstance(given, dict) or not set(given) <= names:
        raise ControlProblem(f"Give an object with some of: {', '.join(sorted(names))}.")
    if given.get("duplicates", "new") not in get_args(Duplicates):
        raise ControlProblem(f"duplicates is one of: {', '.join(get_args(Duplicates))}.")
    if given.get("refuse", 0) not in {0, *REFUSALS}:
        raise ControlProblem(f"refuse is 0 or one of: {', '.join(map(str, REFUSALS))}.")
    pace = given.get("pace", now.pace)
    if len(pace) != len(now.pace) or not all(isinstance(one, int) and one >= 0 for one in pace):
        raise ControlProblem("pace is three numbers of working days.")
    unknown = tuple(str(one) for one in given.get("unknown", now.unknown))
    return replace(now, **{**given, "pace": tuple(sorted(pace)), "unknown": unknown})
