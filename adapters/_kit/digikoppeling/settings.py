"""Settings of one endpoint that is asked over WUS."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from adapters._kit.http import HttpSettings
from adapters._kit.roots import check_root
from schemas import FieldProblem
from schemas.payload import broken

_OIN = r"^(?:[0-9]{20})?$"


class SigningSettings(BaseModel):
    """With what a question is signed, and by whom an answer has to be."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    certificate: Path = Field(description="PEM file with our certificate to sign with.")
    key: Path | None = Field(
        default=None, description="PEM file with its key; default: in the same file."
    )
    partner: Path = Field(
        description="PEM file with the certificates by which the partner signs; no others count."
    )


class WusSettings(BaseModel):
    """How one service is called. What its standard leaves open, each endpoint says for itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(description="Address of the service.")
    addressing: Literal["none", "wsa"] = Field(
        default="none",
        description="`wsa`: To, Action, MessageID and ReplyTo go with a question, and the answer "
        "has to name it. Services from before Digikoppeling want none.",
    )
    to: str = Field(default="", description="Address in wsa:To; default: url.")
    oin_from: str = Field(default="", pattern=_OIN, description="Our OIN, behind wsa:From.")
    oin_to: str = Field(default="", pattern=_OIN, description="The partner's, behind wsa:To.")
    soap_action: Literal["action", "empty"] = Field(
        default="action", description="What stands in the header SOAPAction."
    )
    user: str = Field(default="", max_length=200, description="For HTTP Basic; empty: none.")
    password: SecretStr | None = Field(default=None, description="Of `user`.")
    http: HttpSettings = Field(default_factory=HttpSettings)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        problems = []
        try:
            check_root(self.url, allow_http=self.http.allow_http)
        except ValueError as error:
            problems.append(FieldProblem("url", "address", f"This is no address: {error}."))
        if bool(self.user) != (self.password is not None):
            detail = "user and password go together: give both or none."
            problems.append(FieldProblem("password", "together", detail))
        if (self.oin_from or self.oin_to) and self.addressing == "none":
            detail = 'An OIN travels in WS-Addressing: set addressing = "wsa", or leave it out.'
            problems.append(FieldProblem("addressing", "needed", detail))
        if problems:
            raise broken(type(self).__name__, problems)
        return self
