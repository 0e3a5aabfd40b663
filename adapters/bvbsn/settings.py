"""Settings of a connection to BV BSN."""

from __future__ import annotations

from pydantic import Field

from adapters._kit.digikoppeling.settings import WusSettings

VALID = 24002
"""The one code of a result that is public: the document is known, and good."""


class BvbsnSettings(WusSettings):
    """Where BV BSN is asked, who we are there, and how its codes are read."""

    url: str = Field(
        default="https://beheervoorziening.burgerservicenummer.nl/gebruiker.asmx",
        description="Address of the service.",
    )
    afzender: str = Field(
        min_length=1, max_length=80, description="Our name in the messages, as BV BSN gave it."
    )
    geldig_codes: frozenset[int] = Field(
        default=frozenset({VALID}), description="Codes of a result that mean: valid."
    )
    ongeldig_codes: frozenset[int] = Field(
        default=frozenset(),
        description="Codes of a result that mean: not valid. The list of codes is not public; "
        "BV BSN gives it to who is connected. What is in neither list is answered as onbekend.",
    )
