"""A source of persons on a port of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.kit import AT_ONCE, Pace, Simulator
from simulators.stuf_bg.persons import PERSONS
from simulators.stuf_bg.system import PATH, StufBgSystem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulators.stuf_bg.options import Options
    from simulators.stuf_bg.persons import Person


class StufBgSimulator(Simulator):
    """BeantwoordVraag of StUF-BG 3.10 at `url`."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        control_port: int = 0,
        public_url: str | None = None,
        pace: Pace = AT_ONCE,
        persons: Sequence[Person] = PERSONS,
        options: Options | None = None,
    ) -> None:
        self.bg = StufBgSystem(persons=persons, options=options)
        super().__init__(
            self.bg,
            host=host,
            port=port,
            control_port=control_port,
            public_url=public_url,
            pace=pace,
        )

    @property
    def url(self) -> str:
        """Where questions go."""
        return f"{self.base_url}{PATH}"
