"""Simulator of a ZGW zaaksysteem that behaves as Open Zaak and Open Notificaties do."""

from simulators.zgw.seed import (
    DEFAULT_SEED,
    DEMO_CLIENT,
    DEMO_SECRET,
    DOMEIN,
    LIMITED_CLIENT,
    LIMITED_SECRET,
    RSIN,
    Seed,
    Zaaktype,
)
from simulators.zgw.simulator import ZgwSimulator
from simulators.zgw.system import ZgwSystem
from simulators.zgw.verdict import Finding, Verdict, verdict
from simulators.zgw.world import Options

__all__ = [
    "DEFAULT_SEED",
    "DEMO_CLIENT",
    "DEMO_SECRET",
    "DOMEIN",
    "LIMITED_CLIENT",
    "LIMITED_SECRET",
    "RSIN",
    "Finding",
    "Options",
    "Seed",
    "Verdict",
    "Zaaktype",
    "ZgwSimulator",
    "ZgwSystem",
    "verdict",
]
