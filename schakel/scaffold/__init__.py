"""Generates a new adapter with its simulator, tests and docs page, all of which work at once."""

from schakel.scaffold.generator import AlreadyThere, InvalidName, create

__all__ = ["AlreadyThere", "InvalidName", "create"]
