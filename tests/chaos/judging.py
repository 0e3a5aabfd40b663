"""The verdict on a chaotic run: the books of the zaaksystemen, and the hub's own.

Two directions. What the core published must be in the books of every zaaksysteem that it goes to;
what others did in a zaaksysteem must have reached the core. Nothing of the hub is asked for either.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from schakel.cli.checking import examine_store
from schakel.settings.storage import read_address
from tests.chaos.cluster import Cluster
from tests.chaos.hearing import Ears
from tests.chaos.systems import PORTAL, STARTING, STUF, TENANTS

_KINDS: Final = ("lost", "doubled", "outOfOrder", "incomplete", "echoed")

Json = dict[str, Any]


@dataclass(slots=True)
class Verdict:
    """Of one direction, over all zaaksystemen; each finding begins with the name of its system."""

    expected: int = 0
    """Messages that the core published, or things that zaaksystemen told the hub of."""
    arrived: int = 0
    findings: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in _KINDS})

    def __getitem__(self, kind: str) -> int:
        return len(self.findings[kind])

    @property
    def clean(self) -> bool:
        return self.expected == self.arrived and not any(self.findings.values())

    def add(self, system: str, found: Json) -> None:
        for kind, items in found["findings"].items():
            self.findings[kind] += [f"{system}: {item}" for item in items]


async def outbound(cluster: Cluster, published: Sequence[Json]) -> Verdict:
    """A message has arrived when every zaaksysteem that it goes to has all of it."""
    verdict = Verdict(expected=len({one["id"] for one in published}))
    lacking: set[str] = set()
    for name, system in cluster.systems.items():
        theirs = [one for one in published if name in TENANTS[one["tenant"]]]
        found = await system.post("/verdict", {"published": theirs})
        verdict.add(name, found)
        lacking |= {item["event"] for item in found["findings"]["lost"]}
    verdict.arrived = verdict.expected - len(lacking)
    return verdict


async def inbound(cluster: Cluster, received: Sequence[Json]) -> Verdict:
    """Something has arrived when the core has an event of it, once and complete."""
    verdict = Verdict()
    for name, path, body in ((PORTAL, "/cases/verdict", "told"), (STUF, "/verdict", "received")):
        events = [one for one in received if one["tenant"] == STARTING[name]]
        found = await cluster.systems[name].post(path, {body: events})
        told = found["started" if name == PORTAL else "published"]
        verdict.add(name, found)
        verdict.expected += told
        verdict.arrived += told - found["lost"]
    return verdict


async def under_way(cluster: Cluster) -> int:
    """What zaaksystemen have told and nobody has acknowledged."""
    notifications = await cluster.systems[PORTAL].get("/notifications")
    pushes = await cluster.systems[STUF].get("/pushes")
    waiting = [one for one in pushes if one["outcome"] == "waiting"]
    return int(notifications["waiting"]) + len(waiting)


async def trouble(cluster: Cluster, ears: Ears) -> list[str]:
    """What is wrong with the hub's own books, logs and answers, a sentence each."""
    address = read_address(cluster.store_url, base=cluster.folder, environ={})
    findings = [one for one in await examine_store(address) if not one.ok]
    said = [f"{one.subject}: {one.detail}" for one in findings]
    said += [f"a bug is in {log}" for log in cluster.tracebacks()]
    said += [f"{one} was in the inbox after it was collected" for one in ears.collected_twice]
    said += await _refused(cluster)
    return said + await _unreadable(cluster, ears.received)


async def _refused(cluster: Cluster) -> list[str]:
    """Nothing that was told over StUF may be refused, whatever was broken meanwhile."""
    pushes = await cluster.systems[STUF].get("/pushes")
    return [
        f"{one['message']} {one['referentienummer']}: {one['outcome']}, {one['attempts'][-1]}"
        for one in pushes
        if one["outcome"] in {"refused", "given up"}
    ]


async def _unreadable(cluster: Cluster, received: Sequence[Json]) -> list[str]:
    """Contents that the core was told of and cannot fetch, by their digest."""
    wanted = {(one["dataref"], one["tenant"]) for one in received if one.get("dataref")}
    said = []
    for number, (reference, code) in enumerate(sorted(wanted)):
        digest = reference.rpartition(":")[2]
        hub = cluster.api[number % len(cluster.api)]
        answer = await hub.get(f"/v1/documents/{digest}", params={"tenant": code})
        if hashlib.sha256(answer.content).hexdigest() != digest:
            said.append(f"content {digest} cannot be fetched: {answer.status_code}")
    return said
