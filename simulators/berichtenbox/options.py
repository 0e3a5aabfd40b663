"""How the simulated Berichtenbox behaves; changeable on its control port."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Seconds are of the simulator's own clock."""

    leverancier: str = "00000099000000001000"
    """The one sender that is known, with an OIN for tests."""
    berichttype: str = "BURGERZ"
    """Its one kind of letter."""
    away: bool = False
    """Every question about subscriptions is a DependentServiceFault."""
    cpa: str = "MIJNOVERHEID-EBMS-BB-2-0_schakel"
    user: str = "schakel-demo"
    """Of the gateway, by HTTP Basic; empty: nobody is refused."""
    password: str = "alleen-voor-demonstratie"  # noqa: S105 - of a simulator
    ack_seconds: int = 0
    """From a message to its acknowledgment."""
    result_seconds: int = 0
    """From the acknowledgment to the result."""
    transport: Literal["DELIVERED", "FAILED", "EXPIRED"] = "DELIVERED"
    """What becomes of every message on its way to Logius."""
    silent: bool = False
    """No results come."""
    packed: bool = False
    """Results are compressed."""
    backwards: bool = False
    """Results are listed newest first."""
    technical: int = 0
    """How often each letter ends in TechnischProbleem before it is worked out."""
