"""Simulator of the Terugmeldvoorziening BRP, version 1.0, as a SOAP service at GBA-V."""

from simulators.tmv.dossiers import Detail, Dossier, Melding
from simulators.tmv.options import Options
from simulators.tmv.simulator import TmvSimulator
from simulators.tmv.system import TmvSystem

__all__ = ["Detail", "Dossier", "Melding", "Options", "TmvSimulator", "TmvSystem"]
