"""Settings of the BRK."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from adapters._kit.haalcentraal.settings import HaalCentraalSettings


class BrkSettings(HaalCentraalSettings):
    """Everything about one way to the BRK; shown in docs/adapters/brk.md."""

    root: str = Field(
        default="https://api.brk.kadaster.nl/esd/bevragen/v2",
        description="Address of the API, without a slash at its end.",
    )
    most_objects: int = Field(
        default=10,
        ge=1,
        le=100,
        description="Parcels and apartment rights of one address whose owners are asked for.",
    )

    @property
    def addresses(self) -> Mapping[str, str]:
        return {**super().addresses, "root": self.root}
