"""`python -m simulators`, also reached as `schakel simulate`: external systems to test against."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Sequence

from simulators.kit import PortUnavailableError, Simulator
from simulators.launch import UnknownSimulatorError, registry, run

WRONG_USE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs until interrupted. Exit codes: 0 stopped, 1 a port is taken, 2 wrong use."""
    options = _parser().parse_args(arguments)
    ports, public = dict(options.port), dict(options.public)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(run(options.names, options.host, ports, _tell, public))
    except UnknownSimulatorError as error:
        return _complain(str(error), WRONG_USE)
    except PortUnavailableError as error:
        return _complain(str(error), 1)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="schakel simulate",
        description="Run simulated external systems: real servers, with faults on request.",
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"which ones; default all: {', '.join(registry)}"
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument(
        "--port",
        action="append",
        default=[],
        type=_ports,
        metavar="NAME=PORT[:CONTROL]",
        help="its port and the port of its control API; default: any free ones",
    )
    parser.add_argument(
        "--public",
        action="append",
        default=[],
        type=_public,
        metavar="NAME=URL",
        help="what callers know it by, where a proxy or a container stands in between",
    )
    return parser


def _public(text: str) -> tuple[str, str]:
    name, _, url = text.partition("=")
    if not url.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(f"write NAME=http://HOST:PORT, not {text!r}")
    return name, url.rstrip("/")


def _ports(text: str) -> tuple[str, tuple[int, int]]:
    try:
        name, numbers = text.split("=")
        port, _, control = numbers.partition(":")
        return name, (int(port), int(control or 0))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"write NAME=PORT:CONTROL, not {text!r}") from error


def _tell(simulator: Simulator) -> None:
    sys.stdout.write(f"{simulator.name}: {simulator.base_url}  control: {simulator.control_url}\n")
    sys.stdout.flush()


def _complain(sentence: str, code: int) -> int:
    sys.stderr.write(sentence + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
