"""From our question to ValidateAbonnementen and back; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

Json = dict[str, Any]


class Incomplete(ValueError):
    """The answer does not say of everybody whether letters may be sent; nobody is named."""


def question(data: Mapping[str, Any], sender: str) -> Json:
    """Return validateAbonnementenAanvraag."""
    return {
        "berichtleverancierCode": sender,
        "berichtTypeCode": data["berichttype"],
        "klanten": {"Klant": [{"Key": bsn, "Rol": "Burger"} for bsn in data["bsns"]]},
    }


def answer(result: Sequence[Mapping[str, Any]] | None, asked: Sequence[str], at: datetime) -> Json:
    """Return one line for each person, in the order of the question; raises Incomplete."""
    said = {
        str((one.get("klant") or {}).get("Key") or ""): bool(one["isBerichtSturen"])
        for one in result or ()
        if one
    }
    if any(bsn not in said for bsn in asked):
        raise Incomplete("it does not say of everybody who was asked about")
    lines = [{"bsn": bsn, "actief": said[bsn]} for bsn in dict.fromkeys(asked)]
    return {"abonnementen": lines, "peilmoment": at.isoformat()}
