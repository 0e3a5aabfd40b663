"""Which addresses a question is about, and what the BAG refuses to look for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from simulators.kadaster import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulators.bag.register import Address, Register
    from simulators.kadaster import Values

Fits = Callable[["Address"], bool]

_POSTCODE: Final = r"[1-9][0-9]{3}[a-zA-Z]{2}"
_MOST_NUMBER: Final = 99_999
_NAME: Final = r".{1,80}"
_WRITTEN: Final = (
    frozenset({"postcode", "huisnummer"}),
    frozenset({"woonplaatsNaam", "openbareRuimteNaam", "huisnummer"}),
)
_BESIDE: Final = frozenset(
    {"huisletter", "huisnummertoevoeging", "exacteMatch", "expand", "page", "pageSize", "huidig"}
)
_WAYS: Final[Mapping[str, tuple[frozenset[str], ...]]] = {
    "adressen": (
        *_WRITTEN,
        frozenset({"zoekresultaatIdentificatie"}),
        frozenset({"adresseerbaarObjectIdentificatie"}),
        frozenset({"pandIdentificatie"}),
    ),
    "adressenuitgebreid": (*_WRITTEN, frozenset({"adresseerbaarObjectIdentificatie"})),
    "nummeraanduidingen": (*_WRITTEN, frozenset({"openbareRuimteIdentificatie"})),
}
"""By what one may look; beside it, only what narrows the search."""


def found(register: Register, resource: str, values: Values) -> list[Address]:
    """Return the addresses that the parameters ask for, in the order of the register.

    Only `nummeraanduidingen` knows those that were withdrawn. Raises Problem for what is wrong.
    """
    withdrawn = resource == "nummeraanduidingen" and not values.flag("huidig")
    fits = _tests(register, resource, values)
    values.done()
    _check_way(resource, values.names - _BESIDE)
    return [
        one
        for one in register.addresses.values()
        if (withdrawn or not one.withdrawn) and all(test(one) for test in fits)
    ]


def searched(register: Register, words: str) -> list[Address]:
    """Return the addresses in whose line every word begins a word; none when there is no word."""
    wanted = [word.lower() for word in re.split(r"[\s,-]+", words) if word]
    return [
        one
        for one in register.addresses.values()
        if wanted and not one.withdrawn and _has(register.line(one).lower(), wanted)
    ]


def _has(line: str, wanted: Sequence[str]) -> bool:
    words = re.split(r"[\s,-]+", line)
    return all(any(word.startswith(one) for word in words) for one in wanted)


def _tests(register: Register, resource: str, values: Values) -> list[Fits]:
    numbers = {
        "adressen": {
            "zoekresultaatIdentificatie": "nummeraanduiding",
            "adresseerbaarObjectIdentificatie": "object",
            "pandIdentificatie": "pand",
        },
        "adressenuitgebreid": {"adresseerbaarObjectIdentificatie": "object"},
        "nummeraanduidingen": {"openbareRuimteIdentificatie": "street"},
    }[resource]
    made: list[Fits] = [
        _equal(own, value)
        for name, own in numbers.items()
        if (value := values.text(name, r"[0-9]{16}")) is not None
    ]
    if (postcode := values.text("postcode", _POSTCODE)) is not None:
        made.append(_equal("postcode", postcode.upper()))
    if (number := values.number("huisnummer", least=1, most=_MOST_NUMBER)) is not None:
        made.append(_equal("huisnummer", number))
    made += _names(register, values)
    letter = values.text("huisletter", r"[a-zA-Z]")
    addition = values.text("huisnummertoevoeging", r"[0-9a-zA-Z]{1,4}")
    exact = values.flag("exacteMatch")
    for own, value in (("huisletter", letter), ("toevoeging", addition)):
        if value is not None or exact:
            made.append(_alike(own, value or ""))
    return made


def _names(register: Register, values: Values) -> list[Fits]:
    town, street = values.text("woonplaatsNaam", _NAME), values.text("openbareRuimteNaam", _NAME)
    made: list[Fits] = []
    if town is not None:
        made.append(lambda one: register.towns[register.streets[one.street].woonplaats] == town)
    if street is not None:
        made.append(lambda one: register.streets[one.street].naam == street)
    return made


def _equal(name: str, value: object) -> Fits:
    return lambda one: bool(getattr(one, name) == value)


def _alike(name: str, value: str) -> Fits:
    return lambda one: str(getattr(one, name)).lower() == value.lower()


def _check_way(resource: str, given: frozenset[str]) -> None:
    if given in _WAYS[resource]:
        return
    if not given:
        raise Problem("paramsRequired")
    if any(way < given for way in _WAYS[resource]):
        raise Problem("unsupportedCombination")
    raise Problem("paramsCombination")
