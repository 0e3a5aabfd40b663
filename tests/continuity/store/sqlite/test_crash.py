from __future__ import annotations

import sqlite3
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from continuity.delivery import State
from continuity.store.records import DeliveryFilter
from continuity.store.sqlite import SqliteStore
from tests.conformance._store.given import LATER, SOURCE, TENANT, lease_of


@pytest.mark.parametrize("acknowledged", [1, 40, 400])
async def test_what_was_acknowledged_survives_kill_9(tmp_path: Path, acknowledged: int) -> None:
    """Seen failing with futures resolved before the commit."""
    path = tmp_path / "hub.db"
    child = subprocess.Popen(  # noqa: ASYNC220 - the test waits for nothing else
        [sys.executable, "-m", "tests.continuity.store.sqlite.accepting", str(path)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    events = [line.strip() for line in islice(child.stdout, acknowledged)]
    child.kill()
    events += [line.strip() for line in child.stdout if line.endswith("\n")]
    child.stdout.close()
    child.wait()

    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    store = SqliteStore(path)
    await store.open()
    lost = [event for event in events if await store.find_message(TENANT, SOURCE, event) is None]
    assert len(events) >= acknowledged
    assert lost == []
    assert await store.counts() == await store.recount()
    assert await store.verify_audit() is None
    await nothing_is_still_sending(store)
    await store.close()


async def nothing_is_still_sending(store: SqliteStore) -> None:
    sending = DeliveryFilter(state=State.SENDING)
    before = await store.list_deliveries(sending, before=None, limit=100_000)
    await lease_of(store, owner="node-2", now=LATER)
    assert list(await store.list_deliveries(sending, before=None, limit=1)) == []
    uncertain = DeliveryFilter(state=State.UNCERTAIN)
    after = await store.list_deliveries(uncertain, before=None, limit=100_000)
    assert [delivery.id for delivery in after] == [delivery.id for delivery in before]
