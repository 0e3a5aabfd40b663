"""The settable clock of a simulator: what the simulated system believes the time is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def real_now() -> datetime:
    """The machine's time in UTC."""
    return datetime.now(UTC)


class SettableClock:
    """Real time plus an offset, or frozen at an instant; always aware, in UTC.

    Business checks (a date in the future, the age of a token) and outage schedules follow this
    clock. Delays on the wire (latency, hanging) are real seconds.
    """

    def __init__(self, source: Callable[[], datetime] = real_now) -> None:
        self._source = source
        self._offset = timedelta(0)
        self._frozen: datetime | None = None

    def now(self) -> datetime:
        return self._frozen if self._frozen is not None else self._source() + self._offset

    @property
    def frozen(self) -> bool:
        return self._frozen is not None

    def set(self, instant: datetime, *, frozen: bool) -> None:
        """Jump to `instant`; a frozen clock stands still until it is set, advanced or reset."""
        instant = instant.astimezone(UTC)
        self._frozen = instant if frozen else None
        self._offset = instant - self._source()

    def advance(self, step: timedelta) -> None:
        if self._frozen is not None:
            self._frozen += step
        self._offset += step

    def reset(self) -> None:
        self._offset = timedelta(0)
        self._frozen = None
