"""A simulated GBA-V: persons over the ad hoc service LRDPlus 1.1."""

from simulators.gbav.simulator import GbavSimulator
from simulators.gbav.system import Options

__all__ = ["GbavSimulator", "Options"]
