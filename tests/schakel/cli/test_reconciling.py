"""What an operator sees of reconciliations and does about them, against a real hub."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import typer
from typer.testing import CliRunner, Result

from continuity.store.records import NewDifference, ReconciliationState
from continuity.window import TOWN_HALL
from schakel.cli import reconciliation
from schakel.cli.failure import Failure
from schakel.cli.reconciling import read_day
from tests.schakel.cli.test_remote import Hub
from tests.schakel.http.harness import Harness
from tests.schakel.http.test_reconciliations import DAY, HERE, MORNING, delivered, found, reported

WHY = ("--reason", "found in the morning")
app = typer.Typer()
reconciliation.register(app)


@pytest.fixture
def hub() -> Iterator[Hub]:
    """With destinations that can be compared, and nobody who compares."""
    hub = Hub()
    hub.harness = Harness(compared=frozenset({HERE}))
    hub.start()
    yield hub
    hub.stop()


def run(hub: Hub, *args: str) -> Result:
    return CliRunner().invoke(app, args, env=hub.env)


def report(hub: Hub, *differences: NewDifference) -> str:
    return str(hub.do(reported(hub.harness, *differences)))


def test_the_day_is_yesterday_unless_it_is_said() -> None:
    yesterday = datetime.now(TOWN_HALL).date() - timedelta(days=1)

    assert read_day(None) == yesterday.isoformat()
    assert read_day("2026-11-22") == "2026-11-22"
    with pytest.raises(Failure, match="'22-11-2026' is not a day"):
        read_day("22-11-2026")


def test_a_clean_day_is_one_line(hub: Hub) -> None:
    report(hub)

    shown = run(hub, "reconciliations", "list").stdout.splitlines()

    assert shown[1].split(maxsplit=3) == [
        "1",
        "done",
        "0",
        "2026-11-22, zaken-utrecht: 3 cases: all there.",
    ]


def test_a_report_says_what_differs_why_and_what_to_do(hub: Hub) -> None:
    number = report(hub, found("missing", 1, known="Delivered."), found("unknown_here"))

    shown = run(hub, "reconciliations", "show", number).stdout

    assert shown.startswith("2026-11-22, zaken-utrecht: 3 cases: 2 differences.\n")
    assert "zaak missing" in shown
    assert "sends it again, looked up first" in shown
    assert "zaak unknown here" in shown
    assert f"schakel reconciliations repair {number} NO --reason" in shown


def test_what_nobody_needs_to_do_is_not_asked_for(hub: Hub) -> None:
    number = report(hub, found("waiting", 1))

    shown = run(hub, "reconciliations", "show", number).stdout

    assert "nothing to do: it is on its way" in shown
    assert "What to do" not in shown


def test_more_differences_than_are_shown_are_told(hub: Hub) -> None:
    number = report(hub, *(found("unknown_here") for _ in range(3)))

    shown = run(hub, "reconciliations", "show", number, "--limit", "1").stdout

    assert "... and 2 more: --limit shows them." in shown


def test_one_difference_is_mended(hub: Hub) -> None:
    old = hub.do(delivered(hub.harness))
    number = report(hub, found("missing", old))

    done = run(hub, "reconciliations", "repair", number, "1", *WHY)

    assert done.stdout == f"Difference 1 is redelivered; on its way as delivery {old + 1}.\n"
    everything = run(hub, "reconciliations", "show", number, "--all").stdout
    assert "redelivered by" in everything
    again = run(hub, "reconciliations", "repair", number, "1", *WHY).exception
    assert "was redelivered already" in str(again)


def test_all_of_one_kind_are_mended_after_a_question(hub: Hub) -> None:
    number = report(hub, *(found("unknown_here") for _ in range(3)), found("discarded", 1))
    command = ("reconciliations", "repair", number, "--all", "unknown_here", *WHY)

    unasked = run(hub, *command).exception
    assert isinstance(unasked, Failure)
    assert "give --yes" in str(unasked)
    done = run(hub, *command, "--yes").stdout

    assert "3 differences 'unknown_here'. The repair notes that it is known." in done
    assert "Dealt with: 3; on their way now: 0 deliveries." in done
    assert "has no open difference 'unknown_here'" in run(hub, *command, "--yes").stdout


def test_a_difference_is_left_as_it_is(hub: Hub) -> None:
    number = report(hub, found("missing", 1))

    done = run(hub, "reconciliations", "acknowledge", number, "1", *WHY)

    assert done.stdout == "Difference 1 is acknowledged.\n"


def test_a_repair_needs_one_difference_or_one_kind(hub: Hub) -> None:
    number = report(hub, found("missing", 1))

    for more in ((), ("1", "--all", "missing")):
        refused = run(hub, "reconciliations", "repair", number, *more, *WHY).exception
        assert isinstance(refused, Failure)
        assert "Give the number of one difference" in str(refused)


def test_a_comparison_can_be_asked_for_without_waiting(hub: Hub) -> None:
    asked = run(hub, "reconcile", "--destination", HERE, "--day", "2026-11-22", "--no-wait")

    assert (asked.exit_code, asked.stdout) == (0, "Asked for: schakel reconciliations show 1\n")


def test_a_comparison_that_broke_off_says_so_and_ends_with_1(hub: Hub) -> None:
    async def break_off() -> None:
        store = hub.harness.store
        asked = await store.ask_reconciliation(HERE, DAY, by="anna", now=MORNING)
        await store.save_reconciliation(
            asked.id,
            before="",
            checkpoint="",
            state=ReconciliationState.INCOMPLETE,
            note="zaken-utrecht is held: release it to go on.",
            now=MORNING,
        )
        await asyncio.sleep(0)

    hub.do(break_off())

    asked = run(hub, "reconcile", "--destination", HERE, "--day", "2026-11-22")

    assert asked.exit_code == 1
    assert "incomplete after 0 messages. zaken-utrecht is held" in asked.stdout
    assert "It goes on by itself" in asked.stdout
