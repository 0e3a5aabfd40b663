"""A table is checked as a whole, and every mistake says what to do."""

from __future__ import annotations

from typing import Any

import pytest

from routing import InvalidRoutes, Route, RouteTable, Target
from tests.routing.messages import AFGESLOTEN, ALL, GESTART, STATUS, rule, when


def mistakes(*routes: Route, tenants: set[str] | None = None) -> list[tuple[int, str, str]]:
    targets = {
        "zaaksysteem": Target(handles=ALL),
        "archief": Target(handles=ALL, tenant="0344"),
        "sms": Target(handles=frozenset({STATUS})),
    }
    try:
        RouteTable(routes, destinations=targets, tenants=tenants)
    except InvalidRoutes as error:
        return [(one.route, one.key, one.detail) for one in error.mistakes]
    return []


@pytest.mark.parametrize(
    ("to", "changes", "key", "texts"),
    [
        (("zaaksystem",), {}, "to", ["no destination 'zaaksystem'", "mean 'zaaksysteem'"]),
        (("zaaksysteem", "zaaksysteem"), {}, "to", ["named 2 times"]),
        ((), {}, "to", ["needs a reason"]),
        (("zaaksysteem",), {"types": ()}, "type", ["names no message type"]),
        (("zaaksysteem",), {"tenants": ()}, "tenant", ["names no tenant"]),
        (
            ("zaaksysteem",),
            {"types": ("nl.burgerzaken.zaak.gestartt",)},
            "type",
            ["No message type fits", f"mean '{GESTART}'"],
        ),
        (("zaaksysteem",), {"types": ("nl.burgerzaken.sms.*",)}, "type", ["No message type fits"]),
        (
            ("sms",),
            {"types": ("*gestart", STATUS)},
            "to",
            ["'sms' does not handle", GESTART, "leave these types out"],
        ),
        (("archief",), {"tenants": ("0344", "0363")}, "to", ["tenant 0344 only", "0363"]),
        (
            ("zaaksysteem",),
            {"types": (GESTART,), "when": when(zaaktype__identificaite="B0237")},
            'when."data.zaaktype.identificaite"',
            ["no such field", "mean 'data.zaaktype.identificatie'"],
        ),
        (
            ("zaaksysteem",),
            {"types": (GESTART, STATUS), "when": when(zaaktype__identificatie="B0237")},
            'when."data.zaaktype.identificatie"',
            [f"type {STATUS} have no such field"],
        ),
        (
            ("zaaksysteem",),
            {"types": (GESTART,), "when": when(initiator__soort="natuurlijk_persoo")},
            'when."data.initiator.soort"',
            ["can never be 'natuurlijk_persoo'", "mean 'natuurlijk_persoon'", "vestiging"],
        ),
        (
            ("zaaksysteem",),
            {"types": (GESTART,), "when": when(initiator__bsn="999993653")},
            'when."data.initiator.bsn"',
            ["BSN", "exists"],
        ),
        (
            ("zaaksysteem",),
            {"types": (GESTART,), "when": when(zaaktype="B0237")},
            'when."data.zaaktype"',
            ["object"],
        ),
    ],
)
def test_a_mistake_names_its_place_and_says_what_to_do(
    to: tuple[str, ...], changes: dict[str, Any], key: str, texts: list[str]
) -> None:
    [(index, found_key, detail)] = mistakes(rule("x", *to, **changes))
    assert (index, found_key) == (0, key)
    assert all(text in detail for text in texts), detail


def test_an_unknown_tenant_is_a_mistake_when_the_tenants_are_known() -> None:
    route = rule("x", "zaaksysteem", tenants=("0345",))
    assert mistakes(route) == []
    [(_, key, detail)] = mistakes(route, tenants={"0344"})
    assert key == "tenant"
    assert "mean '0344'" in detail


def test_a_refused_comparison_never_quotes_what_it_was_compared_with() -> None:
    route = rule("x", "zaaksysteem", types=(GESTART,), when=when(initiator__bsn="999993653"))
    [(_, _, detail)] = mistakes(route)
    assert "999993653" not in detail


def test_whether_a_bsn_is_there_may_be_asked() -> None:
    conditions = when(initiator__bsn={"exists": True}, initiator={"exists": True})
    assert mistakes(rule("x", "zaaksysteem", types=(GESTART,), when=conditions)) == []


def test_a_pattern_on_fixed_values_is_fine_while_one_of_them_fits() -> None:
    fits = when(initiator__soort="*_persoon")
    assert mistakes(rule("x", "zaaksysteem", types=(GESTART,), when=fits)) == []
    [(_, _, detail)] = mistakes(
        rule("x", "zaaksysteem", types=(GESTART,), when=when(initiator__soort="*_bedrijf"))
    )
    assert "never" in detail


def test_all_mistakes_of_all_rules_are_listed_at_once() -> None:
    found = mistakes(
        rule("same", "zaaksystem", types=("nl.burgerzaken.zak.*",)),
        rule("same", "archieff"),
    )
    assert [(index, key) for index, key, _ in found] == [
        (0, "name"),
        (0, "type"),
        (0, "to"),
        (1, "name"),
        (1, "to"),
    ]


@pytest.mark.parametrize(
    "earlier",
    [
        [rule("all", "zaaksysteem", "archief")],
        [rule("one", "zaaksysteem"), rule("two", "archief", tenants=("0344",))],
        [rule("wide", "archief", "zaaksysteem", types=("nl.burgerzaken.zaak.*",))],
    ],
)
def test_a_rule_that_can_never_add_a_destination_is_a_mistake(earlier: list[Route]) -> None:
    last = rule(
        "last",
        "zaaksysteem",
        "archief",
        types=(GESTART,),
        tenants=("0344",),
        when=when(zaaktype__identificatie="B0237"),
    )
    [(index, key, detail)] = mistakes(*earlier, last)
    assert (index, key) == (len(earlier), "to")
    assert "never add anything" in detail


@pytest.mark.parametrize(
    "earlier",
    [
        rule("other type", "zaaksysteem", types=(AFGESLOTEN,)),
        rule("other tenant", "zaaksysteem", tenants=("0344",)),
        rule("other destination", "archief", tenants=("0344",)),
        rule(
            "with a condition",
            "zaaksysteem",
            types=(GESTART,),
            when=when(zaaktype__identificatie="B0237"),
        ),
    ],
)
def test_a_rule_that_may_still_add_something_is_none(earlier: Route) -> None:
    assert mistakes(earlier, rule("last", "zaaksysteem", types=(GESTART, STATUS))) == []
