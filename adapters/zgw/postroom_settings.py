"""Settings of what a zaaksysteem tells us: its notifications, and looking after what was missed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    field_validator,
    model_validator,
)

from adapters._kit.roots import check_root
from schemas import FieldProblem, Rsin
from schemas.fields import LINE_PATTERN

CALLBACK_PATH: Final = "notificaties"
"""Last part of the address that the Notificaties API calls."""

_SHORTEST_AUTH: Final = 16
_LONGEST_AUTH: Final = 1000
_LONGEST_URL: Final = 200
"""Open Notificaties takes no longer callbackUrl."""

Zaaktypenaam = Annotated[str, StringConstraints(max_length=255, pattern=LINE_PATTERN)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NotificatiesSettings(_Section):
    """The Notificaties API, where the hub subscribes."""

    root: str = Field(
        description="Address of the API up to and with its version, as in "
        "https://notificaties.example.nl/api/v1; no default."
    )
    client_id: str | None = Field(
        default=None, description="Client id at this API. Default: the destination's client_id."
    )
    secret: SecretStr | None = Field(
        default=None, description="Secret of client_id. Default: the destination's secret."
    )


class PostroomSettings(_Section):
    """What is done with cases that are started in the zaaksysteem; docs/adapters/zgw-inbound.md."""

    callback_auth: SecretStr = Field(
        description="Value of the Authorization header with which the Notificaties API calls the "
        "hub: 16 to 1000 characters, from the environment or a file. The hub gives it at "
        "subscription and refuses every call without it."
    )
    callback_url: str | None = Field(
        default=None,
        description="Address at which the Notificaties API reaches the hub: "
        "https://HUB/inbound/TENANT/DESTINATION/notificaties, at most 200 characters. Default: "
        "given to `schakel subscriptions` each time, and not looked after by `schakel check`.",
    )
    documenten: bool = Field(
        default=True,
        description="Also subscribe to kanaal `documenten`: new versions of documents are told.",
    )
    bronorganisatie: Rsin | None = Field(
        default=None,
        description="RSIN: tell only about cases that this organisation gave a number. Default: "
        "all that our credential may read.",
    )
    zaaktypen: tuple[Zaaktypenaam, ...] = Field(
        default=(),
        max_length=500,
        description="Identificaties of the zaaktypen of which new cases are told, as the core "
        "calls them. Default: all.",
    )
    settle: float = Field(
        default=10.0,
        ge=0,
        le=3600,
        description="Seconds between the first word of a case and telling it, so that its roles, "
        "properties and documents are there too. 0: at once.",
    )
    poll_every: float = Field(
        default=900.0,
        ge=0,
        le=86_400,
        description="Seconds between two looks for cases of which no notification came. 0: never.",
    )

    @field_validator("callback_auth")
    @classmethod
    def _fits_a_header(cls, value: SecretStr) -> SecretStr:
        text = value.get_secret_value()
        fits = text.isascii() and text.isprintable() and text == text.strip()
        if not fits or not _SHORTEST_AUTH <= len(text) <= _LONGEST_AUTH:
            raise ValueError(
                f"callback_auth must have {_SHORTEST_AUTH} to {_LONGEST_AUTH} printable ASCII "
                "characters, without a space at either end"
            )
        return value

    @model_validator(mode="after")
    def _callback_can_be_called(self) -> Self:
        if self.callback_url is not None:
            check_callback(self.callback_url)
        return self


def check_callback(url: str) -> str:
    """Return `url`, or raise a ValueError that says what is wrong with it as a callback."""
    check_root(url, allow_http=True)  # what the zaaksysteem's network is like, it knows itself
    if len(url) > _LONGEST_URL:
        raise ValueError(f"a callback address has at most {_LONGEST_URL} characters")
    if not url.endswith(f"/{CALLBACK_PATH}"):
        raise ValueError(f"a callback address ends in /inbound/TENANT/DESTINATION/{CALLBACK_PATH}")
    return url


def notificaties_problems(
    settings: NotificatiesSettings | None,
    *,
    allow_http: bool,
    client_id: str | None,
    secret: SecretStr | None,
) -> Iterator[FieldProblem]:
    """What is wrong with the section; `client_id` and `secret` are the destination's."""
    if settings is None:
        return
    try:
        check_root(settings.root, allow_http=allow_http)
    except ValueError as err:
        yield FieldProblem("notificaties.root", "root", f"This cannot be: {err}.")
    if (settings.client_id or client_id) is None or (settings.secret or secret) is None:
        detail = (
            "There is no complete credential for this API: give client_id and secret here or for "
            "the whole destination."
        )
        yield FieldProblem("notificaties", "credential", detail)
