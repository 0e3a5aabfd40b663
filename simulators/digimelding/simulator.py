"""A Digimelding on a port of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.digimelding.system import PATH, DigimeldingSystem
from simulators.kit import AT_ONCE, Pace, Simulator

if TYPE_CHECKING:
    import ssl

    from simulators.digimelding.seal import Seal
    from simulators.digimelding.system import Options


class DigimeldingSimulator(Simulator):
    """The web service at `url`. With `seal` everything is signed, both ways."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        control_port: int = 0,
        public_url: str | None = None,
        pace: Pace = AT_ONCE,
        options: Options | None = None,
        tls: ssl.SSLContext | None = None,
        seal: Seal | None = None,
    ) -> None:
        self.digimelding = DigimeldingSystem(options=options, seal=seal)
        super().__init__(
            self.digimelding,
            host=host,
            port=port,
            control_port=control_port,
            public_url=public_url,
            pace=pace,
            tls=tls,
        )

    @property
    def url(self) -> str:
        """Where requests go."""
        return f"{self.base_url}{PATH}"
