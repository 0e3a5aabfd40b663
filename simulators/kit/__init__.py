"""What every simulator shares: server with a control port, faults, journal, settable clock."""

from simulators.kit.clock import SettableClock
from simulators.kit.door import PortUnavailableError
from simulators.kit.exchange import (
    Answer,
    ControlCall,
    ControlProblem,
    Incoming,
    Sink,
    Streaming,
    Surroundings,
    System,
    Table,
)
from simulators.kit.faults import KINDS, FaultRule, Match
from simulators.kit.journal import Effect, Journal
from simulators.kit.multipart import Form, Spool, form_for
from simulators.kit.outage import Outage
from simulators.kit.pace import AT_ONCE, OPEN_ZAAK, Pace
from simulators.kit.server import Simulator, running

__all__ = [
    "AT_ONCE",
    "KINDS",
    "OPEN_ZAAK",
    "Answer",
    "ControlCall",
    "ControlProblem",
    "Effect",
    "FaultRule",
    "Form",
    "Incoming",
    "Journal",
    "Match",
    "Outage",
    "Pace",
    "PortUnavailableError",
    "SettableClock",
    "Simulator",
    "Sink",
    "Spool",
    "Streaming",
    "Surroundings",
    "System",
    "Table",
    "form_for",
    "running",
]
