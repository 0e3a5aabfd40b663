"""What the worker tells whoever measures: metrics and logs are made elsewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from continuity.breaker import Breaker
from continuity.delivery import State


class Observer(Protocol):
    def attempted(self, *, destination: str, outcome: State, took: timedelta) -> None:
        """One attempt or look-up ended in `outcome`; `took` is the time at the partner."""

    def delivered(self, *, destination: str, after: timedelta) -> None:
        """A delivery reached the partner `after` it was accepted."""

    def breaker_changed(self, *, destination: str, before: Breaker, after: Breaker) -> None:
        """The breaker's state changed: a destination went away, or is back."""


class Silent:
    """Observes nothing: for tools and tests that do not measure."""

    def attempted(self, *, destination: str, outcome: State, took: timedelta) -> None: ...

    def delivered(self, *, destination: str, after: timedelta) -> None: ...

    def breaker_changed(self, *, destination: str, before: Breaker, after: Breaker) -> None: ...
