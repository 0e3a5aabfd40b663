"""Holding an adapter's answer to the model of the question before it is given out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from adapters.contract import RejectedError
from schemas.payload import CanonicalModel


def checked(model: type[CanonicalModel], data: Mapping[str, Any], *, system: str) -> dict[str, Any]:
    """Return the answer as JSON values; RejectedError `<system>:answer` says where it is odd."""
    try:
        answer = model.model_validate(data)
    except ValidationError as error:
        places = sorted({".".join(map(str, one["loc"])) for one in error.errors()})[:3]
    else:
        return answer.model_dump(mode="json", by_alias=True, exclude_none=True)
    # Raised outside of the except block: pydantic's error holds the values.
    raise RejectedError(f"{system}:answer", f"The answer cannot be read at {', '.join(places)}.")
