"""Settings of what a system may send us: the section `inbound` of a stuf_zds destination."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator

from schemas import FieldProblem, Rsin
from schemas.payload import broken
from schemas.zaakdelen import Rolsoort

MEBIBYTE: Final = 1024 * 1024
Names = Mapping[str, str]
Role = Literal["zaaksysteem", "application"]
Sluiten = Literal["einddatum", "eindstatus", "niet"]

_ROLLEN: Final[dict[str, Rolsoort]] = {
    "heeftAlsInitiator": Rolsoort.INITIATOR,
    "heeftAlsBelanghebbende": Rolsoort.BELANGHEBBENDE,
    "heeftAlsGemachtigde": Rolsoort.ADVISEUR,
    "heeftAlsUitvoerende": Rolsoort.BEHANDELAAR,
    "heeftAlsVerantwoordelijke": Rolsoort.ZAAKCOORDINATOR,
    "heeftAlsOverigBetrokkene": Rolsoort.BELANGHEBBENDE,
}


class InboundSettings(BaseModel):
    """Who may send us StUF messages, and how they are understood."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: bool = Field(
        default=False,
        description="Take messages of this system at /inbound/<municipality>/<destination>. Off: "
        "every request is refused.",
    )
    open: bool = Field(
        default=False,
        description="Take messages without any proof of who sends them. Without it, `enabled` asks "
        "for user, wsse_user or certificate_subjects: whoever reaches the address could otherwise "
        "start cases in somebody's name. Only where a proxy in front lets the one system through.",
    )
    user: str | None = Field(default=None, description="User name of HTTP basic authentication.")
    password: SecretStr | None = Field(
        default=None, description="Password of user, from the environment or a file."
    )
    wsse_user: str | None = Field(
        default=None, description="User name of the WS-Security UsernameToken."
    )
    wsse_password: SecretStr | None = Field(
        default=None, description="Password of wsse_user, from the environment or a file."
    )
    certificate_subjects: tuple[str, ...] = Field(
        default=(),
        description="Subjects of client certificates that are let in, exactly as the proxy in "
        "front that checks them passes them on.",
    )
    applicaties: tuple[str, ...] = Field(
        default=(),
        description="Values of zender/applicatie that are let in; others get StUF013. Empty: any. "
        "It is what the sender says of itself, so it is no proof of who that is.",
    )
    bronorganisatie: Rsin | None = Field(
        default=None,
        description="RSIN of who gives out the numbers of cases and documents: StUF-ZKN has no "
        "place for it. Needed for the role `application` and for answering questions.",
    )
    max_body_bytes: int = Field(
        default=50 * MEBIBYTE,
        ge=64 * 1024,
        le=1024 * MEBIBYTE,
        description="Bytes of one request at most, its documents in base64 included.",
    )
    zaaktypen: Names = Field(
        default={}, description="Their code of a zaaktype = our identificatie. Default: the same."
    )
    statustypen: Names = Field(
        default={},
        description="Their omschrijving, code or volgnummer of a status = our statustype. Default: "
        "their omschrijving.",
    )
    resultaattypen: Names = Field(
        default={}, description="Their resultaat = our resultaattype. Default: the same."
    )
    informatieobjecttypen: Names = Field(
        default={},
        description="Their dct.omschrijving = our informatieobjecttype. Default: the same.",
    )
    besluittypen: Names = Field(
        default={}, description="Their bst.omschrijving = our besluittype. Default: the same."
    )
    rollen: Mapping[str, Rolsoort] = Field(
        default={},
        description="Their relation (heeftAlsGemachtigde, ...) = our rolsoort, where it differs "
        "from the table in docs/adapters/stuf_zds-inbound.md.",
    )
    roltypen: Names = Field(
        default={},
        description="Role `application`: their omschrijving of a role = our roltype. Not named: "
        "the only roltype of the zaaktype with that rolsoort.",
    )
    eigenschappen: Names = Field(
        default={},
        description="Role `application`: their extraElement = our eigenschap, of 20 characters.",
    )
    eigenschappen_overig: bool = Field(
        default=True,
        description="Role `application`: take over extraElementen that `eigenschappen` does not "
        "name, under their own name. Off: they are left out, which a zaaktype without such "
        "eigenschappen needs.",
    )
    besluittype: Annotated[str, StringConstraints(min_length=1, max_length=80)] | None = Field(
        default=None,
        description="Our besluittype for a decision that says none. Without it such a message is "
        "refused.",
    )
    auteur: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = Field(
        default=None,
        description="Author of a document that says none. Without it such a message is refused.",
    )
    sluiten: Sluiten = Field(
        default="einddatum",
        description="Role `application`: what closes a case: an einddatum (einddatum), a status "
        "that is in `eindstatussen` (eindstatus), or nothing that it sends (niet).",
    )
    sluiten_per_zaaktype: Mapping[str, Sluiten] = Field(
        default={}, description="Our zaaktype = what closes its cases, where that differs."
    )
    eindstatussen: tuple[str, ...] = Field(
        default=(),
        description="Omschrijving, code or volgnummer of the statuses that close a case.",
    )
    resultaat: Annotated[str, StringConstraints(min_length=1, max_length=80)] | None = Field(
        default=None,
        description="Our resultaattype for a case that is closed without a resultaat. Without it "
        "such a message is refused, unless a resultaat came before.",
    )
    wait_for_case: int = Field(
        default=300,
        ge=0,
        le=86_400,
        description="Role `zaaksysteem`: seconds that a status or document waits for its case when "
        "it overtook the case; then the core is told of it all the same.",
    )
    checkout_seconds: int = Field(
        default=86_400,
        ge=60,
        le=604_800,
        description="Seconds for which a checkedOutId that we gave is good.",
    )
    max_given_bytes: int = Field(
        default=64 * MEBIBYTE,
        ge=1024,
        le=1024 * MEBIBYTE,
        description="Bytes of a document that an application is given at most; a larger one is "
        "StUF058. It is in memory as base64 while it is given.",
    )
    secret: SecretStr | None = Field(
        default=None,
        description="Signs the checkedOutIds that we give. Default: made of password or "
        "wsse_password; without any of them no document is checked out.",
    )

    @property
    def signing_key(self) -> bytes | None:
        """What checkedOutIds are signed with; None: nothing to sign with."""
        for each in (self.secret, self.password, self.wsse_password):
            if each is not None:
                return each.get_secret_value().encode()
        return None

    def rolsoort(self, relation: str) -> Rolsoort | None:
        return self.rollen.get(relation, _ROLLEN.get(relation))

    def roltype(self, omschrijving: str | None) -> str | None:
        return self.roltypen.get(omschrijving or "")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if problems := [*self._pair_problems(), *self._proof_problems(), *self._rol_problems()]:
            raise broken("InboundSettings", problems)
        return self

    def _pair_problems(self) -> list[FieldProblem]:
        pairs: tuple[tuple[str, Any, str, Any], ...] = (
            ("user", self.user, "password", self.password),
            ("wsse_user", self.wsse_user, "wsse_password", self.wsse_password),
        )
        return [
            FieldProblem(name, "incomplete", f"{name} and {other} go together: give both.")
            for name, value, other, secret in pairs
            if (value is None) is not (secret is None)
        ]

    def _proof_problems(self) -> list[FieldProblem]:
        proofs = (self.user, self.wsse_user, *self.certificate_subjects)
        if not self.enabled or self.open or any(proofs):
            return []
        detail = (
            "Nothing proves who sends: give user and password, wsse_user and wsse_password, or "
            "certificate_subjects. With open = true anybody who reaches the address is believed."
        )
        return [FieldProblem("enabled", "no_proof", detail)]

    def _rol_problems(self) -> list[FieldProblem]:
        return [
            FieldProblem(f"rollen.{name}", "unknown", f"The relations are {', '.join(_ROLLEN)}.")
            for name in self.rollen
            if name not in _ROLLEN
        ]
