"""A zaaksysteem that speaks StUF-ZDS, on a port of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.kit import AT_ONCE, Pace, Simulator
from simulators.stuf_zds.habits import STANDAARD, Habits
from simulators.stuf_zds.system import StufZdsSystem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulators.stuf_zds.pushing import Push
    from simulators.stuf_zds.security import Security
    from simulators.stuf_zds.switches import Switch
    from simulators.stuf_zds.world import World


class StufZdsSimulator(Simulator):
    """StUF-ZDS 1.1.02 and 1.2 at `base_url`, under the names of the standard's endpoints.

    `habits` says in what it differs from the book; see `simulators.stuf_zds.habits.PRESETS`.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        control_port: int = 0,
        public_url: str | None = None,
        pace: Pace = AT_ONCE,
        habits: Habits = STANDAARD,
        security: Security | None = None,
    ) -> None:
        self._stuf = StufZdsSystem(habits=habits, security=security)
        super().__init__(
            self._stuf,
            host=host,
            port=port,
            control_port=control_port,
            public_url=public_url,
            pace=pace,
        )

    @property
    def world(self) -> World:
        """The state of the zaaksysteem, for tests in the same process."""
        return self._stuf.world

    @property
    def pushes(self) -> Sequence[Push]:
        """What it sent by itself, with the answers."""
        return self._stuf.pusher.pushes

    def refuse(self, *switches: Switch) -> None:
        """Refuse or lose coming messages."""
        self._stuf.switches += switches

    async def pushed(self) -> None:
        """Wait until everything that it sends by itself was answered or given up."""
        await self._stuf.pusher.idle()
