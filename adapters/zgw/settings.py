"""Settings of one zaaksysteem that is reached through the ZGW APIs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator

from adapters._kit.http import HttpSettings
from adapters._kit.roots import check_root
from adapters.zgw.postroom_settings import (
    NotificatiesSettings,
    PostroomSettings,
    notificaties_problems,
)
from schemas import FieldProblem, Rsin
from schemas.payload import broken

Api = Literal["zaken", "catalogi", "documenten", "besluiten"]
AnyApi = Literal[Api, "notificaties"]
"""With the one that tells us what happened; nothing is delivered to it."""
APIS: Final[tuple[Api, ...]] = ("zaken", "catalogi", "documenten", "besluiten")

Names = Mapping[str, str]

ListBy = Literal["registratiedatum", "startdatum"]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ApiSettings(_Section):
    """One of the ZGW APIs: suppliers may put each on a host of its own, with its own credential."""

    root: str = Field(
        description="Address of the API up to and with its version, as in "
        "https://zaken.example.nl/zaken/api/v1; no default."
    )
    client_id: str | None = Field(
        default=None, description="Client id at this API. Default: the destination's client_id."
    )
    secret: SecretStr | None = Field(
        default=None, description="Secret of client_id. Default: the destination's secret."
    )


class CatalogusSettings(_Section):
    """The catalogue in which zaaktypen are sought when a message names none."""

    domein: Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,5}$")] = Field(
        description="Domein of the catalogue: at most five capitals."
    )
    rsin: Rsin = Field(description="RSIN of the catalogue's owner: nine digits.")


class ZgwSettings(_Section):
    """Everything about one zaaksysteem; shown in docs/adapters/zgw.md."""

    zaken: ApiSettings = Field(description="The Zaken API.")
    catalogi: ApiSettings = Field(description="The Catalogi API.")
    documenten: ApiSettings = Field(description="The Documenten API.")
    besluiten: ApiSettings | None = Field(
        default=None,
        description="The Besluiten API. Default: messages about a decision are refused.",
    )
    client_id: str | None = Field(
        default=None, description="Client id (applicatie) for every API without one of its own."
    )
    secret: SecretStr | None = Field(
        default=None, description="Secret of client_id, from the environment or a file."
    )
    user_id: str = Field(
        default="schakel",
        max_length=255,
        description="Who is named in the zaaksysteem's audit trail; a system, never a person.",
    )
    user_representation: str = Field(
        default="Schakel", max_length=255, description="Name shown in that audit trail."
    )
    catalogus: CatalogusSettings | None = Field(
        default=None,
        description="Catalogue of the zaaktypen. Default: any, as long as only one knows the type.",
    )
    catalogue_seconds: float = Field(
        default=600.0,
        ge=0,
        le=86_400,
        description="Seconds for which zaaktypen and what belongs to them are remembered.",
    )
    zaaktypen: Names = Field(
        default={}, description="Our zaaktype identificatie = theirs. Default: the same."
    )
    statustypen: Names = Field(
        default={}, description="Our statustype = their omschrijving. Default: the same."
    )
    resultaattypen: Names = Field(
        default={}, description="Our resultaattype = their omschrijving. Default: the same."
    )
    informatieobjecttypen: Names = Field(
        default={}, description="Our informatieobjecttype = their omschrijving. Default: the same."
    )
    eigenschappen: Names = Field(
        default={}, description="Our eigenschap = their naam. Default: the same."
    )
    roltypen: Names = Field(
        default={},
        description="Our roltype, or our rolsoort where a message names no roltype = their "
        "omschrijving. Default: the same, or the only one of that omschrijvingGeneriek.",
    )
    besluittypen: Names = Field(
        default={}, description="Our besluittype = their omschrijving. Default: the same."
    )
    list_by: ListBy = Field(
        default="registratiedatum",
        description="Date by which a reconciliation lists the cases of a day: `startdatum` for a "
        "zaaksysteem with Zaken older than 1.3, which has no filter on `registratiedatum`.",
    )
    reserve_numbers: bool = Field(
        default=False,
        description="Ask the zaaksysteem for case numbers (zaaknummer_reserveren: Zaken 1.7, Open "
        "Zaak 1.24). Off: the hub gives them by the municipality's rule.",
    )
    reserve_document_numbers: bool = Field(
        default=False,
        description="Ask the zaaksysteem for document numbers (documentnummer_reserveren: Open "
        "Zaak 1.24, not in the standard). Off: such a question is not answered.",
    )
    lock_wait_seconds: float = Field(
        default=14_400.0,
        ge=0,
        le=604_800,
        description="Seconds for which a change of a document waits while somebody else has it "
        "locked. After it the message is parked.",
    )
    own_numbers: bool = Field(
        default=False,
        description="The zaaksysteem gives cases a number of its own, whatever we send. A case in "
        "doubt is then also sought by zaaktype, startdatum and our kenmerk.",
    )
    notificaties: NotificatiesSettings | None = Field(
        default=None,
        description="The Notificaties API. Default: no subscriptions are looked after.",
    )
    postroom: PostroomSettings | None = Field(
        default=None,
        description="Cases that are started in the zaaksysteem. Default: they are not told.",
    )
    http: HttpSettings = Field(
        default=HttpSettings(), description="Time-outs, connections and certificates."
    )

    @property
    def offered(self) -> tuple[Api, ...]:
        """The APIs that this zaaksysteem has."""
        return tuple(name for name in APIS if getattr(self, name) is not None)

    def api(self, name: Api) -> ApiSettings:
        """Raises LookupError for one that this zaaksysteem does not have."""
        found: ApiSettings | None = getattr(self, name)
        if found is None:
            raise LookupError(f"{name} is not configured")
        return found

    def credential(self, name: Api) -> tuple[str, SecretStr]:
        """Client id and secret to use at an API; both exist once the settings are valid."""
        own = self.api(name)
        client_id = self.client_id if own.client_id is None else own.client_id
        secret = self.secret if own.secret is None else own.secret
        if client_id is None or secret is None:
            raise LookupError(f"{name} has no credential")
        return client_id, secret

    @model_validator(mode="after")
    def _complete(self) -> Self:
        notificaties = notificaties_problems(
            self.notificaties,
            allow_http=self.http.allow_http,
            client_id=self.client_id,
            secret=self.secret,
        )
        if problems := [*self._root_problems(), *self._credential_problems(), *notificaties]:
            raise broken("ZgwSettings", problems)
        return self

    def _root_problems(self) -> list[FieldProblem]:
        problems = []
        for name in self.offered:
            try:
                check_root(self.api(name).root, allow_http=self.http.allow_http)
            except ValueError as err:
                problems.append(FieldProblem(f"{name}.root", "root", f"This cannot be: {err}."))
        return problems

    def _credential_problems(self) -> list[FieldProblem]:
        problems = []
        for name in self.offered:
            try:
                self.credential(name)
            except LookupError:
                detail = (
                    "There is no complete credential for this API: give client_id and secret here "
                    "or for the whole destination."
                )
                problems.append(FieldProblem(name, "credential", detail))
        return problems
