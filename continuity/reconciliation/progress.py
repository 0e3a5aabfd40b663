"""How far a comparison is and what it counted: the checkpoint that the store keeps. No names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Numbers of one kind of thing."""

    expected: int = 0
    """What the partner should have by the messages of that day."""
    there: int = 0
    """Of those, what it has as it was delivered."""
    listed: int = 0
    """What the partner says that was registered that day; 0 for kinds that it cannot list."""
    others: int = 0
    """Of those, what the hub has no message for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    since: datetime
    """Accepted then, and message `after`: the last delivery that was compared."""
    after: int = 0
    messages: int = 0
    acknowledged: int = 0
    """Differences left out because somebody acknowledged them in an earlier report."""
    hub_side_done: bool = False
    tallies: Mapping[str, Tally] = field(default_factory=dict)

    @classmethod
    def read(cls, checkpoint: str, *, start: datetime) -> Self:
        """From what `write` made; an empty one is at the start of the day."""
        if not checkpoint:
            return cls(since=start)
        document = json.loads(checkpoint)
        tallies = {kind: Tally(**numbers) for kind, numbers in document.pop("tallies").items()}
        since = datetime.fromisoformat(document.pop("since"))
        return cls(since=since, tallies=tallies, **document)

    def write(self) -> str:
        document = asdict(self) | {"since": self.since.isoformat()}
        return json.dumps(document, separators=(",", ":"), sort_keys=True)

    def tally(self, kind: str) -> Tally:
        return self.tallies.get(kind, Tally())

    def counted(self, kind: str, **more: int) -> Self:
        """With so many more of a kind."""
        old = self.tally(kind)
        new = replace(old, **{name: getattr(old, name) + n for name, n in more.items()})
        return replace(self, tallies={**self.tallies, kind: new})
