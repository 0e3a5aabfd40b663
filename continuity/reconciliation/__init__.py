"""Comparing what the hub delivered with what a destination has, day by day, and mending it.

A comparison only reads. What it finds is kept in the store (`Reconciliations`); mending it takes
the same ways as an operator has: a replay, or a new delivery that looks before it sends.
"""

from continuity.reconciliation.days import day_of
from continuity.reconciliation.finding import Finding
from continuity.reconciliation.judging import REMEDIES, Code, Remedy
from continuity.reconciliation.progress import Progress
from continuity.reconciliation.reconciler import Reconciler, ReconciliationPolicy, Subject
from continuity.reconciliation.repair import Act, Repaired, acknowledge, repair, repair_all
from continuity.reconciliation.summary import in_one_line

__all__ = [
    "REMEDIES",
    "Act",
    "Code",
    "Finding",
    "Progress",
    "Reconciler",
    "ReconciliationPolicy",
    "Remedy",
    "Repaired",
    "Subject",
    "acknowledge",
    "day_of",
    "in_one_line",
    "repair",
    "repair_all",
]
