"""Messages and rules for the tests of routing."""

from __future__ import annotations

from typing import Any

from routing import Condition, Route, RouteTable, Target
from schemas import MESSAGE_TYPES, Message, parse_message

GESTART = "nl.burgerzaken.zaak.gestart"
STATUS = "nl.burgerzaken.zaak.status-gezet"
AFGESLOTEN = "nl.burgerzaken.zaak.afgesloten"
ALL = frozenset(MESSAGE_TYPES)


def envelope(message_type: str, data: dict[str, Any], *, tenant: str = "0344") -> Message:
    return parse_message(
        {
            "specversion": "1.0",
            "id": "6a1f",
            "source": "urn:nld:oin:00000001002220647000:systeem:burgerzaken",
            "type": message_type,
            "subject": "0344-2026-000001",
            "time": "2026-11-23T10:15:00Z",
            "tenant": tenant,
            "data": {
                "zaakidentificatie": "0344-2026-000001",
                "bronorganisatie": "002220647",
                **data,
            },
        }
    )


def gestart(*, tenant: str = "0344", zaaktype: str = "B0237", **data: Any) -> Message:
    given = {
        "zaaktype": {"identificatie": zaaktype},
        "startdatum": "2026-11-23",
        "omschrijving": "Verhuizing",
    }
    return envelope(GESTART, {**given, **data}, tenant=tenant)


def status(*, tenant: str = "0344") -> Message:
    data = {"statustype": "Ontvangen", "datumStatusGezet": "2026-11-23T10:15:00Z"}
    return envelope(STATUS, data, tenant=tenant)


def rule(name: str, *to: str, **changes: Any) -> Route:
    return Route(**{"name": name, "types": ("*",), "to": to, **changes})


def when(**conditions: Any) -> tuple[Condition, ...]:
    """`zaaktype__identificatie="B0237"` is a condition on `data.zaaktype.identificatie`."""
    return tuple(
        Condition.parse("data." + path.replace("__", "."), wanted)
        for path, wanted in conditions.items()
    )


def table(*routes: Route, **targets: Target) -> RouteTable:
    """Over the destinations `a`, `b` and `c`, which take everything, and `targets`."""
    anything = {name: Target(handles=ALL) for name in "abc"}
    return RouteTable(routes, destinations={**anything, **targets})
