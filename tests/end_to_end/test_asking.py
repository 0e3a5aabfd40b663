"""A question about a person through real processes: purpose, answer, log, outage, no BSN left."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.end_to_end.processes import (
    ENVIRONMENT,
    PATIENCE,
    SCHAKEL,
    Ended,
    Hub,
    process,
    read_to,
    serving,
    url_in,
)

BSN = "999993653"
PARTNER = "999990019"
NOBODY = "999995947"
ASK = "/v1/ask/persoon.raadplegen?tenant=0344"
HEADERS = {"X-Doelbinding": "verhuizing", "X-Gebruiker": "m.dewit"}
CONFIGURATION = """
[hub]
node = "test"
port = 0
log_level = "debug"
[store]
url = "sqlite:hub.sqlite3"
[security]
encryption = "none"
[[tenant]]
code = "0344"
name = "Utrecht"
[[destination]]
name = "personen"
adapter = "stuf_bg"
breaker = {{ threshold = 2, probe_interval = "30s" }}
[destination.settings]
beantwoord_vraag_url = "{url}/BeantwoordVraag"
zender = {{ applicatie = "SCHAKEL", organisatie = "0344" }}
ontvanger = {{ applicatie = "GWS", organisatie = "0344" }}
http.allow_http = true
[[ask]]
type = "persoon.raadplegen"
to = "personen"
timeout = "3s"
[[purpose]]
name = "verhuizing"
verwerking = "burgerzaken@verhuizen"
asks."persoon.raadplegen" = ["personen.geslachtsnaam", "personen.verblijfplaats"]
[[purpose]]
name = "gezin"
asks."persoon.raadplegen" = ["*"]
[[route]]
type = "*"
to = []
reason = "only questions here"
"""


@contextmanager
def persons(folder: Path) -> Iterator[tuple[str, str, subprocess.Popen[str]]]:
    """Where it answers, its control address, and the process."""
    with process("simulate", "stuf_bg", folder=folder, log="simulator.log") as one:
        line = read_to(one.stdout, "control:")
        yield url_in(line), url_in(line, 1), one


def cli(hub: Hub, *arguments: str, stdin: str = "") -> Ended:
    done = subprocess.run(
        [*SCHAKEL, *arguments],
        cwd=hub.folder,
        env={**ENVIRONMENT, "SCHAKEL_URL": hub.url, "SCHAKEL_API_KEY": hub.key},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return Ended(code=done.returncode, out=done.stdout, err=done.stderr)


def ask(hub: Hub, bsn: str = BSN, **headers: str) -> httpx.Response:
    given = {**HEADERS, **headers, "Authorization": f"Bearer {hub.key}"}
    return httpx.post(f"{hub.url}{ASK}", json={"bsn": bsn}, headers=given, timeout=PATIENCE)


def protocol(hub: Hub, bsn: str) -> list[dict[str, object]]:
    arguments = ("--person", "--tenant", "0344", "--reason", "a request of the citizen", "--json")
    done = cli(hub, "protocol", "search", *arguments, stdin=f"{bsn}\n")
    found: list[dict[str, object]] = done.json()
    return found


def test_a_question_is_answered_for_its_purpose_and_recorded_and_leaves_no_number(
    tmp_path: Path,
) -> None:
    with persons(tmp_path) as (url, _, simulator):
        text = CONFIGURATION.format(url=url)
        (tmp_path / "schakel.toml").write_text(text, encoding="utf-8")
        with serving(tmp_path) as hub:
            answered(hub)
            recorded(hub)
            simulator.kill()
            simulator.wait(PATIENCE)
            out_of_reach(hub)
            metrics = hub.call("GET", "/metrics").text
            audit = hub.call("GET", "/v1/deliveries").text
            hub.stop()
    left = {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()}
    left |= {"metrics": metrics.encode(), "deliveries": audit.encode()}
    assert {"hub.log", "simulator.log", "hub.sqlite3"} <= set(left)
    assert b"persoon" in left["hub.sqlite3"]
    for name, content in left.items():
        for bsn in (BSN, PARTNER, NOBODY):
            assert bsn.encode() not in content, name


def answered(hub: Hub) -> None:
    narrow = ask(hub)
    assert narrow.status_code == 200, narrow.text
    [person] = narrow.json()["personen"]
    assert set(person) <= {"geslachtsnaam", "verblijfplaats", "geheimhouding", "inOnderzoek"}
    assert person["verblijfplaats"]["postcode"] == "3511ZZ"
    wide = ask(hub, **{"X-Doelbinding": "gezin"})
    assert [one["bsn"] for one in wide.json()["personen"][0]["partners"]] == [PARTNER]
    assert ask(hub, NOBODY).json() == {"meer": False, "personen": []}
    refused = ask(hub, **{"X-Doelbinding": "nieuwsgierigheid"})
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (
        403,
        "purpose-refused",
    )
    said = ("--tenant", "0344", "--purpose", "verhuizing", "--user", "m.dewit")
    shown = cli(hub, "ask", "persoon.raadplegen", "-", *said, stdin=json.dumps({"bsn": BSN}))
    assert shown.code == 0, shown.said
    assert "geslachtsnaam" in shown.out
    assert "3511ZZ" in shown.out


def recorded(hub: Hub) -> None:
    entries = protocol(hub, BSN)
    assert [(one["purpose"], one["outcome"], one["persons"]) for one in entries] == [
        ("verhuizing", "answered", 1),
        ("gezin", "answered", 4),
        ("verhuizing", "answered", 1),
    ]
    assert entries[-1]["verwerking"] == "burgerzaken@verhuizen"
    assert [one["purpose"] for one in protocol(hub, PARTNER)] == ["gezin"]
    assert [one["outcome"] for one in protocol(hub, NOBODY)] == ["nothing"]


def out_of_reach(hub: Hub) -> None:
    answers = [ask(hub) for _ in range(3)]
    assert {one.status_code for one in answers} == {503}
    last = answers[-1].json()
    assert last["destination"] == "personen"
    assert last["since"]
    assert last["expectedProbe"]
    assert int(answers[-1].headers["retry-after"]) > 0
    begun = time.monotonic()
    assert ask(hub).status_code == 503
    assert time.monotonic() - begun < 1  # nothing is tried while it is known to be away
    assert {one["outcome"] for one in protocol(hub, BSN)[:4]} == {"unavailable"}


@pytest.mark.parametrize("seconds", ["0.3", "1"])
def test_the_caller_s_deadline_is_the_register_s(tmp_path: Path, seconds: str) -> None:
    """A register that does not answer costs the caller the time that it gave, and no more."""
    with persons(tmp_path) as (url, control, _):
        (tmp_path / "schakel.toml").write_text(CONFIGURATION.format(url=url), encoding="utf-8")
        with serving(tmp_path) as hub:
            httpx.post(f"{control}/faults", json=[{"kind": "timeout"}]).raise_for_status()
            begun = time.monotonic()
            headers = {**HEADERS, "Authorization": f"Bearer {hub.key}"}
            late = httpx.post(
                f"{hub.url}{ASK}&seconds={seconds}",
                json={"bsn": BSN},
                headers=headers,
                timeout=PATIENCE,
            )
            took = time.monotonic() - begun
    assert late.status_code == 503, late.text
    assert float(seconds) * 0.9 < took < float(seconds) + 1.5
