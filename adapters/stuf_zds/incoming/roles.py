"""Role `application`: which roles an updateZaak takes away and which it adds.

Each is told by its own verwerkingssoort; a role is known by relation and number (Q15).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from adapters.stuf_zds.inbound_settings import InboundSettings
from adapters.stuf_zds.incoming.parties import core_rol, same_party
from adapters.stuf_zds.readers.betrokkene import relation_of, rol_beeld
from adapters.stuf_zds.readers.nodes import Opmerkingen, child, children, stuf_attribute

Json = dict[str, Any]
_GOING = frozenset({"V", "E", "R"})
_COMING = frozenset({"T", "R", "W"})
_Heard = tuple[str, str, Json]  # relation, verwerkingssoort, RolOntvangen


def role_changes(
    old: etree._Element | None, new: etree._Element, settings: InboundSettings, notes: Opmerkingen
) -> tuple[list[Json], list[Json]]:
    """Roles to be taken away, and roles to be added, in the core's form."""
    before = list(_heard(old, Opmerkingen()))
    after = list(_heard(new, notes))
    going = [each for each in before if each[1] in _GOING]
    # One object only: what is to go stands in it by itself.
    going += [each for each in after if each[1] in ("V", "E")]
    coming = [each for each in after if each[1] in _COMING]
    for each in [one for one in coming if one[1] == "W"]:
        was = next((one for one in before if _same(one, each)), None)
        if was is not None and was[2] == each[2]:
            coming.remove(each)  # sent along, and not changed
        elif was is not None and was not in going:
            going.append(was)
    staying = [each for each in coming if each[1] == "T" and _is_known(each, before)]
    coming = [each for each in coming if each not in staying]
    return (
        [_core(each, settings) for each in going if not _is_known(each, staying)],
        [_core(each, settings) for each in coming],
    )


def _heard(zaak: etree._Element | None, notes: Opmerkingen) -> Iterator[_Heard]:
    for each in children(zaak):
        relation = relation_of(each)
        if relation is None or child(each, "gerelateerde") is None:
            continue
        heard = rol_beeld(each, notes)
        if heard is not None:
            yield relation, stuf_attribute(each, "verwerkingssoort") or "T", heard


def _same(one: _Heard, other: _Heard) -> bool:
    return one[0] == other[0] and same_party(one[2]["betrokkene"], other[2]["betrokkene"])


def _is_known(heard: _Heard, others: list[_Heard]) -> bool:
    """In both objects with T: a sender that repeats what is there already."""
    return any(_same(heard, each) and each[1] == "T" for each in others)


def _core(heard: _Heard, settings: InboundSettings) -> Json:
    relation, _, rol = heard
    return core_rol(rol, relation, settings)
