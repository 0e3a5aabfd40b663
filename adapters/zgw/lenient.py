"""Reading leniently: what does not fit is left out, and a sentence says so without the value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import ValidationError

from schemas.payload import CanonicalModel

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_MOST_REMARKS: Final = 50
_LONGEST_REMARK: Final = 200


class Remarks:
    """Sentences for the core about what was not taken over."""

    def __init__(self, sentences: Iterable[str] = ()) -> None:
        self._sentences = list(sentences)

    def add(self, where: str, why: str) -> None:
        self._sentences.append(f"{where}: {why}")

    @property
    def sentences(self) -> list[str]:
        """At most 50; the last one then says how many there were."""
        cut = [one[:_LONGEST_REMARK] for one in self._sentences]
        if len(cut) <= _MOST_REMARKS:
            return cut
        return [*cut[: _MOST_REMARKS - 1], f"and {len(cut) - _MOST_REMARKS + 1} more remarks"]


def line(value: object, longest: int) -> str | None:
    """One line of at most `longest` characters; None when nothing visible is left."""
    return " ".join(_plain(value).split())[:longest].strip() or None


def text(value: object, longest: int) -> str:
    """Text of several lines, at most `longest` characters."""
    return _plain(value)[:longest]


def _plain(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return _CONTROL.sub(" ", str(value)).encode("utf-8", "replace").decode()


def settled(
    model: type[CanonicalModel], data: Mapping[str, Any], remarks: Remarks, where: str
) -> dict[str, Any] | None:
    """Return the part of `data` that the model takes; None when something required is wrong.

    Every field that is left out because of its value gets a remark; absent ones get none.
    """
    present = {name: value for name, value in data.items() if value is not None}
    problems = _problems(model, present)
    for name, rule in problems.items():
        if name in present:
            remarks.add(f"{where}.{name}".lstrip("."), f"not taken over ({rule})")
            del present[name]
    if problems and (missing := _problems(model, present)):
        names = ", ".join(missing)
        remarks.add(where or "message", f"not complete: {names}")
        return None
    return present


def _problems(model: type[CanonicalModel], data: Mapping[str, Any]) -> dict[str, str]:
    """The rule that is broken, by name of the field as JSON has it."""
    try:
        model.model_validate(data, by_alias=True, by_name=False)
    except ValidationError as error:
        return {str((*each["loc"], "")[0]): each["type"] for each in error.errors()}
    return {}
