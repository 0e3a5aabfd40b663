"""From an address to the objects there, to those who have rights in them.

One question is several calls. The first has to succeed; of what fails after it the answer says
that it is missing, and of which object: an owner who could not be read is never taken for none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from adapters._kit.haalcentraal.reading import listed
from adapters.brk import translate
from adapters.brk.client import BrkClient
from adapters.brk.errors import lacking, unanswered
from adapters.contract import DeliveryError, Question

Json = dict[str, Any]

OBJECTS: Final = "/kadastraalonroerendezaken"
_WIRE: Final = {"nummeraanduiding": "nummeraanduidingIdentificatie"}


class Owners:
    """Looks them up for one question; `missing` is what could not be had."""

    def __init__(self, client: BrkClient, question: Question, most: int) -> None:
        self._client = client
        self._question = question
        self._most = most
        self._missing: list[Json] = []

    async def answer(self) -> Json:
        address = {
            _WIRE.get(name, name): str(value)
            for name, value in self._question.data.items()
            if name != "bsn"
        }
        document = await self._client.get(OBJECTS, self._question, address)
        found = listed(document, "kadastraalOnroerendeZaken")
        objects = [await self._with_holders(one) for one in found[: self._most]]
        if len(found) > len(objects):
            reason = f"Of {len(found)} objects the owners of {len(objects)} were asked for."
            self._missing.append(lacking("gerechtigden", None, reason))
        entitled = await self._entitled(objects)
        return {
            "onroerendeZaken": objects,
            "ontbreekt": self._missing,
            **({} if entitled is None else {"isGerechtigd": entitled}),
        }

    async def _with_holders(self, one: Mapping[str, Any]) -> Json:
        made, number = translate.property_of(one), translate.number(one)
        of = made.get("kadastraleAanduiding")
        if number is None:
            self._missing.append(lacking("gerechtigden", of, "The object has no number."))
            return made
        try:
            document = await self._client.get(
                f"{OBJECTS}/{number}/zakelijkgerechtigden", self._question
            )
        except DeliveryError as error:
            self._missing.append(unanswered("gerechtigden", of, error))
            return made
        rights = listed(document, "zakelijkGerechtigden")
        holders = [await self._holder(right, of) for right in rights]
        return {**made, "gerechtigden": holders}

    async def _holder(self, right: Mapping[str, Any], of: str | None) -> Json:
        made, path = translate.holder(right), translate.person_path(right)
        if path is None:
            return made
        try:
            person = await self._client.get(path, self._question)
        except DeliveryError as error:
            self._missing.append(unanswered("persoon", of, error))
            return made
        return {**made, **translate.person(person)}

    async def _entitled(self, objects: Sequence[Json]) -> bool | None:
        """Whether the person who was asked about has a right in one of the objects."""
        bsn = self._question.data.get("bsn")
        if bsn is None:
            return None
        if any(one.get("bsn") == bsn for each in objects for one in each.get("gerechtigden", ())):
            return True
        try:
            document = await self._client.post(
                OBJECTS, self._question, {"burgerservicenummer": bsn}
            )
        except DeliveryError as error:
            self._missing.append(unanswered("aanspraak", None, error))
            return None
        owned = listed(document, "kadastraalOnroerendeZaken")
        numbers = {translate.number(one) for one in owned} - {None}
        if numbers & {one.get("identificatie") for one in objects}:
            return True
        return None if self._missing else False
