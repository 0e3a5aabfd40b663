"""Moving households: the messages that a few counters publish during a morning.

Every household's case goes through the same five messages in order; the households are
interleaved as they come and go at the counters. Same arguments, same messages.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from schemas.examples.pdf import small_pdf

TENANT: Final = "0344"
BRONORGANISATIE: Final = "002220647"
SOURCE: Final = "urn:nld:oin:00000001002220647000:systeem:burgerzaken"
ZAAKTYPE: Final = "B0237"
ONTVANGEN: Final = "Ontvangen"
IN_BEHANDELING: Final = "In behandeling"
VERWERKT: Final = "Verwerkt"
AANGIFTE: Final = "Aangifte"

FAULTY_YEAR: Final = "2062"
"""Of a datumStatusGezet: fine for the hub, in the future for the zaaksysteem. A slip of the pen."""

STEPS_PER_HOUSEHOLD: Final = 5

_COUNTERS: Final = 4
_SHORTEST_PAUSE: Final = 5
_LONGEST_PAUSE: Final = 40
_AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")

_INITIATORS: Final[tuple[dict[str, str], ...]] = (
    {
        "soort": "natuurlijk_persoon",
        "bsn": "999993653",
        "voornamen": "Femke Johanna",
        "voorvoegselGeslachtsnaam": "van",
        "geslachtsnaam": "Duinrade",
        "geboortedatum": "1987-04-12",
    },
    {
        "soort": "natuurlijk_persoon",
        "bsn": "999990019",
        "voornamen": "Ruben",
        "geslachtsnaam": "Oosterwolde",
        "geboortedatum": "1992-11-03",
    },
    {
        "soort": "vestiging",
        "vestigingsnummer": "000090000021",
        "kvkNummer": "90000021",
        "handelsnaam": "Woonzorg De Linde",
    },
    {
        "soort": "natuurlijk_persoon",
        "bsn": "999991772",
        "voornamen": "Noor",
        "geslachtsnaam": "Yildirim",
        "geboortedatum": "1979-06-30",
    },
    {
        "soort": "natuurlijk_persoon",
        "bsn": "999992132",
        "voornamen": "Cornelis Adriaan",
        "voorvoegselGeslachtsnaam": "de",
        "geslachtsnaam": "Rietveen",
        "geboortedatum": "1958-01-21",
    },
    {
        "soort": "natuurlijk_persoon",
        "bsn": "900003509",
        "voornamen": "Amira",
        "geslachtsnaam": "Bakkerhof",
        "geboortedatum": "2001-09-15",
    },
)


def household_messages(
    n: int, seed: int, start: datetime, *, with_faulty: bool = False
) -> list[dict[str, Any]]:
    """Return the messages of `n` moving households, in the order in which they are published.

    The first is published at `start` (aware), the next 5 to 40 seconds after each other. A
    zaaksysteem refuses a status in its future: choose `start` so that `[-1]["time"]` is past.
    `with_faulty` puts the second status of the last household in the future: as many messages
    as ever, of which the zaaksysteem refuses one until somebody corrects its datumStatusGezet.
    """
    if start.utcoffset() is None:
        raise ValueError("start needs a time zone; a naive moment would be another one elsewhere.")
    random = Random(seed)  # noqa: S311 - a story that can be told again, not a secret
    households = [
        _Household(
            number=number,
            faulty=with_faulty and number == n,
            move=start.astimezone(_AMSTERDAM).date() + timedelta(days=random.randint(1, 28)),
            persons=random.randint(1, 6),
        )
        for number in range(1, n + 1)
    ]
    now = start.replace(microsecond=0)
    messages = []
    for household, step in _as_they_come(households, random):
        messages.append(_message(household, step, now, random))
        now += timedelta(seconds=random.randint(_SHORTEST_PAUSE, _LONGEST_PAUSE))
    return messages


@dataclass(frozen=True, slots=True, kw_only=True)
class _Household:
    number: int
    faulty: bool
    move: date
    persons: int

    @property
    def initiator(self) -> dict[str, str]:
        return dict(_INITIATORS[(self.number - 1) % len(_INITIATORS)])


def _as_they_come(households: list[_Household], random: Random) -> Iterator[tuple[_Household, int]]:
    waiting = list(reversed(households))
    at_counter: list[tuple[_Household, Iterator[int]]] = []
    while waiting or at_counter:
        while waiting and len(at_counter) < _COUNTERS:
            at_counter.append((waiting.pop(), iter(range(STEPS_PER_HOUSEHOLD))))
        chosen = random.choice(at_counter)
        household, steps = chosen
        step = next(steps)
        yield household, step
        if step == STEPS_PER_HOUSEHOLD - 1:
            at_counter.remove(chosen)


def _message(household: _Household, step: int, now: datetime, random: Random) -> dict[str, Any]:
    event, data = _step(household, step, now)
    zaak = f"{TENANT}-{now.year}-{household.number:06d}"
    message_type = f"nl.burgerzaken.zaak.{event}"
    return {
        "specversion": "1.0",
        "id": str(UUID(int=random.getrandbits(128), version=4)),
        "source": SOURCE,
        "type": message_type,
        "subject": zaak,
        "time": _text(now),
        "datacontenttype": "application/json",
        "dataschema": f"urn:nld:schakel:schema:{message_type}:1",
        "tenant": TENANT,
        "correlationid": f"verhuizing-{zaak}",
        "data": {"zaakidentificatie": zaak, "bronorganisatie": BRONORGANISATIE, **data},
    }


def _step(household: _Household, step: int, now: datetime) -> tuple[str, dict[str, Any]]:
    picked_up = FAULTY_YEAR + _text(now)[4:] if household.faulty else _text(now)
    return (
        lambda: ("gestart", _opened(household, now)),
        lambda: ("status-gezet", {"statustype": ONTVANGEN, "datumStatusGezet": _text(now)}),
        lambda: ("document-toegevoegd", _document(household, now)),
        lambda: ("status-gezet", {"statustype": IN_BEHANDELING, "datumStatusGezet": picked_up}),
        lambda: ("afgesloten", {"resultaattype": VERWERKT, "datumAfgesloten": _text(now)}),
    )[step]()


def _opened(household: _Household, now: datetime) -> dict[str, Any]:
    day = _day(now)
    return {
        "zaaktype": {"identificatie": ZAAKTYPE},
        "startdatum": day,
        "registratiedatum": day,
        "omschrijving": f"Verhuizing van {household.persons} perso{_ending(household.persons)}",
        "toelichting": f"Nieuw adres per {household.move.isoformat()}.",
        "initiator": household.initiator,
        "eigenschappen": [
            {"naam": "verhuisdatum", "waarde": household.move.strftime("%Y%m%d")},
            {"naam": "aantal_personen", "waarde": str(household.persons)},
        ],
    }


def _document(household: _Household, now: datetime) -> dict[str, Any]:
    pdf = small_pdf(
        (
            "Aangifte van verhuizing",
            f"Huishouden {household.number}, {household.persons} perso{_ending(household.persons)}",
            f"Verhuisdatum {household.move.isoformat()}",
        )
    )
    return {
        "documentidentificatie": f"{TENANT}-{now.year}-D{household.number:06d}",
        "titel": "Aangifte van verhuizing",
        "informatieobjecttype": AANGIFTE,
        "bestandsnaam": f"aangifte-{household.number:06d}.pdf",
        "formaat": "application/pdf",
        "inhoud": base64.b64encode(pdf).decode(),
        "creatiedatum": _day(now),
        "auteur": "Balie burgerzaken",
    }


def _ending(persons: int) -> str:
    return "on" if persons == 1 else "nen"


def _text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _day(moment: datetime) -> str:
    return moment.astimezone(_AMSTERDAM).date().isoformat()
