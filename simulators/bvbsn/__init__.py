"""A simulated BV BSN: verifies identity documents."""

from simulators.bvbsn.simulator import BvbsnSimulator
from simulators.bvbsn.system import Options

__all__ = ["BvbsnSimulator", "Options"]
