"""Settings of a connection to Digimelding."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from adapters._kit.digikoppeling.settings import SigningSettings, WusSettings
from schemas import FieldProblem
from schemas.payload import broken

_OIN = r"^[0-9]{20}$"
_RVIG = "00000004003214345000"


class DigimeldingSettings(WusSettings):
    """Where reports go, and in whose name."""

    addressing: Literal["none", "wsa"] = Field(
        default="wsa",
        description="`wsa`: To, Action, MessageID and ReplyTo go with a question, and the answer "
        "has to name it.",
    )
    signing: SigningSettings | None = Field(
        default=None,
        description="Sign every message, and take signed answers only (2W-be-S); absent: 2W-be.",
    )
    oin: str = Field(pattern=_OIN, description="OIN of the municipality, in every message.")
    basisregistratie: str = Field(
        default=_RVIG, pattern=_OIN, description="OIN of the register that is doubted."
    )
    registratie: str = Field(
        default="BRP", pattern=r"^[A-Z]{0,3}$", description="Its part; empty: not said."
    )
    afdeling: str = Field(default="Burgerzaken", max_length=80, description="Who can be called.")
    naam: str = Field(min_length=1, max_length=80, description="Name of whom to call.")
    email: str = Field(
        pattern=r"^[^@\s]+@[^@\s]+$", max_length=120, description="Address of whom to write to."
    )
    bron_uri: str = Field(
        default="urn:nl:brp:persoon",
        min_length=1,
        max_length=200,
        description="Uri by which Digimelding knows persons of the BRP. The list is not public: "
        "the default is a guess.",
    )
    attribuut_uri: str = Field(
        default="urn:nl:brp:{rubriek}",
        max_length=200,
        description="Uri of an attribute, with `{rubriek}` where its number comes (08.11.10). "
        "The list is not public: the default is a guess.",
    )
    follow_every_hours: float = Field(
        default=12, ge=0.01, le=168, description="Hours between two looks at a report."
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if "{rubriek}" not in self.attribuut_uri:
            detail = "Say where the number of the attribute comes: {rubriek}."
            raise broken(type(self).__name__, [FieldProblem("attribuut_uri", "place", detail)])
        if self.signing is not None and self.addressing == "none":
            detail = 'What is signed has to be addressed: leave addressing at "wsa".'
            raise broken(type(self).__name__, [FieldProblem("addressing", "needed", detail)])
        return self
