"""Stuurgegevens: the head of every StUF message, in the one order that receivers take.

Mandatory, by kind: Lk01 all but crossRefnummer and functie; Lv01 berichtcode and entiteittype;
Bv02 and Fo02 hold berichtcode only; Bv01, Bv03, Bv04, Fo01 and Fo03 all but entiteittype and
functie.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from lxml import etree

from adapters._kit.stuf.markup import Markup, Part, element, text

TOWN_HALL: Final = ZoneInfo("Europe/Amsterdam")
_NAMES: Final = uuid.UUID("6f2f1f0e-7f0c-5f0a-9d6e-3a0b7c1d2e4f")
_DIGITS: Final = re.compile(r"\d{8,17}", re.ASCII)
LONGEST_NUMBER: Final = 40


@dataclass(frozen=True, slots=True)
class Partij:
    """A sending or receiving system. `applicatie` is 3..50 characters; empty when read so (Q2)."""

    applicatie: str
    organisatie: str | None = None
    administratie: str | None = None
    gebruiker: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Stuurgegevens:
    """As rendered or read; texts as they are on the wire, times unread."""

    berichtcode: str
    zender: Partij | None = None
    ontvanger: Partij | None = None
    referentienummer: str | None = field(default=None, repr=False)
    """At most 40 characters when sent; longer ones are read (Q1)."""
    tijdstip_bericht: str | None = None
    """8..17 digits, Dutch local time; see `tijdstip` and `read_tijdstip`."""
    crossrefnummer: str | None = field(default=None, repr=False)
    entiteittype: str | None = None
    functie: str | None = None


def render(stuurgegevens: Stuurgegevens, prefix: str) -> Markup:
    """Return `stuurgegevens` in the namespace of `prefix`; what is None is left out."""
    one = stuurgegevens
    return element(
        f"{prefix}:stuurgegevens",
        text("StUF:berichtcode", one.berichtcode),
        _side("StUF:zender", one.zender),
        _side("StUF:ontvanger", one.ontvanger),
        text("StUF:referentienummer", one.referentienummer),
        text("StUF:tijdstipBericht", one.tijdstip_bericht),
        text("StUF:crossRefnummer", one.crossrefnummer),
        text("StUF:entiteittype", one.entiteittype),
        text("StUF:functie", one.functie),
    )


def read(element: etree._Element) -> Stuurgegevens:
    """Return what `element` holds, in whatever namespace and order; an empty text is None."""
    texts: dict[str, str | None] = {}
    parties: dict[str, Partij] = {}
    for part in element:
        name = part.tag.rpartition("}")[2]
        if name in {"zender", "ontvanger"}:
            parties[name] = _party(part)
        else:
            texts[name] = _text(part)
    return Stuurgegevens(
        berichtcode=texts.get("berichtcode") or "",
        zender=parties.get("zender"),
        ontvanger=parties.get("ontvanger"),
        referentienummer=texts.get("referentienummer"),
        tijdstip_bericht=texts.get("tijdstipBericht"),
        crossrefnummer=texts.get("crossRefnummer"),
        entiteittype=texts.get("entiteittype"),
        functie=texts.get("functie"),
    )


def tijdstip(moment: datetime) -> str:
    """Return an aware moment as 17 digits of Dutch local time, milliseconds included."""
    local = moment.astimezone(TOWN_HALL)
    return f"{local:%Y%m%d%H%M%S}{local.microsecond // 1000:03d}"


def read_tijdstip(text: str | None) -> datetime | date | None:
    """Read 8 to 17 digits: a date when there is no hour, else an aware moment in Dutch local time.

    What is missing after the hour counts as zero. None when it is no moment.
    """
    digits = (text or "").strip()
    if not _DIGITS.fullmatch(digits):
        return None
    numbers = [int(digits[start : start + 2] or "0") for start in (8, 10, 12)]
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
        if len(digits) == len("YYYYMMDD"):
            return day
        fraction = digits[14:].ljust(3, "0") if len(digits) > len("YYYYMMDDHHMMSS") else "0"
        hour, minute, second = numbers
        return datetime(
            day.year, day.month, day.day, hour, minute, second, int(fraction) * 1000, TOWN_HALL
        )
    except ValueError:
        return None


def referentienummer(message_id: str, part: str = "") -> str:
    """Return the number of one request of a message: the same each time it is made, 36 characters.

    `part` tells the requests of one message apart.
    """
    return str(uuid.uuid5(_NAMES, f"{message_id}\n{part}"))


@lru_cache(maxsize=256)
def _side(name: str, party: Partij | None) -> Part:
    if party is None:
        return None
    return element(
        name,
        text("StUF:organisatie", party.organisatie),
        text("StUF:applicatie", party.applicatie),
        text("StUF:administratie", party.administratie),
        text("StUF:gebruiker", party.gebruiker),
    )


def _party(element: etree._Element) -> Partij:
    texts = {part.tag.rpartition("}")[2]: _text(part) for part in element}
    return Partij(
        applicatie=texts.get("applicatie") or "",
        organisatie=texts.get("organisatie"),
        administratie=texts.get("administratie"),
        gebruiker=texts.get("gebruiker"),
    )


def _text(element: etree._Element) -> str | None:
    return (element.text or "").strip() or None
