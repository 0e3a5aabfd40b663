"""Asking the zaaksysteem what it has. Reads only; what is not there is None or empty.

"Not found" comes in three forms: no `antwoord`, an empty one, and StUF064.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lxml import etree

from adapters._kit.stuf.client import StufClient
from adapters._kit.stuf.contentstream import SKIPPED, Contents
from adapters._kit.stuf.faults import ORDINARY, error_for
from adapters._kit.stuf.names import OPERATIONS, XSI, q
from adapters._kit.stuf.reading import Bericht, at, child, children
from adapters._kit.stuf.soap import envelope
from adapters.contract import NotOffered, TransientError, UncertainError
from adapters.stuf_zds.heads import Heads
from adapters.stuf_zds.settings import StufZdsSettings
from adapters.stuf_zds.writing import vragen
from adapters.stuf_zds.writing.berichten import Head, Request, free, lv01
from adapters.stuf_zds.writing.build import Part

NOT_FOUND: Final = "StUF064"


class Questions:
    """The questions of StUF-ZDS, as far as the profile has them."""

    def __init__(self, client: StufClient, settings: StufZdsSettings, heads: Heads) -> None:
        self._client = client
        self._settings = settings
        self._target = settings.target
        self._heads = heads

    async def zaak(self, number: str) -> etree._Element | None:
        return await self._first("geefZaakdetails", "ZAK", vragen.case_parts(number))

    async def last_status(self, number: str) -> etree._Element | None:
        """The case with the last of its statuses."""
        return await self._first("geefZaakstatus", "ZAK", vragen.status_parts(number))

    async def documenten(self, number: str) -> Sequence[etree._Element] | None:
        """The documents of a case; None when the case is not there."""
        parts = vragen.documents_parts(number)
        zaak = await self._first("geefLijstZaakdocumenten", "ZAK", parts)
        if zaak is None:
            return None
        relations = children(zaak, "heeftRelevant")
        found = (child(each, "gerelateerde") for each in relations)
        return [one for one in found if one is not None and _there(one)]

    async def document(self, number: str, contents: Contents) -> etree._Element | None:
        """A document; what it contains goes to `contents`, a mark stands in its place."""
        parts = vragen.document_parts(number)
        request = lv01("geefZaakdocumentLezen", "EDC", parts, self._target, self._head())
        seconds = self._settings.document_timeout
        return _first_of(await self._asked(request, seconds=seconds, contents=contents))

    async def besluit(self, number: str) -> etree._Element | None:
        self._only_newer("a decision")
        return await self._first("geefBesluitdetails", "BSL", vragen.decision_parts(number))

    async def besluiten(self, number: str) -> etree._Element | None:
        """The case with its decisions."""
        self._only_newer("the decisions in a case")
        return await self._first("geefLijstBesluiten", "ZAK", vragen.decisions_parts(number))

    async def zaken_van(self, bsn: str, most: int) -> tuple[Sequence[etree._Element], bool]:
        """The cases that somebody started, and whether there are others."""
        parts = vragen.cases_of_person_parts(bsn, most)
        answer = await self._asked(lv01("zakLv01", "ZAK", parts, self._target, self._head()))
        if answer is None:
            return (), False
        more = at(answer.element, "parameters/indicatorVervolgvraag")
        there = more is not None and (more.text or "").strip() in {"true", "1"}
        return _objects(answer), there

    async def number(self, operation: str, functie: str, holder: str) -> str:
        """A number for one use."""
        if self._target.plain_zkn or (operation, self._target.profile) not in OPERATIONS:
            raise NotOffered(f"stuf_zds: the profile of this destination has no {operation}.")
        answer = await self._asked(free(operation, functie, [], self._target, self._head()))
        found = None if answer is None else at(answer.element, f"{holder}/identificatie")
        given = "" if found is None else (found.text or "").strip()
        if not given:
            raise TransientError("The zaaksysteem answered without the promised number.")
        return given

    def _head(self) -> Head:
        return self._heads.for_question()

    async def _first(
        self, name: str, entiteittype: str, parts: Sequence[Part]
    ) -> etree._Element | None:
        return _first_of(
            await self._asked(lv01(name, entiteittype, parts, self._target, self._head()))
        )

    async def _asked(
        self, request: Request, *, seconds: float | None = None, contents: Contents = SKIPPED
    ) -> Bericht | None:
        """The answer; None when the system says that it has nothing."""
        operation = request.operation
        body = self.render(request)
        try:
            answer = await self._client.exchange(
                operation, body, seconds=seconds, contents=contents
            )
        except UncertainError as err:  # over HTTP a question is a POST too
            raise TransientError(err.detail) from err
        if answer.fault is None:
            return answer
        if answer.fault.code == NOT_FOUND:
            return None
        raise error_for(answer.fault, ORDINARY, asynchronous=False)

    def render(self, request: Request) -> bytes:
        settings = self._settings
        return envelope(
            request.element,
            version=settings.soap_version,
            charset=settings.charset,
            transliterate=settings.transliterate,
        )

    def _only_newer(self, what: str) -> None:
        if self._target.profile == "1.1":
            raise NotOffered(f"stuf_zds: StUF-ZDS 1.1 has no question for {what}.")


def _first_of(answer: Bericht | None) -> etree._Element | None:
    return None if answer is None else next(iter(_objects(answer)), None)


def _objects(answer: Bericht) -> Sequence[etree._Element]:
    found = children(at(answer.element, "antwoord"), "object")
    return [one for one in found if _there(one)]


def _there(element: etree._Element) -> bool:
    nil = (element.get(q(XSI, "nil")) or "").strip() in {"true", "1"}
    return bool(len(element)) and not nil
