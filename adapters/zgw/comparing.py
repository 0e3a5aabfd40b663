"""What the zaaksysteem has: cases by the day of their registration, and single things by number.

Reads only. Documents and statuses cannot be listed by day, so those are only looked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from adapters.contract import Kind, ListedPage, Pace, Sighting, Thing
from adapters.zgw.client import ZgwClient
from adapters.zgw.settings import ListBy
from adapters.zgw.translate import BRON, kenmerk, moment
from schemas import Message
from schemas.zaak import (
    ZaakAfgesloten,
    ZaakDocumentToegevoegd,
    ZaakGestart,
    ZaakHeropend,
    ZaakStatusGezet,
)

_NOT_LINKED: Final = "The document is there, but it is not linked to its case."
_ITS_CASE: Final = "Its case is not there."
_NO_CASE: Final = "The document is there, but its case is not."


def expected(message: Message) -> Sequence[Thing]:
    """Return what the zaaksysteem has once `message` was delivered."""
    match message.data:
        case ZaakGestart() as data:
            number, owner = data.zaakidentificatie, data.bronorganisatie
            mark = kenmerk(message.id)
            return (Thing(kind=Kind.ZAAK, identifier=number, owner=owner, mark=mark),)
        case ZaakDocumentToegevoegd() as data:
            kind, identifier = Kind.DOCUMENT, str(data.documentidentificatie)
        case ZaakStatusGezet() | ZaakHeropend() as data:
            kind, identifier = Kind.STATUS, moment(data.datum_status_gezet)
        case ZaakAfgesloten() as data:
            kind, identifier = Kind.STATUS, moment(data.datum_afgesloten)
        case _:
            return ()
    return (
        Thing(
            kind=kind,
            identifier=identifier,
            owner=data.bronorganisatie,
            part_of=data.zaakidentificatie,
        ),
    )


async def listed(
    client: ZgwClient, by: ListBy, day: date, cursor: str | None, pace: Pace
) -> ListedPage:
    """Return one page of the cases of that day; the cursor is the API's own next link."""
    await pace()
    if cursor is None:
        params: dict[str, str] = {by: day.isoformat()}
        items, following = await client.page("zaken", client.url("zaken", "/zaken"), params)
    else:
        items, following = await client.page("zaken", cursor)
    return ListedPage(sightings=[Sighting(thing=_case(item)) for item in items], cursor=following)


async def find(client: ZgwClient, things: Sequence[Thing], pace: Pace) -> Sequence[Sighting]:
    """Return one sighting for each; what hangs on one case is read once."""
    cases = _Cases(client, pace)
    return [await _FIND[thing.kind](cases, thing) for thing in things]


class _Cases:
    """What was read so far, by case; lives for one page of things."""

    def __init__(self, client: ZgwClient, pace: Pace) -> None:
        self._client = client
        self._pace = pace
        self._read: dict[tuple[str, ...], list[dict[str, Any]]] = {}

    async def documents(self, thing: Thing) -> list[dict[str, Any]]:
        filters = {"identificatie": thing.identifier, "bronorganisatie": thing.owner}
        await self._pace()
        url = self._client.url("documenten", "/enkelvoudiginformatieobjecten")
        return await self._client.find("documenten", url, filters)

    async def cases(self, number: str, owner: str) -> list[dict[str, Any]]:
        return await self._once("/zaken", {"identificatie": number, "bronorganisatie": owner})

    async def below(self, path: str, thing: Thing) -> list[dict[str, Any]] | None:
        """What hangs on the case of `thing`; None when the case is not there."""
        found = await self.cases(thing.part_of, thing.owner)
        return await self._once(path, {"zaak": str(found[0]["url"])}) if found else None

    async def _once(self, path: str, filters: Mapping[str, str]) -> list[dict[str, Any]]:
        key = (path, *filters.values())
        if key not in self._read:
            await self._pace()
            url = self._client.url("zaken", path)
            self._read[key] = await self._client.find("zaken", url, filters)
        return self._read[key]


async def _find_case(cases: _Cases, thing: Thing) -> Sighting:
    found = await cases.cases(thing.identifier, thing.owner)
    return Sighting(thing=_case(found[0]) if found else thing, times=len(found))


async def _find_document(cases: _Cases, thing: Thing) -> Sighting:
    found = await cases.documents(thing)
    if not found:
        return Sighting(thing=thing, times=0)
    links = await cases.below("/zaakinformatieobjecten", thing)
    complaint = _NO_CASE
    if links is not None:
        urls = {link.get("informatieobject") for link in links}
        complaint = "" if any(one.get("url") in urls for one in found) else _NOT_LINKED
    return Sighting(thing=thing, times=len(found), complaint=complaint)


async def _find_status(cases: _Cases, thing: Thing) -> Sighting:
    statuses = await cases.below("/statussen", thing)
    if statuses is None:
        return Sighting(thing=thing, times=0, complaint=_ITS_CASE)
    wanted = _instant(thing.identifier)
    times = sum(_instant(one.get("datumStatusGezet")) == wanted for one in statuses)
    return Sighting(thing=thing, times=times)


_FIND: Final = {
    Kind.ZAAK: _find_case,
    Kind.DOCUMENT: _find_document,
    Kind.STATUS: _find_status,
}


def _case(item: Mapping[str, Any]) -> Thing:
    return Thing(
        kind=Kind.ZAAK,
        identifier=str(item.get("identificatie")),
        owner=str(item.get("bronorganisatie")),
        mark=_mark(item.get("kenmerken")),
    )


def _mark(kenmerken: object) -> str:
    """The event that opened the case, when we did."""
    for one in kenmerken if isinstance(kenmerken, list) else ():
        if isinstance(one, dict) and one.get("bron") == BRON:
            return str(one.get("kenmerk"))
    return ""


def _instant(text: object) -> datetime | None:
    try:
        instant = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
