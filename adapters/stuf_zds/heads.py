"""Number and time of what we send.

The number of a request follows from the message and its step, so that it is the same however often
it is made. The time is that of rendering, and later than that of anything this process rendered
before for the same system: receivers may refuse one that is not (StUF019), and two requests of one
case may be rendered within a millisecond. A request that is sent again has the bytes that were
stored, so number and time of the first time. After a clock that was set back, or with another
process beside this one, StUF019 may come all the same; the request is then rendered once more.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from adapters._kit.stuf.stuurgegevens import referentienummer, tijdstip
from adapters.contract import Clock
from adapters.stuf_zds.settings import StufZdsSettings
from adapters.stuf_zds.writing.berichten import Head

_NEXT: Final = timedelta(milliseconds=1)


class Heads:
    """Gives heads to everything that goes to one system."""

    def __init__(self, settings: StufZdsSettings, clock: Clock) -> None:
        self._zender = settings.zender.partij
        self._ontvanger = settings.ontvanger.partij
        self._clock = clock
        self._last: datetime | None = None

    def for_step(self, message_id: str, step: str) -> Head:
        return self._head(referentienummer(message_id, step))

    def for_question(self) -> Head:
        """A question changes nothing: each is new."""
        return self._head(str(uuid4()))

    def _head(self, number: str) -> Head:
        return Head(self._zender, self._ontvanger, number, tijdstip(self._moment()))

    def _moment(self) -> datetime:
        now = self._clock.now()
        now -= timedelta(microseconds=now.microsecond % 1000)
        if self._last is not None and now <= self._last:
            now = self._last + _NEXT
        self._last = now
        return now
