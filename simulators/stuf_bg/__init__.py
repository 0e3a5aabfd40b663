"""Simulator of a source of persons that speaks StUF-BG 3.10; all persons are invented."""

from simulators.stuf_bg.options import Options
from simulators.stuf_bg.persons import PERSONS, Date, Person
from simulators.stuf_bg.simulator import StufBgSimulator
from simulators.stuf_bg.system import StufBgSystem

__all__ = ["PERSONS", "Date", "Options", "Person", "StufBgSimulator", "StufBgSystem"]
