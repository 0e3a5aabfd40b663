"""A document of 2 GB goes from the core to the zaaksysteem, and no process has it in memory.

SCHAKEL_LARGE_DOCUMENT (in MiB) makes it larger or smaller.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from schemas.examples import load
from tests.end_to_end.processes import (
    PATIENCE,
    Hub,
    Zaaksysteem,
    configure,
    process,
    read_to,
    serving,
    simulating,
    until,
    url_in,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read from /proc"),
]

MIB: Final = 1 << 20
SIZE: Final = int(os.environ.get("SCHAKEL_LARGE_DOCUMENT", "2048")) * MIB + 12_345
DELEN: Final = "/documenten/api/v1/bestandsdelen/"
PART: Final = 256 * MIB
"""Size of a bestandsdeel; the zaaksysteem chooses it."""
MOST_MB: Final = 150
LONGEST: Final = 600.0
"""Seconds for the delivery, on a busy machine."""


def content() -> Iterator[bytes]:
    """Made on the way: every MiB is another, and nothing is on disk."""
    left = SIZE
    number = 0
    while left:
        piece = (hashlib.sha256(b"%d" % number).digest() * (MIB // 32))[:left]
        yield piece
        left -= len(piece)
        number += 1


def sha256() -> str:
    digest = hashlib.sha256()
    for piece in content():
        digest.update(piece)
    return digest.hexdigest()


def peak_mb(pid: int) -> float:
    """The most memory that the process ever had."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def test_a_document_of_2_gb_arrives_whole_with_flat_memory(tmp_path: Path) -> None:
    sha = sha256()
    with simulating(tmp_path) as zaaksysteem:
        configure(tmp_path, zgw=zaaksysteem.url)
        _choose_part(zaaksysteem)
        with serving(tmp_path) as hub:
            before = peak_mb(hub.process.pid), peak_mb(zaaksysteem.pid)
            stored = _timed(lambda: _put(hub, sha, content()))
            halfway = peak_mb(hub.process.pid)
            events = _events(sha)
            for event in events:
                assert hub.publish(event).status_code == 202
            delivered = _timed(lambda: _delivered(hub, len(events)))
            after = peak_mb(hub.process.pid), peak_mb(zaaksysteem.pid)
        verdict = zaaksysteem.verdict(events)

    figures = (
        f"{SIZE / MIB:.0f} MiB: stored in {stored:.1f} s, delivered in {delivered:.1f} s; peak of "
        f"the hub {before[0]:.0f} -> {halfway:.0f} -> {after[0]:.0f} MB, "
        f"of the simulator {before[1]:.0f} -> {after[1]:.0f} MB"
    )
    sys.stderr.write(figures + "\n")
    assert verdict["clean"], verdict  # it knows the SHA-256 of what arrived
    assert verdict["delivered"] == len(events)
    assert max(after) < MOST_MB, figures


def _timed(work: Any) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def _choose_part(zaaksysteem: Zaaksysteem, size: int = PART) -> None:
    answer = httpx.put(f"{zaaksysteem.control}/options", json={"partSize": size})
    answer.raise_for_status()


def _put(hub: Hub, sha: str, pieces: Iterable[bytes]) -> None:
    answer = httpx.put(
        f"{hub.url}/v1/documents/{sha}",
        params={"tenant": "0344"},
        content=iter(pieces),
        headers={"Authorization": f"Bearer {hub.key}", "Content-Type": "video/mp4"},
        timeout=LONGEST,
    )
    assert answer.status_code == 201, answer.text


def _events(sha: str) -> list[dict[str, Any]]:
    opened = load("nl.burgerzaken.zaak.gestart")
    document = load("nl.burgerzaken.zaak.document-toegevoegd")
    document["data"].pop("inhoud")
    document |= {"dataref": f"urn:sha256:{sha}", "subject": opened["subject"]}
    for name in ("zaakidentificatie", "bronorganisatie"):
        document["data"][name] = opened["data"][name]
    return [opened, document]


def _delivered(hub: Hub, count: int) -> None:
    deadline = time.monotonic() + max(LONGEST, PATIENCE)
    while True:
        items = hub.call("GET", "/v1/deliveries").json()["items"]
        states = [one["state"] for one in items]
        if states.count("delivered") == count:
            return
        assert "parked" not in states, items
        assert time.monotonic() < deadline, f"The document is not delivered: {states}."
        time.sleep(0.2)


def test_a_hub_that_is_killed_in_the_middle_sends_only_the_missing_parts(tmp_path: Path) -> None:
    parts = 8
    piece = hashlib.sha256(b"part").digest() * (MIB // 32)
    sha = hashlib.sha256(piece * parts).hexdigest()
    events = _events(sha)
    with simulating(tmp_path) as zaaksysteem:
        configure(tmp_path, zgw=zaaksysteem.url)
        _choose_part(zaaksysteem, MIB)
        hangs = {"kind": "timeout", "match": {"method": "PUT", "path": DELEN, "skip": parts // 2}}
        zaaksysteem.script({**hangs, "settings": {"seconds": 60}})
        with serving(tmp_path) as hub:
            _put(hub, sha, [piece] * parts)
            for event in events:
                assert hub.publish(event).status_code == 202
            until(lambda: len(_puts(zaaksysteem)) > parts // 2, "the upload hangs in the middle")
            hub.process.kill()
            hub.process.wait(PATIENCE)
        zaaksysteem.script()
        with process("serve", folder=tmp_path, log="hub.log") as again:
            url = url_in(read_to(again.stdout, "is ready"))
            _delivered(Hub(folder=tmp_path, url=url, key=hub.key, process=again), len(events))
        verdict = zaaksysteem.verdict(events)
        sent = _puts(zaaksysteem)

    assert verdict["clean"], verdict
    assert len(sent) == parts + 1  # the one that hung was not taken
    assert len(set(sent)) == parts


def _puts(zaaksysteem: Zaaksysteem) -> list[str]:
    answer = httpx.get(f"{zaaksysteem.control}/journal", params={"limit": "10000"})
    answer.raise_for_status()
    rows = answer.json()["results"]
    return [row["path"] for row in rows if row["method"] == "PUT" and DELEN in row["path"]]
