"""A simulated BRP: Haal Centraal Personen 2, bewoning, verblijfplaatshistorie, reisdocumenten."""

from simulators.brp.options import Options
from simulators.brp.simulator import BrpSimulator
from simulators.brp.testpersons import read_test_persons

__all__ = ["BrpSimulator", "Options", "read_test_persons"]
