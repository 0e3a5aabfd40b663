"""One attempt at one message: what it works with, and what it found out so far."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from adapters._kit.once import stored_request
from adapters.contract import Clock, Documents, NoDocuments, Steps
from adapters.zgw.catalogue import Catalogue
from adapters.zgw.client import ZgwClient

Body = dict[str, Any]

OPENING: Final = "zaak"
"""Name of the step that opens a case."""

NUMBER: Final = "zaak-identificatie"
"""Where the number is kept under which the zaaksysteem has the case that a message opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zaak:
    """The case as the zaaksysteem knows it; `zaaktype` is the version that the case has."""

    url: str
    zaaktype: str


@dataclass(slots=True, kw_only=True)
class Work:
    """One attempt at one message; `known` is the case, None when the message opens it."""

    client: ZgwClient
    catalogue: Catalogue
    steps: Steps
    clock: Clock
    known: Zaak | None
    again: bool = False
    """Every step may be done already, by an earlier delivery: look before each (`Context`)."""
    own_numbers: bool = False
    """The zaaksysteem gives cases a number of its own."""
    lock_wait: timedelta = timedelta(hours=4)
    """How long a change of a document waits for somebody else's lock."""
    references: Mapping[str, str] = field(default_factory=dict)
    """What earlier messages about the case left behind."""
    documents: Documents = field(default_factory=NoDocuments)
    locks: dict[str, str] = field(default_factory=dict, repr=False)
    """By document: what a large one is locked with is told once, when it is made."""

    async def zaak(self) -> Zaak:
        """Return the case of this message, also when an earlier step of it opened the case."""
        if self.known is not None:
            return self.known
        url = self.result(OPENING)
        request = await stored_request(self.steps, OPENING)
        opened = await self.client.get("zaken", url) if request is None else read_body(request)
        return Zaak(url=url, zaaktype=str(opened["zaaktype"]))

    async def has_another_zaaktype(self) -> bool:
        """Read the case again; True when its zaaktype is not the one that we went by."""
        before = await self.zaak()
        now = await self.client.get("zaken", before.url)
        self.known = Zaak(url=before.url, zaaktype=str(now.get("zaaktype")))
        return self.known != before

    async def number(self) -> str:
        """Return the number of the case that this message opened, as the zaaksysteem has it."""
        told = self.steps.result(NUMBER)
        if told is None:
            opened = await self.client.get("zaken", self.result(OPENING))
            told = str(opened["identificatie"])
            await self.steps.complete(NUMBER, told)
        return told

    def result(self, step: str) -> str:
        """Return the URL that an earlier step of this message got."""
        url = self.steps.result(step)
        if url is None:
            raise RuntimeError(f"step {step} is used before it is done")
        return url


def read_body(body: bytes) -> Body:
    """The body of a stored request."""
    document: Body = json.loads(body)
    return document
