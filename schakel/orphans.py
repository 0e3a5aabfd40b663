"""Removing documents that no message refers to (any more), every hour."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from adapters.contract import Clock
from continuity.documents import BlobsUnavailable, Collector
from schakel.errand import Errand

EVERY: Final = timedelta(hours=1)


class Orphans(Errand):
    """The work itself is the collector's; several processes may do it at once."""

    def __init__(self, collector: Collector, clock: Clock) -> None:
        super().__init__("documents")
        self._collector = collector
        self._clock = clock
        self._next: datetime | None = None
        self._blobs_away = False

    async def step(self) -> bool:
        now = self._clock.now()
        if self._next is not None and now < self._next <= now + EVERY:
            return False
        try:
            collected = await self._collector.collect()
        except BlobsUnavailable as error:
            if not self._blobs_away:
                self._log.warning("documents_away", detail=str(error))
            self._blobs_away = True
        else:
            self._blobs_away = False
            if collected:
                self._log.info(
                    "documents_removed", orphans=collected.orphans, strays=collected.strays
                )
        self._next = now + EVERY
        return False
