"""Which parcels a question is about, and what the BRK refuses to look for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulators.kadaster import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simulators.brk.register import Parcel, Place, Register
    from simulators.kadaster import Values

_MOST_NUMBER: Final = 99_999
_PLACE: Final[Mapping[str, str]] = {
    "nummeraanduidingIdentificatie": r"[0-9]{16}",
    "postcode": r"[1-9][0-9]{3}[A-Z]{2}",
    "huisletter": r"[a-zA-Z]",
    "huisnummertoevoeging": r"[a-zA-Z0-9]{1,4}",
}
_OWN: Final[Mapping[str, str]] = {
    "nummeraanduidingIdentificatie": "nummeraanduiding",
    "huisnummertoevoeging": "toevoeging",
}
_DESIGNATION: Final = (
    r"[a-zA-Z0-9'][a-zA-Z0-9' ,-]*[a-zA-Z0-9] [A-IK-Z]{1,2} [1-9][0-9]{0,4}( A[1-9][0-9]{0,3})?"
)
_WAYS: Final = (
    frozenset({"postcode", "huisnummer"}),
    frozenset({"nummeraanduidingIdentificatie"}),
    frozenset({"kadastraleAanduiding"}),
    frozenset({"persoon__identificatie"}),
)
_BESIDE: Final = frozenset({"fields", "expand", "huisletter", "huisnummertoevoeging"})


def found(
    register: Register, values: Values, owned: Callable[[str], Sequence[Parcel]]
) -> Sequence[Parcel]:
    """Return the parcels that the parameters ask for; raises Problem for what is wrong.

    `owned` gives those of a person, or raises Problem.
    """
    wanted = {name: values.text(name, pattern) for name, pattern in _PLACE.items()}
    number = values.number("huisnummer", least=1, most=_MOST_NUMBER)
    designation = values.text("kadastraleAanduiding", _DESIGNATION)
    owner = values.text("persoon__identificatie", r"[A-Za-z0-9._-]{1,64}")
    values.done()
    _check_way(values.names - _BESIDE)
    if owner is not None:
        return owned(owner)
    parcels = register.parcels.values()
    if designation is not None:
        return [one for one in parcels if one.aanduiding == designation]
    return [one for one in parcels if any(_fits(place, wanted, number) for place in one.places)]


def _fits(place: Place, wanted: Mapping[str, str | None], number: int | None) -> bool:
    if number is not None and place.huisnummer != number:
        return False
    return all(
        str(getattr(place, _OWN.get(name, name))).lower() == value.lower()
        for name, value in wanted.items()
        if value is not None
    )


def _check_way(given: frozenset[str]) -> None:
    if given in _WAYS:
        return
    if not given:
        raise Problem("paramsRequired")
    if any(way < given for way in _WAYS):
        raise Problem("unsupportedCombination")
    raise Problem("paramsCombination")
