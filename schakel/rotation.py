"""Bringing everything in the store under the newest data key, while messages flow.

An operator starts it; whichever worker is free carries it out. Progress is kept in the store after
each page, so that it goes on where it was after a restart.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Final, Literal

from adapters.contract import Clock
from continuity.keyring import BYTES_MARK, HEADER_LENGTH, TEXT_MARK, DataKeyRing, key_of
from continuity.store.contract import Store, WrongState
from continuity.store.records import TEXT_COLUMNS, Column
from continuity.store.sealed.kinds import DATA_COLUMNS
from continuity.store.sealed.marker import CURSOR as MARKER
from continuity.store.sealed.marker import Marker
from continuity.store.sealed.rewriting import rewrite_page, under_newest
from schakel.errand import Errand

CURSOR: Final = "rotation"
VALUES_AT_A_TIME: Final = 200
PLAIN: Final = ""
"""Stands for the key of values that were never encrypted."""

_COLUMNS: Final = tuple(DATA_COLUMNS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a rotation is; `done` may end above `total` where messages came in meanwhile."""

    state: Literal["running", "done"]
    key: str
    """The key that everything is brought under."""
    started_by: str
    started_at: str
    ended_at: str | None = None
    column: str = _COLUMNS[0]
    after: str | None = None
    done: dict[str, int] = field(default_factory=dict)
    total: dict[str, int] = field(default_factory=dict)

    def text(self) -> str:
        return json.dumps(asdict(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyUse:
    id: str
    newest: bool
    values: int
    """How many stored values need it. One that none needs may be taken out of the configuration."""


async def read_progress(store: Store) -> Progress | None:
    """The rotation that runs, or the last one."""
    text = await store.read_cursor(CURSOR)
    return None if text is None else Progress(**json.loads(text))


async def start_rotation(store: Store, ring: DataKeyRing, clock: Clock, *, by: str) -> Progress:
    """Starts one to the newest key; one that runs to the same key simply goes on.

    Counts all values, so it takes some seconds in a large store. `WrongState` when somebody else
    started one at the same moment.
    """
    before = await store.read_cursor(CURSOR)
    running = None if before is None else Progress(**json.loads(before))
    if running is not None and (running.state, running.key) == ("running", ring.newest):
        return running
    total = {str(column): sum((await tally(store, column)).values()) for column in _COLUMNS}
    started = Progress(
        state="running",
        key=ring.newest,
        started_by=by,
        started_at=clock.now().isoformat(),
        total=total,
    )
    if not await store.save_cursor(CURSOR, started.text(), before=before):
        raise WrongState("Somebody else started a rotation just now: look at its progress.")
    return started


async def tally(store: Store, column: Column) -> Mapping[str, int]:
    """Values of one column per key id; `PLAIN` for those that were never encrypted."""
    mark = TEXT_MARK if column in TEXT_COLUMNS else BYTES_MARK
    heads = await store.tally_values(column, mark=mark, length=HEADER_LENGTH)
    found: dict[str, int] = {}
    for head, count in heads.items():
        name = key_of(head) if head else PLAIN
        found[name] = found.get(name, 0) + count
    return found


async def key_use(store: Store, ring: DataKeyRing) -> tuple[list[KeyUse], int]:
    """Every key that is configured or needed, and how many values are not encrypted at all.

    Reads the whole store.
    """
    found = dict.fromkeys(ring.fingerprints, 0)
    for column in _COLUMNS:
        for key_id, count in (await tally(store, column)).items():
            found[key_id] = found.get(key_id, 0) + count
    plain = found.pop(PLAIN, 0)
    uses = [
        KeyUse(id=key_id, newest=key_id == ring.newest, values=count)
        for key_id, count in found.items()
    ]
    return uses, plain


class Rotation(Errand):
    def __init__(self, *, store: Store, ring: DataKeyRing, clock: Clock) -> None:
        super().__init__("rotation")
        self._store = store
        self._ring = ring
        self._clock = clock

    async def step(self) -> bool:
        """One page.

        Another process that works on the same page does no harm: both write the same values anew,
        and one of them finds that it is late.
        """
        before = await self._store.read_cursor(CURSOR)
        progress = None if before is None else Progress(**json.loads(before))
        if progress is None or progress.state != "running" or progress.key != self._ring.newest:
            return False
        column = Column(progress.column)
        after, looked_at = await rewrite_page(
            self._store,
            column,
            after=progress.after,
            limit=VALUES_AT_A_TIME,
            rewrite=under_newest(self._ring, column),
        )
        done = {**progress.done, column: progress.done.get(column, 0) + looked_at}
        moved = replace(progress, after=after, done=done)
        if after is None:
            moved = await self._next_column(moved, column)
        return await self._store.save_cursor(CURSOR, moved.text(), before=before)

    async def _next_column(self, progress: Progress, column: Column) -> Progress:
        following = _COLUMNS.index(column) + 1
        if following < len(_COLUMNS):
            return replace(progress, column=_COLUMNS[following])
        await self._retire()
        self._log.info("rotation_done", key=progress.key, values=sum(progress.done.values()))
        return replace(progress, state="done", ended_at=self._clock.now().isoformat())

    async def _retire(self) -> None:
        """Keys that no value needs any more may be missing from now on."""
        uses, _ = await key_use(self._store, self._ring)
        needed = {use.id for use in uses if use.values or use.newest}
        before = await self._store.read_cursor(MARKER)
        if before is None:
            return
        marker = Marker.read(before)
        after = replace(marker, keys=_only(marker.keys, needed)).text()
        if after != before:
            await self._store.save_cursor(MARKER, after, before=before)


def _only(keys: Mapping[str, str], needed: Iterable[str]) -> dict[str, str]:
    return {key_id: mark for key_id, mark in keys.items() if key_id in set(needed)}
