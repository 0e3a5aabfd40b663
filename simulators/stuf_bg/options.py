"""How a source of persons may differ from the next one; all of it occurs (quirks Q5, Q7, Q9)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

from simulators.kit import ControlProblem

Nobody = Literal["no-antwoord", "empty-antwoord", "empty-object", "fo02", "fault"]
"""How "nobody found" is said; `fault` is a SOAP fault with words only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    nobody: Nobody = "no-antwoord"
    charset: str = "utf-8"
    declares_charset: bool = True
    """False: only the Content-Type says which charset it is."""
    only_soap_1_1: bool = False
    user: str = ""
    """With `password`: HTTP basic is asked for."""
    password: str = ""
    senders: tuple[str, ...] = ()
    """Names of applications that are known; empty: all."""
    fault: str = ""
    """A StUF code with which every question is refused, such as StUF049."""
    wrong_person: bool = False
    """A bug that must never reach a screen: somebody else is given."""


def read_options(given: Any) -> Options:
    """Read the JSON of the control call; ControlProblem says what is wrong."""
    names = {one.name for one in fields(Options)}
    if not isinstance(given, dict) or not set(given) <= names:
        raise ControlProblem(f"Give an object with some of: {', '.join(sorted(names))}.")
    if given.get("nobody", "fo02") not in get_args(Nobody):
        raise ControlProblem(f"nobody is one of: {', '.join(get_args(Nobody))}.")
    if "senders" in given:
        given = {**given, "senders": tuple(given["senders"])}
    return Options(**given)
