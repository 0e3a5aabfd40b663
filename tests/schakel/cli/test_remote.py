"""The remote commands against a real hub on a real socket."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from continuity.clock import SystemClock
from routing import Route
from schakel.cli import remote, replaying
from schakel.cli.failure import Failure
from schakel.replays import ReplayRunner
from schakel.security import Scope
from tests.schakel.http.harness import BSN, PREFIX, ROUTES, Harness, event, serving

app = typer.Typer()
remote.register(app)


class Hub:
    """A hub in a thread of its own, and the command line pointed at it."""

    def __init__(self, **options: Any) -> None:
        self.harness = Harness(**options)
        self.env: dict[str, str | None] = {}
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._end = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._run(),))

    async def _run(self) -> None:
        runner = ReplayRunner(
            store=self.harness.store,
            clock=SystemClock(),  # the pace is a real one here
            wake=self.harness.wake,
        )
        key = await self.harness.key(*Scope)
        replays = asyncio.create_task(runner.run())
        async with serving(self.harness.app) as port:
            self.env = {
                "SCHAKEL_URL": f"http://127.0.0.1:{port}",
                "SCHAKEL_API_KEY": key["Authorization"].removeprefix("Bearer "),
            }
            self._ready.set()
            await self._end.wait()
        runner.stop()
        await replays

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(10)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(10)
        self._loop.close()

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def run(self, *args: str, stdin: str | None = None, **env: str) -> Result:
        return CliRunner().invoke(app, args, input=stdin, env={**self.env, **env})

    def json(self, *args: str) -> Any:
        result = self.run(*args, "--json")
        assert result.exit_code == 0, result.exception
        return json.loads(result.stdout)

    def failure(self, *args: str, stdin: str | None = None, **env: str) -> Failure:
        error = self.run(*args, stdin=stdin, **env).exception
        assert isinstance(error, Failure), error
        return error


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setattr(replaying, "LOOK_EVERY_SECONDS", 0.01)
    monkeypatch.setattr(replaying, "SETTLE_SECONDS", 0.0)
    hub = Hub()
    hub.start()
    yield hub
    hub.stop()


@pytest.fixture
def parked(hub: Hub, tmp_path: Path) -> Hub:
    """Three parked deliveries for Utrecht."""
    hub.run("publish", _file(tmp_path, [event(number=n) for n in (1, 2, 3)]))
    hub.do(hub.harness.park("zaken-utrecht"))
    return hub


def _file(folder: Path, content: object) -> str:
    path = folder / "messages.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return str(path)


_WRITERS: dict[str, Callable[[list[Any]], str]] = {
    "array": json.dumps,
    "pretty array": lambda events: json.dumps(events, indent=2) + "\n",
    "NDJSON": lambda events: "\n".join(json.dumps(one) for one in events) + "\n\n",
    "objects over many lines": lambda events: "\n".join(json.dumps(e, indent=1) for e in events),
    "byte order mark": lambda events: "\ufeff" + json.dumps(events),
}


@pytest.mark.parametrize("form", list(_WRITERS))
def test_every_form_of_a_file_is_published_in_its_order(
    hub: Hub, tmp_path: Path, form: str
) -> None:
    events = [event(number=number) for number in range(1, 251)]
    result = hub.run("publish", _file(tmp_path, _WRITERS[form](events)))
    assert result.exit_code == 0, result.exception
    assert result.stdout == "Accepted: 250; last message: 250.\n"
    assert hub.do(hub.harness.store.get_message(250)).event_id == "gestart-250"


def test_one_event_is_read_from_standard_input(hub: Hub) -> None:
    result = hub.run("publish", "-", stdin=json.dumps(event()))
    assert result.stdout == "Accepted: 1; last message: 1.\n"


def test_publishing_a_file_again_says_what_was_known(hub: Hub, tmp_path: Path) -> None:
    file = _file(tmp_path, [event(number=1), event(number=2)])
    hub.run("publish", file)
    assert "2 of them were accepted before" in hub.run("publish", file).stdout
    assert hub.json("publish", file) == {"accepted": 2, "new": 0, "lastId": 2}


def test_a_refused_event_is_named_by_its_place_in_the_file(hub: Hub, tmp_path: Path) -> None:
    bad = event(number=151)
    bad["data"]["initiator"]["bsn"] = "999993654"
    events = [event(number=number) for number in range(1, 151)] + [bad]
    failure = hub.failure("publish", _file(tmp_path, events))
    assert failure.code == 1
    assert "event 151.data.initiator.bsn (elfproef)" in str(failure)
    assert "The 100 events before this batch are accepted." in str(failure)
    assert "999993654" not in str(failure)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "holds no event"),
        ("[]", "holds no event"),
        ('{"a":1}\n{"b":', "starts in line 2"),
        ("[" * 5000 + "]", "is not JSON"),
        ("hello", "starts in line 1"),
    ],
)
def test_a_file_without_events_is_wrong_use(
    hub: Hub, tmp_path: Path, content: str, sentence: str
) -> None:
    failure = hub.failure("publish", _file(tmp_path, content))
    assert failure.code == 2
    assert sentence in str(failure)


def test_a_file_that_is_not_there_is_wrong_use(hub: Hub) -> None:
    failure = hub.failure("publish", "nowhere.json")
    assert (failure.code, "nowhere.json" in str(failure)) == (2, True)


def test_a_message_and_its_deliveries_are_shown_without_bsn(parked: Hub) -> None:
    for args in (("messages", "show", "1"), ("deliveries", "show", "1")):
        result = parked.run(*args)
        assert result.exit_code == 0, result.exception
        assert "zaken-utrecht" in result.stdout
        assert "De initiator ********* is onbekend." in result.stdout
        assert BSN not in result.stdout
        assert parked.json(*args)["id"] == 1


def test_a_parked_delivery_says_what_to_do_and_when_it_happened_at_the_town_hall(
    parked: Hub,
) -> None:
    shown = parked.run("deliveries", "show", "1").stdout
    assert "schakel replay 1 --reason '...'" in shown
    assert "schakel discard 1 --reason '...'" in shown
    assert re.search(r"acceptedAt +2026-11-23 \d\d:00:00 CET", shown)
    assert parked.json("deliveries", "show", "1")["acceptedAt"].endswith("Z")


def test_a_delivery_that_waits_is_shown_with_the_reason_and_its_end(
    hub: Hub, tmp_path: Path
) -> None:
    later = event(number=2, deliverfrom="2026-11-23T18:00:00+01:00")
    hub.run("publish", _file(tmp_path, [event(number=1), later]))
    scheduled = hub.run("deliveries", "show", "2").stdout
    hub.run("hold", "zaken-utrecht", "--reason", "[bold]night")
    held = hub.run("deliveries", "show", "1").stdout
    hub.run("discard", "1", "--reason", "sent by hand")
    assert (
        "scheduled: Its deliverfrom lies in the future. Until 2026-11-23 18:00:00 CET." in scheduled
    )
    assert "Why it waits:\nheld: zaken-utrecht is held by balie (k" in held
    assert "'[bold]night'" in held
    assert "Why it waits" not in hub.run("deliveries", "show", "1").stdout


def test_deliveries_are_listed_by_filter_and_over_pages(hub: Hub, tmp_path: Path) -> None:
    hub.run("publish", _file(tmp_path, [event(number=n) for n in range(1, 231)]))
    everything = hub.json("deliveries", "list", "--limit", "225")
    assert [one["id"] for one in everything] == list(range(230, 5, -1))
    one = hub.run("deliveries", "list", "--subject", "0344-2026-000007", "--state", "waiting")
    header, row = one.stdout.splitlines()
    assert header.split() == [
        "id", "state", "destination", "subject", "type", "attempts", "error"
    ]  # fmt: skip
    assert row.split()[:4] == ["7", "waiting", "zaken-utrecht", "0344-2026-000007"]
    assert "No delivery fits." in hub.run("deliveries", "list", "--state", "parked").stdout


def test_one_delivery_is_edited_and_replayed(parked: Hub, tmp_path: Path) -> None:
    patch = tmp_path / "patch.json"
    patch.write_text('{"omschrijving": "uit het bestand", "toelichting": null}')
    result = parked.run(
        "replay", "1", "--reason", "typing mistake", "--patch", str(patch),
        "--set", "data.omschrijving=Verhuizing = klaar",
        "--set", 'data.status:={"statustype": "Ontvangen"}',
    )  # fmt: skip
    assert result.exit_code == 0, result.exception
    assert result.stdout == "Delivery 1 goes again to zaken-utrecht.\n"
    body = json.loads(parked.do(parked.harness.store.get_body(1)))
    assert body["data"]["omschrijving"] == "Verhuizing = klaar"
    assert body["data"]["status"] == {"statustype": "Ontvangen", "toelichting": (
        "Aangifte aan de balie"
    )}  # fmt: skip
    assert "toelichting" not in body["data"]


def test_an_edit_that_breaks_a_rule_is_explained(parked: Hub) -> None:
    failure = parked.failure("replay", "1", "--reason", "oops", "--set", "data.zaaktype:=null")
    assert failure.code == 1
    assert "data.zaaktype (required)" in str(failure)


def test_a_set_is_shown_first_and_replayed_when_it_is_confirmed(parked: Hub) -> None:
    args = ("replay", "--state", "parked", "--destination", "zaken-utrecht", "--reason", "mended")
    shown = parked.run(*args, "--dry-run")
    assert "would send 3 parked deliveries again" in shown.stdout
    assert "zaken-utrecht: 3" in shown.stdout
    assert len(parked.json("deliveries", "list", "--state", "parked")) == 3
    done = parked.run(*args, "--yes")
    assert done.exit_code == 0, done.exception
    assert "is done: 3 of 3 sent.\n" in done.stdout
    assert "Of these: 3 still on their way." in done.stdout
    assert len(parked.json("deliveries", "list", "--state", "waiting")) == 3


def test_a_set_is_never_replayed_when_nobody_can_be_asked(parked: Hub) -> None:
    failure = parked.failure("replay", "--state", "parked", "--reason", "mended")
    assert failure.code == 2
    assert "--yes" in str(failure)
    assert len(parked.json("deliveries", "list", "--state", "parked")) == 3


def test_what_no_route_wanted_is_routed_oldest_first_when_there_is_one(
    hub: Hub, tmp_path: Path
) -> None:
    events = [event("besluit-vastgesteld", number=n) for n in range(1, 4)]
    hub.run("publish", _file(tmp_path, events))
    args = ("replay", "--destination", "unrouted", "--reason", "route added")
    assert hub.run(*args, "--dry-run").stdout.startswith("3 messages are parked")
    assert hub.failure(*args).code == 2
    still = hub.run(*args, "--yes")
    assert (still.exit_code, still.stdout.splitlines()[-1]) == (1, "Routed: 0; still unrouted: 3.")
    route = Route(name="besluit", types=(PREFIX + "besluit-*",), to=("archief",))
    hub.harness.use_routes([*ROUTES, route])
    assert hub.json(*args, "--yes") == {"found": 3, "routed": 3, "unrouted": 0}
    routed = hub.json("deliveries", "list", "--destination", "archief")
    subjects = [one["subject"][-1] for one in reversed(routed)]
    assert subjects == ["1", "2", "3"]


def test_a_set_without_any_row_says_where_else_to_look(hub: Hub) -> None:
    result = hub.run("replay", "--state", "parked", "--reason", "mended")
    assert result.exit_code == 0
    assert "--destination unrouted" in result.stdout


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        ((), "--state parked"),
        (("1", "--tenant", "0344"), "not both"),
        (("--state", "parked", "--set", "data.a=b"), "ID of one delivery"),
        (("1", "--set", "subject=x"), "only data is editable"),
        (("1", "--set", "data=x"), "only data is editable"),
        (("1", "--set", "data.a:={"), "is none"),
        (("1", "--set", "data.a=1", "--set", "data.a.b=1"), "something else"),
        (("1", "--patch", "nowhere.json"), "cannot be read"),
        (("1", "--dry-run"), "with a filter"),
    ],
)
def test_a_replay_that_is_not_clear_is_wrong_use(
    parked: Hub, args: tuple[str, ...], sentence: str
) -> None:
    failure = parked.failure("replay", "--reason", "mended", *args)
    assert failure.code == 2
    assert sentence in str(failure)
    assert len(parked.json("deliveries", "list", "--state", "parked")) == 3


def test_a_delivery_is_discarded(parked: Hub) -> None:
    result = parked.run("discard", "2", "--reason", "sent by hand")
    assert result.stdout == "Delivery 2 is discarded.\n"
    assert parked.json("deliveries", "show", "2")["state"] == "discarded"


def test_a_destination_is_held_shown_and_released(hub: Hub) -> None:
    assert hub.run("hold", "archief", "--reason", "[bold]night").stdout == "archief is held.\n"
    (line,) = [one for one in hub.run("destinations").stdout.splitlines() if "archief" in one]
    assert "yes ([bold]night)" in line
    assert hub.run("release", "archief").stdout == "archief is released.\n"
    assert hub.json("destinations")[0]["held"] is False
    assert "There is no such destination" in str(
        hub.failure("hold", "nowhere", "--reason", "night")
    )


def test_keys_are_made_listed_and_revoked(hub: Hub) -> None:
    made = hub.run("keys", "create", "kern", "--scope", "publish", "--tenant", "0344")
    key_id, secret = made.stdout.split()[1].rstrip(","), made.stdout.split()[-1]
    listed = hub.run("keys", "list").stdout
    assert key_id in listed
    assert secret not in listed
    assert hub.run("publish", "-", stdin=json.dumps(event()), SCHAKEL_API_KEY=secret).exit_code == 0
    assert hub.run("keys", "revoke", key_id).exit_code == 0
    failure = hub.failure("publish", "-", stdin=json.dumps(event()), SCHAKEL_API_KEY=secret)
    assert "was revoked" in str(failure)


def test_the_key_is_read_from_a_file(hub: Hub, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{hub.env['SCHAKEL_API_KEY']}\n")
    args = ("destinations", "--key-file", str(file))
    assert hub.run(*args, SCHAKEL_API_KEY="").exit_code == 0
    assert hub.failure("destinations", SCHAKEL_API_KEY="").code == 2
    assert hub.failure("destinations", "--key-file", str(tmp_path / "none")).code == 2


@pytest.mark.parametrize(
    ("url", "code", "sentence"),
    [
        ("http://127.0.0.1:9", 1, "There is no hub at http://127.0.0.1:9"),
        ("127.0.0.1:8080", 2, "is not an address"),
        ("http://hub:port", 2, "is not an address"),
    ],
)
def test_a_hub_that_is_not_there_is_a_sentence(
    hub: Hub, url: str, code: int, sentence: str
) -> None:
    failure = hub.failure("destinations", SCHAKEL_URL=url)
    assert (failure.code, sentence in str(failure)) == (code, True), str(failure)
