"""Starting simulators by name, for the command line."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Protocol

from simulators.bag import BagSimulator
from simulators.berichtenbox import BerichtenboxSimulator
from simulators.brk import BrkSimulator
from simulators.brp import BrpSimulator
from simulators.bvbsn import BvbsnSimulator
from simulators.digimelding import DigimeldingSimulator
from simulators.gbav import GbavSimulator
from simulators.kit import running
from simulators.stuf_bg import StufBgSimulator
from simulators.stuf_zds import StufZdsSimulator
from simulators.tmv import TmvSimulator
from simulators.zgw import ZgwSimulator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simulators.kit import Simulator


class Factory(Protocol):
    """Makes one simulator; port 0 is any free port."""

    def __call__(
        self, *, host: str, port: int, control_port: int, public_url: str | None
    ) -> Simulator: ...


registry: dict[str, Factory] = {
    "zgw": ZgwSimulator,
    "stuf_zds": StufZdsSimulator,
    "stuf_bg": StufBgSimulator,
    "bag": BagSimulator,
    "brk": BrkSimulator,
    "brp": BrpSimulator,
    "tmv": TmvSimulator,
    "digimelding": DigimeldingSimulator,
    "bvbsn": BvbsnSimulator,
    "gbav": GbavSimulator,
    "berichtenbox": BerichtenboxSimulator,
}


class UnknownSimulatorError(Exception):
    """No simulator has this name; choose one of those that the text lists."""

    def __init__(self, name: str) -> None:
        super().__init__(f"No simulator is called {name!r}; known are {', '.join(registry)}.")


async def run(
    names: Sequence[str],
    host: str = "127.0.0.1",
    ports: Mapping[str, tuple[int, int]] | None = None,
    tell: Callable[[Simulator], None] | None = None,
    public: Mapping[str, str] | None = None,
) -> None:
    """Run the named simulators (all when none is named) until cancelled.

    `ports` gives a port and a control port by name; a simulator without them gets free ones.
    `public` gives the address that callers use by name, where it is another than its own.
    `tell` is called for each that has started and can print its addresses. Raises
    UnknownSimulatorError before anything starts, PortUnavailableError when a port is taken.
    """
    wanted = list(names) or list(registry)
    for name in wanted:
        if name not in registry:
            raise UnknownSimulatorError(name)
    async with AsyncExitStack() as stack:
        for name in wanted:
            port, control_port = (ports or {}).get(name, (0, 0))
            simulator = registry[name](
                host=host,
                port=port,
                control_port=control_port,
                public_url=(public or {}).get(name),
            )
            await stack.enter_async_context(running(simulator))
            if tell is not None:
                tell(simulator)
        await asyncio.Event().wait()
