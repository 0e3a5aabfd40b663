"""A simulated Digimelding: reports about the BRP, as far as its specification is public."""

from simulators.digimelding.simulator import DigimeldingSimulator
from simulators.digimelding.system import Options

__all__ = ["DigimeldingSimulator", "Options"]
