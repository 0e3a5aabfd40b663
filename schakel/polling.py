"""Looking at external systems for what nobody told us, each at its own pace.

How far it is, and when somebody looked last, stands in a cursor of the store: whichever worker
moves it first does the next look. A look that breaks is made again after the pause.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from adapters.contract import Clock, DeliveryError, Poller
from continuity.store.contract import Cursors, StoreError
from schakel.errand import Errand
from schakel.intake import Intake, NewsRefused

_PREFIX: Final = "poll:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """A destination to look at, for one municipality."""

    poller: Poller
    tenant: str
    every: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """What the cursor says."""

    at: datetime
    cursor: str | None

    def text(self) -> str:
        return json.dumps({"at": self.at.isoformat(), "cursor": self.cursor})

    @classmethod
    def read(cls, text: str) -> _Place:
        values = json.loads(text)
        return cls(at=datetime.fromisoformat(values["at"]), cursor=values["cursor"])


class Polling(Errand):
    """`polled` by name of destination."""

    def __init__(
        self, *, polled: Mapping[str, Polled], store: Cursors, intake: Intake, clock: Clock
    ) -> None:
        super().__init__("polling")
        self._polled = dict(polled)
        self._store = store
        self._intake = intake
        self._clock = clock
        self._failing: set[str] = set()

    async def step(self) -> bool:
        """Looks at each destination whose time has come; True when one has more to tell."""
        more = False
        for name, polled in self._polled.items():
            more |= await self._look(name, polled)
        return more

    async def _look(self, name: str, polled: Polled) -> bool:
        now = self._clock.now()
        before = await self._store.read_cursor(_PREFIX + name)
        place = (
            _Place(at=now - polled.every, cursor=None) if before is None else _Place.read(before)
        )
        if abs(now - place.at) < polled.every:
            return False
        mine = _Place(at=now, cursor=place.cursor).text()
        if not await self._store.save_cursor(_PREFIX + name, mine, before=before):
            return False
        try:
            found = await polled.poller.poll(place.cursor, self._clock)
            await self._intake.take_news(found.news, tenant=polled.tenant, destination=name)
        except StoreError:
            raise
        except (DeliveryError, NewsRefused) as error:
            self._failed(name, str(error))
            return False
        except Exception as error:  # noqa: BLE001 - a bug spoils one look, not the hub
            self._failed(name, f"bug: {type(error).__name__}")
            return False
        self._failing.discard(name)
        # with more to come, the next look is due at once
        at = now - polled.every if found.more else now
        done = _Place(at=at, cursor=found.cursor).text()
        return await self._store.save_cursor(_PREFIX + name, done, before=mine) and found.more

    def _failed(self, name: str, detail: str) -> None:
        """Once when it goes wrong, not at every look."""
        if name not in self._failing:
            self._log.warning("poll_failed", destination=name, detail=detail)
        self._failing.add(name)
