"""Letters from the message to the last word about them, at a simulated gateway and Berichtenbox."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.berichtenbox.errors import OUTCOMES, Outcome
from adapters.contract import ConfigurationError, Context, DeliveryError, NotThere, RejectedError
from simulators.berichtenbox import Options
from simulators.kit import FaultRule, Match
from tests.adapters.berichtenbox.post import (
    BEGIN,
    WANTS_NOT,
    Post,
    letter,
    number_of,
    posting,
)
from tests.conformance.memory_steps import MemorySteps


def steps_told(post: Post) -> list[tuple[str, str, str | None]]:
    said: Any = post.told[-1].data
    return [(one.stap, one.door, one.code) for one in said.verloop]


async def test_the_three_truths_come_one_after_another_and_make_the_proof() -> None:
    async with posting(Options(ack_seconds=60, result_seconds=600)) as post:
        receipt = await post.send(letter())
        assert number_of(letter()) in receipt.detail
        await post.go_by(seconds=1)
        assert [one["stap"] for one in post.known["verloop"]] == [
            "abonnement_gecontroleerd",
            "aangenomen",
        ]
        await post.go_by(seconds=60)
        assert post.known["verloop"][-1]["stap"] == "bevestigd"
        assert post.told == []
        await post.go_by(seconds=600)
        [told] = post.told
        assert post.kinds() == ["afgeleverd"]
        assert steps_told(post) == [
            ("abonnement_gecontroleerd", "Berichtenbox", None),
            ("aangenomen", "gateway", None),
            ("bevestigd", "Logius", "DELIVERED"),
            ("verwerkt", "Berichtenbox", "Verwerkt"),
        ]
        data: Any = told.data
        assert data.bericht.id == letter().id
        assert told.subject == letter().subject
        marks = {one.naam: one.waarde for one in data.kenmerken}
        assert marks["BerichtID"] == number_of(letter())
        assert len(marks["sha256"]) == 64
        [box] = post.simulator.berichtenbox.gateway.boxes.values()
        assert r"mevrouw,\r\n\r\nUw" in box.text
        await post.go_by(days=7)  # the watch ends without a word
        assert post.kinds() == ["afgeleverd"]
        assert post.parked == []
        assert post.simulator.berichtenbox.gateway.events == {}
        assert not [
            one for one in post.simulator.berichtenbox.gateway.messages.values() if one.unprocessed
        ]


async def test_who_does_not_get_letters_there_is_told_at_once_and_nothing_is_sent() -> None:
    async with posting() as post:
        steps = MemorySteps()
        await post.send(letter(bsn=WANTS_NOT), steps)
        await post.send(letter(bsn=WANTS_NOT), steps)
        await post.go_by(seconds=1)
        assert post.kinds() == ["niet-afgeleverd"]
        told: Any = post.told[0].data
        assert told.reden == "niet_bereikbaar"
        assert told.fout.code == "berichtenbox:NietActiefOfGeabonneerd"
        assert post.simulator.journal.effects == []


@pytest.mark.parametrize(
    "options", [Options(packed=True), Options(backwards=True)], ids=["packed", "backwards"]
)
async def test_results_come_packed_and_in_any_order(options: Options) -> None:
    async with posting(options) as post:
        for number in range(5):
            await post.send(letter(str(number)))
        await post.go_by(seconds=1)
        assert post.kinds() == ["afgeleverd"] * 5
        told = [one.data.bericht.id for one in post.told]  # type: ignore[attr-defined]  # of all bericht types
        assert sorted(told) == [f"brief-{number}" for number in range(5)]


async def test_a_technical_problem_is_offered_again_under_the_same_numbers() -> None:
    async with posting(Options(technical=2)) as post:
        await post.send(letter())
        await post.go_by(seconds=1)
        assert post.told == []
        await post.go_by(minutes=16)
        assert post.known["beurt"] == 2
        await post.go_by(minutes=61)
        assert post.kinds() == ["afgeleverd"]
        codes = [code for _, _, code in steps_told(post)]
        assert codes.count("TechnischProbleem") == 2
        sent = [
            one.properties["messageId"].partition("@")[0]
            for one in post.simulator.berichtenbox.gateway.messages.values()
            if one.properties["action"].endswith("Request")
        ]
        assert sent == [f"{number_of(letter())}.{turn}" for turn in (1, 2, 3)]


async def test_after_five_offers_an_operator_is_asked_and_can_have_it_offered_again() -> None:
    async with posting(Options(technical=5)) as post:
        await post.send(letter())
        for _ in range(8):
            await post.go_by(hours=13)
        [parked] = [one for one in post.parked if one[2].code.endswith("TechnischProbleem")]
        assert "same numbers" in parked[2].detail
        post.parked.remove(parked)
        post.parked = [parked]
        await post.replay()
        await post.go_by(seconds=1)
        assert post.kinds()[-1] == "afgeleverd"


@pytest.mark.parametrize("kind", ["FAILED", "EXPIRED"])
async def test_what_the_gateway_gives_up_is_offered_again(kind: str) -> None:
    async with posting(Options(transport=kind)) as post:  # type: ignore[arg-type]  # the three of them
        await post.send(letter())
        await post.go_by(seconds=1)
        assert post.known["verloop"][-1] | {"moment": ""} == {
            "stap": "mislukt",
            "moment": "",
            "door": "gateway",
            "code": kind,
        }
        post.simulator.berichtenbox.options = Options()
        await post.go_by(minutes=16)
        assert post.kinds() == ["afgeleverd"]


async def test_a_result_that_never_comes_is_told_and_then_an_operators() -> None:
    async with posting(Options(silent=True)) as post:
        await post.send(letter())
        await post.go_by(hours=25)
        assert post.kinds() == ["vertraagd"]
        await post.go_by(hours=24 * 6)
        [(_, _, error)] = post.parked
        assert error.code == "berichtenbox:geen-uitslag"
        assert "BatchID" in error.detail
        post.simulator.berichtenbox.options = Options()
        await post.go_by(minutes=1)  # and then it comes after all
        assert post.kinds() == ["vertraagd", "afgeleverd"]
        await post.replay()
        assert post.parked == []


async def test_a_letter_that_waited_for_two_weeks_is_checked_and_dated_again() -> None:
    """The gateway was away for so long; what it lost is not there, and its age is not taken."""
    async with posting() as post:
        steps = MemorySteps()
        rule = FaultRule(
            kind="status", settings={"status": 503}, match=Match(method="POST", skip=1)
        )
        await post.simulator.script([rule])
        with pytest.raises(DeliveryError, match="503"):
            await post.send(letter(), steps)
        await post.simulator.clear_faults()
        for days in (6, 8):
            await post.go_by(days=days)
        assert await post.adapter.look_up(letter(), _context(post, steps)) == NotThere()
        await post.send(letter(), steps)
        await post.go_by(seconds=1)
        assert post.kinds() == ["afgeleverd"]
        assert post.known["beurt"] == 2
        checks = [one for one in post.simulator.journal.requests if "Validatie" in one.path]
        assert len(checks) == 2
        assert post.known["verloop"][0]["moment"] > BEGIN.isoformat()


async def test_somebody_who_unsubscribed_meanwhile_gets_no_second_offer() -> None:
    async with posting(Options(technical=1, result_seconds=3600 * 24 * 8)) as post:
        await post.send(letter())
        await post.go_by(days=5)
        post.simulator.berichtenbox._subscribed.clear()
        await post.go_by(days=4)
        await post.go_by(minutes=20)
        assert post.kinds()[-1] == "niet-afgeleverd"


async def test_what_is_heard_of_before_it_is_remembered_waits() -> None:
    async with posting() as post:
        await post.send(letter())
        offered = post.waiting.pop()
        await post.go_by(seconds=1)
        assert post.told == []
        assert "Waits until the hub remembers this letter." in post.details
        post.waiting.append(offered)
        await post.go_by(seconds=1)
        await post.go_by(minutes=3)
        assert post.kinds() == ["afgeleverd"]


async def test_a_letter_of_another_system_ends_at_an_operator() -> None:
    async with posting() as post:
        await post.send(letter())
        post.waiting.clear()
        for _ in range(12):
            await post.go_by(hours=9)
        assert {error.code for _, _, error in post.parked} == {"berichtenbox:onbekende-brief"}


async def test_a_letter_that_was_taken_before_is_not_delivered_twice() -> None:
    """The gateway lost it and got it again: the second result says nothing about the first."""
    async with posting(Options(result_seconds=60)) as post:
        steps = MemorySteps()
        await post.send(letter(), steps)
        gateway = post.simulator.berichtenbox.gateway
        await post.go_by(seconds=61)
        assert len(gateway.boxes) == 1
        gateway.messages.clear()
        again = MemorySteps(requests=dict(steps.requests))
        await post.send(letter(), again)
        await post.go_by(seconds=61)
        assert post.kinds() == ["afgeleverd"]
        assert len(gateway.boxes) == 1


async def test_results_that_cannot_be_read_are_parked_and_stay_at_the_gateway() -> None:
    async with posting() as post:
        await post.send(letter())
        gateway = post.simulator.berichtenbox.gateway
        [parcel] = [one for one in gateway.messages.values() if one.unprocessed]
        good, parcel.content = parcel.content, b"\x1f\x8bkapot"
        await post.go_by(seconds=1)
        [(_, _, error)] = post.parked
        assert error.code == "berichtenbox:uitslag"
        assert parcel.unprocessed
        parcel.content = good
        await post.replay()
        await post.go_by(seconds=1)
        assert post.kinds() == ["afgeleverd"]


async def test_a_letter_for_too_far_ahead_is_refused() -> None:
    async with posting() as post:
        with pytest.raises(RejectedError, match="13 days"):
            await post.adapter.deliver(
                letter(publicatiedatum="2026-12-31T09:00:00Z"), _context(post)
            )


@pytest.mark.parametrize(
    ("gateway", "setting"),
    [
        ({"cpa_id": "een-andere"}, "gateway.cpa_id"),
        ({"from_oin": "00000099000000002000"}, "gateway.cpa_id"),
        ({"password": "fout"}, "gateway.user"),
        ({"root": "http://127.0.0.1:1/service/rest/v19"}, None),
    ],
    ids=["cpa", "party", "password", "away"],
)
async def test_what_is_wrong_with_the_gateway_names_the_setting(
    gateway: dict[str, Any], setting: str | None
) -> None:
    async with posting(**gateway) as post:
        with pytest.raises(DeliveryError) as caught:
            await post.adapter.deliver(letter(), _context(post))
        if setting is None:
            assert "cannot be reached" in str(caught.value)
        else:
            assert isinstance(caught.value, ConfigurationError)
            assert caught.value.setting == setting
        if setting != "gateway.cpa_id":
            assert not (await post.adapter.check()).ok


def test_every_code_of_the_schema_has_a_meaning() -> None:
    assert len(OUTCOMES) == 10
    assert {outcome.name for outcome in OUTCOMES.values()} == {one.name for one in Outcome}


def _context(post: Post, steps: MemorySteps | None = None) -> Context:
    return Context(
        delivery_id=1,
        attempt=1,
        deadline=post.clock.at.replace(minute=30),
        references={},
        steps=steps or MemorySteps(),
        clock=post.clock,
    )
