"""The zaaksysteem's catalogue: the URLs behind the names that messages use, remembered shortly.

Types are immutable once published, but new versions appear and authorisations change, so nothing
is kept for long, and everything is dropped when the zaaksysteem contradicts it. All types of one
case belong to one version of its zaaktype: they are always asked for by that version's URL.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from adapters.contract import Clock, RejectedError
from adapters.zgw.client import ZgwClient
from adapters.zgw.settings import ZgwSettings
from schemas.zaak import Zaaktype

_Items = list[dict[str, Any]]


class Catalogue:
    """Answers "which URL is meant", or raises RejectedError with the names that do exist."""

    def __init__(self, client: ZgwClient, settings: ZgwSettings, clock: Clock) -> None:
        self._client = client
        self._settings = settings
        self._clock = clock
        self._life = timedelta(seconds=settings.catalogue_seconds)
        self._known: dict[tuple[str, ...], tuple[datetime, _Items]] = {}
        self._loading: dict[tuple[str, ...], asyncio.Lock] = {}

    def forget(self) -> None:
        self._known.clear()

    async def zaaktype(self, wanted: Zaaktype, day: date) -> str:
        """Return the version that was valid on `day`; of two on a changeover day the later one."""
        name = self._settings.zaaktypen.get(wanted.identificatie, wanted.identificatie)
        filters = {"identificatie": name, **await self._catalogus_filter(wanted)}
        versions = await self._list("/zaaktypen", **filters)
        if len({version.get("catalogus") for version in versions}) > 1:
            raise RejectedError(
                "zgw:zaaktype-meerduidig",
                f"More than one catalogue knows zaaktype {name}; set the destination's catalogus.",
            )
        text = day.isoformat()
        valid = [version for version in versions if _valid_on(version, text)]
        if not valid:
            found = f"only {len(versions)} version(s) for other days" if versions else "none"
            raise RejectedError(
                "zgw:zaaktype-onbekend",
                f"The zaaksysteem shows us no published zaaktype {name} that is valid on {text} "
                f"({found}). It may also lack an authorisation.",
            )
        return str(max(valid, key=lambda version: str(version["beginGeldigheid"]))["url"])

    async def statustype(self, zaaktype: str, omschrijving: str) -> str:
        name = self._settings.statustypen.get(omschrijving, omschrijving)
        items = await self._list("/statustypen", zaaktype=zaaktype)
        return _pick("statustype", items, "omschrijving", name)

    async def eindstatustype(self, zaaktype: str) -> str:
        items = await self._list("/statustypen", zaaktype=zaaktype)
        if not items:
            raise RejectedError("zgw:statustype-onbekend", "The zaaktype has no statustypen.")
        last = max(items, key=lambda item: (item.get("isEindstatus") is True, _number(item)))
        return str(last["url"])

    async def tussenstatustype(self, zaaktype: str, omschrijving: str) -> str:
        """Return a statustype that does not close the case."""
        url = await self.statustype(zaaktype, omschrijving)
        if url == await self.eindstatustype(zaaktype):
            raise RejectedError(
                "zgw:eindstatus",
                f"Statustype '{omschrijving}' closes a case of this zaaktype; a case goes on with "
                "another.",
            )
        return url

    async def roltype(self, zaaktype: str, rolsoort: str, omschrijving: str | None = None) -> str:
        """Return the roltype of that omschrijving, else the only one of that rolsoort."""
        name = self._settings.roltypen.get(omschrijving or rolsoort, omschrijving)
        items = await self.roltypen(zaaktype, rolsoort)
        if name is not None:
            return _pick("roltype", items, "omschrijving", name)
        if len({item.get("omschrijving") for item in items}) > 1:
            raise RejectedError(
                "zgw:roltype-meerduidig",
                f"The zaaktype of this case has more than one roltype for {rolsoort}: "
                f"{_names(items, 'omschrijving')}. Name one in the message, or in the "
                "destination's roltypen.",
            )
        return _pick("roltype", items, "omschrijvingGeneriek", rolsoort)

    async def roltypen(self, zaaktype: str, rolsoort: str) -> list[dict[str, Any]]:
        items = await self._list("/roltypen", zaaktype=zaaktype)
        return [item for item in items if item.get("omschrijvingGeneriek") == rolsoort]

    async def besluittype(self, zaaktype: str, omschrijving: str) -> str:
        """Return the type that this zaaktype allows; both sides may name the other."""
        name = self._settings.besluittypen.get(omschrijving, omschrijving)
        kind = await self.read("/zaaktypen", zaaktype)
        catalogus = kind.get("catalogus")
        filters = {"catalogus": catalogus} if isinstance(catalogus, str) else {}
        items = await self._list("/besluittypen", **filters)
        allowed = kind.get("besluittypen") or ()
        fitting = [
            item
            for item in items
            if item.get("url") in allowed or zaaktype in (item.get("zaaktypen") or ())
        ]
        return _pick("besluittype", fitting, "omschrijving", name)

    async def read(self, path: str, url: str) -> Mapping[str, Any]:
        """One type by its URL; `path` only tells the kinds apart."""

        async def load() -> _Items:
            return [await self._client.get("catalogi", url)]

        return (await self._remember((path, url), load))[0]

    async def resultaattype(self, zaaktype: str, omschrijving: str) -> str:
        name = self._settings.resultaattypen.get(omschrijving, omschrijving)
        items = await self._list("/resultaattypen", zaaktype=zaaktype)
        return _pick("resultaattype", items, "omschrijving", name)

    async def eigenschap(self, zaaktype: str, naam: str) -> str:
        name = self._settings.eigenschappen.get(naam, naam)
        items = await self._list("/eigenschappen", zaaktype=zaaktype)
        return _pick("eigenschap", items, "naam", name)

    async def informatieobjecttype(self, zaaktype: str, omschrijving: str) -> str:
        """Return the type that this zaaktype allows; the link holds its URL but not its name."""
        name = self._settings.informatieobjecttypen.get(omschrijving, omschrijving)
        links = await self._list("/zaaktype-informatieobjecttypen", zaaktype=zaaktype)
        allowed = {link.get("informatieobjecttype") for link in links}
        catalogus = next((str(link["catalogus"]) for link in links if link.get("catalogus")), None)
        filters = {} if catalogus is None else {"catalogus": catalogus}
        items = await self._list("/informatieobjecttypen", **filters)
        return _pick(
            "informatieobjecttype",
            [item for item in items if item.get("url") in allowed],
            "omschrijving",
            name,
        )

    async def check(self) -> str | None:
        """Ask for the configured catalogue, never from memory; returns what is wrong with it."""
        chosen = self._settings.catalogus
        filters = {} if chosen is None else {"domein": chosen.domein, "rsin": str(chosen.rsin)}
        url = self._client.url("catalogi", "/catalogussen")
        if await self._client.find("catalogi", url, filters):
            return None
        which = "no catalogue" if chosen is None else f"no catalogue {chosen.domein}"
        return f"The zaaksysteem shows us {which}: check catalogus and our authorisations."

    async def _catalogus_filter(self, wanted: Zaaktype) -> Mapping[str, str]:
        chosen = wanted.catalogus or self._settings.catalogus
        if chosen is None:
            return {}
        found = await self._list("/catalogussen", domein=chosen.domein, rsin=str(chosen.rsin))
        if not found:
            raise RejectedError(
                "zgw:catalogus-onbekend",
                f"The zaaksysteem shows us no catalogue {chosen.domein} of RSIN {chosen.rsin}.",
            )
        return {"catalogus": str(found[0]["url"])}

    async def _list(self, path: str, **filters: str) -> _Items:
        key = (path, *(f"{name}={value}" for name, value in sorted(filters.items())))
        url = self._client.url("catalogi", path)
        return await self._remember(key, lambda: self._client.find("catalogi", url, filters))

    async def _remember(
        self, key: tuple[str, ...], load: Callable[[], Awaitable[_Items]]
    ) -> _Items:
        async with self._loading.setdefault(key, asyncio.Lock()):  # many lanes, one question
            now = self._clock.now()
            until, items = self._known.get(key, (now, []))
            if now < until <= now + self._life:
                return items
            items = await load()
            if items:  # what is absent may be put right any minute
                self._known[key] = (now + self._life, items)
            return items


def _valid_on(version: Mapping[str, Any], day: str) -> bool:
    """Both ends inclusive (Catalogi 1.3); older versions of the API cannot filter on it."""
    begin, end = version.get("beginGeldigheid"), version.get("eindeGeldigheid")
    return isinstance(begin, str) and begin <= day and (end is None or str(end) >= day)


def _number(item: Mapping[str, Any]) -> int:
    number = item.get("volgnummer")
    return number if isinstance(number, int) else 0


def _pick(what: str, items: _Items, field: str, name: str) -> str:
    """Return the URL of the item of that name; of several versions the one that began last."""
    fitting = [item for item in items if item.get(field) == name]
    if not fitting:
        raise RejectedError(
            f"zgw:{what}-onbekend",
            f"The zaaktype of this case has no {what} '{name}'; it has {_names(items, field)}.",
        )
    return str(max(fitting, key=lambda item: str(item.get("beginGeldigheid") or ""))["url"])


def _names(items: Iterable[Mapping[str, Any]], field: str) -> str:
    return ", ".join(sorted(f"'{item.get(field)}'" for item in items)) or "none"
