"""A day of an operator: what the command line shows and does, with a hub and a zaaksysteem."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from schemas.examples import load
from schemas.examples.households import household_messages
from tests.end_to_end.processes import (
    Ended,
    Hub,
    Zaaksysteem,
    configure,
    serving,
    simulating,
    until,
)

BSNS = ("999993653", "999990019", "999991772", "999992132", "900003509")
TYPE = "nl.burgerzaken.zaak."
Json = dict[str, Any]


@pytest.fixture(scope="module")
def zaaksysteem(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zaaksysteem]:
    with simulating(tmp_path_factory.mktemp("zaaksysteem")) as one:
        yield one


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory, zaaksysteem: Zaaksysteem) -> Iterator[Hub]:
    """At the end of all tests here, nothing that anybody could read holds a BSN."""
    folder = tmp_path_factory.mktemp("hub")
    configure(folder, zgw=zaaksysteem.url)
    with serving(folder) as hub:
        yield hub
        hub.said.append(hub.call("GET", "/metrics").text)
        hub.stop()
    assert_no_bsn("\n".join(hub.said))
    for file in folder.iterdir():
        if file.is_file() and not file.name.startswith("hub.sqlite3"):
            assert_no_bsn(file.read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def all_is_well(zaaksysteem: Zaaksysteem) -> Iterator[None]:
    yield
    zaaksysteem.script()


def test_a_refused_message_is_found_mended_and_replayed(
    hub: Hub, zaaksysteem: Zaaksysteem, tmp_path: Path
) -> None:
    """The zaaksysteem refuses a status in the year 2062; what follows in that case waits."""
    start = datetime.now(UTC) - timedelta(hours=1)
    messages = household_messages(2, 1, start, with_faulty=True)
    published = hub.cli("publish", file_of(tmp_path, messages))
    assert (published.code, published.out) == (0, "Accepted: 10; last message: 10.\n")
    parked = the_parked(hub)

    listed = hub.cli("deliveries", "list", "--state", "parked").out
    assert parked["subject"] in listed
    assert "zgw:date-in-future" in listed
    shown = hub.cli("deliveries", "show", str(parked["id"])).out
    assert "Deze datum mag niet in de toekomst zijn" in shown
    assert '"datumStatusGezet": "2062-' in shown

    [message] = [one for one in messages if one["id"] == parked["eventId"]]
    message["data"]["datumStatusGezet"] = message["time"]
    setting = f"data.datumStatusGezet={message['time']}"
    replayed = hub.cli(
        "replay", str(parked["id"]), "--reason", "a slip of the pen", "--set", setting
    )
    assert replayed.out == f"Delivery {parked['id']} goes again to zaaksysteem.\n"
    until(lambda: delivered(hub, parked["subject"]) == 5, "the whole case is delivered")

    timeline = hub.cli("deliveries", "show", str(parked["id"])).out
    assert "a slip of the pen" in timeline
    assert '"datumStatusGezet": "2062-' not in timeline
    [number] = [one for one in range(1, 11) if messages[one - 1] is message]
    assert '"datumStatusGezet": "2062-' in hub.cli("messages", "show", str(number)).out
    verdict = zaaksysteem.verdict(messages)
    assert verdict["clean"], verdict["findings"]


def test_what_is_held_waits_until_it_is_released(
    hub: Hub, zaaksysteem: Zaaksysteem, tmp_path: Path
) -> None:
    case = opened("0344-2026-100001")
    held = hub.cli("hold", "zaaksysteem", "--reason", "maintenance until noon")
    assert held.out == "zaaksysteem is held.\n"
    assert "yes (maintenance until noon)" in hub.cli("destinations").out

    hub.cli("publish", file_of(tmp_path, [case]))
    [delivery] = hub.cli("deliveries", "list", "--subject", case["subject"], "--json").json()
    assert (delivery["state"], delivery["attempts"]) == ("waiting", 0)

    assert hub.cli("release", "zaaksysteem").out == "zaaksysteem is released.\n"
    until(lambda: delivered(hub, case["subject"]) == 1, "the held case is delivered")
    assert zaaksysteem.verdict([case])["clean"]


def test_a_set_of_refused_messages_is_replayed_after_a_look_at_the_plan(
    hub: Hub, zaaksysteem: Zaaksysteem, tmp_path: Path
) -> None:
    """A zaaksysteem that was set up wrongly refuses two cases, quoting a BSN, and is mended."""
    cases = [opened(f"0344-2026-20000{number}") for number in (1, 2)]
    zaaksysteem.script(refusal(quoting="999993653"))
    hub.cli("publish", file_of(tmp_path, cases))
    until(lambda: len(parked_now(hub)) == 2, "both cases are parked")
    zaaksysteem.script()
    first, second = parked_now(hub)
    assert "Geen zaak voor *********" in hub.cli("deliveries", "show", str(first["id"])).out
    code = first["error"]["code"]
    assert second["error"]["code"] == code
    chosen = ("replay", "--state", "parked", "--error", code, "--reason", "set up rightly now")

    plan = hub.cli(*chosen, "--dry-run")
    assert plan.code == 0
    assert "would send 2 parked deliveries again" in plan.out
    assert len(parked_now(hub)) == 2
    unasked = hub.cli(*chosen)
    assert unasked.code == 2
    assert "give --yes to start it, or --dry-run to look only" in unasked.err
    assert len(parked_now(hub)) == 2

    replayed = hub.cli(*chosen, "--yes")
    assert replayed.code == 0
    assert "is done: 2 of 2 sent." in replayed.out
    until(lambda: all(delivered(hub, one["subject"]) for one in cases), "both are delivered")
    verdict = zaaksysteem.verdict(cases)
    assert verdict["clean"], verdict["findings"]
    assert hub.cli(*chosen, "--yes").out.startswith("Nothing that fits is parked")


def test_a_message_is_shown_without_its_bsns(hub: Hub, tmp_path: Path) -> None:
    """Neither where a BSN belongs, nor where somebody typed one."""
    case = opened("0344-2026-300001")
    case["data"]["toelichting"] = "Partner heeft BSN 999990019, kind 900003509."
    published = hub.cli("publish", file_of(tmp_path, [case]), "--json").json()

    for form in ((), ("--json",)):
        shown = hub.cli("messages", "show", str(published["lastId"]), *form).out
        assert "0344-2026-300001" in shown
        assert "Partner heeft BSN *********, kind *********." in shown
        assert '"bsn": "*********"' in shown
        assert_no_bsn(shown)
    until(lambda: delivered(hub, case["subject"]) == 1, "the case is delivered")


def test_a_refused_publication_quotes_nothing_of_the_payload(hub: Hub, tmp_path: Path) -> None:
    case = opened("0344-2026-400001")
    case["data"]["initiator"]["bsn"] = "999993654"
    case["data"]["999990019"] = "a name that no field has"
    refused = hub.cli("publish", file_of(tmp_path, [case]))

    assert refused.code == 1
    assert "data.initiator.bsn (elfproef)" in refused.err
    assert "(unknown_field)" in refused.err
    assert "999993654" not in refused.said
    assert "999993654" not in hub.log()
    assert_no_bsn(refused.said)
    assert hub.cli("deliveries", "list", "--subject", case["subject"], "--json").json() == []


def test_check_tells_whether_the_zaaksysteem_answers(hub: Hub, zaaksysteem: Zaaksysteem) -> None:
    well = hub.cli("check")
    assert (well.code, well.out.splitlines()[-1]) == (0, "All is well.")

    zaaksysteem.script({"kind": "refuse", "times": None})
    down = hub.cli("check")
    assert (down.code, down.out.splitlines()[-1]) == (1, "1 problem(s) found.")
    [finding] = [line for line in down.out.splitlines() if "PROBLEM" in line]
    assert "destination zaaksysteem" in finding


def test_a_key_without_the_scope_is_refused(hub: Hub, tmp_path: Path) -> None:
    made = hub.cli("keys", "create", "the core", "--scope", "publish", "--json").json()
    hub.said.pop()  # the one place where a secret is shown
    key = made["secret"]
    case = opened("0344-2026-500001")

    assert hub.cli("publish", file_of(tmp_path, [case]), key=key).code == 0
    for command in (("deliveries", "list"), ("hold", "zaaksysteem", "--reason", "no right")):
        refused = hub.cli(*command, key=key)
        assert refused.code == 2
        assert "This needs the scope" in refused.err
    assert not hub.cli("destinations", "--json").json()[0]["held"]

    hub.cli("keys", "revoke", made["id"])
    assert "not known, or was revoked" in hub.cli("deliveries", "list", key=key).err
    assert key not in hub.log() + "".join(hub.said)
    until(lambda: delivered(hub, case["subject"]) == 1, "the case is delivered")


# --- helpers ---


def opened(zaak: str) -> Json:
    """A new case of a natural person."""
    example = load(TYPE + "gestart")
    data = example["data"] | {"zaakidentificatie": zaak}
    return example | {"id": f"gestart-{zaak}", "subject": zaak, "data": data}


def file_of(folder: Path, events: list[Json]) -> str:
    path = folder / "events.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in events), encoding="utf-8")
    return str(path)


def refusal(*, quoting: str) -> Json:
    """Every new case is refused for its content, with a personal number in the answer."""
    param = {"name": "zaaktype", "code": "niet-toegestaan", "reason": f"Geen zaak voor {quoting}."}
    body = {"status": 400, "code": "invalid", "title": "Invalid input.", "invalidParams": [param]}
    return {
        "kind": "status",
        "times": None,
        "match": {"method": "POST", "path": "/zaken$"},
        "settings": {"status": 400, "body": body, "content_type": "application/problem+json"},
    }


def deliveries(hub: Hub, **conditions: str) -> list[Json]:
    answer = hub.call("GET", "/v1/deliveries", params=conditions)
    answer.raise_for_status()
    items: list[Json] = answer.json()["items"]
    return items


def delivered(hub: Hub, zaak: str) -> int:
    return len(deliveries(hub, subject=zaak, state="delivered"))


def parked_now(hub: Hub) -> list[Json]:
    return deliveries(hub, state="parked")


def the_parked(hub: Hub) -> Json:
    until(lambda: parked_now(hub), "something is parked")
    ended: Ended = hub.cli("deliveries", "list", "--state", "parked", "--json")
    [parked] = ended.json()
    found: Json = parked
    return found


def assert_no_bsn(text: str) -> None:
    """Says where, and not which."""
    for bsn in BSNS:
        at = text.find(bsn)
        assert at < 0, f"a BSN stands after: {text[max(0, at - 80) : at]!r}"
