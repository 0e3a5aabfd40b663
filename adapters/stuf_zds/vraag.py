"""One question that is put to us, and how it is asked on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from adapters._kit.stuf.markup import Markup
from adapters._kit.stuf.reading import Bericht
from adapters.contract import AskRefused, ReceiveContext, WireAnswer
from adapters.stuf_zds.answers import frames
from adapters.stuf_zds.answers.frames import Wire
from adapters.stuf_zds.inbound_settings import InboundSettings
from adapters.stuf_zds.incoming.result import Geweigerd
from adapters.stuf_zds.incoming.work import owner_of
from adapters.stuf_zds.readers.nodes import child, text, under
from schemas.identifiers import InvalidIdentifier, Zaakidentificatie

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vraag:
    """One question on its way."""

    bericht: Bericht
    settings: InboundSettings
    context: ReceiveContext
    wire: Wire

    @property
    def element(self) -> etree._Element:
        return self.bericht.element

    @property
    def operation(self) -> str:
        return self.bericht.operation or ""

    @property
    def gelijk(self) -> etree._Element | None:
        """What is asked for; inside the edcLv01 of a check-out."""
        found = child(self.element, "gelijk")
        return under(self.element, "edcLv01/gelijk") if found is None else found

    @property
    def number(self) -> str:
        found = text(self.gelijk, "identificatie")
        if found is None:
            raise Geweigerd("StUF055", "gelijk/identificatie: what is asked for is needed.")
        return found

    async def ask(self, what: str, data: Json) -> Json:
        """The hub's answer; raises `Geweigerd` when there is none."""
        try:
            return await self.context.ask(what, data)
        except AskRefused as error:
            code = "StUF049" if error.unavailable else "StUF058"
            raise Geweigerd(code, error.detail) from error

    def owned(self, key: str, value: str, owner: str = "bronorganisatie") -> Json:
        return {key: value, owner: owner_of(None, self.settings)}

    def la01(self, *found: Markup, more: bool = False) -> WireAnswer:
        return frames.la01(self.operation, self.bericht.profile, found, self.wire, more=more)


def is_number(found: str) -> bool:
    """Something else is the number of nothing: the answer is empty."""
    try:
        Zaakidentificatie(found)
    except InvalidIdentifier:
        return False
    return True
