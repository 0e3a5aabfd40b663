"""Who gives a case its number, in every state that the zaaksysteem can be in."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from adapters.contract import NotOffered, RejectedError, TransientError
from continuity.store.memory import MemoryStore
from continuity.store.records import Identity, IdentityFilter, Issuer
from schakel.askline import AskLine
from schakel.casenumbers import CaseNumbers, IssuingRule
from schakel.numbering import NumberRule
from schakel.unanswered import Refused, Unavailable, UnknownQuestion
from tests.schakel.asking_kit import (
    DESTINATION,
    START,
    TENANT,
    Hanging,
    ScriptedAsker,
    SettableClock,
    make_line,
    question,
)

DOWN = TransientError("zaken.example.nl cannot be reached.")
THEIRS = {"identificatie": "ZAAK-2026-0000000001"}
PATTERN = "0344H{jaar}{volgnummer:07}"
KEY = "aanvraag-0001"


class Setting:
    """Case numbers of one municipality, over a store in memory."""

    def __init__(
        self, *turns: Any, pattern: str | None = PATTERN, patience: float = 0.05, last: int = 99
    ) -> None:
        self.clock = SettableClock()
        self.store = MemoryStore()
        self.asker = ScriptedAsker(*turns) if turns else None
        self.line: AskLine | None = None
        if self.asker is not None:
            self.line = make_line(self.asker, clock=self.clock, threshold=100)
        self.use(pattern, patience=patience, last=last)

    def use(self, pattern: str | None, *, patience: float = 0.05, last: int = 99) -> None:
        """As after a change of the configuration."""
        rules = {}
        if pattern is not None:
            numbers = NumberRule.parse(pattern, last=last)
            rules[TENANT] = IssuingRule(numbers=numbers, patience=timedelta(seconds=patience))
        self.numbers = CaseNumbers(store=self.store, rules=rules, clock=self.clock)

    async def ask(self, **data: Any) -> Mapping[str, Any]:
        return await self.numbers.answer(question(self.clock, **data), self.line)

    async def recorded(self) -> list[Identity]:
        return list(await self.store.list_identities(IdentityFilter(), before=None, limit=100))


async def test_a_zaaksysteem_that_is_up_gives_the_number_for_good() -> None:
    setting = Setting(THEIRS)

    assert await setting.ask() == {
        "identificatie": "ZAAK-2026-0000000001",
        "voorlopig": False,
        "toegekendDoor": "zaaksysteem",
        "bestemming": DESTINATION,
    }

    [one] = await setting.recorded()
    assert (one.issuer, one.asked_by) == (Issuer.ZAAKSYSTEEM, "balie (k0123456789)")
    assert (one.definitive_number, one.announced_at) == ("ZAAK-2026-0000000001", START)


async def test_the_key_of_the_request_is_not_told_to_the_zaaksysteem() -> None:
    setting = Setting(THEIRS)
    await setting.ask(sleutel=KEY)
    assert setting.asker is not None
    assert set(setting.asker.asked[0][0].data) == {"bronorganisatie"}


@pytest.mark.parametrize(
    "turn", [DOWN, Hanging(), RejectedError("zgw:invalid", "no"), {}, {"identificatie": "a b"}]
)
async def test_a_zaaksysteem_that_gives_none_means_a_provisional_number_at_once(turn: Any) -> None:
    setting = Setting(turn)

    async with asyncio.timeout(1):
        answer = await setting.ask()

    assert answer == {
        "identificatie": "0344H20260000001",
        "voorlopig": True,
        "toegekendDoor": "hub",
        "bestemming": DESTINATION,
    }
    [one] = await setting.recorded()
    assert (one.issuer, one.issued_at, one.definitive_number) == (Issuer.HUB, START, None)


async def test_a_zaaksysteem_that_leaves_numbers_to_the_hub_makes_them_definitive() -> None:
    setting = Setting(NotOffered("off"))

    assert await setting.ask() == {
        "identificatie": "0344H20260000001",
        "voorlopig": False,
        "toegekendDoor": "hub",
        "bestemming": DESTINATION,
    }


async def test_without_a_zaaksysteem_the_rule_alone_decides() -> None:
    setting = Setting()

    answer = await setting.ask()

    assert (answer["voorlopig"], answer["bestemming"]) == (False, None)


async def test_the_same_key_gets_the_same_number_whatever_has_come_up_meanwhile() -> None:
    """Seen failing without the look in the store first."""
    setting = Setting(DOWN, THEIRS)

    first = await setting.ask(sleutel=KEY)

    assert await setting.ask(sleutel=KEY) == first
    assert (await setting.ask(sleutel="aanvraag-0002"))["identificatie"] == THEIRS["identificatie"]
    assert setting.asker is not None
    assert len(setting.asker.asked) == 2


async def test_without_a_key_each_request_gets_its_own_number() -> None:
    setting = Setting(DOWN)
    assert len({(await setting.ask())["identificatie"] for _ in range(3)}) == 3


async def test_a_number_that_the_zaaksysteem_gives_twice_is_not_given_to_two_cases() -> None:
    """Two cases under one number would be merged. Seen failing without `NumberTaken`."""
    setting = Setting(THEIRS)
    await setting.ask()

    again = await setting.ask()

    assert (again["identificatie"], again["voorlopig"]) == ("0344H20260000001", True)


async def test_numbers_given_out_under_another_pattern_are_skipped() -> None:
    setting = Setting(pattern="H2{volgnummer:04}")
    await setting.ask()
    setting.use("H20000{volgnummer:04}")  # another series, with other numbers
    setting.use("H{volgnummer:05}", last=99999)
    setting.store._tables.numbers[f"{TENANT}/H#/1"] = 20_000

    assert (await setting.ask())["identificatie"] == "H20002"


async def test_a_range_that_is_used_up_gives_nothing_and_says_what_to_do() -> None:
    setting = Setting(last=1)
    await setting.ask()

    with pytest.raises(Unavailable, match=r"used up: widen it under \[tenant\.identificatie\]"):
        await setting.ask()


async def test_without_a_rule_the_zaaksysteem_s_own_answer_counts() -> None:
    assert (await Setting(THEIRS, pattern=None).ask())["voorlopig"] is False
    with pytest.raises(Unavailable, match="cannot be reached"):
        await Setting(DOWN, pattern=None).ask()
    with pytest.raises(Refused):
        await Setting(RejectedError("zgw:invalid", "no"), pattern=None).ask()
    with pytest.raises(UnknownQuestion, match=r"\[tenant\.identificatie\]"):
        await Setting(NotOffered("off"), pattern=None).ask()
    with pytest.raises(UnknownQuestion, match=r"\[tenant\.identificatie\]"):
        await Setting(pattern=None).ask()


async def test_without_a_rule_a_number_that_cannot_be_used_is_no_answer() -> None:
    with pytest.raises(Unavailable, match="cannot be used"):
        await Setting({"identificatie": "a b"}, pattern=None).ask()
