"""What the hub shows of itself: logs, metrics, and no personal data in either."""

from schakel.telemetry.backlog import Backlog
from schakel.telemetry.logging import configure_logging
from schakel.telemetry.masking import mask_text, mask_value
from schakel.telemetry.observers import HubObserver, LoggingObserver, PrometheusObserver

__all__ = [
    "Backlog",
    "HubObserver",
    "LoggingObserver",
    "PrometheusObserver",
    "configure_logging",
    "mask_text",
    "mask_value",
]
