"""The configuration: `schakel.toml` and `conf.d/*.toml`, checked before anything starts."""

from schakel.settings.kinds import AdapterKind, AdapterKinds, System
from schakel.settings.load import load
from schakel.settings.mistakes import ConfigurationMistakes, Mistake
from schakel.settings.settings import DestinationSettings, Settings
from schakel.settings.storage import PostgresDatabase, SqliteFile, StoreAddress

__all__ = [
    "AdapterKind",
    "AdapterKinds",
    "ConfigurationMistakes",
    "DestinationSettings",
    "Mistake",
    "PostgresDatabase",
    "Settings",
    "SqliteFile",
    "StoreAddress",
    "System",
    "load",
]
