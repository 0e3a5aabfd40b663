"""Settings of a connection to GBA-V."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr

from adapters._kit.digikoppeling.settings import WusSettings


class GbavSettings(WusSettings):
    """Where GBA-V is asked, and with which account."""

    user: str = Field(min_length=1, max_length=200, description="The account of the afnemer.")
    password: SecretStr = Field(description="Of `user`; it expires, and has to be replaced then.")
    soap_action: Literal["action", "empty"] = Field(
        default="empty", description="What stands in the header SOAPAction."
    )
    gemeente: str = Field(
        default="",
        pattern=r"^(?:[0-9]{4})?$",
        description="Where searches look when the question does not say; empty: everywhere.",
    )
