"""What PostgreSQL would do for a statement, as our sessions ask it to plan."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any, Final

import asyncpg

from continuity.store.postgres.connection import SETTINGS

FILL: Final = """
INSERT INTO message (tenant, source, event_id, type, subject, accepted_at, digest, body)
SELECT 'gm' || n % 20, 'urn:kern', 'event-' || n, 'zaak', 'ZAAK-' || n % 500, now(), '', '{}'
FROM generate_series(1, 5000) n;
INSERT INTO delivery (message_id, tenant, destination, route, lane, on_parked, state, wait,
    dependent, changed_at, fault_code, fault_detail, due_at, deliver_until)
SELECT n, 'gm' || n % 20, 'zgw-' || n % 10, 'zaken', 'ZAAK-' || n % 500, 'block',
    (ARRAY['waiting', 'parked', 'delivered', 'delivered', 'delivered'])[1 + n % 5], 'queued',
    false, now(), CASE WHEN n % 5 = 1 THEN 'refused' END, CASE WHEN n % 5 = 1 THEN '' END,
    CASE WHEN n % 50 = 0 THEN now() END, CASE WHEN n % 3 = 0 THEN now() END
FROM generate_series(1, 5000) n;
INSERT INTO audit (at, actor, action, delivery_id, reason, hash)
SELECT now(), 'x', 'accept', 1 + n % 5000, '', '' FROM generate_series(1, 15000) n;
INSERT INTO sending SELECT 'zgw-' || n % 10, n FROM generate_series(1, 2000) n;
INSERT INTO lease SELECT 'zgw-' || n, '', 1, now() FROM generate_series(1, 2000) n;
ANALYZE;
"""
"""Rows enough for a scan to look different from a search."""

READS_OR_CHANGES: Final = re.compile(r"\s*(SELECT|UPDATE|DELETE)")


def statements(module: ModuleType) -> dict[str, str]:
    """Those that look something up: constants in upper case."""
    return {
        name: text
        for name, text in vars(module).items()
        if name.isupper()
        and name[0] != "_"
        and isinstance(text, str)
        and READS_OR_CHANGES.match(text)
    }


async def connect(url: str) -> asyncpg.Connection[asyncpg.Record]:
    """A session with the settings of the store."""
    return await asyncpg.connect(url, server_settings=SETTINGS)


async def plan(connection: asyncpg.Connection[asyncpg.Record], statement: str) -> dict[str, Any]:
    """The generic plan, which is the one that is used."""
    count = max((int(number) for number in re.findall(r"\$(\d+)", statement)), default=0)
    given = f"({', '.join(['NULL'] * count)})" if count else ""
    await connection.execute(f"PREPARE asked AS {statement}")
    try:
        text = await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE asked{given}")
    finally:
        await connection.execute("DEALLOCATE asked")
    found: dict[str, Any] = json.loads(text)[0]["Plan"]
    return found


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def scans(plan: dict[str, Any]) -> list[str]:
    """Tables that are read from one end to the other, with or without an index."""
    return [
        node["Relation Name"]
        for node in nodes(plan)
        if "Relation Name" in node and "Scan" in node["Node Type"] and "Index Cond" not in node
    ]


def indexes(plan: dict[str, Any]) -> list[str]:
    return [node["Index Name"] for node in nodes(plan) if "Index Name" in node]


def sorts(plan: dict[str, Any]) -> Sequence[str]:
    return [node["Node Type"] for node in nodes(plan) if "Sort" in node["Node Type"]]
