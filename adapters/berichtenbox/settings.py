"""Settings of a connection to the Berichtenbox."""

from __future__ import annotations

from pydantic import Field

from adapters._kit.digikoppeling.settings import WusSettings


class BerichtenboxSettings(WusSettings):
    """Where subscriptions are checked, and in whose name."""

    leverancier: str = Field(
        pattern=r"^[0-9]{20}$",
        description="OIN of the municipality, without a prefix: the sender of its letters.",
    )
