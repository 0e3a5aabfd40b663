"""Bad habits of a sender of notifications, repeatable: dropping, doubling, swapping."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simulators.kit import ControlProblem

if TYPE_CHECKING:
    from collections.abc import Mapping

_KNOWN: dict[str, Any] = {"drop": 0.0, "double": 0.0, "swap": 0.0, "seed": 0, "pauses": []}


@dataclass(slots=True)
class Habits:
    """Chances between 0 and 1, drawn from `seed`.

    `drop`: never sent. `double`: sent twice. `swap`: held back until a later one was delivered.
    `pauses`: seconds between attempts, instead of those of Open Notificaties; empty: as these.
    """

    drop: float = 0.0
    double: float = 0.0
    swap: float = 0.0
    seed: int = 0
    pauses: tuple[float, ...] = ()
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("sent", "dropped", "doubled", "swapped"), 0)
    )
    _dice: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)  # noqa: S311 - repeatable chance, no secret

    def copies(self) -> int:
        """How often the next notification is sent."""
        self.counts["sent"] += 1
        if self._dice.random() < self.drop:
            self.counts["dropped"] += 1
            return 0
        if self._dice.random() < self.double:
            self.counts["doubled"] += 1
            return 2
        return 1

    def swaps(self) -> bool:
        """Whether the next notification is held back."""
        swapped = self._dice.random() < self.swap
        self.counts["swapped"] += swapped
        return swapped

    def as_json(self) -> dict[str, Any]:
        chances = {"drop": self.drop, "double": self.double, "swap": self.swap, "seed": self.seed}
        return {**chances, "pauses": list(self.pauses), "counts": dict(self.counts)}


def read_habits(document: Mapping[str, Any] | Any) -> Habits:
    """Read the body of PUT /notifications; an empty object is a sender without habits."""
    if not isinstance(document, dict) or set(document) - set(_KNOWN):
        raise ControlProblem(f"Expected an object with some of: {', '.join(_KNOWN)}.")
    values = {**_KNOWN, **document}
    chances = {name: values[name] for name in ("drop", "double", "swap")}
    for name, value in chances.items():
        if not _number(value) or value > 1:
            raise ControlProblem(f"{name} must be a chance between 0 and 1.")
    if not isinstance(values["seed"], int):
        raise ControlProblem("seed must be a whole number.")
    pauses = values["pauses"]
    if not isinstance(pauses, list) or not all(map(_number, pauses)):
        raise ControlProblem("pauses must be a list of seconds.")
    return Habits(**chances, seed=values["seed"], pauses=tuple(pauses))


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
