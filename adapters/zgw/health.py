"""Is the zaaksysteem there, and does it know us? One cheap read at each of its APIs."""

from __future__ import annotations

from typing import Final

from adapters.zgw.catalogue import Catalogue
from adapters.zgw.client import ZgwClient
from adapters.zgw.settings import Api

_NOBODY: Final = {"identificatie": "schakel-controle"}
"""A number that no case or document has: the answer is an empty list."""

_READS: Final[tuple[tuple[Api, str], ...]] = (
    ("zaken", "/zaken"),
    ("documenten", "/enkelvoudiginformatieobjecten"),
    ("besluiten", "/besluiten"),
)


async def what_is_wrong(client: ZgwClient, catalogue: Catalogue) -> str | None:
    """Return a sentence for the operator, None when all is well; may raise a DeliveryError."""
    for api, path in _READS:
        if client.offers(api):
            await client.find(api, client.url(api, path), _NOBODY)
    return await catalogue.check()
