"""A Berichtenbox on a port of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.berichtenbox.gateway import ROOT
from simulators.berichtenbox.system import PATH, BerichtenboxSystem
from simulators.kit import AT_ONCE, Pace, Simulator
from simulators.town import town as invented

if TYPE_CHECKING:
    import ssl

    from simulators.berichtenbox.options import Options
    from simulators.town import Town


class BerichtenboxSimulator(Simulator):
    """The service at `url`; without `town` it knows the people of the invented one."""

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
        self.berichtenbox = BerichtenboxSystem(town=town or invented(), options=options)
        super().__init__(
            self.berichtenbox,
            host=host,
            port=port,
            control_port=control_port,
            public_url=public_url,
            pace=pace,
            tls=tls,
        )

    @property
    def url(self) -> str:
        return f"{self.base_url}{PATH}"

    @property
    def gateway_root(self) -> str:
        """Of the ebMS gateway's REST API."""
        return f"{self.base_url}{ROOT}"
