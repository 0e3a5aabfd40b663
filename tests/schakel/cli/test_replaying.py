"""Replays of a set from the command line: what an operator reads, and what happens then."""

# ruff: noqa: F811 - a test names the fixture that it takes

from __future__ import annotations

import csv
import io
import re
import time

import pytest

from continuity.store.records import ReplayOptions
from schakel.http import services
from tests.schakel.cli.test_remote import Hub, hub, parked  # noqa: F401 - fixtures of the same hub

SET = ("replay", "--destination", "zaken-utrecht", "--reason", "mended")


def test_a_plan_says_how_many_where_how_fast_and_when_it_stops(parked: Hub) -> None:
    shown = parked.run(*SET, "--rate", "2", "--stop-at", "30", "--dry-run").stdout
    assert shown.splitlines() == [
        "Replay 1 would send 3 parked deliveries again:",
        "  zaken-utrecht: 3",
        "Pace: 2 a second for each destination, so about 2 seconds.",
        "It stops by itself when 30 % of the outcomes fail.",
    ]
    assert parked.json("replay", "list")[0]["state"] == "cancelled"


def test_a_sample_ends_with_what_to_do_next_and_is_resumed(parked: Hub) -> None:
    sample = parked.run(*SET, "--sample", "1", "--yes").stdout
    assert "Replay 1 is sampled: 1 of 3 sent." in sample
    assert "The other 2 wait." in sample
    assert "schakel replay resume 1 --reason '...'" in sample
    resumed = parked.run("replay", "resume", "1", "--reason", "looks well")
    assert resumed.exit_code == 0, resumed.exception
    assert "Replay 1 is done: 3 of 3 sent." in resumed.stdout


def test_a_report_tells_who_did_what_and_what_became_of_each(parked: Hub) -> None:
    parked.run(*SET, "--sample", "2", "--yes")
    parked.run("replay", "cancel", "1", "--reason", "not needed")
    report = parked.run("replay", "report", "1").stdout
    assert re.search(r"sent +2 of 3, left as they were: 0", report)
    assert "cancel_replay" in report
    assert "not needed" in report
    assert "on its way" in report
    assert "its turn has not come" in report
    table = list(csv.DictReader(io.StringIO(parked.run("replay", "report", "1", "--csv").stdout)))
    assert [row["mark"] for row in table] == ["replayed", "replayed", "pending"]
    assert table[2]["errorDetail"] == "De initiator ********* is onbekend."
    assert len(parked.json("replay", "report", "1", "--limit", "1")["items"]) == 1
    listed = parked.run("replay", "list").stdout
    assert "cancelled" in listed


def test_a_text_that_a_spreadsheet_would_calculate_is_made_harmless() -> None:
    from schakel.cli.replay_showing import _harmless  # noqa: PLC0415 - beside what it is about

    assert [_harmless(text) for text in ("=1+1", "@x", "-2", "zaak", None, 3)] == [
        *("'=1+1", "'@x", "'-2", "zaak", "", "3"),
    ]


def test_a_large_plan_tells_who_has_to_agree(parked: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    entrance = parked.harness.app.state.entrance
    small = ReplayOptions(rate_per_second=10.0, approve_above=2)
    object.__setattr__(entrance.hub, "replay_options", small)
    shown = parked.run(*SET, "--yes").stdout
    assert "Replay 1 is awaiting approval: 0 of 3 sent." in shown
    assert "schakel replay approve 1 --reason '...'" in shown
    failure = parked.failure("replay", "approve", "1", "--reason", "fine", "--yes")
    assert "somebody else has to approve it" in str(failure)
    other = parked.run("keys", "create", "bert", "--scope", "operate").stdout.split()[-1]
    approved = parked.run(
        "replay", "approve", "1", "--reason", "looked", "--yes", SCHAKEL_API_KEY=other
    )
    assert approved.exit_code == 0, approved.exception
    assert "Planned by balie (k" in approved.stdout
    assert "Start it: schakel replay start 1" in approved.stdout
    assert "is done: 3 of 3 sent." in parked.run("replay", "start", "1", "--yes").stdout


def test_control_c_pauses_the_replay(parked: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen failing with the interrupt passed on."""

    def interrupted(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", interrupted)
    shown = parked.run(*SET, "--rate", "0.01", "--yes")
    assert shown.exit_code == 0, shown.exception
    assert "Replay 1 is paused:" in shown.stdout
    (plan,) = parked.json("replay", "list")
    assert (plan["state"], plan["note"]) == ("paused", "interrupted at the command line")


def test_a_set_goes_elsewhere(parked: Hub) -> None:
    shown = parked.run(*SET, "--to", "archief", "--yes").stdout
    assert "would send 3 parked deliveries to archief instead of:" in shown
    assert len(parked.json("deliveries", "list", "--destination", "archief")) == 3


def test_one_delivery_goes_elsewhere(parked: Hub) -> None:
    result = parked.run("replay", "1", "--reason", "moved", "--to", "archief")
    assert result.stdout == "Delivery 1 goes, as delivery 4, to archief.\n"


def test_edits_are_listed_with_old_and_new(parked: Hub) -> None:
    assert parked.run("deliveries", "edits", "1").stdout == "It was never edited.\n"
    parked.run("replay", "1", "--reason", "typo", "--set", "data.omschrijving=Klaar")
    shown = parked.run("deliveries", "edits", "1").stdout
    assert "/data/omschrijving" in shown
    assert '"Klaar"' in shown
    assert parked.json("deliveries", "edits", "1")["items"][0]["reason"] == "typo"


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("replay", "1", "--reason", "mended", "--sample", "1"), "go with a filter"),
        (
            ("replay", "--destination", "unrouted", "--reason", "mended", "--rate", "1"),
            "where a route says",
        ),
    ],
)
def test_what_does_not_go_together_is_wrong_use(
    parked: Hub, args: tuple[str, ...], sentence: str
) -> None:
    failure = parked.failure(*args)
    assert (failure.code, sentence in str(failure)) == (2, True), str(failure)


def test_the_defaults_of_the_hub_need_a_second_person_for_large_sets() -> None:
    assert services.DEFAULT_REPLAY.approve_above == 100
