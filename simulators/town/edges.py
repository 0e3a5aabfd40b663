"""One person for each thing that is easily forgotten, at a number that every test may name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from simulators.town import words
from simulators.town.model import Bond, Document, Person, Relative, Stay
from simulators.town.numbers import a_numbers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulators.town.model import Address

EDGES: Final[Mapping[str, str]] = {
    "geheim": "999900018",
    "in onderzoek": "999900031",
    "overleden": "999900043",
    "geemigreerd": "999900055",
    "onvolledige datum": "999900067",
    "onbekende datum": "999900079",
    "diakrieten": "999900080",
    "zonder adres": "999900092",
    "adres in onderzoek": "999900109",
    "gescheiden": "999900110",
    "ex-partner": "999900122",
    "adellijk": "999900134",
    "staatloos": "999900146",
    "lange naam": "999900158",
    "onbekende verblijfplaats": "999900171",
    "onder curatele": "999900183",
    "paspoort vermist": "999900195",
}
"""What is special about somebody, and the burgerservicenummer."""
_SHORT: Final = 24


def with_edges(persons: Mapping[str, Person], addresses: Sequence[Address]) -> dict[str, Person]:
    """Return everybody, and one more for each edge."""
    found = dict(persons)
    for number, (a_nummer, (name, bsn)) in enumerate(
        zip(a_numbers(), EDGES.items(), strict=False), start=1
    ):
        address = addresses[-number % len(addresses)]
        ordinary = replace(_ordinary(name, bsn, number, address), a_nummer=a_nummer)
        found[bsn] = replace(ordinary, **_SPECIAL[name](address))
    return found


def _ordinary(name: str, bsn: str, number: int, address: Address) -> Person:
    return Person(
        bsn=bsn,
        a_nummer="",
        voornamen="Robin",
        geslachtsnaam=name.title().replace(" ", "")[:_SHORT],
        geslacht="V",
        geboren="1980-02-29",
        geboorteplaats=words.PLACES[0],
        geboorteland=words.NEDERLAND,
        stays=(Stay(van="2015-03-01", address=address),),
        ouders=(
            Relative(voornamen="Anna", geslachtsnaam="Bakker", geboren="1955-05-05", geslacht="V"),
        ),
        nationaliteiten=(words.DUTCH,),
        documents=(Document(nummer=f"NX{number:06d}0", soort="PN", geldig_tot="2031-05-06"),),
    )


def _before(address: Address, last: Stay) -> dict[str, Any]:
    return {"stays": (Stay(van="2015-03-01", address=address), last)}


_BELGIE: Final = ("5010", "België")
_SPECIAL: Final[Mapping[str, Any]] = {
    "geheim": lambda _: {"geheim": True},
    "in onderzoek": lambda _: {"onderzoek": True},
    "overleden": lambda _: {"overleden": "2025-06-07", "opgeschort": ("O", "2025-06-07")},
    "geemigreerd": lambda address: {
        **_before(
            address,
            Stay(
                van="2024-09-01", buitenland=("Verzonnen straat 1", "2000 Antwerpen"), land=_BELGIE
            ),
        ),
        "opgeschort": ("E", "2024-09-01"),
    },
    "onvolledige datum": lambda _: {"geboren": "1961-08"},
    "onbekende datum": lambda _: {"geboren": "", "overleden": ""},
    "diakrieten": lambda _: {
        "voornamen": "Zoë Renée Ayşe",
        "geslachtsnaam": "Çelik-Müller",
        "voorvoegsel": "d'",
    },
    "zonder adres": lambda address: _before(
        address, Stay(van="2023-01-15", locatie="Woonboot De Hoop, tegenover Kade 12")
    ),
    "adres in onderzoek": lambda address: {
        "stays": (Stay(van="2015-03-01", address=address, onderzoek=True),)
    },
    "gescheiden": lambda _: {
        "bonds": (
            Bond(
                bsn=EDGES["ex-partner"], soort="H", aangegaan="2008-08-08", ontbonden="2019-01-31"
            ),
        )
    },
    "ex-partner": lambda _: {
        "geslacht": "M",
        "bonds": (
            Bond(
                bsn=EDGES["gescheiden"], soort="H", aangegaan="2008-08-08", ontbonden="2019-01-31"
            ),
        ),
    },
    "adellijk": lambda _: {"titel": ("JV", "jonkvrouw"), "voorvoegsel": "van"},
    "staatloos": lambda _: {"nationaliteiten": ()},
    "lange naam": lambda _: {
        "voornamen": " ".join(("Wilhelmina", "Alexandrina", "Theodora") * 5),
        "geslachtsnaam": "-".join(("Vandenbroeckhuizen",) * 7),
    },
    "onbekende verblijfplaats": lambda address: _before(address, Stay(van="2022-11-11")),
    "onder curatele": lambda _: {"curatele": True},
    "paspoort vermist": lambda _: {
        "documents": (
            Document(
                nummer="NX9999990",
                soort="PN",
                geldig_tot="2030-01-01",
                inhouding=("V", "2025-12-12"),
            ),
        )
    },
}
