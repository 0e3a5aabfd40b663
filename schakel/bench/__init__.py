"""`schakel bench`: what the hub accepts and delivers on this machine, on SQLite."""

from schakel.bench.bench import run

__all__ = ["run"]
