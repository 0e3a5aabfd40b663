"""`schakel demo`: the hub at work against a simulated zaaksysteem, judged by the latter's books."""

from schakel.demo.scenarios import run

__all__ = ["run"]
