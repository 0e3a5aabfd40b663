"""Callers that press as hard as they can, and what they saw."""

from __future__ import annotations

import asyncio
import itertools
import json
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from schemas.examples import load

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
TYPE = "nl.burgerzaken.zaak.gestart"


@dataclass(slots=True)
class Seen:
    """What came of `count` messages; `durations` of calls or deliveries, in seconds."""

    count: int = 0
    took: float = 0.0
    durations: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Messages per second."""
        return self.count / self.took

    def percentile(self, share: float) -> str:
        """In milliseconds."""
        if not self.durations:
            return "-"
        ordered = sorted(self.durations)
        return f"{ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000:.1f}"


def cases(prefix: str) -> Iterator[dict[str, Any]]:
    """Endless new cases of about 1 KB, each one call to the zaaksysteem."""
    example = load(TYPE)
    data = {
        name: value
        for name, value in example["data"].items()
        if name not in {"initiator", "eigenschappen", "status"}
    }
    for number in itertools.count(1):
        zaak = f"0344-{prefix}-{number:07}"
        yield example | {
            "id": f"{prefix}-{number}",
            "subject": zaak,
            "data": data | {"zaakidentificatie": zaak},
        }


async def press(
    session: aiohttp.ClientSession,
    url: str,
    bodies: Sequence[bytes],
    *,
    clients: int,
    content_type: str,
    each: int = 1,
    expect: int = 202,
) -> Seen:
    """POSTs every body once, by `clients` callers at the same time, each without a pause."""
    seen = Seen(count=len(bodies) * each)
    queue = iter(bodies)
    headers = {"Content-Type": content_type}

    async def caller() -> None:
        for body in queue:
            begin = time.perf_counter()
            async with session.post(url, data=body, headers=headers) as answer:
                await answer.read()
                if answer.status != expect:
                    raise RuntimeError(f"{url} answered {answer.status}: {await answer.text()}")
            seen.durations.append(time.perf_counter() - begin)

    begin = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(clients)))
    seen.took = time.perf_counter() - begin
    return seen


def single(prefix: str, count: int) -> list[bytes]:
    return [json.dumps(one).encode() for one in itertools.islice(cases(prefix), count)]


def batches(prefix: str, count: int, each: int) -> list[bytes]:
    source = cases(prefix)
    return [json.dumps(list(itertools.islice(source, each))).encode() for _ in range(count // each)]


def cpu_seconds(pid: int) -> float | None:
    """User and system time of a process so far; None where there is no /proc."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return None
    ticks = int(fields[11]) + int(fields[12])
    return ticks / 100


def resident_mb(pid: int) -> float | None:
    """Resident memory of a process in MB; None where there is no /proc."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return None
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def spread(rates: Sequence[float]) -> str:
    """The median of several runs, with the lowest and the highest."""
    return f"{statistics.median(rates):,.0f} ({min(rates):,.0f}-{max(rates):,.0f})"
