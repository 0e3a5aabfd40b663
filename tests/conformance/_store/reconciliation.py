"""Reconciliations: how far a comparison is, what it found, and making a delivery again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from continuity.delivery import State
from continuity.store.contract import NotFound, Store, WrongState
from continuity.store.records import (
    NewDifference,
    ReconciliationState,
    Settlement,
)
from tests.conformance._store.given import (
    LATER,
    MAIL,
    NOW,
    SECOND,
    ZGW,
    accept,
    delivered,
    lease_of,
    new_message,
    parked,
    under_way,
)

DAY = date(2026, 3, 1)
END = datetime(2026, 3, 3, tzinfo=UTC)
START = datetime(2026, 3, 1, tzinfo=UTC)


def difference(code: str = "missing", *, delivery_id: int | None = 1) -> NewDifference:
    return NewDifference(code=code, kind="zaak", delivery_id=delivery_id, body=b'{"a":1}')


async def reported(store: Store, *found: NewDifference) -> int:
    """The id of a report that is done, with these differences."""
    asked = await store.ask_reconciliation(ZGW, DAY, by="anna", now=NOW)
    assert await store.save_reconciliation(
        asked.id,
        before="",
        checkpoint="end",
        state=ReconciliationState.DONE,
        found=found,
        now=NOW,
    )
    return asked.id


async def made(store: Store) -> int:
    """A delivery that was delivered."""
    lease, delivery_id = await under_way(store)
    await store.finish(lease, [delivered(delivery_id)], now=NOW)
    return delivery_id


class ReconciliationContract:
    async def test_a_comparison_that_is_asked_for_is_pending_until_it_is_done(
        self, store: Store
    ) -> None:
        asked = await store.ask_reconciliation(ZGW, DAY, by="anna", now=NOW)

        assert (asked.destination, asked.day, asked.asked_by) == (ZGW, DAY, "anna")
        assert (asked.state, asked.checkpoint) == (ReconciliationState.WANTED, "")
        assert asked == await store.get_reconciliation(asked.id)
        assert list(await store.pending_reconciliations(ZGW)) == [asked]
        assert list(await store.pending_reconciliations(MAIL)) == []
        await store.save_reconciliation(
            asked.id, before="", checkpoint="x", state=ReconciliationState.DONE, now=LATER
        )
        assert list(await store.pending_reconciliations(ZGW)) == []

    async def test_a_day_is_compared_once_at_a_time(self, store: Store) -> None:
        asked = await store.ask_reconciliation(ZGW, DAY, by="anna", now=NOW)

        assert await store.ask_reconciliation(ZGW, DAY, by="bert", now=LATER) == asked
        other = await store.ask_reconciliation(ZGW, DAY + timedelta(days=1), by="bert", now=NOW)
        mail = await store.ask_reconciliation(MAIL, DAY, by="bert", now=NOW)
        assert len({asked.id, other.id, mail.id}) == 3
        await store.save_reconciliation(
            asked.id, before="", checkpoint="x", state=ReconciliationState.DONE, now=NOW
        )
        again = await store.ask_reconciliation(ZGW, DAY, by="anna", now=NOW)
        assert again.id > mail.id

    async def test_only_who_is_up_to_date_gets_further(self, store: Store) -> None:
        """Two processes with one comparison would else report every difference twice.

        Seen failing without the comparison of the checkpoint.
        """
        asked = await store.ask_reconciliation(ZGW, DAY, by="anna", now=NOW)

        async def save(before: str, checkpoint: str, *found: NewDifference) -> bool:
            return await store.save_reconciliation(
                asked.id,
                before=before,
                checkpoint=checkpoint,
                state=ReconciliationState.WANTED,
                found=found,
                now=LATER,
            )

        assert await save("", "a", difference())
        assert not await save("", "a", difference())
        assert await save("a", "b", difference("parked"), difference("double"))
        report = await store.get_reconciliation(asked.id)
        assert (report.checkpoint, report.differences, report.open) == ("b", 3, 3)
        assert report.changed_at == LATER
        found = await store.list_differences(asked.id, code=None, settled=None, after=0, limit=10)
        assert [(one.number, one.code) for one in found] == [
            (1, "missing"),
            (2, "parked"),
            (3, "double"),
        ]

    async def test_what_is_done_stays_as_it_is(self, store: Store) -> None:
        number = await reported(store)

        assert not await store.save_reconciliation(
            number, before="end", checkpoint="x", state=ReconciliationState.WANTED, now=LATER
        )

    async def test_what_is_incomplete_says_why_and_until_when(self, store: Store) -> None:
        asked = await store.ask_reconciliation(ZGW, DAY, by="anna", now=NOW)

        await store.save_reconciliation(
            asked.id,
            before="",
            checkpoint="",
            state=ReconciliationState.INCOMPLETE,
            note="zaken.example.nl cannot be reached.",
            retry_at=LATER,
            now=NOW,
        )

        (report,) = await store.pending_reconciliations(ZGW)
        assert report.state is ReconciliationState.INCOMPLETE
        assert (report.note, report.retry_at) == ("zaken.example.nl cannot be reached.", LATER)

    async def test_reports_are_listed_newest_first(self, store: Store) -> None:
        first = await reported(store)
        second = await reported(store)
        mail = (await store.ask_reconciliation(MAIL, DAY, by="anna", now=NOW)).id
        next_day = (
            await store.ask_reconciliation(MAIL, DAY + timedelta(days=1), by="anna", now=NOW)
        ).id

        async def listed(
            destination: str | None = None,
            *,
            day: date | None = None,
            before: int | None = None,
            limit: int = 10,
        ) -> list[int]:
            found = await store.list_reconciliations(
                destination, day=day, before=before, limit=limit
            )
            return [one.id for one in found]

        assert await listed() == [next_day, mail, second, first]
        assert await listed(limit=1) == [next_day]
        assert await listed(before=second) == [first]
        assert await listed(ZGW) == [second, first]
        assert await listed(day=DAY) == [mail, second, first]
        assert await listed(ZGW, day=DAY, before=second) == [first]

    async def test_a_difference_is_settled_once(self, store: Store) -> None:
        number = await reported(store, difference(), difference("parked", delivery_id=None))

        settled = await store.settle_difference(
            number,
            1,
            settlement=Settlement.REDELIVERED,
            by="anna",
            reason="was removed there",
            now=LATER,
        )

        assert settled == await store.get_difference(number, 1)
        assert (settled.settlement, settled.settled_by) == (Settlement.REDELIVERED, "anna")
        assert (settled.settled_at, settled.reason) == (LATER, "was removed there")
        assert settled.body == b'{"a":1}'
        report = await store.get_reconciliation(number)
        assert (report.differences, report.open) == (2, 1)
        (entry,) = await store.audit_trail(after=0, limit=10)
        assert (entry.action, entry.actor, entry.delivery_id) == ("reconcile", "anna", 1)
        assert (entry.destination, entry.before, entry.after) == (ZGW, "missing", "redelivered")
        assert "was removed there" in entry.reason
        with pytest.raises(WrongState, match="redelivered already"):
            await store.settle_difference(
                number, 1, settlement=Settlement.REPLAYED, by="bert", reason="", now=LATER
            )

    async def test_differences_are_found_by_code_and_settlement(self, store: Store) -> None:
        number = await reported(store, difference(), difference("parked"), difference())
        await store.settle_difference(
            number, 3, settlement=Settlement.ACKNOWLEDGED, by="anna", reason="known", now=NOW
        )

        async def listed(
            code: str | None = None, *, settled: bool | None = None, after: int = 0, limit: int = 9
        ) -> list[int]:
            found = await store.list_differences(
                number, code=code, settled=settled, after=after, limit=limit
            )
            return [one.number for one in found]

        assert await listed() == [1, 2, 3]
        assert await listed(limit=2) == [1, 2]
        assert await listed(after=1) == [2, 3]
        assert await listed("missing") == [1, 3]
        assert await listed(settled=False) == [1, 2]
        assert await listed("missing", settled=True) == [3]

    async def test_what_does_not_exist_is_not_found(self, store: Store) -> None:
        number = await reported(store, difference())

        with pytest.raises(NotFound, match="reconciliation 99"):
            await store.get_reconciliation(99)
        for wrong in (0, 2):
            with pytest.raises(NotFound, match="difference"):
                await store.get_difference(number, wrong)
        with pytest.raises(NotFound):
            await store.settle_difference(
                number, 2, settlement=Settlement.ACKNOWLEDGED, by="anna", reason="", now=NOW
            )

    async def test_old_reports_are_forgotten_with_their_differences(self, store: Store) -> None:
        old = await reported(store, difference())
        young = (
            await store.ask_reconciliation(ZGW, DAY + timedelta(days=1), by="anna", now=NOW)
        ).id

        assert await store.forget_reconciliations(before=DAY + timedelta(days=1), limit=10) == 1

        with pytest.raises(NotFound):
            await store.get_reconciliation(old)
        with pytest.raises(NotFound):
            await store.get_difference(old, 1)
        assert (await store.get_reconciliation(young)).id == young
        assert await store.forget_reconciliations(before=DAY + timedelta(days=1), limit=10) == 0

    async def test_the_deliveries_of_a_day_are_read_in_order_of_acceptance(
        self, store: Store
    ) -> None:
        for number, moment in enumerate((NOW, NOW, NOW + SECOND, LATER), start=1):
            message = new_message(f"event-{number}", to=(MAIL, ZGW), lane=f"ZAAK-{number}")
            await accept(store, message, now=moment)

        async def read(since: datetime, after: int, until: datetime = END) -> list[str]:
            rows = await store.list_accepted(ZGW, since=since, after=after, until=until, limit=2)
            assert all(row.destination == ZGW for row in rows)
            return [row.event_id for row in rows]

        assert await read(START, 0) == ["event-1", "event-2"]
        assert await read(NOW, 1) == ["event-2", "event-3"]
        assert await read(NOW, 2) == ["event-3", "event-4"]
        assert await read(NOW, 2, until=LATER) == ["event-3"]
        assert await read(NOW + SECOND, 3, until=LATER) == []
        assert await read(LATER, 0) == ["event-4"]

    async def test_what_the_partner_lost_is_delivered_again(self, store: Store) -> None:
        old = await made(store)

        new = await store.redeliver(old, by="anna", reason="was removed there", now=LATER)

        assert new == await store.get_delivery(new.id)
        assert (new.id > old, new.message_id, new.destination) == (True, 1, ZGW)
        assert (new.state, new.attempts, new.accepted_at) == (State.WAITING, 0, NOW)
        assert (await store.get_delivery(old)).state is State.DELIVERED
        lease = await lease_of(store)
        assert [head.id for head in await store.read_open(ZGW, after=0, limit=10)] == [new.id]
        (work,) = await store.begin(lease, [new.id], now=LATER)
        assert (work.again, work.doubtful, dict(work.steps)) == (True, False, {})
        assert await store.counts() == await store.recount()
        rows = await store.list_accepted(ZGW, since=START, after=0, until=END, limit=10)
        assert [row.id for row in rows] == [new.id]

    async def test_a_first_delivery_is_not_made_again(self, store: Store) -> None:
        await accept(store, new_message())
        lease = await lease_of(store)

        (work,) = await store.begin(lease, [1], now=NOW)

        assert not work.again

    async def test_a_redelivery_is_audited_on_both_deliveries(self, store: Store) -> None:
        old = await made(store)
        new = await store.redeliver(old, by="anna", reason="was removed there", now=LATER)

        before, after = (await store.timeline(old))[-1], (await store.timeline(new.id))[0]

        assert (before.action, before.actor, before.at) == ("redeliver", "anna", LATER)
        assert (before.before, before.after) == ("delivered", "delivered")
        assert before.reason == f"made again as delivery {new.id}: was removed there"
        assert (after.action, after.before, after.after) == ("redeliver", None, "waiting")
        assert after.reason == f"delivery {old} made again: was removed there"

    async def test_a_delivery_is_made_again_once(self, store: Store) -> None:
        """A second click must not send it twice; seen failing without the check."""
        old = await made(store)
        new = await store.redeliver(old, by="anna", reason="gone", now=LATER)

        with pytest.raises(WrongState, match=f"as delivery {new.id}"):
            await store.redeliver(old, by="anna", reason="gone", now=LATER)
        with pytest.raises(WrongState, match="is waiting"):
            await store.redeliver(new.id, by="anna", reason="gone", now=LATER)
        lease = await lease_of(store)
        await store.begin(lease, [new.id], now=LATER)
        await store.finish(lease, [delivered(new.id)], now=LATER)
        assert (await store.redeliver(new.id, by="anna", reason="gone", now=LATER)).id > new.id

    async def test_only_what_was_delivered_is_made_again(self, store: Store) -> None:
        _, refused = await parked(store)

        with pytest.raises(WrongState, match="is parked"):
            await store.redeliver(refused, by="anna", reason="", now=NOW)
        with pytest.raises(NotFound, match="delivery 9"):
            await store.redeliver(9, by="anna", reason="", now=NOW)

    async def test_what_is_too_late_is_not_made_again(self, store: Store) -> None:
        lease, old = await under_way(store, new_message(deliver_until=LATER))
        await store.finish(lease, [delivered(old)], now=NOW)

        with pytest.raises(WrongState, match="deliveruntil"):
            await store.redeliver(old, by="anna", reason="", now=LATER)

    async def test_an_edit_is_delivered_again_too(self, store: Store) -> None:
        lease, old = await parked(store)
        await store.replay(old, by="anna", reason="typo", now=NOW, edited_body=b'{"edited":1}')
        await store.begin(lease, [old], now=NOW)
        await store.finish(lease, [delivered(old)], now=NOW)

        new = await store.redeliver(old, by="anna", reason="gone", now=LATER)

        assert new.edited
        assert await store.get_body(new.id) == b'{"edited":1}'

    async def test_a_repeated_event_names_each_destination_once(self, store: Store) -> None:
        old = await made(store)
        await store.redeliver(old, by="anna", reason="gone", now=LATER)

        (answer,) = await accept(store, new_message())

        assert answer.destinations == (ZGW,)
