"""A BRP on a port of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.brp.system import TOKEN, BrpSystem
from simulators.kit import AT_ONCE, Pace, Simulator
from simulators.town import town as invented

if TYPE_CHECKING:
    import ssl

    from simulators.brp.options import Options
    from simulators.town import Town


class BrpSimulator(Simulator):
    """The APIs below `base_url`; without `town` it holds the invented one of 5,000 people."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        control_port: int = 0,
        public_url: str | None = None,
        pace: Pace = AT_ONCE,
        town: Town | None = None,
        options: Options | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.brp = BrpSystem(town=town or invented(), options=options)
        super().__init__(
            self.brp,
            host=host,
            port=port,
            control_port=control_port,
            public_url=public_url,
            pace=pace,
            tls=tls,
        )

    @property
    def url(self) -> str:
        """Where persons are asked for."""
        return f"{self.base_url}/personen"

    @property
    def token_url(self) -> str:
        return f"{self.base_url}{TOKEN}"
