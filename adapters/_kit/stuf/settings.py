"""What every destination that speaks StUF is configured with."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator

from adapters._kit.http import HttpSettings
from adapters._kit.roots import check_root
from adapters._kit.stuf.names import Endpoint, Profile
from adapters._kit.stuf.stuurgegevens import Partij
from schemas import FieldProblem
from schemas.payload import broken

Charset = Literal["utf-8", "iso-8859-1", "iso-8859-15", "windows-1252", "us-ascii"]


class PartijSettings(BaseModel):
    """One side of the stuurgegevens."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    applicatie: Annotated[str, StringConstraints(min_length=3, max_length=50)] = Field(
        description="Name of the application as the two systems agreed on it; 3 to 50 characters."
    )
    organisatie: Annotated[str, StringConstraints(max_length=200)] | None = Field(
        default=None, description="Mostly the gemeentecode."
    )
    administratie: Annotated[str, StringConstraints(max_length=50)] | None = Field(
        default=None, description="Which administration of the system, where it has several."
    )
    gebruiker: Annotated[str, StringConstraints(max_length=100)] | None = Field(
        default=None, description="A user name where the system asks for one; never a person."
    )

    @property
    def partij(self) -> Partij:
        return Partij(self.applicatie, self.organisatie, self.administratie, self.gebruiker)


class StufSettings(BaseModel):
    """One system that is reached with StUF 3.01 over SOAP."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    profile: Profile = Field(
        default="1.1", description="Version of Zaak- en Documentservices; most systems have 1.1."
    )
    soap_version: Literal["1.1", "1.2"] = Field(
        default="1.1", description="SOAP of the envelopes. The standard says 1.1; some ask 1.2."
    )
    charset: Charset = Field(default="utf-8", description="Charset of what is sent.")
    transliterate: bool = Field(
        default=False,
        description="Replace what the charset lacks by the nearest letters (and by ? what has "
        "none), for systems that do not understand character references. With utf-8: all outside "
        "the basic plane, such as emoji.",
    )
    ontvang_asynchroon_url: str | None = Field(
        default=None, description="Address of OntvangAsynchroon: messages that change something."
    )
    beantwoord_vraag_url: str | None = Field(
        default=None, description="Address of BeantwoordVraag: questions."
    )
    vrije_berichten_url: str | None = Field(
        default=None,
        description="Address of VrijeBerichten (in 1.2 VerwerkSynchroonVrijBericht).",
    )
    zender: PartijSettings = Field(description="Who we are in the stuurgegevens.")
    ontvanger: PartijSettings = Field(description="Who the system is in the stuurgegevens.")
    user: str | None = Field(default=None, description="User name, where the system asks for one.")
    password: SecretStr | None = Field(
        default=None, description="Password of user, from the environment or a file."
    )
    wsse: Literal["off", "text", "digest"] = Field(
        default="off",
        description="How user and password go: off: HTTP basic; text or digest: as a WS-Security "
        "UsernameToken with PasswordText or PasswordDigest, and a Timestamp.",
    )
    document_timeout: float = Field(
        default=120.0,
        gt=0,
        le=3600,
        description="Seconds for the answer to a message with the content of a document.",
    )
    http: HttpSettings = Field(
        default=HttpSettings(), description="Time-outs, connections and certificates."
    )

    def url(self, endpoint: Endpoint) -> str | None:
        return {
            "OntvangAsynchroon": self.ontvang_asynchroon_url,
            "BeantwoordVraag": self.beantwoord_vraag_url,
            "VrijeBerichten": self.vrije_berichten_url,
        }[endpoint]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if problems := [*self._url_problems(), *self._credential_problems()]:
            raise broken("StufSettings", problems)
        return self

    def _url_problems(self) -> list[FieldProblem]:
        problems = []
        for setting in URL_SETTINGS.values():
            url = getattr(self, setting)
            if url is None:
                continue
            try:
                check_root(url, allow_http=self.http.allow_http)
            except ValueError as err:
                problems.append(FieldProblem(setting, "root", f"This cannot be: {err}."))
        return problems

    def _credential_problems(self) -> list[FieldProblem]:
        if (self.user is None) != (self.password is None):
            detail = "Give user and password together, or neither."
            return [FieldProblem("password", "credential", detail)]
        if self.wsse != "off" and self.user is None:
            detail = "A UsernameToken needs user and password."
            return [FieldProblem("wsse", "credential", detail)]
        return []


URL_SETTINGS: dict[Endpoint, str] = {
    "OntvangAsynchroon": "ontvang_asynchroon_url",
    "BeantwoordVraag": "beantwoord_vraag_url",
    "VrijeBerichten": "vrije_berichten_url",
}
"""The setting that holds the address of an endpoint."""
