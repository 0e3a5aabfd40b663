"""Finding the case that a message is about: remembered, or looked up by its number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.contract import RejectedError
from adapters.zgw.client import ZgwClient
from adapters.zgw.steps import Zaak
from schemas.zaakpayload import ZaakPayload


async def find_case(client: ZgwClient, data: ZaakPayload, references: Mapping[str, str]) -> Zaak:
    """Return the case; a RejectedError says that the zaaksysteem does not show it to us.

    A remembered URL that is outside the configured root (the zaaksysteem moved) is not used.
    """
    url, zaaktype = references.get("zaak"), references.get("zaaktype")
    if url and zaaktype and client.knows("zaken", url):
        return Zaak(url=url, zaaktype=zaaktype)
    found = await client.find(
        "zaken",
        client.url("zaken", "/zaken"),
        {"identificatie": data.zaakidentificatie, "bronorganisatie": data.bronorganisatie},
    )
    if not found:
        raise RejectedError(
            "zgw:zaak-onbekend",
            f"The zaaksysteem shows us no zaak {data.zaakidentificatie} of this bronorganisatie: "
            "it was never opened there, was removed, or our authorisations do not cover it.",
        )
    return _zaak(found[0])


def _zaak(item: Mapping[str, Any]) -> Zaak:
    return Zaak(url=str(item["url"]), zaaktype=str(item.get("zaaktype")))
