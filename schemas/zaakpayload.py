"""What every message about a zaak carries, and the rules between it and its envelope."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, Final, TypeVar

from pydantic_core import PydanticCustomError

from schemas.identifiers import Rsin, Zaakidentificatie
from schemas.payload import Payload
from schemas.problems import FieldProblem


class ZaakPayload(Payload):
    """Base of the payloads about a zaak, which is known by number and bronorganisatie together."""

    envelope_schema: ClassVar[dict[str, Any]] = {
        "required": ["subject"],
        "properties": {"dataref": {"type": "null"}},
    }

    zaakidentificatie: Zaakidentificatie
    bronorganisatie: Rsin

    def envelope_problems(
        self, *, subject: str | None, dataref: str | None
    ) -> Iterable[FieldProblem]:
        """Hold the subject to the case's number, and the content to where it belongs."""
        yield from self._subject_problems(subject)
        yield from self._content_problems(dataref)

    def _subject_problems(self, subject: str | None) -> Iterator[FieldProblem]:
        if subject is None:
            detail = "A message about a zaak needs its zaakidentificatie as subject."
            yield FieldProblem("subject", "required", detail)
        elif subject != self.zaakidentificatie:
            detail = "The subject must equal data.zaakidentificatie."
            yield FieldProblem("subject", "subject_mismatch", detail)

    def _content_problems(self, dataref: str | None) -> Iterator[FieldProblem]:
        if dataref is not None:
            detail = "Only messages about a document refer to content elsewhere; remove dataref."
            yield FieldProblem("dataref", "not_allowed", detail)


_PayloadT = TypeVar("_PayloadT", bound=ZaakPayload)

_KEYS: Final = frozenset(
    {
        "zaakidentificatie",
        "bronorganisatie",
        "documentidentificatie",
        "besluitidentificatie",
        "verantwoordelijke_organisatie",
        "correctie",
    }
)


def changed_fields(payload: ZaakPayload) -> frozenset[str]:
    """Return the Python names of the fields that carry a value besides the keys."""
    fields = type(payload).model_fields
    return frozenset(name for name in fields if getattr(payload, name) is not None) - _KEYS


def require_a_change(payload: _PayloadT) -> _PayloadT:
    """Return the payload, or raise when it says that nothing changed."""
    if changed_fields(payload):
        return payload
    raise PydanticCustomError(
        "no_change", "A change needs at least one changed field besides the keys."
    )
