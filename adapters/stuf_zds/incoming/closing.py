"""Role `application`: which message closes a case (Q14), and with which result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from lxml import etree

from adapters.contract import News
from adapters.stuf_zds.inbound_settings import InboundSettings
from adapters.stuf_zds.incoming.result import ZAAK, Afzender, made_id, ontvangst
from adapters.stuf_zds.readers.nodes import (
    Opmerkingen,
    child,
    children,
    cut,
    day,
    emptied_text,
    text,
    text_of,
    under,
)
from adapters.stuf_zds.readers.status import status_beeld, status_codes

Json = dict[str, Any]

AFSLUITEN: Final = "afsluiten"
"""Our own word for: close it with the result that came before, which the references have."""
RESULTAAT: Final = "resultaat"
"""Reference of the result that an application gave before it closed the case."""
_TOWN_HALL: Final = ZoneInfo("Europe/Amsterdam")


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """One case that ends."""

    settings: InboundSettings
    einddatum: str | None

    def is_end(self, heeft: etree._Element) -> bool:
        return is_end_status(heeft, self.settings)

    def news(
        self, zaak: etree._Element, keys: Json, afzender: Afzender, notes: Opmerkingen
    ) -> News:
        """zaak.afgesloten; or news for ourselves, where the result has to be remembered first."""
        status = next((each for each in children(zaak, "heeft") if self.is_end(each)), None)
        beeld = None if status is None else status_beeld(status, notes, unless=afzender.moment)
        data: Json = {
            **keys,
            "datumAfgesloten": self._moment(beeld, afzender.moment).isoformat(),
        }
        if beeld is not None and beeld.get("toelichting"):
            data["statustoelichting"] = cut(beeld["toelichting"], 1000, "heeft/toelichting", notes)
        data |= result_of(zaak, self.settings, notes)
        number = keys["zaakidentificatie"]
        if "resultaattype" in data:
            return News(
                id=made_id(afzender.key, "afgesloten"),
                type=ZAAK + "afgesloten",
                data=data,
                time=afzender.moment,
                subject=number,
            )
        return ontvangst(
            AFSLUITEN,
            {**data, "sleutel": afzender.key},
            id=made_id(afzender.key, AFSLUITEN),
            time=afzender.moment,
            subject=number,
        )

    def _moment(self, status: Json | None, sent: datetime) -> datetime:
        """That of the end status; else the einddatum at the time of day of the message (Q16)."""
        if status is not None:
            return datetime.fromisoformat(status["datumStatusGezet"])
        local = sent.astimezone(_TOWN_HALL)
        if self.einddatum is None:
            return local
        ended = datetime.fromisoformat(self.einddatum).date()
        return datetime.combine(ended, local.timetz())


def closing_of(
    zaak: etree._Element, old: etree._Element | None, settings: InboundSettings, zaaktype: str
) -> Closing | None:
    """What the message ends, by the rule of its zaaktype; None: nothing."""
    rule = settings.sluiten_per_zaaktype.get(zaaktype, settings.sluiten)
    quiet = Opmerkingen()
    einddatum = day(zaak, "einddatum", notes=quiet)
    if rule == "einddatum":
        before = None if old is None else day(old, "einddatum", notes=quiet)
        changed = einddatum is not None and einddatum != before
        return Closing(settings=settings, einddatum=einddatum) if changed else None
    if rule == "eindstatus" and any(is_end_status(each, settings) for each in _statuses(zaak)):
        return Closing(settings=settings, einddatum=einddatum)
    return None


def takes_end_away(zaak: etree._Element, old: etree._Element | None) -> bool:
    """The case had an einddatum and has none now: it goes on.

    Both objects have to say so: many systems send an empty einddatum with every change.
    """
    had = old is not None and day(old, "einddatum", notes=Opmerkingen()) is not None
    return had and emptied_text(zaak, "einddatum")


def is_end_status(heeft: etree._Element, settings: InboundSettings) -> bool:
    ends = {_folded(each) for each in settings.eindstatussen}
    return any(_folded(code) in ends for code in status_codes(heeft))


def result_of(zaak: etree._Element, settings: InboundSettings, notes: Opmerkingen) -> Json:
    """Resultaattype and its explanation; no resultaattype where there is none to be had."""
    element = child(zaak, "resultaat")
    theirs = text(element, "omschrijving")
    ours = settings.resultaattypen.get(theirs or "", theirs) or settings.resultaat
    found: Json = {}
    if ours is not None:
        found["resultaattype"] = cut(ours, 80, "resultaat/omschrijving", notes)
    toelichting = cut(text_of(child(element, "toelichting")), 1000, "resultaat/toelichting", notes)
    return found | ({} if toelichting is None else {"resultaattoelichting": toelichting})


def has_result(zaak: etree._Element) -> bool:
    return text(child(zaak, "resultaat"), "omschrijving") is not None


def _statuses(zaak: etree._Element) -> list[etree._Element]:
    return list(children(zaak, "heeft"))


def _folded(name: str) -> str:
    return name.strip().lstrip("0").casefold()


def bewaar_resultaat(
    zaak: etree._Element,
    old: etree._Element | None,
    settings: InboundSettings,
    afzender: Afzender,
) -> Iterator[News]:
    """A result before the end of its case (Q14): remembered until the case is closed."""
    number = text(zaak, "identificatie")
    zaaktype = text(under(zaak, "isVan/gerelateerde"), "code", "identificatie") or ""
    ours = settings.zaaktypen.get(zaaktype, zaaktype)
    if number is None or not has_result(zaak) or closing_of(zaak, old, settings, ours) is not None:
        return
    found = result_of(zaak, settings, Opmerkingen())
    yield ontvangst(
        RESULTAAT,
        found,
        id=made_id(afzender.key, RESULTAAT),
        time=afzender.moment,
        subject=number,
    )


def afgesloten(inhoud: Mapping[str, Any], remembered: str | None, *, time: datetime) -> News | None:
    """zaak.afgesloten with the result that came before; None where none did."""
    if remembered is None:
        return None
    data = {key: value for key, value in inhoud.items() if key != "sleutel"}
    return News(
        id=made_id(inhoud["sleutel"], "afgesloten"),
        type=ZAAK + "afgesloten",
        data={**data, "resultaattype": remembered},
        time=time,
        subject=inhoud["zaakidentificatie"],
    )
