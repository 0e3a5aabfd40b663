"""Deliveries that wait for another message at the same destination, found again when it is done.

Pure bookkeeping of one tenure. It knows at most what the store said when it was asked; a tenure
also asks again by itself, since an operator or another process may have closed the other one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping


class Dependants:
    def __init__(self) -> None:
        self._waiting: dict[int | None, set[int]] = {}

    def note(self, waits_for: Mapping[int, int | None]) -> None:
        """Dependant -> the delivery it waits for; None: that message was not accepted yet."""
        for dependant, blocker in waits_for.items():
            self._waiting.setdefault(blocker, set()).add(dependant)

    def freed_by(self, closed: Iterable[int]) -> list[int]:
        """Those that waited for these deliveries, in order of acceptance; each is told once."""
        return sorted(number for one in closed for number in self._waiting.pop(one, ()))

    def take(self, *, unaccepted_only: bool) -> list[int]:
        """Those that wait at all, or only those that wait for a message yet to come; told once."""
        if unaccepted_only:
            return sorted(self._waiting.pop(None, ()))
        waiting, self._waiting = self._waiting, {}
        return sorted(number for numbers in waiting.values() for number in numbers)
