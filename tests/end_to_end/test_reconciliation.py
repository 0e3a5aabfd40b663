"""A day of 200 messages, three of which are not as they should be in the morning."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from continuity.window import TOWN_HALL
from schemas.examples.households import household_messages
from tests.adapters.zgw.colleague import Colleague
from tests.end_to_end.processes import Hub, configure, serving, simulating, until

pytestmark = pytest.mark.slow

Json = dict[str, Any]
REFUSAL = {
    "kind": "status",
    "match": {"method": "POST", "path": "/zaken$"},
    "times": None,
    "settings": {"status": 400, "body": {"status": 400, "code": "invalid", "title": "No."}},
}
WHY = ("--reason", "found in the morning")


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    hub: Hub
    colleague: Colleague
    day: str
    lost: str
    """The case that somebody removed."""
    parked: str
    foreign: str

    def reconcile(self) -> tuple[int, Json]:
        done = self.hub.cli(
            "reconcile", "--destination", "zaaksysteem", "--day", self.day, "--json"
        )
        return done.code, json.loads(done.out)

    def differences(self, report: Json) -> list[Json]:
        path = f"/v1/reconciliations/{report['id']}/differences?limit=200"
        items: list[Json] = self.hub.call("GET", path).json()["items"]
        return items

    def open_deliveries(self) -> int:
        counts = self.hub.call("GET", "/v1/destinations").json()["items"][0]["counts"]
        return sum(counts.get(state, 0) for state in ("waiting", "sending", "uncertain"))

    def drained(self) -> None:
        until(lambda: not self.open_deliveries(), "everything is delivered")


@pytest.fixture
def morning(tmp_path: Path) -> Iterator[Morning]:
    """200 messages, and what happened behind the hub's back."""
    day = datetime.now(TOWN_HALL).date().isoformat()
    with simulating(tmp_path) as zaaksysteem:
        configure(tmp_path, zgw=zaaksysteem.url)
        with (tmp_path / "schakel.toml").open("a", encoding="utf-8") as settings:
            settings.write("[reconciliation]\ncalls_per_second = 100\n")
        with serving(tmp_path) as hub:
            messages = household_messages(40, 7, datetime.now(UTC) - timedelta(hours=4))
            *rest, last = [one for one in messages if one["type"].endswith("gestart")]
            for one in (*rest, last):
                one["data"]["registratiedatum"] = day
            extra = json.loads(json.dumps(last).replace(last["subject"], "0344-2026-999999"))
            publish(hub, tmp_path, messages)
            this = Morning(
                hub=hub,
                colleague=Colleague(zaaksysteem.url),
                day=day,
                lost=rest[3]["subject"],
                parked="0344-2026-999999",
                foreign="VAN-DE-BALIE-1",
            )
            this.drained()
            zaaksysteem.script(REFUSAL)
            publish(hub, tmp_path, [extra | {"id": "parked-one"}])
            until(lambda: parked_now(hub), "the last case is parked")
            zaaksysteem.script()
            this.colleague.remove_case(this.lost)
            this.colleague.open_case(this.foreign, day=day)
            yield this


def publish(hub: Hub, folder: Path, messages: list[Json]) -> None:
    file = folder / "messages.json"
    file.write_text(json.dumps(messages), encoding="utf-8")
    assert hub.cli("publish", str(file)).code == 0


def parked_now(hub: Hub) -> list[Json]:
    found: list[Json] = hub.call("GET", "/v1/deliveries?state=parked").json()["items"]
    return found


def test_a_report_finds_exactly_what_is_wrong_and_mends_it(morning: Morning) -> None:
    hub = morning.hub

    code, report = morning.reconcile()

    assert code == 1
    found = morning.differences(report)
    about = {(one["code"], one["kind"], one["partOf"] or one["identifier"]) for one in found}
    assert about == {
        ("missing", "zaak", morning.lost),
        ("missing", "status", morning.lost),
        ("incomplete", "document", morning.lost),
        ("parked", "zaak", morning.parked),
        ("unknown_here", "zaak", morning.foreign),
    }
    assert report["kinds"]["zaak"] == {"expected": 41, "there": 39, "listed": 40, "others": 1}
    shown = hub.cli("reconciliations", "show", str(report["id"])).out
    assert "Made there by somebody else" in shown

    (case,) = [one["number"] for one in found if one["kind"] == "zaak" and one["code"] == "missing"]
    mended = hub.cli("reconciliations", "repair", str(report["id"]), str(case), *WHY)
    assert "is redelivered; on its way as delivery" in mended.out
    for kind in ("parked", "unknown_here"):
        all_of = ("reconciliations", "repair", str(report["id"]), "--all", kind, "--yes", *WHY)
        assert "Dealt with: 1" in hub.cli(*all_of).out
    assert hub.call("GET", f"/v1/reconciliations/{report['id']}").json()["open"] == 0

    morning.drained()
    again, second = morning.reconcile()
    assert morning.differences(second) == []
    assert (again, second["acknowledged"]) == (0, 1)
    assert second["line"].endswith("all there, apart from 1 that were acknowledged before.")
    there = morning.colleague.case(morning.lost)["url"]
    assert morning.colleague.count("/statussen", zaak=there) == 3
    assert morning.colleague.count("/rollen", zaak=there) == 1
    assert morning.colleague.count("/zaakinformatieobjecten", zaak=there) == 1
    assert parked_now(hub) == []


def test_a_partner_that_is_down_leaves_an_incomplete_report(morning: Morning) -> None:
    """And the hub goes on; a BSN is nowhere in what was shown."""
    morning.hub.cli("hold", "zaaksysteem", *WHY)

    code, report = morning.reconcile()

    assert (code, report["state"]) == (1, "incomplete")
    assert "is held" in report["line"]
