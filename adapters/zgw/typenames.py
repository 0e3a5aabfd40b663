"""What the types of the catalogue are called, found by their URL, in the words of the core."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from adapters.contract import Clock, RejectedError
from adapters.zgw.client import ZgwClient
from adapters.zgw.settings import Names, ZgwSettings

_MOST: Final = 2_000
"""Types that are remembered: more than any catalogue has in use."""


class TypeNames:
    """Published types do not change, but authorisations do: nothing is remembered for long."""

    def __init__(self, client: ZgwClient, settings: ZgwSettings, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._life = timedelta(seconds=settings.catalogue_seconds)
        self._known: dict[str, tuple[datetime, Mapping[str, Any]]] = {}
        self.zaaktypen = reverse(settings.zaaktypen)
        self.statustypen = reverse(settings.statustypen)
        self.resultaattypen = reverse(settings.resultaattypen)
        self.informatieobjecttypen = reverse(settings.informatieobjecttypen)
        self.eigenschappen = reverse(settings.eigenschappen)

    async def read(self, url: object) -> Mapping[str, Any]:
        """Return the type; empty when it is not in the configured catalogue, or is gone."""
        if not isinstance(url, str) or not self._client.knows("catalogi", url):
            return {}
        now = self._clock.now()
        until, known = self._known.get(url, (now, {}))
        if now < until <= now + self._life:
            return known
        try:
            found = await self._client.get("catalogi", url)
        except RejectedError:  # 404: the case is shown all the same, with a remark
            return {}
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[url] = (now + self._life, found)
        return found


def reverse(names: Names) -> Mapping[str, str]:
    """Their name = ours, for the names that stand for one of ours only."""
    theirs = list(names.values())
    return {their: ours for ours, their in names.items() if theirs.count(their) == 1}
