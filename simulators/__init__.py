"""Simulators: one real server per external system, with fault injection and a journal.

They import nothing of the hub, so that they can bear witness about it.
"""

from simulators.kit import FaultRule, Match, Outage, Pace, PortUnavailableError, Simulator, running
from simulators.launch import registry, run
from simulators.zgw import ZgwSimulator

__all__ = [
    "FaultRule",
    "Match",
    "Outage",
    "Pace",
    "PortUnavailableError",
    "Simulator",
    "ZgwSimulator",
    "registry",
    "run",
    "running",
]
