"""Keys and purging in real processes: killed in the middle, everything is done all the same."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from continuity.clock import SystemClock
from continuity.keyring import key_of
from continuity.store.records import Column
from continuity.store.sealed import sealed_store
from continuity.store.sqlite import SqliteStore
from schakel.retention import read_run
from schakel.rotation import read_progress, start_rotation
from tests.conformance._store.given import accept, new_message
from tests.conformance._store.upkeep import values
from tests.continuity.store.sealed.ring import KEYS, OLD, keys

MESSAGES = 6_000
KILLS = 4
CANARIES = (b"999990019", b"ZAAK-")
SCRIPT = textwrap.dedent("""
    import asyncio, sys
    from datetime import UTC, datetime
    from pathlib import Path
    from continuity.store.sealed import sealed_store
    from continuity.store.sqlite import SqliteStore
    from schakel.retention import Retention
    from schakel.rotation import Rotation
    from tests.continuity.store.sealed.ring import KEYS

    class Clock:
        def now(self):
            return datetime(2027, 6, 1, 3, tzinfo=UTC)

    async def main(what):
        store = sealed_store(SqliteStore(Path(sys.argv[1])), KEYS)
        await store.open()
        errand = (
            Rotation(store=store, ring=KEYS.data, clock=Clock())
            if what == "rotate"
            else Retention(store=store, rules=(), clock=Clock())
        )
        while await errand.step():
            print("step", flush=True)
        print("done", flush=True)

    asyncio.run(main(sys.argv[2]))
""")


def killed_in_the_middle(path: Path, what: str) -> int:
    """Runs it again and again, killed after some steps, until it is done; returns the kills."""
    kills = 0
    while True:
        with subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(path), what], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            for steps, said in enumerate(process.stdout):
                if said == "done\n":
                    return kills
                if kills < KILLS and steps == 3 + kills:
                    kills += 1
                    process.send_signal(signal.SIGKILL)


def in_files(folder: Path) -> bytes:
    """All bytes of the database, its log included."""
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))


async def filled(path: Path) -> None:
    store = sealed_store(SqliteStore(path), keys(OLD))
    await store.open()
    body = b'{"canary":"999990019"}'
    new = [new_message(f"e{n}", body=body, lane=f"ZAAK-{n}", to=()) for n in range(MESSAGES)]
    await accept(store, *new)
    await store.close()


@pytest.mark.slow
async def test_a_rotation_survives_kills_and_misses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "hub.db"
    await filled(path)
    store = sealed_store(SqliteStore(path), KEYS)
    await store.open()
    await start_rotation(store, KEYS.data, SystemClock(), by="anna")
    await store.close()

    assert await asyncio.to_thread(killed_in_the_middle, path, "rotate") == KILLS

    await store.open()
    bodies = await values(store, Column.BODY, limit=500)
    progress = await read_progress(store)
    assert {key_of(one.value) for one in bodies} == {"2026b"}
    assert len(bodies) == MESSAGES
    assert progress is not None
    assert progress.state == "done"
    assert (await store.get_message(MESSAGES)).body == b'{"canary":"999990019"}'
    await store.close()


@pytest.mark.slow
async def test_a_purge_survives_kills_and_leaves_nothing(tmp_path: Path) -> None:
    """I11, over kills: what the audit trail counts is what is gone, and nothing is left."""
    path = tmp_path / "hub.db"
    await filled(path)
    store = sealed_store(SqliteStore(path), KEYS)
    await store.open()
    bodies = await values(store, Column.BODY, limit=500)
    sealed = [one.value for one in bodies if isinstance(one.value, bytes)]
    await store.close()

    assert await asyncio.to_thread(killed_in_the_middle, path, "purge") == KILLS

    await store.open()
    run = await read_run(store)
    trail = await store.audit_trail(after=MESSAGES, limit=MESSAGES)
    assert run is not None
    assert run.state == "done"
    assert await values(store, Column.BODY) == []
    purges = [int(one.reason.split(" ")[0]) for one in trail if one.action == "purge"]
    assert sum(purges) == MESSAGES
    assert await store.verify_audit() is None
    found = in_files(tmp_path)
    for canary in (*CANARIES, *(one[-24:] for one in sealed[:: MESSAGES // 20])):
        assert canary not in found
    await store.close()
