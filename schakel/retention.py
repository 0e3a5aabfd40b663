"""Removing the content of messages in time: every night, by the rules of the configuration."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, time, timedelta
from typing import Final, Literal

from adapters.contract import Clock
from continuity.store.contract import Store, WrongState
from continuity.window import TOWN_HALL
from routing import ANY_TENANT
from routing.pattern import matches
from schakel.errand import Errand

DEFAULT_KEEP: Final = timedelta(days=180)
"""For what no rule fits."""
STARTS_AT: Final = time(3)
"""In Europe/Amsterdam: no counter is open. A hub that was down then starts as soon as it is up."""
MESSAGES_AT_A_TIME: Final = 100
CURSOR: Final = "retention"
ACTOR: Final = "retention"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How long the content of some messages is kept after their deliveries last changed."""

    types: tuple[str, ...]
    tenants: tuple[str, ...]
    keep: timedelta

    def fits(self, tenant: str, message_type: str) -> bool:
        return any(one in {ANY_TENANT, tenant} for one in self.tenants) and any(
            matches(pattern, message_type) for pattern in self.types
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What would be removed now of one tenant and type."""

    tenant: str
    type: str
    keep: timedelta
    messages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A purge that was asked for, that goes on, or that was the last one."""

    state: Literal["wanted", "running", "wiping", "done"]
    day: str
    """Date of the night, or of the day on which somebody asked."""
    by: str
    at: str
    """The moment by which everything is judged: a run that was broken off goes on with it."""
    tenant: str = ""
    type: str = ""
    after: int = 0
    messages: int = 0
    """Removed until now."""
    ended_at: str | None = None

    def text(self) -> str:
        return json.dumps(asdict(self))


def keep_of(rules: Sequence[Rule], tenant: str, message_type: str) -> timedelta:
    """The first rule that fits decides."""
    return next((rule.keep for rule in rules if rule.fits(tenant, message_type)), DEFAULT_KEEP)


async def due(store: Store, rules: Sequence[Rule], now: datetime) -> list[Due]:
    """What a run would remove now. Reads every message that is old enough."""
    found = []
    for tenant, message_type in await store.unpurged():
        keep = keep_of(rules, tenant, message_type)
        count = await store.purgeable(tenant, message_type, before=now - keep)
        found.append(Due(tenant=tenant, type=message_type, keep=keep, messages=count))
    return found


async def read_run(store: Store) -> Run | None:
    text = await store.read_cursor(CURSOR)
    return None if text is None else Run(**json.loads(text))


async def ask_for_run(store: Store, clock: Clock, *, by: str) -> Run:
    """A worker starts it within a second. `WrongState` while one is under way."""
    before = await store.read_cursor(CURSOR)
    if before is not None and Run(**json.loads(before)).state != "done":
        raise WrongState("A purge is under way: look at how far it is.")
    wanted = _new_run("wanted", clock.now(), by=by)
    if not await store.save_cursor(CURSOR, wanted.text(), before=before):
        raise WrongState("Somebody else started a purge just now: look at how far it is.")
    return wanted


class Retention(Errand):
    def __init__(self, *, store: Store, rules: Sequence[Rule], clock: Clock) -> None:
        super().__init__("retention")
        self._store = store
        self._rules = tuple(rules)
        self._clock = clock

    async def step(self) -> bool:
        """A hundred messages of one tenant and type, or the start or the end of a run."""
        before = await self._store.read_cursor(CURSOR)
        run = None if before is None else Run(**json.loads(before))
        if run is None or run.state == "done":
            if not self._is_due(run):
                return False
            after = _new_run("running", self._clock.now(), by=ACTOR)
        else:
            after = await self._go_on(run)
        saved = await self._store.save_cursor(CURSOR, after.text(), before=before)
        if saved and after.state == "done":
            self._log.info("purge_done", messages=after.messages, by=after.by)
        return saved

    def _is_due(self, last: Run | None) -> bool:
        local = self._clock.now().astimezone(TOWN_HALL)
        night = local.date() if local.time() >= STARTS_AT else local.date() - timedelta(days=1)
        return last is None or last.day < night.isoformat()

    async def _go_on(self, run: Run) -> Run:
        if run.state == "wiping":
            await self._store.wipe()
            return replace(run, state="done", ended_at=self._clock.now().isoformat())
        pair = await self._pair(run)
        if pair is None:
            return replace(run, state="wiping")
        tenant, message_type = pair
        after = run.after if pair == (run.tenant, run.type) else 0
        keep = keep_of(self._rules, tenant, message_type)
        purged = await self._store.purge(
            tenant,
            message_type,
            before=datetime.fromisoformat(run.at) - keep,
            after=after,
            limit=MESSAGES_AT_A_TIME,
            by=run.by,
            reason=f"kept for {keep.days} days after the last change",
            now=self._clock.now(),
        )
        return replace(
            run,
            state="running",
            tenant=tenant,
            type=message_type,
            after=_END if purged.done else purged.reached,
            messages=run.messages + purged.messages,
        )

    async def _pair(self, run: Run) -> tuple[str, str] | None:
        """The tenant and type whose turn it is; None after the last."""
        reached = (run.tenant, run.type)
        for pair in await self._store.unpurged():
            if pair > reached or (pair == reached and run.after != _END):
                return pair
        return None


_END: Final = -1
"""Stands for the end of one tenant and type."""


def _new_run(state: Literal["wanted", "running"], now: datetime, *, by: str) -> Run:
    local = now.astimezone(TOWN_HALL)
    night = local.date() if local.time() >= STARTS_AT else local.date() - timedelta(days=1)
    return Run(state=state, day=night.isoformat(), by=by, at=now.isoformat())
