"""Role `zaaksysteem`: what an updateZaak changes of a case, besides its statuses.

Of two objects only what differs is a change; of one object all that is in it. What of it was told
before is left out when it is worked out (`working`).
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, Final

from lxml import etree

from adapters._kit.facts import FIELDS, rol_fact
from adapters.stuf_zds.incoming.work import Werk, non_empty
from adapters.stuf_zds.readers.betrokkene import relation_of, rol_beeld
from adapters.stuf_zds.readers.nodes import (
    Opmerkingen,
    child,
    children,
    emptied_text,
    is_emptied,
    stuf_attribute,
)
from adapters.stuf_zds.readers.zaak import has_zaaktype, zaak_ontvangen

Json = dict[str, Any]

_LISTS: Final = ("kenmerken", "objecten", "eigenschappen")
_GOING: Final = frozenset({"V", "E", "R"})
_COMING: Final = frozenset({"T", "R", "W"})
_MOST_ROLES: Final = 100
_EMPTIED: Final = MappingProxyType(
    {
        "einddatumGepland": "einddatumGepland",
        "uiterlijkeEinddatum": "uiterlijkeEinddatumAfdoening",
        "einddatum": "einddatum",
        "resultaat": "resultaat",
    }
)
"""Element -> field, of what may be taken away with a nil; `toelichting` also by an empty one."""


def wijziging(work: Werk) -> Json:
    """Data of `zaak.wijziging-ontvangen`, without what every message has; empty: no change."""
    new = _said(work.new, work.notes)
    old = {} if work.old is None else _said(work.old, Opmerkingen())
    data: Json = {name: new[name] for name in FIELDS if name in new and new[name] != old.get(name)}
    if "zaaktype" in data:
        data |= non_empty("zaaktypeOmschrijving", new.get("zaaktypeOmschrijving"))
    for name in _LISTS:
        came = [each for each in new.get(name, ()) if each not in old.get(name, ())]
        data |= non_empty(name, came)
    return data | _rollen(work) | non_empty("geleegd", list(_geleegd(work.new)))


def _said(zaak: etree._Element, notes: Opmerkingen) -> Json:
    beeld = zaak_ontvangen(zaak, notes) or {}
    if not has_zaaktype(zaak):
        beeld.pop("zaaktype", None)
    return beeld


def _rollen(work: Werk) -> Json:
    """By the verwerkingssoort of each relation; who stays is told by none."""
    before = list(_heard(work.old, Opmerkingen()))
    after = list(_heard(work.new, work.notes))
    coming = [rol for soort, rol in after if soort in _COMING]
    known = {rol_fact(rol) for rol in coming}
    going = [rol for soort, rol in before if soort in _GOING]
    going += [rol for soort, rol in after if soort in _GOING - {"R"}]
    # the same relation with somebody else in it
    going += [rol for soort, rol in before if soort == "W" and rol_fact(rol) not in known]
    same = {rol_fact(rol) for soort, rol in before if soort not in _GOING}
    coming = [rol for rol in coming if rol_fact(rol) not in same]
    initiators = [rol for rol in coming if rol.get("rolsoort") == "initiator"]
    others = [rol for rol in coming if rol not in initiators[:1]]
    return {
        **({"initiator": initiators[0]["betrokkene"]} if initiators else {}),
        **non_empty("rollen", others[:_MOST_ROLES]),
        **non_empty("rollenVerwijderd", going[:_MOST_ROLES]),
    }


def _heard(zaak: etree._Element | None, notes: Opmerkingen) -> Iterator[tuple[str, Json]]:
    for each in children(zaak):
        if relation_of(each) is None or child(each, "gerelateerde") is None:
            continue
        if (rol := rol_beeld(each, notes)) is not None:
            yield stuf_attribute(each, "verwerkingssoort") or "T", rol


def _geleegd(zaak: etree._Element) -> Iterator[str]:
    if emptied_text(zaak, "toelichting"):
        yield "toelichting"
    for element, field in _EMPTIED.items():
        if is_emptied(child(zaak, element)):
            yield field
