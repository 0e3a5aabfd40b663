"""The `expand` of the Zaken API: related resources nested under `_expand`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulators.zgw.problems import invalid
from simulators.zgw.store import CATALOGI, ZAKEN

if TYPE_CHECKING:
    from simulators.zgw.store import Record
    from simulators.zgw.world import World

_EXPANDABLE = {
    "zaaktype": CATALOGI + "zaaktypen",
    "hoofdzaak": ZAKEN + "zaken",
    "status": ZAKEN + "statussen",
    "resultaat": ZAKEN + "resultaten",
    "rollen": ZAKEN + "rollen",
    "zaakinformatieobjecten": ZAKEN + "zaakinformatieobjecten",
    "zaakobjecten": ZAKEN + "zaakobjecten",
    "deelzaken": ZAKEN + "zaken",
    "statustype": CATALOGI + "statustypen",
    "roltype": CATALOGI + "roltypen",
    "resultaattype": CATALOGI + "resultaattypen",
}


def expand(world: World, record: Record, wanted: tuple[str, ...]) -> dict[str, Any]:
    """Nest the asked relations; `a.b` nests b inside a. Empty relations are left out."""
    nested: dict[str, Any] = {}
    for name in dict.fromkeys(part.partition(".")[0] for part in wanted):
        value = record.body.get(name)
        if name not in _EXPANDABLE:
            raise invalid("expand", "invalid_choice", f"{name} kan niet worden uitgeklapt.")
        below = tuple(part.partition(".")[2] for part in wanted if part.startswith(name + "."))
        urls = value if isinstance(value, list) else [value]
        rows = [world.store.at(url, _EXPANDABLE[name]) for url in urls if url]
        shown_rows = [_nested(world, row, below) for row in rows if row is not None]
        if shown_rows:
            nested[name] = shown_rows if isinstance(value, list) else shown_rows[0]
    return nested


def _nested(world: World, record: Record, below: tuple[str, ...]) -> dict[str, Any]:
    inner = expand(world, record, below)
    return record.body | {"_expand": inner} if inner else dict(record.body)
