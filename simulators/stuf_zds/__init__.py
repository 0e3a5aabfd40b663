"""Simulator of a zaaksysteem that speaks StUF-ZDS 1.1.02 and 1.2, with habits to choose."""

from simulators.stuf_zds.habits import PRESETS, STANDAARD, Habits
from simulators.stuf_zds.security import Credentials, Security
from simulators.stuf_zds.simulator import StufZdsSimulator
from simulators.stuf_zds.switches import Switch
from simulators.stuf_zds.verdict import published_verdict, received_verdict

__all__ = [
    "PRESETS",
    "STANDAARD",
    "Credentials",
    "Habits",
    "Security",
    "StufZdsSimulator",
    "Switch",
    "published_verdict",
    "received_verdict",
]
