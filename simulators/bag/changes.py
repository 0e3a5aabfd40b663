"""What the control port changes in the register: each change is a new version, registered now."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from simulators.bag.register import Address
from simulators.kit import ControlProblem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from simulators.bag.register import Register

_TEXTS: Final = ("postcode", "huisletter", "toevoeging", "gebruiksdoel")
_NUMBERS: Final = ("huisnummer", "oppervlakte", "bouwjaar")
_CHANGEABLE: Final[Mapping[str, type]] = {
    **dict.fromkeys(_TEXTS, str),
    **dict.fromkeys(_NUMBERS, int),
    "in_onderzoek": bool,
}


def add(register: Register, given: Any, now: datetime) -> Address:
    """Add an address in a street that there is; ControlProblem says what is wrong."""
    street = _read(given, "street")
    if street not in register.streets:
        raise ControlProblem("There is no street with this number.")
    values = _values(given, "street")
    if not {"huisnummer", "postcode"} <= set(values):
        raise ControlProblem("An address has street, huisnummer and postcode.")
    number = f"{10**9 + len(register.addresses):010}"
    town = street[:4]
    made = Address(
        nummeraanduiding=f"{town}20{number}",
        object=f"{town}01{number}",
        pand=f"{town}10{number}",
        street=street,
        begin=now.date(),
        registered=now,
        **values,
    )
    register.addresses[made.nummeraanduiding] = made
    return made


def change(register: Register, given: Any, now: datetime) -> Address:
    """Change an address."""
    number = _read(given, "nummeraanduiding")
    return _renewed(register, number, now, _values(given, "nummeraanduiding"))


def withdraw(register: Register, given: Any, now: datetime) -> Address:
    """Withdraw an address; only `nummeraanduidingen` shows it from now on."""
    number = _read(given, "nummeraanduiding")
    if _values(given, "nummeraanduiding"):
        raise ControlProblem("Only nummeraanduiding is given to withdraw an address.")
    return _renewed(register, number, now, {"withdrawn": True})


def _renewed(register: Register, number: str, now: datetime, values: Mapping[str, Any]) -> Address:
    old = register.addresses.get(number)
    if old is None:
        raise ControlProblem("There is no address with this nummeraanduiding.")
    made = replace(old, **values, versie=old.versie + 1, begin=now.date(), registered=now)
    register.addresses[number] = made
    return made


def _read(given: Any, name: str) -> str:
    value = given.get(name) if isinstance(given, dict) else None
    if not isinstance(value, str):
        raise ControlProblem(f"Give an object with {name}.")
    return value


def _values(given: dict[str, Any], beside: str) -> dict[str, Any]:
    """The values of an address that were given, with the right kinds."""
    values = {name: value for name, value in given.items() if name != beside}
    for name, value in values.items():
        kind = _CHANGEABLE.get(name)
        if kind is None or type(value) is not kind:
            known = ", ".join(f"{one} ({kind.__name__})" for one, kind in _CHANGEABLE.items())
            raise ControlProblem(f"Not known, or of another kind; there are: {known}.")
    return values
