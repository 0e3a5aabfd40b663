"""Simulator of the BRK, Bevragen 2.x of the Kadaster; parcels and owners are invented."""

from simulators.brk.options import Options
from simulators.brk.register import Parcel, Party, Place, Register, Right
from simulators.brk.simulator import BrkSimulator
from simulators.brk.system import ROOT, BrkSystem

__all__ = [
    "ROOT",
    "BrkSimulator",
    "BrkSystem",
    "Options",
    "Parcel",
    "Party",
    "Place",
    "Register",
    "Right",
]
