"""What every part of a message has in common: names in JSON, strictness, and silence in logs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel
from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

from schemas.problems import FieldProblem


class CanonicalModel(BaseModel):
    """A frozen value whose JSON names are camelCase and whose repr shows no content.

    In Python its fields have their snake_case names; in JSON only the camelCase ones are known.
    """

    model_config = ConfigDict(
        alias_generator=to_camel,
        defer_build=True,  # a hub uses some of all these types: each is built when first used
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        validate_by_alias=True,
        validate_by_name=True,
    )

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        """Show nothing: personal data must not reach a log by way of a repr."""
        return ()


class Payload(CanonicalModel):
    """Base of the `data` of every message type."""

    discriminator_values: ClassVar[frozenset[str]] = frozenset()
    """Values by which a union inside this payload chooses: not part of a JSON path."""

    envelope_schema: ClassVar[Mapping[str, Any]] = {}
    """JSON Schema keywords for the whole message that say what `envelope_problems` checks."""

    def envelope_problems(
        self,
        *,
        subject: str | None,  # noqa: ARG002 - for the payloads that have such rules
        dataref: str | None,  # noqa: ARG002 - as above
    ) -> Iterable[FieldProblem]:
        """Return what is wrong between this payload and the envelope around it."""
        return ()


def broken(title: str, problems: Iterable[FieldProblem]) -> ValidationError:
    """Return problems of more than one field as the error that a pydantic validator may raise."""
    return ValidationError.from_exception_data(
        title,
        [
            InitErrorDetails(
                type=PydanticCustomError(problem.rule, problem.detail),
                loc=tuple(problem.field.split(".")),
                input=None,
            )
            for problem in problems
        ],
        hide_input=True,
    )
