"""Settings of the BAG."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

from adapters._kit.haalcentraal.settings import HaalCentraalSettings


class Mutaties(BaseModel):
    """Which changes are looked for. The BAG gives no list of them: every street is looked at."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    woonplaatsen: tuple[str, ...] = Field(
        min_length=1, description="Numbers of the woonplaatsen in the BAG (four digits)."
    )
    every_hours: float = Field(
        default=24.0,
        ge=0.1,
        le=240,
        description="Hours between two rounds. A round costs a call for every hundred addresses "
        "and one for every street, of the 50,000 that a key has in a day.",
    )


class BagSettings(HaalCentraalSettings):
    """Everything about one way to the BAG; shown in docs/adapters/bag.md."""

    root: str = Field(
        default="https://api.bag.kadaster.nl/lvbag/individuelebevragingen/v2",
        description="Address of the API, without a slash at its end.",
    )
    mutaties: Mutaties | None = Field(default=None, description="Absent: not looked for.")

    @property
    def addresses(self) -> Mapping[str, str]:
        return {**super().addresses, "root": self.root}
