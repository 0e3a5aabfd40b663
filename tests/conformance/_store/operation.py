"""What operators do: hold, replay, reroute, discard, and planned replays."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from continuity.delivery import State, Wait
from continuity.store.audit import Action, Fact
from continuity.store.contract import NotFound, Store, WrongState
from continuity.store.records import (
    NewDelivery,
    Outcome,
    StoredStep,
)
from tests.conformance._store.given import (
    LATER,
    MAIL,
    NOW,
    ZGW,
    accept,
    delivered,
    lease_of,
    new_message,
    parked,
    refused,
    under_way,
    unrouted,
)


class OperationContract:
    async def test_a_destination_is_held_until_it_is_released(self, store: Store) -> None:
        assert not await store.is_held(ZGW)

        await store.hold(ZGW, by="anna", reason="maintenance", now=NOW)
        assert await store.is_held(ZGW)
        assert not await store.is_held(MAIL)
        await store.hold(ZGW, by="bert", reason="still", now=NOW)
        (status,) = await store.destinations()
        assert (status.name, status.held_by, status.held_reason) == (ZGW, "bert", "still")

        await store.release(ZGW, by="bert", reason="done", now=LATER)
        assert not await store.is_held(ZGW)
        (status,) = await store.destinations()
        assert (status.held_by, status.held_reason) == (None, "")

    async def test_holds_and_releases_are_audited(self, store: Store) -> None:
        await store.release(ZGW, by="anna", reason="was not held", now=NOW)
        await store.hold(ZGW, by="anna", reason="maintenance", now=NOW)
        await store.release(ZGW, by="bert", reason="done", now=LATER)

        entries = await store.audit_trail(after=0, limit=10)

        assert [(entry.action, entry.actor, entry.reason, entry.at) for entry in entries] == [
            ("hold", "anna", "maintenance", NOW),
            ("release", "bert", "done", LATER),
        ]

    async def test_what_is_done_outside_the_store_is_audited(self, store: Store) -> None:
        fact = Fact(
            at=LATER,
            actor="anna",
            action=Action.DISCARD_REJECTED,
            before="0123456789ab",
            reason="not ours",
        )

        await store.record(fact)

        (entry,) = await store.audit_trail(after=0, limit=10)
        assert {name: getattr(entry, name) for name in asdict(fact)} == asdict(fact)
        assert await store.end_of_trail() == entry.seq
        assert await store.verify_audit() is None

    async def test_a_parked_delivery_can_be_replayed(self, store: Store) -> None:
        _, delivery_id = await parked(store)

        delivery = await store.replay(delivery_id, by="anna", reason="mended", now=LATER)

        assert delivery == await store.get_delivery(delivery_id)
        assert (delivery.state, delivery.wait, delivery.due_at) == (
            State.WAITING,
            Wait.QUEUED,
            None,
        )
        assert (delivery.fault, delivery.detail, delivery.attempts) == (None, "", 1)
        assert (delivery.changed_at, delivery.edited) == (LATER, False)

    async def test_only_parked_deliveries_can_be_replayed(self, store: Store) -> None:
        await accept(store, new_message())

        with pytest.raises(WrongState, match="Delivery 1 is waiting"):
            await store.replay(1, by="anna", reason="", now=NOW)
        with pytest.raises(NotFound, match="delivery 2"):
            await store.replay(2, by="anna", reason="", now=NOW)

    async def test_an_unrouted_message_cannot_be_replayed(self, store: Store) -> None:
        await accept(store, unrouted())

        with pytest.raises(WrongState, match="reroute"):
            await store.replay(1, by="anna", reason="", now=NOW)

    async def test_a_doubtful_delivery_is_looked_up_after_its_replay(self, store: Store) -> None:
        _, delivery_id = await parked(store, doubtful=True)

        delivery = await store.replay(delivery_id, by="anna", reason="again", now=NOW)

        assert (delivery.state, delivery.wait, delivery.doubtful) == (
            State.WAITING,
            Wait.LOOK_UP,
            True,
        )

    async def test_an_operator_may_take_the_doubt_away(self, store: Store) -> None:
        _, delivery_id = await parked(store, doubtful=True)

        delivery = await store.replay(
            delivery_id, by="anna", reason="not there", now=NOW, verified_absent=True
        )

        assert (delivery.wait, delivery.doubtful) == (Wait.QUEUED, False)

    async def test_an_edited_body_is_delivered_and_the_original_stays(self, store: Store) -> None:
        lease, delivery_id = await parked(store)

        delivery = await store.replay(
            delivery_id, by="anna", reason="typo", now=NOW, edited_body=b'{"edited":1}'
        )

        assert delivery.edited
        assert await store.get_body(delivery_id) == b'{"edited":1}'
        assert (await store.get_message(1)).body == b'{"id":"event-1"}'
        (work,) = await store.begin(lease, [delivery_id], now=NOW)
        assert work.body == b'{"edited":1}'

    async def test_a_body_can_be_edited_again(self, store: Store) -> None:
        lease, delivery_id = await parked(store)
        await store.replay(delivery_id, by="anna", reason="typo", now=NOW, edited_body=b"1")
        await store.begin(lease, [delivery_id], now=NOW)
        await store.finish(lease, [refused(delivery_id)], now=NOW)

        await store.replay(delivery_id, by="anna", reason="typo", now=NOW, edited_body=b"2")

        assert await store.get_body(delivery_id) == b"2"

    async def test_a_replay_renders_unfinished_requests_again(self, store: Store) -> None:
        lease, delivery_id = await under_way(store)
        await store.save_steps(
            lease,
            delivery_id,
            prepared={"zaak": b"{}", "rol": b"{}"},
            completed={"zaak": "https://zaken.example/1"},
        )
        await store.finish(lease, [refused(delivery_id)], now=NOW)
        await store.replay(delivery_id, by="anna", reason="typo", now=NOW, edited_body=b"{}")

        (work,) = await store.begin(lease, [delivery_id], now=NOW)

        assert dict(work.steps) == {
            "zaak": StoredStep(request=b"{}", result="https://zaken.example/1"),
        }
        await store.save_steps(lease, delivery_id, prepared={"rol": b"anew"}, completed={})
        await store.finish(lease, [Outcome(delivery_id=delivery_id, state=State.WAITING)], now=NOW)
        (work,) = await store.begin(lease, [delivery_id], now=NOW)
        assert work.steps["rol"] == StoredStep(request=b"anew", result=None)

    async def test_an_unrouted_message_gets_its_destinations(self, store: Store) -> None:
        await accept(store, unrouted(deliver_from=LATER))

        names = await store.reroute(
            1,
            [
                NewDelivery(destination=ZGW, route="zaken"),
                NewDelivery(destination=MAIL, route="post"),
            ],
            by="anna",
            reason="route added",
            now=NOW,
        )

        assert list(names) == [ZGW, MAIL]
        assert (await store.get_delivery(1)).state is State.DISCARDED
        zgw, mail = await store.get_delivery(2), await store.get_delivery(3)
        assert (zgw.destination, zgw.route, zgw.message_id) == (ZGW, "zaken", 1)
        assert (zgw.state, zgw.wait, zgw.due_at) == (State.WAITING, Wait.SCHEDULED, LATER)
        assert (mail.destination, mail.state) == (MAIL, State.WAITING)
        assert [head.id for head in await store.read_open(ZGW, after=0, limit=10)] == [2]
        assert await store.counts() == await store.recount()

    async def test_only_an_unrouted_message_can_be_rerouted(self, store: Store) -> None:
        new = [NewDelivery(destination=MAIL, route="post")]
        await parked(store)
        await accept(store, unrouted("event-2"))
        await store.discard(2, by="anna", reason="not needed", now=NOW)

        with pytest.raises(WrongState, match="parked for zgw"):
            await store.reroute(1, new, by="anna", reason="", now=NOW)
        with pytest.raises(WrongState, match="discarded"):
            await store.reroute(2, new, by="anna", reason="", now=NOW)
        with pytest.raises(NotFound):
            await store.reroute(3, new, by="anna", reason="", now=NOW)

    async def test_rerouting_needs_a_destination(self, store: Store) -> None:
        await accept(store, unrouted())

        with pytest.raises(WrongState, match="add a route"):
            await store.reroute(1, [], by="anna", reason="", now=NOW)

        assert (await store.get_delivery(1)).state is State.PARKED

    async def test_waiting_and_parked_deliveries_can_be_discarded(self, store: Store) -> None:
        await parked(store)
        await accept(store, new_message("event-2"))

        discarded = [
            await store.discard(number, by="anna", reason="not needed", now=LATER)
            for number in (1, 2)
        ]

        assert [delivery.state for delivery in discarded] == [State.DISCARDED] * 2
        assert discarded[0].changed_at == LATER
        assert list(await store.read_open(ZGW, after=0, limit=10)) == []

    async def test_what_is_under_way_or_closed_cannot_be_discarded(self, store: Store) -> None:
        lease, delivery_id = await under_way(store)
        with pytest.raises(WrongState, match="sending"):
            await store.discard(delivery_id, by="anna", reason="", now=NOW)
        await store.finish(lease, [delivered(delivery_id)], now=NOW)
        with pytest.raises(WrongState, match="delivered"):
            await store.discard(delivery_id, by="anna", reason="", now=NOW)
        with pytest.raises(NotFound):
            await store.discard(99, by="anna", reason="", now=NOW)

    async def test_an_operation_does_not_need_the_lease(self, store: Store) -> None:
        await parked(store)
        await lease_of(store, owner="node-2", now=LATER)

        assert (await store.replay(1, by="anna", reason="", now=LATER)).state is State.WAITING
