"""Finding the case that a message is about, and other things by their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.contract import CASE_NUMBER, RejectedError
from adapters.zgw.client import ZgwClient
from adapters.zgw.work import Zaak
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
    found = await case_by_number(client, number, data.bronorganisatie)
    if found is None:
        raise RejectedError(
            "zgw:zaak-onbekend",
            f"The zaaksysteem shows us no zaak {number} of this bronorganisatie: "
            "it was never opened there, was removed, or our authorisations do not cover it.",
        )
    return Zaak(url=str(found["url"]), zaaktype=str(found.get("zaaktype")))


async def case_by_number(
    client: ZgwClient, number: str, bronorganisatie: str
) -> dict[str, Any] | None:
    filters = {"identificatie": number, "bronorganisatie": bronorganisatie}
    found = await client.find("zaken", client.url("zaken", "/zaken"), filters)
    return found[0] if found else None


async def other_case(client: ZgwClient, number: str, bronorganisatie: str, field: str) -> str:
    """Return the URL of a case that a message refers to in `field`."""
    found = await case_by_number(client, number, bronorganisatie)
    if found is None:
        raise RejectedError(
            f"zgw:{field}-onbekend",
            f"The zaaksysteem shows us no zaak {number}, to which this message refers as {field}: "
            "it has to be delivered first, under that number.",
        )
    return str(found["url"])


async def document_by_number(
    client: ZgwClient, number: str, bronorganisatie: str
) -> dict[str, Any] | None:
    filters = {"identificatie": number, "bronorganisatie": bronorganisatie}
    url = client.url("documenten", "/enkelvoudiginformatieobjecten")
    found = await client.find("documenten", url, filters)
    return found[0] if found else None


async def document_url(client: ZgwClient, number: str, bronorganisatie: str) -> str:
    """Return the URL of a document that the hub, or somebody else, put there before."""
    found = await document_by_number(client, number, bronorganisatie)
    if found is None:
        raise RejectedError(
            "zgw:document-onbekend",
            f"The zaaksysteem shows us no document {number} of this bronorganisatie: it was never "
            "delivered there, was removed, or our authorisations do not cover it.",
        )
    return str(found["url"])


async def decision_by_number(
    client: ZgwClient, number: str, organisatie: str
) -> dict[str, Any] | None:
    filters = {"identificatie": number, "verantwoordelijkeOrganisatie": organisatie}
    found = await client.find("besluiten", client.url("besluiten", "/besluiten"), filters)
    return found[0] if found else None


async def decision_url(client: ZgwClient, number: str, organisatie: str) -> str:
    found = await decision_by_number(client, number, organisatie)
    if found is None:
        raise RejectedError(
            "zgw:besluit-onbekend",
            f"The zaaksysteem shows us no besluit {number} of this organisation: it was never "
            "delivered there, was removed, or our authorisations do not cover it.",
        )
    return str(found["url"])


async def is_closed(client: ZgwClient, zaak: Zaak) -> bool:
    return (await client.get("zaken", zaak.url)).get("einddatum") is not None
