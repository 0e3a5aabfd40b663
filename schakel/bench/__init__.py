"""`schakel bench`: what the hub accepts and delivers on this machine, on SQLite.

`schakel bench stuf`: what writing and reading StUF costs.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["run"]


def run(arguments: Sequence[str]) -> int:
    """Run the bench that the first argument names. Exit codes: see the bench."""
    # Imported late: the one needs servers and clients, the other the adapters.
    if arguments[:1] == ["stuf"]:
        from schakel.bench.stuf import run as run_stuf  # noqa: PLC0415 - see above

        return run_stuf(arguments[1:])
    from schakel.bench.bench import run as run_hub  # noqa: PLC0415 - see above

    return run_hub(arguments)
