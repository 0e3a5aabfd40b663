"""The kinds of question: which parameters each has, and who fits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from simulators.brp.problems import Invalid, wrong

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulators.town import Person

_NAME: Final = r"[a-zA-Z0-9À-žŞşĞğİı .'\-]{1,200}\*?"
_PATTERNS: Final[Mapping[str, tuple[str, str]]] = {
    "geslachtsnaam": ("pattern", _NAME),
    "voornamen": ("pattern", _NAME),
    "voorvoegsel": ("pattern", r"[a-zA-Z '\-]{1,10}"),
    "straat": ("pattern", r"[a-zA-Z0-9À-ž .'/\-]{1,80}\*?"),
    "geslacht": ("pattern", r"[MVOmvo]"),
    "geboortedatum": ("date", r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "peildatum": ("date", r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "datumVan": ("date", r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "datumTot": ("date", r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "postcode": ("pattern", r"[1-9][0-9]{3} ?[A-Za-z]{2}"),
    "huisletter": ("pattern", r"[a-zA-Z]"),
    "huisnummertoevoeging": ("pattern", r"[a-zA-Z0-9 \-]{1,4}"),
    "gemeenteVanInschrijving": ("pattern", r"[0-9]{4}"),
    "nummeraanduidingIdentificatie": ("pattern", r"(?!0{16})[0-9]{16}"),
    "adresseerbaarObjectIdentificatie": ("pattern", r"(?!0{16})[0-9]{16}"),
    "reisdocumentnummer": ("pattern", r"[A-Z0-9]{9}"),
    "burgerservicenummer": ("pattern", r"[0-9]{9}"),
}
"""The code of a refusal, and what a text has to fit as a whole."""
_HOUSE: Final = 99_999
_MOST_NUMBERS: Final = 20
_BEFORE_STAR: Final = 3

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """One `type`: what it needs, what it may have, and how many it shows at most."""

    needed: tuple[str, ...]
    besides: tuple[str, ...] = ()
    most: int = 10


_DEAD: Final = ("inclusiefOverledenPersonen", "gemeenteVanInschrijving")
SEARCHES: Final[Mapping[str, Kind]] = {
    "ZoekMetGeslachtsnaamEnGeboortedatum": Kind(
        ("geslachtsnaam", "geboortedatum"), (*_DEAD, "geslacht", "voorvoegsel", "voornamen")
    ),
    "ZoekMetNaamEnGemeenteVanInschrijving": Kind(
        ("geslachtsnaam", "voornamen", "gemeenteVanInschrijving"),
        ("inclusiefOverledenPersonen", "geslacht", "voorvoegsel"),
    ),
    "ZoekMetPostcodeEnHuisnummer": Kind(
        ("postcode", "huisnummer"),
        (*_DEAD, "huisletter", "huisnummertoevoeging", "geslachtsnaam", "geboortedatum"),
        most=30,
    ),
    "ZoekMetStraatHuisnummerEnGemeenteVanInschrijving": Kind(
        ("straat", "huisnummer", "gemeenteVanInschrijving"),
        ("inclusiefOverledenPersonen", "huisletter", "huisnummertoevoeging"),
        most=30,
    ),
    "ZoekMetNummeraanduidingIdentificatie": Kind(
        ("nummeraanduidingIdentificatie",), _DEAD, most=30
    ),
    "ZoekMetAdresseerbaarObjectIdentificatie": Kind(
        ("adresseerbaarObjectIdentificatie",), _DEAD, most=30
    ),
}
BY_NUMBER: Final = Kind(("burgerservicenummer",), ("gemeenteVanInschrijving",))
RESIDENTS: Final[Mapping[str, Kind]] = {
    "BewoningMetPeildatum": Kind(("adresseerbaarObjectIdentificatie", "peildatum")),
    "BewoningMetPeriode": Kind(("adresseerbaarObjectIdentificatie", "datumVan", "datumTot")),
}
HISTORY: Final[Mapping[str, Kind]] = {
    "RaadpleegMetPeildatum": Kind(("burgerservicenummer", "peildatum")),
    "RaadpleegMetPeriode": Kind(("burgerservicenummer", "datumVan", "datumTot")),
}
DOCUMENTS: Final[Mapping[str, Kind]] = {
    "RaadpleegMetReisdocumentnummer": Kind(("reisdocumentnummer",)),
    "ZoekMetBurgerservicenummer": Kind(("burgerservicenummer",)),
}
_COMMON: Final = frozenset({"type", "fields"})
_LISTS: Final[Mapping[str, int]] = {"burgerservicenummer": _MOST_NUMBERS, "reisdocumentnummer": 1}


def read_values(
    asked: Mapping[str, Any], kind: Kind, extra: list[Invalid], *, lists: frozenset[str]
) -> Values:
    """Return the parameters; raises Problem with all that is wrong, `extra` included.

    `lists` are those that are an array in this question.
    """
    invalid = list(extra)
    known = {*kind.needed, *kind.besides}
    invalid += [
        Invalid(name, "unknownParam", "Parameter is niet verwacht.")
        for name in sorted(set(asked) - known - _COMMON)
    ]
    values: Values = {}
    for name in (*kind.needed, *kind.besides):
        if name not in asked:
            if name in kind.needed:
                invalid.append(Invalid(name, "required", "Parameter is verplicht."))
            continue
        found = _wrong(name, asked[name], as_list=name in lists)
        if found is None:
            values[name] = asked[name]
        else:
            invalid.append(found)
    if invalid:
        raise wrong(invalid)
    return values


def fits(one: Person, asked: Values) -> bool:
    """Say whether a search finds this person."""
    if one.overleden and asked.get("inclusiefOverledenPersonen") is not True:
        return False
    return all(
        test(one, asked[name]) for name, test in _TESTS.items() if asked.get(name) is not None
    )


def _wrong(name: str, value: Any, *, as_list: bool) -> Invalid | None:
    if as_list:
        return _wrong_list(name, value)
    if name == "inclusiefOverledenPersonen":
        good, code, reason = isinstance(value, bool), "boolean", "Waarde is geen boolean."
    elif name == "huisnummer":
        good = type(value) is int and 1 <= value <= _HOUSE
        code, reason = "integer", "Waarde is geen geldig getal."
    else:
        code, pattern = _PATTERNS[name]
        good = isinstance(value, str) and re.fullmatch(pattern, value) is not None
        reason = "Waarde is geen geldige datum." if code == "date" else "Waarde voldoet niet."
    return None if good else Invalid(name, code, reason)


def _wrong_list(name: str, value: Any) -> Invalid | None:
    if not isinstance(value, list):
        return Invalid(name, "array", "Parameter is geen array.")
    if not value:
        return Invalid(name, "minItems", "Array bevat minder dan 1 items.")
    if len(value) > _LISTS[name]:
        return Invalid(name, "maxItems", f"Array bevat meer dan {_LISTS[name]} items.")
    pattern = _PATTERNS[name][1]
    for place, one in enumerate(value):
        if not isinstance(one, str) or not re.fullmatch(pattern, one):
            return Invalid(f"{name}[{place}]", "pattern", "Waarde voldoet niet.")
    return None


def _named(own: str, asked: str) -> bool:
    """Without regard to capitals; a star at the end stands for the rest of the name."""
    if asked.endswith("*") and len(asked) > _BEFORE_STAR:
        return own.casefold().startswith(asked[:-1].casefold())
    return own.casefold() == asked.casefold()


def _lives(test: Callable[[Any, Any], bool]) -> Callable[[Person, Any], bool]:
    def there(one: Person, value: Any) -> bool:
        return one.stay.address is not None and test(one.stay.address, value)

    return there


_TESTS: Final[Mapping[str, Callable[[Person, Any], bool]]] = {
    "geslachtsnaam": lambda one, value: _named(one.geslachtsnaam, value),
    "voornamen": lambda one, value: _named(one.voornamen, value),
    "voorvoegsel": lambda one, value: one.voorvoegsel.casefold() == value.casefold(),
    "geslacht": lambda one, value: one.geslacht == value.upper(),
    "geboortedatum": lambda one, value: one.geboren == value,
    "gemeenteVanInschrijving": lambda one, value: (
        value == one.gemeente[0] and (one.opgeschort is None or one.opgeschort[0] == "O")
    ),
    "postcode": _lives(lambda at, value: at.postcode == value.replace(" ", "").upper()),
    "huisnummer": _lives(lambda at, value: at.huisnummer == value),
    "huisletter": _lives(lambda at, value: at.huisletter.upper() == value.upper()),
    "huisnummertoevoeging": _lives(lambda at, value: at.toevoeging == value),
    "straat": _lives(lambda at, value: _named(at.straat, value)),
    "nummeraanduidingIdentificatie": _lives(lambda at, value: at.nummeraanduiding == value),
    "adresseerbaarObjectIdentificatie": _lives(lambda at, value: at.adresseerbaar_object == value),
}
