"""Settings of a connection to the Berichtenbox."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from adapters._kit.digikoppeling.settings import WusSettings
from adapters._kit.http import HttpSettings
from adapters._kit.roots import check_root
from schemas import FieldProblem
from schemas.payload import broken

_OIN = r"^[0-9]{20}$"
_LOGIUS = "00000004003214345001"


class GatewaySettings(BaseModel):
    """The ebMS gateway (ebms-core) that carries letters, called over its REST API."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    root: str = Field(description="Address of its API: `https://.../service/rest/v19`.")
    host: str = Field(
        pattern=r"^[A-Za-z0-9.-]{1,253}$",
        description="What the gateway puts behind the @ of its message ids: the host of our "
        "address in the CPA. By it a letter is found again after a broken connection.",
    )
    cpa_id: str = Field(min_length=1, max_length=255, description="Id of the CPA with Logius.")
    from_oin: str = Field(pattern=_OIN, description="Our party in the CPA; a supplier's may do.")
    to_oin: str = Field(default=_LOGIUS, pattern=_OIN, description="Logius' party in the CPA.")
    from_role: str = Field(default="SR", description="Our role in the CPA.")
    to_role: str = Field(default="SP", description="Logius' role in the CPA.")
    service: str = Field(
        default="urn:osb:services:MIJNOVERHEID.ebMS.BB.2.0", description="Service in the CPA."
    )
    user: str = Field(default="", max_length=200, description="For HTTP Basic; empty: none.")
    password: SecretStr | None = Field(default=None, description="Of `user`.")
    look_every_minutes: float = Field(
        default=2, ge=0.01, le=1440, description="Minutes between two looks for results."
    )
    late_after_hours: float = Field(
        default=24,
        gt=0,
        le=24 * 13,
        description="Hours without a result after which the core is told (bericht.vertraagd).",
    )
    missing_after_hours: float = Field(
        default=24 * 6,
        gt=0,
        le=24 * 30,
        description="Hours without a result after which an operator has to look.",
    )
    http: HttpSettings = Field(default_factory=HttpSettings)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        problems = []
        try:
            check_root(self.root, allow_http=self.http.allow_http)
        except ValueError as error:
            problems.append(FieldProblem("root", "address", f"This is no address: {error}."))
        if bool(self.user) != (self.password is not None):
            detail = "user and password go together: give both or none."
            problems.append(FieldProblem("password", "together", detail))
        if self.missing_after_hours <= self.late_after_hours:
            detail = "An operator looks later than the core is told: make it larger."
            problems.append(FieldProblem("missing_after_hours", "order", detail))
        if problems:
            raise broken(type(self).__name__, problems)
        return self


class BerichtenboxSettings(WusSettings):
    """Where subscriptions are checked, and in whose name."""

    leverancier: str = Field(
        pattern=_OIN,
        description="OIN of the municipality, without a prefix: the sender of its letters.",
    )
    gateway: GatewaySettings | None = Field(
        default=None, description="Absent: subscriptions are checked, and no letters sent."
    )
