"""A BAG on a port of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.bag.invented import invented
from simulators.bag.system import ROOT, BagSystem
from simulators.kit import AT_ONCE, Pace, Simulator

if TYPE_CHECKING:
    import ssl

    from simulators.bag.options import Options
    from simulators.bag.register import Register


class BagSimulator(Simulator):
    """The API at `url`; without `register` it holds the invented town."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        control_port: int = 0,
        public_url: str | None = None,
        pace: Pace = AT_ONCE,
        register: Register | None = None,
        options: Options | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.bag = BagSystem(register=register or invented(), options=options)
        super().__init__(
            self.bag,
            host=host,
            port=port,
            control_port=control_port,
            public_url=public_url,
            pace=pace,
            tls=tls,
        )

    @property
    def url(self) -> str:
        """Root of the API, without a slash at its end."""
        return f"{self.base_url}{ROOT}"
