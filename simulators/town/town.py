"""Making the town: households in houses, children with their parents, days in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import count, islice
from random import Random
from typing import TYPE_CHECKING, Final

from simulators.town import words
from simulators.town.edges import with_edges
from simulators.town.model import Address, Bond, Document, Person, Relative, Stay, Town
from simulators.town.numbers import a_numbers, bsns, document_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Literal

GEMEENTE: Final = ("0344", "Utrecht")
"""The code of a real municipality, so that hubs can be configured; the town in it is invented."""
REFERENCE: Final = date(2026, 1, 1)
"""Ages and days are as of then; the town does not grow older."""
_HOUSEHOLDS: Final[Mapping[str, int]] = {
    "alone": 34,
    "couple": 26,
    "family": 32,
    "one parent": 8,
}
"""What lives in a house, and how many of a hundred."""
_BOUND: Final = 0.8
"""The share of couples that are married or registered; and of those below, of all."""
_REGISTERED: Final = 0.15
_OF_TWO_SEXES: Final = 0.9
_WITH_OTHER_NATIONALITY: Final = 0.08
_NOT_DUTCH: Final = 0.6
_PASSPORT: Final = 0.6
_ADULT: Final = 18
_OLDEST: Final = 96
_LONGEST_NAME: Final = 3
_MOST: Final = 8_000


@cache
def town(seed: int = 1, size: int = 5_000) -> Town:
    """Return the town of `seed`: the same one every time.

    It has `size` people or a few more, and the edges. Raises ValueError for more people than there
    are numbers for.
    """
    if size > _MOST:
        raise ValueError(f"There are burgerservicenummers for {_MOST} people at most.")
    builder = _Builder(Random(seed), size)  # noqa: S311 - the same town every time, no secret
    people = builder.people()
    everybody = {one.bsn: one for one in people}
    known = with_edges(everybody, builder.addresses)
    return Town(
        gemeentecode=GEMEENTE[0],
        naam=GEMEENTE[1],
        addresses=tuple(builder.addresses),
        persons=known,
    )


class _Builder:
    def __init__(self, dice: Random, size: int) -> None:
        self._dice = dice
        self._size = size
        self._bsns = islice(bsns(), 1_000, None)  # those before are for the edges
        self._a_numbers = islice(a_numbers(), 1_000, None)
        self._document_numbers = count(1)
        self.addresses = list(islice(_addresses(dice), max(size * 2 // 3, 40)))

    def people(self) -> list[Person]:
        made: list[Person] = []
        kinds, weights = list(_HOUSEHOLDS), list(_HOUSEHOLDS.values())
        for address in self.addresses:
            if len(made) >= self._size:
                break
            made += self._household(self._dice.choices(kinds, weights)[0], address)
        return made

    def _household(self, kind: str, address: Address) -> list[Person]:
        dice = self._dice
        age = dice.randint(20, _OLDEST) if kind in {"alone", "couple"} else dice.randint(28, 55)
        since = REFERENCE - timedelta(days=dice.randint(30, min(age - _ADULT, 25) * 365))
        first = self._adult(age, address, since)
        if kind == "alone":
            return [first]
        if kind == "one parent":
            children = self._children([first], age, address, since)
            return [_parent(first, children), *children]
        second = self._adult(
            max(_ADULT + 1, age + dice.randint(-6, 6)), address, since, other_than=first.geslacht
        )
        if dice.random() < _BOUND:
            first, second = self._bound(first, second)
        if kind == "couple":
            return [first, second]
        children = self._children([first, second], min(age, 50), address, since)
        return [_parent(first, children), _parent(second, children), *children]

    def _adult(self, age: int, address: Address, since: date, *, other_than: str = "") -> Person:
        dice = self._dice
        sex = (
            _other(other_than)
            if other_than and dice.random() < _OF_TWO_SEXES
            else dice.choice("MV")
        )
        born = REFERENCE - timedelta(days=age * 365 + dice.randint(1, 364))
        voorvoegsel, surname = dice.choice(words.SURNAMES)
        person = self._person(sex, born, (voorvoegsel, surname))
        parents = tuple(self._parent_elsewhere(born, surname, one) for one in "VM")
        stays = (*self._earlier(born, since), Stay(van=since.isoformat(), address=address))
        return replace(person, stays=stays, ouders=parents, documents=self._documents())

    def _children(
        self, parents: Sequence[Person], age: int, address: Address, since: date
    ) -> list[Person]:
        dice = self._dice
        youngest = min(age, *(_age(one) for one in parents))
        named = parents[-1]
        made = []
        for _ in range(dice.choice((1, 1, 2, 2, 2, 3))):
            born = REFERENCE - timedelta(days=dice.randint(20, max(21, (youngest - 20) * 365)))
            child = self._person(dice.choice("MV"), born, (named.voorvoegsel, named.geslachtsnaam))
            began = max(born, since)
            stays: tuple[Stay, ...] = (Stay(van=began.isoformat(), address=address),)
            if born < since:
                stays = (Stay(van=born.isoformat(), address=self._somewhere()), *stays)
            made.append(replace(child, stays=stays, ouders=tuple(one.bsn for one in parents)))
        return made

    def _person(self, sex: str, born: date, name: tuple[str, str]) -> Person:
        dice = self._dice
        names = words.MEN if sex == "M" else words.WOMEN
        first = " ".join(dice.sample(names, dice.randint(1, _LONGEST_NAME)))
        foreign = dice.random() < _WITH_OTHER_NATIONALITY
        second = (dice.choice(words.OTHERS),) if foreign else ()
        dutch = () if foreign and dice.random() < _NOT_DUTCH else (words.DUTCH,)
        return Person(
            bsn=next(self._bsns),
            a_nummer=next(self._a_numbers),
            voornamen=first,
            voorvoegsel=name[0],
            geslachtsnaam=name[1],
            geslacht=_sex(sex),
            geboren=born.isoformat(),
            geboorteplaats=dice.choice(words.PLACES),
            geboorteland=words.NEDERLAND,
            stays=(),
            nationaliteiten=(*dutch, *second),
        )

    def _bound(self, one: Person, other: Person) -> tuple[Person, Person]:
        dice = self._dice
        grown = max(date.fromisoformat(each.geboren) for each in (one, other))
        earliest = grown + timedelta(days=_ADULT * 366)
        days = max(1, (REFERENCE - earliest).days)
        day = (REFERENCE - timedelta(days=dice.randint(1, days))).isoformat()
        kind: Literal["H", "P"] = "P" if dice.random() < _REGISTERED else "H"
        return (
            replace(one, bonds=(Bond(bsn=other.bsn, soort=kind, aangegaan=day),)),
            replace(other, bonds=(Bond(bsn=one.bsn, soort=kind, aangegaan=day),)),
        )

    def _earlier(self, born: date, since: date) -> tuple[Stay, ...]:
        """Where somebody lived before: from birth on, each stay after the one before."""
        days = (since - born).days
        moves = sorted(self._dice.sample(range(1, days), min(self._dice.randint(0, 3), days - 1)))
        return tuple(
            Stay(van=(born + timedelta(days=day)).isoformat(), address=self._somewhere())
            for day in [0, *moves]
        )

    def _somewhere(self) -> Address:
        return self._dice.choice(self.addresses)

    def _parent_elsewhere(self, born: date, surname: str, sex: str) -> Relative:
        dice = self._dice
        names = words.MEN if sex == "M" else words.WOMEN
        own = dice.choice(words.SURNAMES) if sex == "V" else ("", surname)
        day = born - timedelta(days=dice.randint(20, 40) * 365)
        return Relative(
            voornamen=dice.choice(names),
            voorvoegsel=own[0],
            geslachtsnaam=own[1],
            geboren=day.isoformat(),
            geslacht=_sex(sex),
        )

    def _documents(self) -> tuple[Document, ...]:
        dice = self._dice
        kind: Literal["PN", "NI"] = "PN" if dice.random() < _PASSPORT else "NI"
        until = REFERENCE + timedelta(days=dice.randint(-700, 3_500))
        number = document_number(dice, next(self._document_numbers))
        return (Document(nummer=number, soort=kind, geldig_tot=until.isoformat()),)


def _addresses(dice: Random) -> Iterator[Address]:
    number = 0
    for way in words.WAYS:
        for tree in words.TREES:
            straat = f"{tree}{way}"
            letters = "".join(dice.choices("ABCDEFGHJKLMNPRTVWXZ", k=2))
            postcode = f"35{dice.randint(11, 85)}{letters}"
            for house in range(1, dice.randint(30, 80)):
                number += 1
                yield Address(
                    nummeraanduiding=f"0344200{number:09d}",
                    adresseerbaar_object=f"0344010{number:09d}",
                    straat=straat,
                    huisnummer=house,
                    huisletter="A" if house % 17 == 0 else "",
                    toevoeging="bis" if house % 23 == 0 else "",
                    postcode=postcode,
                    woonplaats=GEMEENTE[1],
                )


def _parent(one: Person, children: Sequence[Person]) -> Person:
    return replace(one, kinderen=tuple(child.bsn for child in children))


def _age(one: Person) -> int:
    return (REFERENCE - date.fromisoformat(one.geboren)).days // 366


def _other(sex: str) -> str:
    return "V" if sex == "M" else "M"


def _sex(letter: str) -> Literal["M", "V", "O"]:
    return "M" if letter == "M" else "V"
