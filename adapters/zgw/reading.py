"""Reading a case and all that hangs on it, from the configured roots only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from adapters.contract import ConfigurationError, RejectedError
from adapters.zgw.client import ZgwClient
from adapters.zgw.inbound import Statusbeeld, Zaakbeeld, our_number
from adapters.zgw.postroom_settings import PostroomSettings
from adapters.zgw.settings import Api
from adapters.zgw.typenames import TypeNames

Shown = Mapping[str, Any]

_GONE: Final = frozenset({"zgw:not_found", "zgw:404", "zgw:gone", "zgw:410"})
_LONGEST_NUMBER: Final = 40
_NOBODY: Final = {"identificatie": "schakel-controle"}
_PROBES: Final[Mapping[Api, str]] = {
    "zaken": "/zaken",
    "documenten": "/enkelvoudiginformatieobjecten",
    "catalogi": "/zaaktypen",
}


class Gone(Exception):
    """The thing is not there (any more), or is hidden from us; the text is a sentence."""


class Reader:
    """Raises Gone for a thing that is not shown, and else what the client raises."""

    def __init__(self, client: ZgwClient, names: TypeNames, settings: PostroomSettings) -> None:
        self._client = client
        self._names = names
        self._settings = settings

    async def zaak(self, url: str) -> Shown:
        """Return the case; it has a number that a message can carry, the core's where it has one.

        So what the zaaksysteem calls otherwise (own_numbers) is in the lane of the core's messages.
        """
        zaak = await self._shown("zaken", url, "the case")
        if number := our_number(zaak):
            zaak = {**zaak, "identificatie": number}
        if not self.has_number(zaak):
            raise RejectedError(
                "zgw:identificatie", "The case has no number, or one that no message can carry."
            )
        return {**zaak, "url": url}

    def has_number(self, zaak: Shown) -> bool:
        """Return whether the case has a number that a message can carry, and a known address."""
        number, url = zaak.get("identificatie"), zaak.get("url")
        return (
            isinstance(number, str)
            and number.isprintable()
            and 0 < len(number.strip()) <= len(number) <= _LONGEST_NUMBER
            and isinstance(url, str)
            and self._client.knows("zaken", url)
        )

    async def document(self, url: str) -> Shown:
        return {**await self._shown("documenten", url, "the document"), "url": url}

    async def is_wanted(self, zaak: Shown) -> bool:
        """Return whether the settings want to hear of a case that others started."""
        wanted, organisation = self._settings.zaaktypen, self._settings.bronorganisatie
        if organisation is not None and zaak.get("bronorganisatie") != organisation:
            return False
        return not wanted or (await self._zaaktype(zaak))[0] in wanted

    async def statuses(self, zaak: str) -> list[dict[str, Any]]:
        """All statuses of a case, the oldest first."""
        found = await self._client.find(
            "zaken", self._client.url("zaken", "/statussen"), {"zaak": zaak}
        )
        return sorted(found, key=lambda one: str(one.get("datumStatusGezet")))

    async def statusbeeld(self, status: Shown) -> Statusbeeld:
        kind = await self._names.read(status.get("statustype"))
        name = str(kind.get("omschrijving") or "onbekend")
        number, last = kind.get("volgnummer"), kind.get("isEindstatus")
        return Statusbeeld(
            status=status,
            omschrijving=self._names.statustypen.get(name, name),
            volgnummer=number if type(number) is int else None,
            eindstatus=last if isinstance(last, bool) else None,
        )

    async def documents_of(self, zaak: str) -> list[str]:
        """Addresses of the documents of a case, as far as they are at our Documenten API."""
        links = await self._client.find(
            "zaken", self._client.url("zaken", "/zaakinformatieobjecten"), {"zaak": zaak}
        )
        urls = (str(link.get("informatieobject")) for link in links)
        return [url for url in urls if self._client.knows("documenten", url)]

    async def cases_of(self, document: str) -> list[str]:
        """Addresses of the cases that a document belongs to."""
        links = await self._client.find(
            "documenten",
            self._client.url("documenten", "/objectinformatieobjecten"),
            {"informatieobject": document},
        )
        urls = (str(one.get("object")) for one in links if one.get("objectType") == "zaak")
        return [url for url in urls if self._client.knows("zaken", url)]

    async def document_type(self, document: Shown) -> str:
        kind = await self._names.read(document.get("informatieobjecttype"))
        name = str(kind.get("omschrijving") or "")
        return self._names.informatieobjecttypen.get(name, name)

    async def beeld(self, zaak: Shown) -> Zaakbeeld:
        """Everything of a case but its documents."""
        unread: list[str] = []
        url = str(zaak["url"])
        zaaktype, omschrijving = await self._zaaktype(zaak)
        if not omschrijving:
            unread.append("zaaktype: it cannot be read at the configured catalogue")
        return Zaakbeeld(
            zaak=zaak,
            zaaktype=zaaktype,
            zaaktype_omschrijving=omschrijving,
            rollen=tuple(await self._of_case("/rollen", url)),
            objecten=tuple(await self._of_case("/zaakobjecten", url)),
            eigenschappen=tuple(await self._eigenschappen(url)),
            status=await self._current_status(zaak, unread),
            resultaat=await self._resultaat(zaak, unread),
            hoofdzaak=await self._hoofdzaak(zaak, unread),
            unread=tuple(unread),
        )

    async def _zaaktype(self, zaak: Shown) -> tuple[str, str]:
        """Its identificatie as the core calls it, and its name; its URL when it cannot be read."""
        kind = await self._names.read(zaak.get("zaaktype"))
        number = str(kind.get("identificatie") or zaak.get("zaaktype") or "onbekend")
        return self._names.zaaktypen.get(number, number), str(kind.get("omschrijving") or "")

    async def _of_case(self, path: str, zaak: str) -> list[dict[str, Any]]:
        return await self._client.find("zaken", self._client.url("zaken", path), {"zaak": zaak})

    async def _eigenschappen(self, zaak: str) -> list[dict[str, Any]]:
        found = await self._client.find("zaken", f"{zaak}/zaakeigenschappen", {})
        ours = self._names.eigenschappen
        return [{**one, "naam": ours.get(str(one.get("naam")), one.get("naam"))} for one in found]

    async def _current_status(self, zaak: Shown, unread: list[str]) -> Statusbeeld | None:
        status = await self._linked(zaak, "status", unread)
        return None if status is None else await self.statusbeeld(status)

    async def _resultaat(self, zaak: Shown, unread: list[str]) -> str:
        found = await self._linked(zaak, "resultaat", unread)
        kind = {} if found is None else await self._names.read(found.get("resultaattype"))
        name = str(kind.get("omschrijving") or "")
        return self._names.resultaattypen.get(name, name)

    async def _hoofdzaak(self, zaak: Shown, unread: list[str]) -> str:
        found = await self._linked(zaak, "hoofdzaak", unread)
        return "" if found is None else str(found.get("identificatie") or "")

    async def _linked(self, zaak: Shown, name: str, unread: list[str]) -> Shown | None:
        """Follow a link of the case; what cannot be followed gets a sentence."""
        url = zaak.get(name)
        if not url:
            return None
        if not isinstance(url, str) or not self._client.knows("zaken", url):
            unread.append(f"{name}: its address is not under zaken.root, and was not followed")
            return None
        try:
            return await self._shown("zaken", url, name)
        except Gone as gone:
            unread.append(f"{name}: {gone}")
            return None

    async def _shown(self, api: Api, url: str, what: str) -> Shown:
        """Read one thing. A refusal of this one only, by an API that knows us, hides it."""
        if not self._client.knows(api, url):
            raise Gone(f"{what} is at an address that is not under {api}.root")
        try:
            return await self._client.get(api, url)
        except RejectedError as err:
            if err.code in _GONE:
                raise Gone(f"{what} is not there any more") from err
            raise
        except ConfigurationError as err:
            await self.probe(api)  # raises when it is not about this one thing
            raise Gone(f"{what} is hidden from us by its authorisations") from err

    async def probe(self, api: Api) -> None:
        """Read something that everybody may read; raises what is wrong with the API or with us."""
        await self._client.find(api, self._client.url(api, _PROBES[api]), _NOBODY)
