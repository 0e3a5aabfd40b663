"""The sentences that say why."""

from __future__ import annotations

from routing import Route, Target
from schemas import Message
from tests.routing.messages import ALL, GESTART, STATUS, gestart, rule, status, table, when

UTRECHT = Target(handles=ALL, tenant="0344")


def sentences(message: Message, *routes: Route) -> list[str]:
    return [one.sentence for one in table(*routes, utrecht=UTRECHT).explain(message)]


def test_a_rule_that_matches_says_where_it_sends_to() -> None:
    assert sentences(gestart(), rule("x", "a", "b")) == ["Matches: sends it to a, b."]


def test_a_rule_that_does_not_match_says_everything_that_stands_in_its_way() -> None:
    assert sentences(status(), rule("x", "a", types=(GESTART,), tenants=("0363",))) == [
        f"Does not match: it is for type {GESTART} and it is for tenant 0363."
    ]


def test_a_condition_that_fails_is_named_without_the_value_in_the_message() -> None:
    conditions = when(zaaktype__identificatie=["B0366", "B1*"], initiator={"exists": True})
    [sentence] = sentences(gestart(), rule("x", "a", types=(GESTART,), when=conditions))
    assert sentence == (
        'Does not match: it wants that data.zaaktype.identificatie is "B0366" or "B1*" '
        "and it wants that data.initiator is there."
    )
    assert "B0237" not in sentence


def test_a_second_rule_for_a_destination_says_which_rule_was_first() -> None:
    assert sentences(gestart(), rule("x", "a", types=(GESTART,)), rule("y", "a", "b")) == [
        "Matches: sends it to a.",
        "Matches: sends it to b; a has it by rule 'x' already.",
    ]
    assert sentences(gestart(), rule("x", "a", types=(GESTART,)), rule("y", "a"))[1] == (
        "Matches: a has it by rule 'x' already."
    )


def test_a_destination_of_another_tenant_is_left_out_with_its_reason() -> None:
    message = gestart(tenant="0363")
    assert sentences(message, rule("x", "utrecht", "a")) == [
        "Matches: sends it to a; utrecht is for tenant 0344 only."
    ]
    [verdict] = table(rule("x", "utrecht"), utrecht=UTRECHT).explain(message)
    assert verdict.sentence == "Does not match: utrecht is for tenant 0344 only."
    assert not verdict.matched


def test_a_rule_that_sends_nowhere_gives_its_reason() -> None:
    route = rule("x", types=(STATUS,), reason="The pilot has cases only.")
    assert sentences(status(), route) == [
        "Matches and sends it nowhere on purpose: The pilot has cases only."
    ]
