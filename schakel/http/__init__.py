"""The HTTP entrance: publishers bring messages, operators see and mend."""

from schakel.http.app import create_app, create_watch_app
from schakel.http.services import ConfiguredDestination, HubServices
from schakel.http.serving import server_config

__all__ = [
    "ConfiguredDestination",
    "HubServices",
    "create_app",
    "create_watch_app",
    "server_config",
]
