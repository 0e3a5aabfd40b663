"""Role `application`: what a case is about, in the core's form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from adapters.stuf_zds.incoming.parties import core_betrokkene
from adapters.stuf_zds.readers.nodes import Opmerkingen

Json = dict[str, Any]

_HIGHEST: Final = 99_999
_POSTCODE: Final = re.compile(r"[1-9][0-9]{3}[A-Z]{2}", re.ASCII)
_LETTER: Final = re.compile(r"[A-Za-z]")
_ADDITION: Final = re.compile(r"[A-Za-z0-9]{1,4}", re.ASCII)
_BAG: Final = re.compile(r"[0-9]{16}", re.ASCII)


def core_objecten(heard: Sequence[Mapping[str, Any]], notes: Opmerkingen) -> list[Json]:
    found = (_core_object(each, notes) for each in heard)
    return [each for each in found if each is not None][:50]


def _core_object(heard: Mapping[str, Any], notes: Opmerkingen) -> Json | None:
    fields = heard.get("gegevens", {})
    relation = heard.get("omschrijving")
    said = {} if relation is None else {"relatieomschrijving": relation[:80]}
    if heard["soort"] == "adres" and (adres := _adres(fields)) is not None:
        return {"soort": "adres", **said, "adres": adres}
    if heard["soort"] == "natuurlijk_persoon" and fields.get("bsn"):
        persoon = core_betrokkene({"soort": "natuurlijk_persoon", **fields}, "heeftBetrekkingOp")
        return {"soort": "natuurlijk_persoon", **said, "persoon": persoon}
    kenmerken = {name[:20]: str(value)[:200] for name, value in fields.items() if value}
    if number := heard.get("identificatie"):
        kenmerken.setdefault("identificatie", number[:200])
    if heard["soort"] == "anders" and relation is not None:
        kenmerken.setdefault("omschrijving", relation[:200])
    if not kenmerken:
        notes.add("heeftBetrekkingOp", "nothing in it says which object it is; left out.")
        return None
    return {
        "soort": "overige",
        **said,
        "objecttype": heard["soort"][:100],
        "kenmerken": dict(list(kenmerken.items())[:50]),
    }


def _adres(fields: Mapping[str, Any]) -> Json | None:
    """An address that the core can carry: with a number and a place."""
    number, place = str(fields.get("huisnummer", "")), fields.get("wpl.woonplaatsNaam")
    if not (number.isascii() and number.isdigit() and 0 < int(number) <= _HIGHEST) or not place:
        return None
    rows = (
        ("bagIdentificatie", fields.get("identificatie"), _BAG),
        ("postcode", str(fields.get("postcode", "")).replace(" ", "").upper(), _POSTCODE),
        ("huisletter", fields.get("huisletter"), _LETTER),
        ("huisnummertoevoeging", fields.get("huisnummertoevoeging"), _ADDITION),
    )
    found = {name: value for name, value, form in rows if value and form.fullmatch(str(value))}
    street = fields.get("gor.straatnaam") or fields.get("gor.openbareRuimteNaam")
    if street:
        found["straatnaam"] = str(street)[:80]
    return {**found, "huisnummer": int(number), "woonplaats": str(place)[:80]}
