"""A cheap call without effect: the details of a case that is nowhere.

Only the address of questions is proved by it, and the credential, which is the same for all.
"""

from __future__ import annotations

from typing import Final

from adapters.contract import DeliveryError, Health, RejectedError
from adapters.stuf_zds.client import Questions
from adapters.stuf_zds.settings import StufZdsSettings

_NOWHERE: Final = "SCHAKEL-CONTROLE"
"""Number of no case."""


async def health(questions: Questions, settings: StufZdsSettings) -> Health:
    if settings.role == "application":
        return Health(ok=True, detail="It calls us; there is nothing to call.")
    if settings.beantwoord_vraag_url is None:
        return Health(ok=True, detail="Not checked: there is no beantwoord_vraag_url to ask.")
    try:
        await questions.zaak(_NOWHERE)
    except RejectedError as err:
        return Health(ok=True, detail=f"It answers, and refuses our question: {err.detail}")
    except DeliveryError as err:
        return Health(ok=False, detail=err.detail)
    return Health(ok=True, detail="It answers our questions.")
