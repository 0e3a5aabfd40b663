"""Settings of a register that is asked over a Haal Centraal API."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from adapters._kit.haalcentraal.headers import broken_template
from adapters._kit.http import HttpSettings
from adapters._kit.roots import check_root
from schemas import FieldProblem
from schemas.payload import broken

Gateway = Literal["geen", "open-formulieren", "yenlo", "amsterdam", "centric"]

PRESETS: Final[Mapping[Gateway, Mapping[str, str]]] = MappingProxyType(
    {
        "geen": {},
        "open-formulieren": {
            "x-origin-oin": "{oin}",
            "x-doelbinding": "{doelbinding}",
            "x-verwerking": "{verwerking}",
            "x-gebruiker": "{gebruiker}",
        },
        "yenlo": {
            "x-afnemer-oin": "{oin}",
            "x-doelbinding": "{doelbinding}",
            "x-verwerking": "{verwerking}",
            "x-gebruiker": "{gebruiker}",
        },
        "amsterdam": {
            "X-User": "{gebruiker}",
            "X-Correlation-ID": "{correlatie}",
            "X-Task-Description": "{doelbinding}",
        },
        "centric": {
            "x-request-organization": "{gemeente}",
            "x-request-application": "schakel",
            "x-request-user": "{gebruiker}",
        },
    }
)
"""What gateways in front of the register are known to want; no standard says it."""


class OAuth(BaseModel):
    """Client credentials, as RvIG hands them out (RFC 6749, section 4.4)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    token_url: str = Field(description="Where a token is fetched.")
    client_id: str = Field(min_length=1, max_length=200, description="Ours, at that server.")
    client_secret: SecretStr = Field(description="From the environment or a file.")
    scope: str = Field(default="", max_length=400, description="`<afnemersindicatie>-<OIN>`.")
    resource_server: str = Field(
        default="", max_length=200, description="RvIG wants ResourceServer01; empty: not sent."
    )


class HaalCentraalSettings(BaseModel):
    """How one register is called; the addresses are the adapter's own settings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    api_key: SecretStr | None = Field(default=None, description="Key that goes with every call.")
    api_key_header: str = Field(
        default="X-Api-Key",
        pattern=r"^[A-Za-z][A-Za-z0-9-]{0,63}$",
        description="Header in which the key is sent.",
    )
    oauth: OAuth | None = Field(
        default=None, description="Token by client credentials; beside a client certificate."
    )
    gateway: Gateway = Field(
        default="geen", description="Headers that the gateway in front wants; see the docs page."
    )
    headers: Mapping[str, str] = Field(
        default_factory=dict,
        description="Headers of your own, over those of the gateway. Known between braces: "
        "doelbinding, verwerking, gebruiker, oin, gemeente, correlatie.",
    )
    oin: str = Field(
        default="",
        pattern=r"^(?:[0-9]{20})?$",
        description="OIN of the municipality, where a header wants it.",
    )
    http: HttpSettings = Field(default_factory=HttpSettings)

    @property
    def templates(self) -> Mapping[str, str]:
        """Every header that goes with a call; the values are templates."""
        return {**PRESETS[self.gateway], **self.headers}

    @property
    def addresses(self) -> Mapping[str, str]:
        """Addresses by the name of their setting; the adapter's own add to it."""
        return {} if self.oauth is None else {"oauth.tokenUrl": self.oauth.token_url}

    @model_validator(mode="after")
    def _sound(self) -> Self:
        problems = [
            FieldProblem(f"headers.{name}", "template", why)
            for name, template in self.headers.items()
            if (why := broken_template(name, template)) is not None
        ]
        for name, address in self.addresses.items():
            try:
                check_root(address, allow_http=self.http.allow_http)
            except ValueError as error:
                problems.append(FieldProblem(name, "address", f"This is no address: {error}."))
        if not self.oin and any("{oin}" in one for one in self.templates.values()):
            detail = "The headers of this gateway hold the OIN of the municipality: set oin."
            problems.append(FieldProblem("oin", "required", detail))
        if problems:
            raise broken(type(self).__name__, problems)
        return self
