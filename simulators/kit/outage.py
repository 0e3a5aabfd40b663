"""An outage schedule on the settable clock: from one instant to another, one fault."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from simulators.kit.faults import FaultRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """From `start` up to but not including `end` every matching request meets `fault`."""

    start: datetime
    end: datetime
    fault: FaultRule

    def rule(self) -> FaultRule:
        """Return the outage as a fault rule: unlimited within its hours."""
        return replace(self.fault, since=self.start, until=self.end, times=None)
