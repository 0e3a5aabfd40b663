"""Reading a request: its place under the root, its parameters, and all that is wrong with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from simulators.kadaster.problems import Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.kit import Incoming

_JSON: Final = frozenset(
    {"*/*", "application/*", "application/hal+json", "application/json", "application/problem+json"}
)


class Values:
    """The parameters of one request; `done` refuses when one was wrong or unknown."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = given
        self._looked_at: set[str] = set()
        self._wrong: list[Invalid] = []

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._given)

    def text(self, name: str, pattern: str = r".{1,255}") -> str | None:
        """Return a text that fits `pattern` as a whole; None: not given."""
        value = self._value(name)
        if value is None or re.fullmatch(pattern, value, re.ASCII if "." not in pattern else 0):
            return value
        self._refuse(name, "pattern", f"Waarde voldoet niet aan patroon {pattern}.")
        return None

    def number(self, name: str, *, least: int, most: int) -> int | None:
        """Return a whole number; None: not given."""
        value = self._value(name)
        if value is None:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", value, re.ASCII):
            self._refuse(name, "integer", "Waarde is geen geldige integer.")
            return None
        if int(value) < least:
            self._refuse(name, "minimum", f"Waarde is lager dan minimum {least}.")
        if int(value) > most:
            self._refuse(name, "maximum", f"Waarde is hoger dan maximum {most}.")
        return int(value)

    def flag(self, name: str) -> bool:
        """Return a boolean; false when it is not given."""
        value = self._value(name)
        if value not in {None, "true", "false"}:
            self._refuse(name, "boolean", "Waarde is geen geldige boolean.")
        return value == "true"

    def done(self) -> None:
        """Raise Problem when a parameter was wrong, or is not one that was looked at."""
        for name in sorted(self.names - self._looked_at):
            self._refuse(name, "unknownParam", "Parameter is niet verwacht.")
        if self._wrong:
            names = ", ".join(one.name for one in self._wrong)
            detail = f"De foutieve parameter(s) zijn: {names}."
            raise Problem("paramsValidation", detail, invalid=self._wrong)

    def _value(self, name: str) -> str | None:
        self._looked_at.add(name)
        return self._given.get(name)

    def _refuse(self, name: str, code: str, reason: str) -> None:
        self._wrong.append(Invalid(name=name, code=code, reason=reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request to a register."""

    method: str
    path: tuple[str, ...]
    """Below the root."""
    values: Values
    headers: Mapping[str, str]
    """Names in small letters."""
    body: bytes

    @classmethod
    def read(cls, incoming: Incoming, root: str) -> Self:
        """Raises Problem when it is below another root, or ends with a slash."""
        if not incoming.path.startswith(f"{root}/") or incoming.path.endswith("/"):
            raise Problem("notFound")
        return cls(
            method=incoming.method,
            path=tuple(incoming.path.removeprefix(f"{root}/").split("/")),
            values=Values(dict(incoming.parameters())),
            headers={name.lower(): value for name, value in incoming.headers.items()},
            body=incoming.body,
        )

    def check_headers(self) -> None:
        """Raise Problem when the caller wants something else than JSON in RD coordinates."""
        wanted = {
            one.partition(";")[0].strip() for one in self.headers.get("accept", "*/*").split(",")
        }
        if not wanted & _JSON:
            raise Problem("notAcceptable")
        if self.headers.get("accept-crs", "epsg:28992").lower() != "epsg:28992":
            raise Problem("notAcceptable", "Het gevraagde coördinatenstelsel is er niet.")
