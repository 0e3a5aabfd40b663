"""From our question to the message of BV BSN and back; pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from adapters._kit.masking import mask_numbers

Json = dict[str, Any]

_KINDS: Final = {
    "reisdocument": "Reisdocument",
    "rijbewijs": "Rijbewijs",
    "vreemdelingendocument": "Vreemdelingendocument",
}
_FIRST: Final = 1
"""Number of the one question in a message: more of them are not taken."""
_PROCESSED: Final = 24000
_LINE: Final = 255
_NUMBER_LENGTH: Final = 12
_USER_LENGTH: Final = 80


class NotWorkedOn(Exception):
    """BV BSN refused the whole message: its code, and its own words."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(str(code))
        self.code = code
        self.words = words


class Unreadable(ValueError):
    """The answer lacks what it has to have; nothing of it is quoted."""


def question(data: Mapping[str, Any], *, sender: str, number: str, user: str) -> Json:
    """Return berichtIn. `number` names the message; `user` is who asks."""
    return {
        "Afzender": {"BerichtNr": number[:_NUMBER_LENGTH], "Afzender": sender},
        "IdenDocumentenVraag": {
            "VerificatieIdenDocumentenVraagDE": [
                {
                    "DocumentType": _KINDS[data["soort"]],
                    "DocumentNummer": data["nummer"],
                    "Vraagnummer": _FIRST,
                }
            ]
        },
        "IndicatieEindgebruiker": user[:_USER_LENGTH],
    }


def answer(
    result: Mapping[str, Any] | None, *, valid: Collection[int], invalid: Collection[int]
) -> Json:
    """Return our answer, by the codes that mean either; raises NotWorkedOn and Unreadable."""
    head = (result or {}).get("BvBsnBericht")
    if result is None or head is None:
        raise Unreadable("it says not what became of the message")
    code = head["BerichtResultaatCode"]
    if code != _PROCESSED:
        raise NotWorkedOn(code, head["BerichtResultaatOmschrijving"] or "")
    listed = (result.get("IdenDocumentenResultaat") or {}).get(
        "VerificatieIdenDocumentenResultaatDE"
    )
    found = next((one for one in listed or () if one["Vraagnummer"] == _FIRST), None)
    if found is None:
        raise Unreadable("it says nothing of the document that was asked about")
    words = found["ResultaatOmschrijving"]
    code = found["ResultaatCode"]
    outcome = "geldig" if code in valid else "ongeldig" if code in invalid else "onbekend"
    read = {"uitkomst": outcome, "code": str(code)}
    return {**read, "omschrijving": mask_numbers(words)[:_LINE]} if words else read
