"""From who is involved as we heard it, to who is involved as the core says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from adapters.stuf_zds.inbound_settings import InboundSettings
from adapters.stuf_zds.incoming.result import Geweigerd
from schemas.zaakdelen import Rolsoort

Json = dict[str, Any]

_KEPT: Final[Mapping[str, Mapping[str, str]]] = {
    "natuurlijk_persoon": {
        "bsn": "bsn",
        "voornamen": "voornamen",
        "voorvoegselGeslachtsnaam": "voorvoegselGeslachtsnaam",
        "geslachtsnaam": "geslachtsnaam",
        "geboortedatum": "geboortedatum",
    },
    "niet_natuurlijk_persoon": {"rsin": "rsin", "kvkNummer": "kvkNummer", "naam": "naam"},
    "vestiging": {
        "vestigingsnummer": "vestigingsnummer",
        "kvkNummer": "kvkNummer",
        "naam": "handelsnaam",
    },
    "medewerker": {"identificatie": "identificatie", "naam": "naam"},
    "organisatorische_eenheid": {"identificatie": "identificatie", "naam": "naam"},
}
"""Kind -> field as heard -> field of the core's message."""

_NUMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    "natuurlijk_persoon": ("bsn",),
    "niet_natuurlijk_persoon": ("rsin", "kvkNummer"),
    "vestiging": ("vestigingsnummer",),
    "medewerker": ("identificatie",),
    "organisatorische_eenheid": ("identificatie",),
}
_LONGEST: Final[Mapping[str, int]] = {
    "voorvoegselGeslachtsnaam": 10,
    "voornamen": 200,
    "geslachtsnaam": 200,
    "handelsnaam": 625,
    "naam": 500,
}
_SHORTER_NAME: Final = {"medewerker": 200, "organisatorische_eenheid": 50}
_OTHER: Final = "heeftAlsOverigBetrokkene"
_COMPLETE: Final = len("1987-04-12")


def core_betrokkene(heard: Mapping[str, Any], path: str) -> Json:
    """Betrokkene of the core; raises `Geweigerd` for who has no number that the core can carry."""
    soort = heard["soort"]
    if not any(heard.get(name) for name in _NUMBERS[soort]):
        wanted = " or ".join(_NUMBERS[soort])
        detail = f"{path}: a {soort} can be taken over by {wanted} only; it has none that is valid."
        raise Geweigerd("StUF055", detail)
    found: Json = {"soort": soort}
    for name, theirs in _KEPT[soort].items():
        value = heard.get(name)
        if value is None or (name == "geboortedatum" and len(value) != _COMPLETE):
            continue  # the core leaves out what the BRP knows in part
        found[theirs] = _held(value, _most(soort, theirs))
    return found


def core_rol(
    heard: Mapping[str, Any], relation: str, settings: InboundSettings, *, second: bool = False
) -> Json:
    """Rol of the core; `second`: the initiator has a field of his own, and this is another one."""
    rolsoort = heard.get("rolsoort") if relation == _OTHER else None
    rolsoort = rolsoort or settings.rolsoort(relation)
    if second and rolsoort == Rolsoort.INITIATOR:
        rolsoort = Rolsoort.MEDE_INITIATOR
    if rolsoort is None:
        raise Geweigerd("StUF055", f"{relation}: the settings name no rolsoort for it.")
    rol: Json = {
        "rolsoort": str(rolsoort),
        "betrokkene": core_betrokkene(heard["betrokkene"], relation),
    }
    if (roltype := settings.roltype(heard.get("roltype"))) is not None:
        rol["roltype"] = _held(roltype, 80)
    if heard.get("toelichting"):
        rol["toelichting"] = _held(" ".join(heard["toelichting"].split()), 200)
    return rol


def same_party(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Two who are the same by their number, whatever their name and address (Q15)."""
    soort = one["soort"]
    if soort != other["soort"]:
        return False
    return any(one.get(name) and one.get(name) == other.get(name) for name in _NUMBERS[soort])


def _most(soort: str, name: str) -> int:
    return _SHORTER_NAME.get(soort, 500) if name == "naam" else _LONGEST.get(name, 1000)


def _held(value: str, most: int) -> str:
    return value if len(value) <= most else value[:most].rstrip()
