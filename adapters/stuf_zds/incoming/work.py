"""One message of an application on its way to the core's types, and what all of them need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from adapters._kit.stuf.stuurgegevens import LONGEST_NUMBER
from adapters.contract import News
from adapters.stuf_zds.inbound_settings import InboundSettings
from adapters.stuf_zds.incoming.result import ZAAK, Afzender, Geweigerd, made_id
from adapters.stuf_zds.readers.nodes import Opmerkingen, children, cut, text, under
from adapters.stuf_zds.readers.zaak import bronorganisatie_van, zaaknummer

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Werk:
    """One message on its way to the core's types."""

    element: etree._Element
    settings: InboundSettings
    afzender: Afzender
    notes: Opmerkingen = field(default_factory=Opmerkingen)

    @property
    def objects(self) -> list[etree._Element]:
        return list(children(self.element, "object"))

    @property
    def new(self) -> etree._Element:
        """The object as it is to be: the last, also where only one is sent."""
        if not self.objects:
            raise Geweigerd("StUF055", "object: the message has none.")
        return self.objects[-1]

    @property
    def old(self) -> etree._Element | None:
        """The object as it was; None where the sender sends one only."""
        return self.objects[0] if len(self.objects) > 1 else None

    def news(self, what: str, data: Json, *parts: str, dataref: str | None = None) -> News:
        return News(
            id=made_id(self.afzender.key, what, *parts),
            type=ZAAK + what,
            data=data,
            time=self.afzender.moment,
            subject=data["zaakidentificatie"],
            dataref=dataref,
        )


def keys_of(zaak: etree._Element | None, settings: InboundSettings, path: str = "object") -> Json:
    """Number and bronorganisatie, which every message of the core has."""
    number = zaaknummer(zaak)
    if number is None:
        raise Geweigerd("StUF055", f"{path}/identificatie: the number of the case is needed.")
    if len(number) > LONGEST_NUMBER:
        raise Geweigerd(
            "StUF055", f"{path}/identificatie: longer than {LONGEST_NUMBER} characters."
        )
    return {"zaakidentificatie": number, "bronorganisatie": owner_of(zaak, settings)}


def owner_of(element: etree._Element | None, settings: InboundSettings) -> str:
    found = None if element is None else bronorganisatie_van(element)
    owner = found or settings.bronorganisatie
    if owner is None:
        raise Geweigerd(
            "StUF055",
            "extraElementen/bronorganisatie: the message has none, and the hub's setting "
            "inbound.bronorganisatie is not set.",
        )
    return str(owner)


def our_zaaktype(zaak: etree._Element, settings: InboundSettings) -> str:
    """Our identificatie of the zaaktype; empty where the message does not say which."""
    zaaktype = under(zaak, "isVan/gerelateerde")
    theirs = text(zaaktype, "code", "identificatie", "omschrijving") or ""
    return settings.zaaktypen.get(theirs, theirs)


def text_of(beeld: Mapping[str, Any], name: str, notes: Opmerkingen) -> Json:
    found = cut(beeld.get(name), 1000, name, notes)
    return {} if not found else {name: found}


def taken(beeld: Mapping[str, Any], *names: str) -> Json:
    return {name: beeld[name] for name in names if beeld.get(name) is not None}


def non_empty(name: str, value: Any) -> Json:
    return {name: value} if value else {}
