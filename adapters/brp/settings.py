"""Settings of the BRP."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from adapters._kit.haalcentraal.settings import HaalCentraalSettings


class BrpSettings(HaalCentraalSettings):
    """Everything about one way to the BRP; shown in docs/adapters/brp.md."""

    personen_url: str = Field(description="Full address of the operation, ending in /personen.")
    bewoning_url: str | None = Field(
        default=None, description="Ending in /bewoningen; absent: not asked for."
    )
    verblijfplaatshistorie_url: str | None = Field(
        default=None, description="Ending in /verblijfplaatshistorie; absent: not asked for."
    )
    reisdocumenten_url: str | None = Field(
        default=None, description="Ending in /reisdocumenten; absent: not asked for."
    )
    gemeente: str = Field(
        default="",
        pattern=r"^(?:[0-9]{4})?$",
        description="Only people registered in this municipality; empty: wherever they are.",
    )

    @property
    def addresses(self) -> Mapping[str, str]:
        own = {
            "personenUrl": self.personen_url,
            "bewoningUrl": self.bewoning_url,
            "verblijfplaatshistorieUrl": self.verblijfplaatshistorie_url,
            "reisdocumentenUrl": self.reisdocumenten_url,
        }
        return {**super().addresses, **{name: one for name, one in own.items() if one is not None}}
