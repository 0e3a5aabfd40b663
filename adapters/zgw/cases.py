"""Finding the case that a message is about: remembered, or looked up by its number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.contract import CASE_NUMBER, RejectedError
from adapters.zgw.client import ZgwClient
from adapters.zgw.steps import Zaak
from schemas.zaakpayload import ZaakPayload


async def find_case(
    client: ZgwClient, data: ZaakPayload, references: Mapping[str, str], *, moved: bool = False
) -> Zaak:
    """Return the case; a RejectedError says that the zaaksysteem does not show it to us.

    A remembered URL is not used when the case may have `moved`, or when it is outside the
    configured root. The number is the zaaksysteem's own where it gave one.
    """
    url, zaaktype = references.get("zaak"), references.get("zaaktype")
    if url and zaaktype and not moved and client.knows("zaken", url):
        return Zaak(url=url, zaaktype=zaaktype)
    number = references.get(CASE_NUMBER, data.zaakidentificatie)
    found = await client.find(
        "zaken",
        client.url("zaken", "/zaken"),
        {"identificatie": number, "bronorganisatie": data.bronorganisatie},
    )
    if not found:
        raise RejectedError(
            "zgw:zaak-onbekend",
            f"The zaaksysteem shows us no zaak {number} of this bronorganisatie: "
            "it was never opened there, was removed, or our authorisations do not cover it.",
        )
    return _zaak(found[0])


def _zaak(item: Mapping[str, Any]) -> Zaak:
    return Zaak(url=str(item["url"]), zaaktype=str(item.get("zaaktype")))
