"""A simulated Berichtenbox: the subscription check of MijnOverheid."""

from simulators.berichtenbox.simulator import BerichtenboxSimulator
from simulators.berichtenbox.system import Options

__all__ = ["BerichtenboxSimulator", "Options"]
