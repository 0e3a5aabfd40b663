"""A ZGW zaaksysteem on a port of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.kit import AT_ONCE, Pace, Simulator
from simulators.zgw.notifier import RETRY_DELAYS
from simulators.zgw.seed import DEFAULT_SEED
from simulators.zgw.system import ZgwSystem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulators.zgw.seed import Seed
    from simulators.zgw.world import Options, World


class ZgwSimulator(Simulator):
    """All six ZGW APIs at `base_url`, under the paths that Open Zaak and Open Notificaties use.

    `id_seed` makes the uuids repeatable; `retry_delays` are the seconds between attempts to
    deliver a notification.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        control_port: int = 0,
        public_url: str | None = None,
        pace: Pace = AT_ONCE,
        seed: Seed = DEFAULT_SEED,
        id_seed: int = 0,
        options: Options | None = None,
        retry_delays: Sequence[float] = RETRY_DELAYS,
    ) -> None:
        self._zgw = ZgwSystem(
            seed=seed, id_seed=id_seed, options=options, retry_delays=retry_delays
        )
        super().__init__(
            self._zgw,
            host=host,
            port=port,
            control_port=control_port,
            public_url=public_url,
            pace=pace,
            seed=id_seed,
        )

    @property
    def world(self) -> World:
        """The state of the zaaksysteem, for tests in the same process."""
        return self._zgw.world

    async def notified(self) -> None:
        """Wait until every notification has been delivered or given up."""
        await self._zgw.world.notifier.idle()
