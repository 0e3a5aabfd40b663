"""One comparison of one day: reads both sides, and keeps what differs as it goes.

First the partner's list of that day, in memory. Then the hub's deliveries of that day, page by
page: what is not in the list is looked for by its number, since a case may be registered on
another day than its message was accepted. Last, what the list has and the hub never heard of.
Each page is one transaction with its checkpoint, so a comparison goes on where it was killed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from adapters.contract import Clock, Comparer, Kind, Pace, Sighting, Thing
from continuity.delivery import State
from continuity.reconciliation import finding
from continuity.reconciliation.days import bounds
from continuity.reconciliation.finding import MESSAGE, Finding
from continuity.reconciliation.judging import judge
from continuity.reconciliation.pacing import Interrupted
from continuity.reconciliation.progress import Progress
from continuity.store.contract import Store
from continuity.store.records import (
    Delivery,
    DeliveryFilter,
    Difference,
    IdentityFilter,
    NewDifference,
    Reconciliation,
    ReconciliationState,
    Settlement,
)
from schemas import InvalidMessage, parse_message

PAGE: Final = 100
"""Deliveries compared in one step."""
MOST_LISTED: Final = 200_000
"""Things of one day at the partner that are kept in memory; about 100 MB."""
MOST_KEPT: Final = 5_000
"""Unknown things of others that one report lists; all are counted."""
_MOST_ACKNOWLEDGED: Final = 10_000

Key = tuple[Kind, str, str, str]
Known = frozenset[tuple[str, str, str]]
"""Code, kind and identifier of differences that somebody acknowledged before."""


class Overtaken(Exception):
    """Another process carries on with this comparison, or it is done."""


class Comparison:
    def __init__(
        self, *, store: Store, comparer: Comparer, clock: Clock, pace: Pace, list_others: bool
    ) -> None:
        """`list_others`: what others made at the partner is a difference, not only a number."""
        self._store = store
        self._comparer = comparer
        self._clock = clock
        self._pace = pace
        self._list_others = list_others

    async def run(self, report: Reconciliation) -> None:
        """To the end. Raises `Interrupted`, `Overtaken`, and what the adapter and store raise."""
        start, until = bounds(report.day)
        progress = Progress.read(report.checkpoint, start=start)
        checkpoint = report.checkpoint
        await self._pace()
        listing = await self._listing(report.day)
        known = await self._acknowledged(report)
        while not progress.hub_side_done:
            page = await self._store.list_accepted(
                report.destination,
                since=progress.since,
                after=progress.after,
                until=until,
                limit=PAGE,
            )
            progress, found = await self._compare(page, listing, known, progress)
            checkpoint = await self._save(report, checkpoint, progress, found)
        progress, found = await self._others(report.destination, listing, known, progress)
        await self._save(report, checkpoint, progress, found, state=ReconciliationState.DONE)

    async def _save(
        self,
        report: Reconciliation,
        before: str,
        progress: Progress,
        found: Sequence[NewDifference],
        state: ReconciliationState = ReconciliationState.WANTED,
    ) -> str:
        checkpoint = progress.write()
        saved = await self._store.save_reconciliation(
            report.id,
            before=before,
            checkpoint=checkpoint,
            state=state,
            found=found,
            now=self._clock.now(),
        )
        if not saved:
            raise Overtaken
        return checkpoint

    async def _listing(self, day: date) -> dict[Key, Sighting]:
        """What the partner registered that day; what it lists twice is there twice."""
        found: dict[Key, Sighting] = {}
        cursor = None
        while True:
            page = await self._comparer.listed(day, cursor, self._pace)
            for seen in page.sightings:
                before = found.get(_key(seen.thing))
                times = seen.times + (before.times if before else 0)
                found[_key(seen.thing)] = replace(seen, times=times)
            if len(found) > MOST_LISTED:
                raise Interrupted(
                    f"The partner lists more than {MOST_LISTED} things for {day}: too many to "
                    "compare at once."
                )
            cursor = page.cursor
            if cursor is None:
                return found

    async def _acknowledged(self, report: Reconciliation) -> Known:
        """What somebody acknowledged in earlier reports of this day: it is not news any more."""
        known: set[tuple[str, str, str]] = set()
        earlier = await self._store.list_reconciliations(
            report.destination, day=report.day, before=report.id, limit=PAGE
        )
        for one in earlier:
            after = 0
            while len(known) < _MOST_ACKNOWLEDGED:
                page = await self._store.list_differences(
                    one.id, code=None, settled=True, after=after, limit=PAGE
                )
                known.update(map(_news_of, filter(_is_acknowledged, page)))
                if len(page) < PAGE:
                    break
                after = page[-1].number
        return frozenset(known)

    async def _compare(
        self,
        page: Sequence[Delivery],
        listing: dict[Key, Sighting],
        known: Known,
        progress: Progress,
    ) -> tuple[Progress, list[NewDifference]]:
        """One page of the hub's side; a page that is not full is the last one."""
        wanted = [
            (delivery, thing)
            for delivery in page
            for thing in await self._expected(delivery) or (None,)
        ]
        seen = await self._seen([thing for _, thing in wanted if thing is not None], listing)
        found: list[NewDifference] = []
        for delivery, thing in wanted:
            sighting = seen[_key(thing)] if thing else None
            difference = await self._difference(delivery, thing, sighting)
            news = difference is not None and _news_of(difference) not in known
            if difference is not None and news:
                found.append(difference)
            progress = replace(
                progress, acknowledged=progress.acknowledged + bool(difference and not news)
            ).counted(thing.kind.value if thing else MESSAGE, expected=1, there=difference is None)
        last = page[-1] if page else None
        return replace(
            progress,
            messages=progress.messages + len(page),
            since=last.accepted_at if last else progress.since,
            after=last.message_id if last else progress.after,
            hub_side_done=len(page) < PAGE,
        ), found

    async def _expected(self, delivery: Delivery) -> Sequence[Thing]:
        """Nothing for a message whose content was purged: only its state can be told."""
        try:
            message = parse_message(await self._store.get_body(delivery.id))
        except InvalidMessage:
            return ()
        things = self._comparer.expected(message)
        if not things:
            return ()
        number = await self._number_there(delivery)
        return [_renumbered(thing, delivery.subject, number) for thing in things]

    async def _number_there(self, delivery: Delivery) -> str:
        """What the partner calls the case: it may insist on a number of its own."""
        which = IdentityFilter(tenant=delivery.tenant, case_number=delivery.subject)
        found = await self._store.list_identities(which, before=None, limit=PAGE)
        numbers = [
            one.definitive_number for one in found if one.destination == delivery.destination
        ]
        return next(filter(None, numbers), delivery.subject)

    async def _seen(
        self, things: Sequence[Thing], listing: dict[Key, Sighting]
    ) -> dict[Key, Sighting]:
        """From the list where it is there, else looked for one by one."""
        found = {_key(one): listing[_key(one)] for one in things if _key(one) in listing}
        missing = [one for one in things if _key(one) not in found]
        if missing:
            sightings = await self._comparer.find(missing, self._pace)
            found |= {_key(thing): seen for thing, seen in zip(missing, sightings, strict=True)}
        return found

    async def _difference(
        self, delivery: Delivery, wanted: Thing | None, seen: Sighting | None
    ) -> NewDifference | None:
        """Judged twice when the delivery moved while the partner was asked."""
        code = judge(delivery.state, wanted, seen)
        if code is None:
            return None
        now = await self._store.get_delivery(delivery.id)
        if now.state is not delivery.state:
            delivery = now
            if wanted is not None:
                (seen,) = await self._comparer.find([wanted], self._pace)
            code = judge(delivery.state, wanted, seen)
            if code is None:
                return None
        last = None
        if delivery.state is State.DISCARDED:
            last = (await self._store.timeline(delivery.id))[-1]
        return finding.ours(code, delivery, wanted, seen, last)

    async def _is_known(self, destination: str, thing: Thing) -> bool:
        """By its number, or by the event that opened it, where the number is the partner's own."""
        by_number = DeliveryFilter(
            destination=destination, subject=thing.part_of or thing.identifier
        )
        if await self._store.list_deliveries(by_number, before=None, limit=1):
            return True
        if not thing.mark:
            return False
        by_event = DeliveryFilter(destination=destination, event_id=thing.mark)
        return bool(await self._store.list_deliveries(by_event, before=None, limit=1))

    async def _others(
        self, destination: str, listing: dict[Key, Sighting], known: Known, progress: Progress
    ) -> tuple[Progress, list[NewDifference]]:
        """What the partner lists and the hub has no message for, of whatever day."""
        found: list[NewDifference] = []
        for seen in listing.values():
            kind = seen.thing.kind.value
            if await self._is_known(destination, seen.thing):
                progress = progress.counted(kind, listed=1)
                continue
            progress = progress.counted(kind, listed=1, others=1)
            difference = finding.theirs(seen)
            if _news_of(difference) in known:
                progress = replace(progress, acknowledged=progress.acknowledged + 1)
            elif len(found) < MOST_KEPT and (self._list_others or seen.thing.mark):
                found.append(difference)
        return progress, found


def _renumbered(thing: Thing, ours: str, theirs: str) -> Thing:
    """The thing under the number that the partner gave its case."""
    if thing.part_of:
        return replace(thing, part_of=theirs) if thing.part_of == ours else thing
    return replace(thing, identifier=theirs) if thing.identifier == ours else thing


def _key(thing: Thing) -> Key:
    return (thing.kind, thing.owner, thing.part_of, thing.identifier)


def _is_acknowledged(difference: Difference) -> bool:
    return difference.settlement is Settlement.ACKNOWLEDGED


def _news_of(difference: Difference | NewDifference) -> tuple[str, str, str]:
    about = Finding.from_bytes(difference.body)
    return (difference.code, difference.kind, f"{about.part_of}/{about.identifier}")
