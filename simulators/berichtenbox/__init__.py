"""A simulated Berichtenbox of MijnOverheid: subscriptions, and letters behind a gateway."""

from simulators.berichtenbox.options import Options
from simulators.berichtenbox.simulator import BerichtenboxSimulator

__all__ = ["BerichtenboxSimulator", "Options"]
