"""One random history: messages, outages, crashes and operators, then calm, then the reckoning.

Everything that happens is drawn from one seed and runs in virtual time, over the real worker,
breaker, retry and store, with the scripted partner: one hub process, or several that share the
store and lose each other. `run_history(seed, ...)` returns what happened; `violations` compares
it with what was promised (invariants I1-I4, I6, I7, I10).
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from continuity.breaker import BreakerPolicy
from continuity.delivery import TERMINAL, OnParked, State
from continuity.policy import DestinationPolicy
from continuity.retry import RetryPolicy
from continuity.store.audit import Action
from continuity.store.contract import Store, WrongState
from continuity.store.records import (
    Accepted,
    Delivery,
    DeliveryFilter,
    NewDelivery,
    NewMessage,
)
from schemas import canonical_json
from schemas.examples import load
from tests.continuity.fakes import ShiftedClock
from tests.simulation.loop import VirtualClock
from tests.simulation.node import Node
from tests.simulation.partner import STEPS, Mode, Partner

OpenStore = Callable[[], Awaitable[Store]]
TYPE = "nl.burgerzaken.zaak.status-gezet"
POLICY = DestinationPolicy(
    concurrency=3,
    timeout=timedelta(seconds=10),
    retry=RetryPolicy(first=timedelta(seconds=2), longest=timedelta(seconds=60)),
    breaker=BreakerPolicy(threshold=4, probe_interval=timedelta(seconds=15)),
)


@dataclass(slots=True)
class History:
    seed: int
    accepted: list[str] = field(default_factory=list)
    """Event ids in order of acceptance."""
    lanes: dict[str, str] = field(default_factory=dict)
    depends: dict[str, str] = field(default_factory=dict)
    discarded: set[str] = field(default_factory=set)
    partners: dict[str, Partner] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)
    counters_differ: bool = False
    audit_broken_at: int | None = None
    crashes: int = 0
    cut_offs: int = 0
    """Times that a process lost the store, or stood still."""
    jumps: int = 0
    """Times that the clock was set."""
    owners: set[str] = field(default_factory=set)
    """Processes that sent something."""
    healed_at: datetime | None = None
    drained_at: datetime | None = None


class _Play:
    """The stage: hub processes that can crash, two partners, and a core that goes on."""

    def __init__(self, seed: int, open_store: OpenStore, nodes: int) -> None:
        self.random = Random(seed)
        self.time = VirtualClock(asyncio.get_running_loop())
        self.clock = ShiftedClock(self.time)
        self.open_store = open_store
        self.history = History(seed)
        self.history.partners = {
            name: Partner(random=Random(f"{seed}/{name}"), clock=self.time)
            for name in ("north", "south")
        }
        self.nodes = [
            Node(
                f"node-{number}",
                partners=self.history.partners,
                policy=POLICY,
                clock=self.clock,
                random=Random(f"{seed}/{number}"),
            )
            for number in range(1, nodes + 1)
        ]
        self.store: Store

    async def start(self) -> None:
        self.store = await self.open_store()
        for node in self.nodes:
            await node.start(await self.open_store())

    async def crash(self) -> None:
        self.history.crashes += 1
        node = self.random.choice(self.nodes)
        await node.die()
        if len(self.nodes) > 1:
            await asyncio.sleep(self.random.choice([0, 3, 40]))
        await node.start(await self.open_store())

    def lose_each_other(self) -> None:
        """One process loses the store, or stands still, for shorter or longer than a lease."""
        self.history.cut_offs += 1
        node = self.random.choice(self.nodes)
        befalls = self.random.choice([node.cut_off, node.freeze])
        befalls(self.random.choice([1, 8, 15, 60]))

    def set_clock(self) -> None:
        """The machine's clock jumps; the next jump takes it back to where it was."""
        self.history.jumps += 1
        hour = timedelta(hours=self.random.choice([-1, 1]))
        self.clock.shift = timedelta(0) if self.clock.shift else hour

    def wake(self, names: Iterable[str]) -> None:
        for node in self.nodes:
            node.worker.wake(names)

    async def publish(self, number: int) -> None:
        event_id = f"e{number:04}"
        lane = f"0344/zaak-{self.random.randrange(12)}"
        event = load(TYPE) | {"id": event_id}
        body = canonical_json(event)
        on_parked = OnParked.BLOCK
        depends_on = None
        if self.history.accepted and self.random.random() < 0.1:
            depends_on = self.random.choice(self.history.accepted)
            self.history.depends[event_id] = depends_on
        names = self.random.choice([("north",), ("south",), ("north", "south")])
        if depends_on is not None:
            names = ("north", "south")
        for name in names:
            partner = self.history.partners[name]
            if self.random.random() < 0.04:
                partner.refuses.add(event_id)
            if self.random.random() < 0.03:
                partner.buggy.add(event_id)
        message = NewMessage(
            tenant="0344",
            source=event["source"],
            event_id=event_id,
            type=TYPE,
            subject=event["subject"],
            lane_key=lane,
            body=body,
            digest=hashlib.sha256(body).digest(),
            depends_on=depends_on,
            deliveries=tuple(
                NewDelivery(destination=name, route="r", on_parked=on_parked) for name in names
            ),
        )
        for _ in range(self.random.choice([1, 1, 1, 2])):  # a core that is not sure says it again
            (accepted,) = await self.store.accept([message], now=self.clock.now())
            assert isinstance(accepted, Accepted)
            self.random.choice(self.nodes).worker.wake(accepted.destinations)
        self.history.accepted.append(event_id)
        self.history.lanes[event_id] = lane

    async def operate(self) -> None:
        """An operator does what operators do, now and then."""
        choice = self.random.random()
        name = self.random.choice(["north", "south"])
        if choice < 0.3:
            await self.store.hold(name, by="op", reason="maintenance", now=self.clock.now())
        elif choice < 0.7:
            await self.store.release(name, by="op", reason="done", now=self.clock.now())
        else:
            await self.replay_parked(limit=2, mend=self.random.random() < 0.5)
        self.wake([name])

    async def replay_parked(self, *, limit: int, mend: bool) -> None:
        parked = await self.store.list_deliveries(
            DeliveryFilter(state=State.PARKED), before=None, limit=limit
        )
        for delivery in parked:
            partner = self.history.partners[delivery.destination]
            if mend:
                partner.refuses.discard(delivery.event_id)
            try:
                await self.store.replay(delivery.id, by="op", reason="mended", now=self.clock.now())
            except WrongState:
                continue
            self.wake([delivery.destination])

    async def weather(self) -> None:
        for partner in self.history.partners.values():
            if self.random.random() < 0.4:
                partner.mode = self.random.choice(list(Mode))

    async def calm(self) -> None:
        """All is well again, nobody holds anything, and operators mend and replay what is left."""
        self.history.healed_at = self.time.now()
        self.clock.shift = timedelta(0)
        for node in self.nodes:
            node.recover()
        for name, partner in self.history.partners.items():
            partner.mode = Mode.WELL
            partner.refuses.clear()
            partner.buggy.clear()
            await self.store.release(name, by="op", reason="calm", now=self.clock.now())
        while not await self.drained():
            await self.replay_parked(limit=1000, mend=True)
            self.wake(["north", "south"])
            await asyncio.sleep(5)
        self.history.drained_at = self.time.now()

    async def drained(self) -> bool:
        return all(
            count.state in TERMINAL or not count.count for count in await self.store.counts()
        )

    async def reckon(self) -> History:
        for node in self.nodes:
            await node.worker.stop(timedelta(seconds=60))
        history = self.history
        history.deliveries = list(
            await self.store.list_deliveries(DeliveryFilter(), before=None, limit=100_000)
        )
        counted = {(c.destination, c.tenant, c.state): c.count for c in await self.store.counts()}
        recounted = {
            (c.destination, c.tenant, c.state): c.count for c in await self.store.recount()
        }
        history.counters_differ = {k: v for k, v in counted.items() if v} != recounted
        history.audit_broken_at = await self.store.verify_audit()
        trail = await self.store.audit_trail(after=0, limit=100_000)
        history.owners = {entry.actor for entry in trail if entry.action == Action.SEND}
        for node in self.nodes:
            await node.store.close()
        await self.store.close()
        return history


async def run_history(
    seed: int, open_store: OpenStore, *, messages: int = 60, nodes: int = 1
) -> History:
    play = _Play(seed, open_store, nodes)
    await play.start()
    for number in range(messages):
        await play.publish(number)
        await asyncio.sleep(play.random.choice([0, 0, 0.1, 1, 7, 30]))
        event = play.random.random()
        if event < 0.12:
            await play.weather()
        elif event < 0.18:
            await play.operate()
        elif event < 0.23:
            await play.crash()
        elif event < 0.31 and nodes > 1:
            play.lose_each_other()
        elif event < 0.33 and nodes > 1:
            play.set_clock()
    await play.calm()
    return await play.reckon()


def violations(history: History) -> list[str]:
    """What was promised and not kept, each as one sentence; empty when all is well."""
    found: list[str] = []
    by_event: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in history.deliveries:
        by_event[delivery.event_id].append(delivery)
    for event_id in history.accepted:
        found += [f"I1: {event_id} has no delivery"] * (not by_event[event_id])
        found += [
            f"I1: {event_id} to {d.destination} ended {d.state}"
            for d in by_event[event_id]
            if d.state is not State.DELIVERED
        ]
    for name, partner in history.partners.items():
        mine = {d.event_id for d in history.deliveries if d.destination == name}
        found += [f"I2: {name} got {key} more than once" for key in partner.doubled()]
        got = set(partner.effects)
        found += [
            f"I1: {name} never got {event_id}/{step}"
            for event_id in mine
            for step in STEPS
            if f"{event_id}/{step}" not in got
        ]
        found += _order(name, partner, history, mine)
        found += _probes(name, partner)
    found += ["I6: the counters differ from a recount"] * history.counters_differ
    if history.audit_broken_at is not None:
        found.append(f"I7: the audit chain breaks at {history.audit_broken_at}")
    return found


def _order(name: str, partner: Partner, history: History, mine: set[str]) -> list[str]:
    """I3: per lane in order of acceptance. I4: nobody before what it depends on."""
    found = []
    position = {key: index for index, key in reversed(list(enumerate(partner.effects)))}
    last: dict[str, str] = {}
    for event_id in history.accepted:
        if event_id not in mine:
            continue
        previous = last.get(history.lanes[event_id])
        before = history.depends.get(event_id)
        for rule, earlier in (("I3", previous), ("I4", before if before in mine else None)):
            if earlier is None:
                continue
            end = position.get(f"{earlier}/{STEPS[-1]}", -1)
            begin = position.get(f"{event_id}/{STEPS[0]}", len(position) + 1)
            if end > begin:
                found.append(f"{rule}: {name} got {event_id} before {earlier}")
        last[history.lanes[event_id]] = event_id
    return found


def _probes(name: str, partner: Partner) -> list[str]:
    """I10: while it refuses every call, calls per probe interval stay small."""
    refused = [call.at for call in partner.calls if call.mode is Mode.REFUSED]
    limit = POLICY.breaker.threshold + POLICY.concurrency + 2
    interval = POLICY.breaker.probe_interval
    for index in range(len(refused) - limit):
        if refused[index + limit] - refused[index] < interval and not _interrupted(
            partner, refused[index], refused[index + limit]
        ):
            return [f"I10: {name} was called more than {limit} times within {interval}"]
    return []


def _interrupted(partner: Partner, begin: datetime, end: datetime) -> bool:
    """A good answer in between closes the breaker, rightly."""
    good = (call for call in partner.calls if call.mode is not Mode.REFUSED)
    return any(begin <= (call.answered or call.at) <= end for call in good)
