"""Simulator of the BAG, API Individuele Bevragingen 2.x; the town in it is invented."""

from simulators.bag.options import Options
from simulators.bag.register import Address, Register, Street
from simulators.bag.simulator import BagSimulator
from simulators.bag.system import ROOT, BagSystem

__all__ = ["ROOT", "Address", "BagSimulator", "BagSystem", "Options", "Register", "Street"]
