"""Content is removed in time, at night, by one process at a time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from continuity.store.contract import Store, StoreUnavailable, WrongState
from continuity.store.memory import MemoryStore
from continuity.store.records import NewMessage
from continuity.store.sealed import sealed_store
from continuity.store.sqlite import SqliteStore
from schakel.retention import (
    DEFAULT_KEEP,
    MESSAGES_AT_A_TIME,
    Due,
    Retention,
    Rule,
    ask_for_run,
    due,
    keep_of,
    read_run,
)
from tests.conformance._store.given import TENANT, accept, lease_of, new_message, parked
from tests.conformance._store.upkeep import TYPE, one_of_everything
from tests.continuity.store.sealed.ring import KEYS
from tests.simulation.loop import run_virtual

NIGHT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""03:00 in Europe/Amsterdam."""
MINUTE = timedelta(minutes=1)
CANARIES = (b"999990019", b"ZAAK-1")
RULES = (
    Rule(types=("nl.burgerzaken.sms.*",), tenants=("*",), keep=timedelta(days=30)),
    Rule(types=("nl.burgerzaken.zaak.*",), tenants=("gm9002",), keep=timedelta(days=365)),
    Rule(types=("*",), tenants=("*",), keep=timedelta(days=90)),
)


class FakeClock:
    def __init__(self, now: datetime = NIGHT) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time


def gone(event_id: str = "event-1", tenant: str = TENANT) -> NewMessage:
    """A message without deliveries: closed from the start."""
    return new_message(event_id, to=(), tenant=tenant)


async def until_done(store: Store, clock: FakeClock, rules: tuple[Rule, ...] = RULES) -> None:
    while await Retention(store=store, rules=rules, clock=clock).step():
        pass


@pytest.mark.parametrize(
    ("tenant", "message_type", "days"),
    [
        ("gm9001", "nl.burgerzaken.sms.gevraagd", 30),
        ("gm9002", "nl.burgerzaken.zaak.gestart", 365),
        ("gm9001", "nl.burgerzaken.zaak.gestart", 90),
    ],
)
def test_the_first_rule_that_fits_decides(tenant: str, message_type: str, days: int) -> None:
    assert keep_of(RULES, tenant, message_type).days == days


def test_what_no_rule_fits_is_kept_for_half_a_year() -> None:
    assert keep_of(RULES[:2], "gm9001", "x") == DEFAULT_KEEP == timedelta(days=180)


async def test_each_tenant_and_type_is_purged_by_its_own_rule() -> None:
    store = MemoryStore()
    await accept(store, gone(), gone(tenant="gm9002"), now=NIGHT - timedelta(days=100))

    assert await due(store, RULES, NIGHT) == [
        Due(tenant=TENANT, type=TYPE, keep=timedelta(days=90), messages=1),
        Due(tenant="gm9002", type=TYPE, keep=timedelta(days=365), messages=0),
    ]
    await until_done(store, FakeClock())

    assert (await store.get_message(1)).purged_at == NIGHT
    assert (await store.get_message(2)).purged_at is None


async def test_a_large_backlog_goes_in_small_steps() -> None:
    store = MemoryStore()
    many = [gone(f"e{n}") for n in range(2 * MESSAGES_AT_A_TIME + 5)]
    await accept(store, *many, now=NIGHT - timedelta(days=100))

    await until_done(store, FakeClock())

    run = await read_run(store)
    assert run is not None
    assert (run.state, run.messages, run.by) == ("done", len(many), "retention")
    entries = [one for one in await store.audit_trail(after=0, limit=999) if one.action == "purge"]
    assert [one.reason.split(" ")[0] for one in entries] == ["100", "100", "5"]
    assert "kept for 90 days after the last change" in entries[0].reason


async def test_it_runs_once_a_night_and_never_before_three() -> None:
    """Seen failing in UTC: it would run at four, and twice in the night that winter begins."""
    store = MemoryStore()
    clock = FakeClock()
    await until_done(store, clock)
    for moment, runs in [
        (NIGHT + 30 * MINUTE, False),
        (datetime(2026, 11, 25, 1, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 25, 2, 0, tzinfo=UTC), True),
        (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), True),  # nights were missed: caught up
        (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), True),  # 03:00, for there is no 02:00
        (datetime(2027, 3, 29, 0, 59, tzinfo=UTC), False),
        (datetime(2027, 3, 29, 1, 0, tzinfo=UTC), True),
    ]:
        clock.time = moment
        worked = await Retention(store=store, rules=RULES, clock=clock).step()
        assert worked == runs, moment
        await until_done(store, clock)


async def test_a_run_that_was_broken_off_goes_on_elsewhere_with_the_same_moment() -> None:
    store = MemoryStore()
    many = [gone(f"e{n}") for n in range(MESSAGES_AT_A_TIME + 5)]
    await accept(store, *many, now=NIGHT - timedelta(days=100))
    clock = FakeClock()
    for _ in range(2):
        await Retention(store=store, rules=RULES, clock=clock).step()
    clock.time += timedelta(hours=3)

    await until_done(store, clock)

    run = await read_run(store)
    assert run is not None
    assert (run.at, run.messages) == (NIGHT.isoformat(), len(many))


async def test_two_processes_purge_each_message_once() -> None:
    store = MemoryStore()
    many = [gone(f"e{n}") for n in range(3 * MESSAGES_AT_A_TIME)]
    await accept(store, *many, now=NIGHT - timedelta(days=100))

    await asyncio.gather(until_done(store, FakeClock()), until_done(store, FakeClock()))
    await until_done(store, FakeClock())

    entries = [one for one in await store.audit_trail(after=0, limit=999) if one.action == "purge"]
    assert sum(int(one.reason.split(" ")[0]) for one in entries) == len(many)


async def test_an_operator_may_ask_for_a_run_once() -> None:
    store = MemoryStore()
    clock = FakeClock()
    await until_done(store, clock)
    await accept(store, gone(), now=NIGHT - timedelta(days=100))

    await ask_for_run(store, clock, by="anna")
    with pytest.raises(WrongState, match="under way"):
        await ask_for_run(store, clock, by="bert")
    await until_done(store, clock)

    run = await read_run(store)
    assert run is not None
    assert (run.state, run.by, run.messages) == ("done", "anna", 1)


class Away(MemoryStore):
    """Cannot be reached for the first few calls."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0
        self.wiped = asyncio.Event()

    async def wipe(self) -> None:
        self.wiped.set()

    async def read_cursor(self, name: str) -> str | None:
        self.calls += 1
        if self.calls < 4:
            raise StoreUnavailable("locked")
        return await super().read_cursor(name)


def test_the_loop_survives_a_store_that_is_away_and_stops_when_told() -> None:
    async def played() -> str:
        store = Away()
        await accept(store, gone(), now=NIGHT - timedelta(days=100))
        errand = Retention(store=store, rules=RULES, clock=FakeClock())
        running = asyncio.create_task(errand.run())
        await store.wiped.wait()
        errand.stop()
        await running
        assert (await store.get_message(1)).purged_at == NIGHT
        return "stopped"

    assert run_virtual(played()) == "stopped"


# --- I11 ---


def in_files(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))


@pytest.mark.parametrize("sealed", [False, True], ids=["plain", "sealed"])
async def test_after_a_purge_no_copy_is_left_in_any_file(tmp_path: Path, *, sealed: bool) -> None:
    """I11. Seen failing with the steps forgotten, without `secure_delete`, and without `wipe`."""
    inner = SqliteStore(tmp_path / "hub.db")
    store = sealed_store(inner, KEYS) if sealed else inner
    await store.open()
    await one_of_everything(store)
    sealed_values = [] if not sealed else await _sealed_values(inner)
    before = in_files(tmp_path)
    assert all(canary in before for canary in (CANARIES if not sealed else sealed_values))

    clock = FakeClock(NIGHT + timedelta(days=100))
    await until_done(store, clock)

    after = in_files(tmp_path)
    assert not any(canary in after for canary in (*CANARIES, *sealed_values))
    assert b"event-1" in after
    assert await store.verify_audit() is None
    await store.close()


async def _sealed_values(inner: Store) -> list[bytes]:
    """The ciphertext is gone too: who finds a key later finds nothing to open."""
    from continuity.store.records import Column  # noqa: PLC0415 - only here

    found: list[bytes] = []
    for column in (Column.BODY, Column.REQUEST, Column.RESULT, Column.REFERENCE):
        (one,) = await inner.read_values(column, after=None, limit=2)
        value = one.value if isinstance(one.value, bytes) else one.value.encode()
        found.append(value[-24:])
    return found


async def test_what_is_open_is_left_alone_however_old() -> None:
    store = MemoryStore()
    await parked(store)
    lease = await lease_of(store)
    await until_done(store, FakeClock(NIGHT + timedelta(days=3650)))

    assert (await store.get_message(1)).purged_at is None
    assert lease.destination
