"""What the simulated registers of the Kadaster (BAG, BRK) have in common: HAL over GET."""

from simulators.kadaster.asked import Asked, Values
from simulators.kadaster.hal import Json, hal, known, link, only
from simulators.kadaster.options import changed_options
from simulators.kadaster.problems import Dialect, Invalid, Problem, problem_answer

__all__ = [
    "Asked",
    "Dialect",
    "Invalid",
    "Json",
    "Problem",
    "Values",
    "changed_options",
    "hal",
    "known",
    "link",
    "only",
    "problem_answer",
]
