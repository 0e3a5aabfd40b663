"""Answers to questions about cases, documents and decisions, read at the zaaksysteem.

What the zaaksysteem does not show is found nothing; what it shows and cannot be taken over is left
out, as in what it starts itself (`inbound.py`).
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from typing import Any, Final

from pydantic import SecretStr

from adapters.contract import (
    Clock,
    ConfigurationError,
    Documents,
    NoDocuments,
    NotOffered,
    RejectedError,
)
from adapters.zgw import views
from adapters.zgw.cases import case_by_number, decision_by_number, document_by_number
from adapters.zgw.client import ZgwClient
from adapters.zgw.downloading import Download, Downloader
from adapters.zgw.errors import NOT_ALLOWED, NOT_FOUND
from adapters.zgw.inbound import Zaakbeeld
from adapters.zgw.postroom_settings import PostroomSettings
from adapters.zgw.reading import Gone, Reader
from adapters.zgw.settings import ZgwSettings
from adapters.zgw.typenames import TypeNames, reverse
from schemas import canonical_json
from schemas.zaakdocument import MAX_INLINE_BYTES
from schemas.zaakvragen import MOST_LISTED

Data = Mapping[str, Any]

_ANY_BYTES: Final = "application/octet-stream"
_AT_ONCE: Final = 4
"""Documents that are read at the same time."""
_BY_BSN: Final = "rol__betrokkeneIdentificatie__natuurlijkPersoon__inpBsn"
_NO_SEARCH: Final = NOT_ALLOWED | {"zgw:empty_search_body", NOT_FOUND}
"""Codes with which a zaaksysteem says that it does not search by this."""
_NOT_BY_PERSON: Final = (
    "zgw: this zaaksysteem does not search for cases by BSN (POST zaken/_zoek), and the hub puts "
    "no BSN into an address."
)
_NOTHING: Final[Data] = {"gevonden": False}


class Answers:
    """One zaaksysteem. Raises what the client raises."""

    def __init__(
        self, client: ZgwClient, settings: ZgwSettings, clock: Clock, downloader: Downloader
    ) -> None:
        self._client = client
        self._downloader = downloader
        self._names = TypeNames(client, settings, clock)
        self._besluittypen = reverse(settings.besluittypen)
        # Of what a postroom wants nothing counts here: every case may be asked for.
        every = PostroomSettings(callback_auth=SecretStr("-" * 16))
        self._reader = Reader(client, self._names, every)

    async def case(self, question: Data) -> Data:
        zaak = await self._case(question)
        if zaak is None:
            return _NOTHING
        return {"gevonden": True, "zaak": views.zaak(await self._reader.beeld(zaak))}

    async def statuses(self, question: Data) -> Data:
        zaak = await self._case(question)
        if zaak is None:
            return _NOTHING
        found = [
            await self._reader.statusbeeld(status)
            for status in reversed(await self._reader.statuses(str(zaak["url"])))
        ]
        return {"gevonden": True, "statussen": views.statussen(found, zaak)}

    async def documents(self, question: Data) -> Data:
        zaak = await self._case(question)
        if zaak is None:
            return _NOTHING
        urls = await self._reader.documents_of(str(zaak["url"]))
        shown: list[Data] = []
        for start in range(0, min(len(urls), MOST_LISTED), _AT_ONCE):
            part = urls[start : min(start + _AT_ONCE, MOST_LISTED)]
            found = await asyncio.gather(*map(self._document, part))
            shown += [one for one in found if one is not None]
        return {"gevonden": True, "documenten": shown, "meer": len(urls) > MOST_LISTED}

    async def content(self, question: Data, documents: Documents) -> Data:
        """A document with its content: in the answer, or kept beside it when it is large."""
        document = await document_by_number(
            self._client, question["documentidentificatie"], question["bronorganisatie"]
        )
        if document is None:
            return _NOTHING
        beeld = views.document(document, await self._reader.document_type(document))
        answer: dict[str, Any] = {"gevonden": True, "document": beeld}
        url, size = document.get("inhoud"), document.get("bestandsomvang") or 0
        if not url:
            return answer
        if size > MAX_INLINE_BYTES:
            return {**answer, **await self._beside(str(url), size, documents)}
        content = await self._client.content(str(url))
        return {**answer, "inhoud": base64.b64encode(content).decode()}

    async def _beside(self, url: str, size: int, documents: Documents) -> Data:
        if isinstance(documents, NoDocuments):
            return {"teGroot": True}
        if not self._downloader.knows(url):
            raise ConfigurationError(
                "documenten.root",
                "The zaaksysteem refers to a content outside documenten.root; make the root equal "
                "to what it calls itself.",
            )
        async with aclosing(self._downloader.pieces(Download(url=url, size=size))) as pieces:
            return {"dataref": await documents.keep(pieces, _ANY_BYTES)}

    async def decisions(self, question: Data) -> Data:
        self._require_decisions()
        zaak = await self._case(question)
        if zaak is None:
            return _NOTHING
        url = self._client.url("besluiten", "/besluiten")
        found = await self._client.find("besluiten", url, {"zaak": str(zaak["url"])})
        shown = [await self._decision(one, zaak) for one in found]
        return {"gevonden": True, "besluiten": shown}

    async def decision(self, question: Data) -> Data:
        self._require_decisions()
        besluit = await decision_by_number(
            self._client,
            question["besluitidentificatie"],
            question["verantwoordelijkeOrganisatie"],
        )
        if besluit is None:
            return _NOTHING
        zaak: Data = {}
        if besluit.get("zaak"):
            try:
                zaak = await self._reader.zaak(str(besluit["zaak"]))
            except Gone:
                zaak = {}  # hidden from us: the decision is shown without the number of its case
        return {"gevonden": True, "besluit": await self._decision(besluit, zaak)}

    async def cases_of_person(self, question: Data) -> Data:
        found, more = await self._search(str(question["bsn"]))
        found.sort(key=lambda zaak: str(zaak.get("startdatum")), reverse=True)
        shown = [views.zaak(await self._outline(zaak)) for zaak in found]
        return {"zaken": shown, "meer": more}

    async def _case(self, question: Data) -> dict[str, Any] | None:
        number, owner = question["zaakidentificatie"], question["bronorganisatie"]
        found = await case_by_number(self._client, number, owner)
        return found if found is not None and self._reader.has_number(found) else None

    async def _document(self, url: str) -> Data | None:
        try:
            document = await self._reader.document(url)
        except Gone:
            return None
        soort = await self._reader.document_type(document)
        try:
            return views.document(document, soort)
        except RejectedError:  # it has no number: no answer can name it
            return None

    async def _decision(self, besluit: Data, zaak: Data) -> Data:
        kind = await self._names.read(besluit.get("besluittype"))
        name = str(kind.get("omschrijving") or "")
        return views.besluit(besluit, self._besluittypen.get(name, name), zaak)

    async def _outline(self, zaak: Data) -> Zaakbeeld:
        """A case of a list: its own fields only."""
        kind = await self._names.read(zaak.get("zaaktype"))
        number = str(kind.get("identificatie") or zaak.get("zaaktype"))
        return Zaakbeeld(
            zaak=zaak,
            zaaktype=self._names.zaaktypen.get(number, number),
            zaaktype_omschrijving=str(kind.get("omschrijving") or ""),
        )

    async def _search(self, bsn: str) -> tuple[list[dict[str, Any]], bool]:
        """Search by POST only: a BSN in an address ends up in the logs of others.

        An API that ignores what it does not know would show everybody's cases: the first one is
        looked at. Raises NotOffered where the zaaksysteem cannot search by person.
        """
        url = self._client.url("zaken", "/zaken/_zoek")
        body = canonical_json({_BY_BSN: bsn})
        try:
            found, more = await self._client.search(
                "zaken", url, body, most=MOST_LISTED, secret=bsn
            )
        except RejectedError as err:
            if err.code not in _NO_SEARCH:
                raise
            raise NotOffered(_NOT_BY_PERSON) from err
        except ConfigurationError as err:
            if err.setting != "zaken.root":
                raise
            await self._reader.probe("zaken")  # raises when it is not about this one address
            raise NotOffered(_NOT_BY_PERSON) from err
        if found and not await self._has_part(found[0], bsn):
            raise NotOffered(_NOT_BY_PERSON)
        return found, more

    async def _has_part(self, zaak: Data, bsn: str) -> bool:
        url = self._client.url("zaken", "/rollen")
        rollen: Sequence[Data] = await self._client.find("zaken", url, {"zaak": str(zaak["url"])})
        return any(
            (rol.get("betrokkeneIdentificatie") or {}).get("inpBsn") == bsn for rol in rollen
        )

    def _require_decisions(self) -> None:
        if not self._client.offers("besluiten"):
            raise NotOffered("zgw: besluiten.root is not set.")
