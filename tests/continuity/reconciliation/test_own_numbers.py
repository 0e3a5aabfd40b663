"""A zaaksysteem that numbers cases itself is compared by its numbers, by the real adapter."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Final

import pytest

from adapters.zgw import ZgwAdapter
from continuity.attempt import Attempts
from continuity.policy import DestinationPolicy
from continuity.reconciliation import (
    Act,
    Finding,
    Reconciler,
    ReconciliationPolicy,
    Subject,
    repair,
    repair_all,
)
from continuity.reconciliation.judging import Code
from continuity.store.memory import MemoryStore
from continuity.store.records import (
    Difference,
    Identity,
    IdentityFilter,
    NewDelivery,
    NewMessage,
    Reconciliation,
)
from schemas import Message
from simulators.kit import running
from simulators.zgw import Options, ZgwSimulator
from tests.adapters.zgw.colleague import Colleague
from tests.adapters.zgw.messages import message, settings
from tests.conformance.worker import WallClock
from tests.continuity.reconciliation.scene import DAY, NOON, TENANT, TTL, ZGW, Clock, differences

OURS: Final = "0344H20260000001"
OTHER: Final = "0344H20260000002"
CLOCK: Final = Clock(at=NOON)
ACT: Final = Act(by="anna", reason="it was removed by mistake", now=NOON)


@dataclass(slots=True)
class Hub:
    """A store, the adapter of a zaaksysteem, and who carries the messages from one to the other."""

    store: MemoryStore
    adapter: ZgwAdapter
    simulator: ZgwSimulator

    async def deliver(self, *messages: Message) -> None:
        for one in messages:
            (accepted,) = await self.store.accept([_new(one)], now=CLOCK.now())
            assert accepted is not None
        await self.drain()

    async def drain(self) -> None:
        """Everything that waits, in order of acceptance."""
        attempts = Attempts(
            adapter=self.adapter,
            policy=DestinationPolicy(),
            store=self.store,
            clock=CLOCK,
            random=Random(0),
        )
        now = CLOCK.now()
        lease = await self.store.acquire_lease(ZGW, "w", now=now, ttl=TTL, settle=timedelta(0))
        assert lease is not None
        for head in await self.store.read_open(ZGW, after=0, limit=100):
            for work in await self.store.begin(lease, [head.id], now=CLOCK.now()):
                ended = await attempts.send(lease, work)
                await self.store.finish(lease, [ended.outcome], now=CLOCK.now())

    async def compare(self) -> tuple[Reconciliation, list[Difference]]:
        asked = await self.store.ask_reconciliation(ZGW, DAY, by="anna", now=CLOCK.now())
        reconciler = Reconciler(
            store=self.store,
            clock=CLOCK,
            subjects={ZGW: Subject(comparer=self.adapter, policy=DestinationPolicy())},
            policy=ReconciliationPolicy(calls_per_second=1e6, nightly=False),
            node="node-1",
        )
        await reconciler.step(ZGW)
        report = await self.store.get_reconciliation(asked.id)
        assert report.state == "done", report.note
        return report, await differences(self.store, report)

    async def identity(self, number: str) -> Identity:
        (found,) = await self.store.list_identities(
            IdentityFilter(tenant=TENANT, case_number=number), before=None, limit=2
        )
        return found

    async def remove(self, number: str) -> None:
        await asyncio.to_thread(Colleague(self.simulator.base_url).remove_case, number)

    def opened(self) -> list[str]:
        return [str(one.case) for one in self.simulator.journal.effects if one.kind == "zaak"]


def _new(one: Message) -> NewMessage:
    body = one.model_dump_json(by_alias=True, exclude_none=True).encode()
    assert one.subject is not None
    return NewMessage(
        tenant=TENANT,
        source=one.source,
        event_id=one.id,
        type=one.type,
        subject=one.subject,
        lane_key=one.subject,
        body=body,
        digest=hashlib.sha256(body).digest(),
        deliveries=(NewDelivery(destination=ZGW, route="zaken"),),
    )


def story(number: str) -> Sequence[Message]:
    """Opened on that day, with a status and a document."""
    made = (
        message("gestart", zaak=number, event=f"g-{number}", registratiedatum=DAY.isoformat()),
        message("status-gezet", zaak=number, event=f"s-{number}"),
        message(
            "document-toegevoegd",
            zaak=number,
            event=f"d-{number}",
            documentidentificatie=f"DOC-{number}",
        ),
    )
    return [one.model_copy(update={"subject": number}) for one in made]


@asynccontextmanager
async def _hub() -> AsyncIterator[Hub]:
    async with running(ZgwSimulator(options=Options(insists=True))) as simulator:
        own = settings(simulator.base_url).model_copy(update={"own_numbers": True})
        adapter = ZgwAdapter(own, clock=WallClock())  # for its tokens
        yield Hub(store=MemoryStore(), adapter=adapter, simulator=simulator)
        await adapter.aclose()


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    async with _hub() as made:
        yield made


async def test_a_case_under_another_number_is_not_missing(hub: Hub) -> None:
    """Case, status and document. Seen failing with the core's number compared."""
    await hub.deliver(*story(OURS))
    assert (await hub.identity(OURS)).definitive_number not in {None, OURS}

    _, found = await hub.compare()

    assert found == []


async def test_a_case_that_was_removed_is_found_under_their_number_and_comes_back_once(
    hub: Hub,
) -> None:
    """With everything about it, under a new number of theirs; the other case is left alone."""
    await hub.deliver(*story(OURS), *story(OTHER))
    removed = (await hub.identity(OURS)).definitive_number
    assert removed is not None
    await hub.remove(removed)

    report, found = await hub.compare()

    about = [(one.code, one.kind, Finding.from_bytes(one.body)) for one in found]
    assert [(code, kind, it.part_of or it.identifier) for code, kind, it in about] == [
        ("missing", "zaak", removed),
        ("missing", "status", removed),
        ("incomplete", "document", removed),
    ]

    await repair(hub.store, report, found[0].number, ACT)
    others = await repair_all(hub.store, report, Code.MISSING, ACT, upto=9, limit=9)
    assert others == []
    await hub.drain()

    _, left = await hub.compare()
    assert left == []
    again = (await hub.identity(OURS)).definitive_number
    assert again not in {None, OURS, removed}
    assert len(hub.opened()) == 3
    assert hub.opened().count(again or "") == 1


async def test_a_repair_of_a_case_that_is_there_after_all_opens_no_second_one(hub: Hub) -> None:
    """It is sought by our kenmerk, for our number is not there."""
    await hub.deliver(*story(OURS))
    (opening, *_) = await hub.store.list_accepted(
        ZGW, since=NOON, after=0, until=NOON + TTL, limit=9
    )

    await hub.store.redeliver(opening.id, by="anna", reason="lost?", now=CLOCK.now())
    await hub.drain()

    assert len(hub.opened()) == 1
    assert (await hub.compare())[1] == []
