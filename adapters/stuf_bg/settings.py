"""Settings of one system that is asked with StUF-BG."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from adapters._kit.stuf.settings import StufSettings
from schemas import FieldProblem
from schemas.payload import broken


class StufBgSettings(StufSettings):
    """Everything about one source of persons; shown in docs/adapters/stuf_bg.md."""

    relations: bool = Field(
        default=True,
        description="Ask for partners, parents, children and nationalities too, where one person "
        "is asked for. Off where the authorisation does not cover them: some systems refuse the "
        "whole question.",
    )
    most_persons: int = Field(
        default=25, ge=1, le=200, description="Persons that a search returns at most."
    )

    @model_validator(mode="after")
    def _has_an_address(self) -> Self:
        if self.beantwoord_vraag_url is None:
            detail = "Give the address of BeantwoordVraag; that is where questions go."
            raise broken("StufBgSettings", [FieldProblem("beantwoordVraagUrl", "required", detail)])
        return self
