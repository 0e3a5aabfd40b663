"""Leases: one owner at a time, fenced by the epoch, and recovery after an owner's death."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from continuity.breaker import Breaker
from continuity.delivery import State, Wait
from continuity.store.contract import StaleLease, Store
from continuity.store.records import Lease
from tests.conformance._store.given import (
    LATER,
    MAIL,
    NOW,
    SECOND,
    SETTLE,
    TTL,
    ZGW,
    accept,
    delivered,
    in_doubt,
    lease_of,
    new_message,
    parked,
    under_way,
)

Use = Callable[[Store, Lease], Awaitable[object]]

USES: dict[str, Use] = {
    "renew": lambda store, lease: store.renew_lease(lease, now=NOW, ttl=TTL),
    "release": lambda store, lease: store.release_lease(lease, now=NOW),
    "recalled_lanes": lambda store, lease: store.recalled_lanes(lease),
    "begin": lambda store, lease: store.begin(lease, [1], now=NOW),
    "load": lambda store, lease: store.load(lease, [1]),
    "save_steps": lambda store, lease: store.save_steps(
        lease, 1, prepared={"zaak": b"{}"}, completed={}
    ),
    "finish": lambda store, lease: store.finish(lease, [delivered(1)], now=NOW),
    "make_due": lambda store, lease: store.make_due(lease, now=NOW),
    "save_breaker": lambda store, lease: store.save_breaker(
        lease, Breaker(failures=1), reason="", now=NOW
    ),
}


class LeaseContract:
    async def test_a_free_destination_can_be_leased(self, store: Store) -> None:
        lease = await store.acquire_lease(ZGW, "node-1", now=NOW, ttl=TTL, settle=SETTLE)

        assert lease == Lease(destination=ZGW, owner="node-1", epoch=1, expires_at=NOW + TTL)

    async def test_a_leased_destination_is_not_given_to_another(self, store: Store) -> None:
        await lease_of(store)

        assert await store.acquire_lease(ZGW, "node-2", now=NOW, ttl=TTL, settle=SETTLE) is None
        just_before = NOW + TTL - SECOND
        assert (
            await store.acquire_lease(ZGW, "node-2", now=just_before, ttl=TTL, settle=SETTLE)
            is None
        )

    async def test_a_lease_that_has_ended_passes_with_a_higher_epoch(self, store: Store) -> None:
        await lease_of(store)

        lease = await store.acquire_lease(ZGW, "node-2", now=NOW + TTL, ttl=TTL, settle=SETTLE)

        assert lease is not None
        assert (lease.owner, lease.epoch) == ("node-2", 2)

    async def test_a_restarted_owner_gets_its_destination_back_at_once(self, store: Store) -> None:
        before = await lease_of(store)

        again = await lease_of(store)

        assert again.epoch == before.epoch + 1
        with pytest.raises(StaleLease):
            await store.renew_lease(before, now=NOW, ttl=TTL)

    async def test_destinations_are_leased_apart(self, store: Store) -> None:
        await lease_of(store, ZGW, "node-1")

        assert (
            await store.acquire_lease("mail", "node-2", now=NOW, ttl=TTL, settle=SETTLE) is not None
        )

    async def test_a_renewed_lease_ends_later(self, store: Store) -> None:
        lease = await lease_of(store)

        renewed = await store.renew_lease(lease, now=NOW + 10 * SECOND, ttl=TTL)

        assert (renewed.epoch, renewed.expires_at) == (1, NOW + 10 * SECOND + TTL)
        assert (
            await store.acquire_lease(ZGW, "node-2", now=NOW + TTL, ttl=TTL, settle=SETTLE) is None
        )

    async def test_a_lease_that_ended_can_be_renewed_while_nobody_took_it(
        self, store: Store
    ) -> None:
        lease = await lease_of(store)

        renewed = await store.renew_lease(lease, now=LATER, ttl=TTL)

        assert renewed.expires_at == LATER + TTL

    async def test_a_released_destination_is_free_at_once(self, store: Store) -> None:
        lease = await lease_of(store)

        await store.release_lease(lease, now=NOW)

        taken = await store.acquire_lease(ZGW, "node-2", now=NOW, ttl=TTL, settle=SETTLE)
        assert taken is not None
        assert taken.epoch == 2

    @pytest.mark.parametrize("use", USES.values(), ids=USES)
    async def test_nothing_is_done_under_a_lease_that_another_took(
        self, store: Store, use: Use
    ) -> None:
        """Seen failing with `check_lease` emptied."""
        old, _ = await under_way(store)
        await lease_of(store, owner="node-2", now=LATER)
        before = await store.audit_trail(after=0, limit=100)

        with pytest.raises(StaleLease, match="zgw under epoch 1"):
            await use(store, old)

        assert await store.audit_trail(after=0, limit=100) == before
        assert (await store.get_delivery(1)).state is State.UNCERTAIN

    @pytest.mark.parametrize("use", USES.values(), ids=USES)
    async def test_nothing_is_done_under_a_lease_that_was_released(
        self, store: Store, use: Use
    ) -> None:
        lease, _ = await under_way(store)
        await store.release_lease(lease, now=NOW)

        with pytest.raises(StaleLease):
            await use(store, lease)

    @pytest.mark.parametrize("owner", ["node-1", "node-2"])
    async def test_what_was_being_sent_is_looked_up_when_the_attempt_must_have_ended(
        self, store: Store, owner: str
    ) -> None:
        """Also by the same owner: its partner may still be busy with what it sent.

        Seen failing with `after_recovery` always due at once.
        """
        _, delivery_id = await under_way(store)

        lease = await lease_of(store, owner=owner, now=LATER)

        delivery = await store.get_delivery(delivery_id)
        assert (delivery.state, delivery.wait, delivery.due_at) == (
            State.UNCERTAIN,
            Wait.SETTLE,
            LATER + SETTLE,
        )
        assert delivery.doubtful
        assert delivery.changed_at == LATER
        (head,) = await store.read_open(ZGW, after=0, limit=10)
        assert head.due_at == LATER + SETTLE
        assert await store.make_due(lease, now=LATER) == 0
        assert (await store.get_delivery(delivery_id)).due_at == LATER + SETTLE

    async def test_an_attempt_that_looked_up_first_has_twice_the_time(self, store: Store) -> None:
        lease, delivery_id = await parked(store, doubtful=True)
        await store.replay(delivery_id, by="anna", reason="again", now=NOW)
        await store.begin(lease, [delivery_id], now=NOW)

        await lease_of(store, owner="node-1", now=NOW + SECOND)

        assert (await store.get_delivery(delivery_id)).due_at == NOW + SECOND + 2 * SETTLE

    async def test_a_second_change_of_owner_does_not_shorten_the_wait(self, store: Store) -> None:
        _, delivery_id = await under_way(store)
        await lease_of(store, owner="node-2", now=LATER)

        await lease_of(store, owner="node-2", now=LATER + SECOND)
        await lease_of(store, owner="node-3", now=LATER + TTL + SECOND)

        assert (await store.get_delivery(delivery_id)).due_at == LATER + SETTLE

    async def test_the_nodes_that_live_know_of_each_other(self, store: Store) -> None:
        await store.announce("node-1", {ZGW}, now=NOW, ttl=TTL)

        nodes = await store.announce("node-2", {ZGW, MAIL}, now=NOW + SECOND, ttl=TTL)

        assert nodes == {"node-1": {ZGW}, "node-2": {ZGW, MAIL}}

    async def test_a_node_that_is_silent_for_too_long_is_forgotten(self, store: Store) -> None:
        await store.announce("node-1", {ZGW}, now=NOW, ttl=TTL)
        await store.announce("node-2", {ZGW}, now=NOW + SECOND, ttl=TTL)

        nodes = await store.announce("node-2", {MAIL}, now=NOW + TTL, ttl=TTL)

        assert nodes == {"node-2": {MAIL}}

    async def test_a_node_that_withdraws_is_forgotten_at_once(self, store: Store) -> None:
        await store.announce("node-1", {ZGW}, now=NOW, ttl=TTL)
        await store.withdraw("node-1")
        await store.withdraw("node-9")

        assert set(await store.announce("node-2", (), now=NOW, ttl=TTL)) == {"node-2"}

    async def test_recovery_leaves_other_deliveries_alone(self, store: Store) -> None:
        await accept(store, new_message("mail-1", to=("mail",)))
        mail = await lease_of(store, "mail")
        await store.begin(mail, [1], now=NOW)
        await accept(store, new_message("zgw-1"))

        await lease_of(store, ZGW)

        assert (await store.get_delivery(1)).state is State.SENDING
        assert (await store.get_delivery(2)).state is State.WAITING

    async def test_the_new_owner_looks_up_what_is_in_doubt(self, store: Store) -> None:
        _, delivery_id = await under_way(store)
        lease = await lease_of(store, owner="node-2", now=LATER)

        (work,) = await store.load(lease, [delivery_id])

        assert (work.delivery_id, work.attempt, work.doubtful) == (delivery_id, 1, True)
        assert work.body == b'{"id":"event-1"}'

    async def test_recovery_starts_counting_look_ups_again(self, store: Store) -> None:
        lease, delivery_id = await parked(store, doubtful=True)
        await store.replay(delivery_id, by="anna", reason="again", now=NOW)
        await store.begin(lease, [delivery_id], now=NOW)

        lease = await lease_of(store, owner="node-2", now=LATER)

        (work,) = await store.load(lease, [delivery_id])
        assert (work.attempt, work.look_ups) == (2, 0)

    async def test_only_uncertain_deliveries_of_the_destination_are_loaded(
        self, store: Store
    ) -> None:
        lease, delivery_id = await in_doubt(store)
        await accept(store, new_message("event-2", lane="ZAAK-2"))
        mail = await lease_of(store, "mail")

        assert [work.delivery_id for work in await store.load(lease, [2, delivery_id, 99])] == [
            delivery_id
        ]
        assert await store.load(mail, [delivery_id]) == []

    async def test_a_new_lease_starts_without_recalled_lanes(self, store: Store) -> None:
        _, delivery_id = await parked(store)
        await store.replay(delivery_id, by="anna", reason="again", now=NOW)

        lease = await lease_of(store, owner="node-1")

        assert list(await store.recalled_lanes(lease)) == []

    async def test_recalled_lanes_are_told_once(self, store: Store) -> None:
        lease, delivery_id = await parked(store)
        await accept(store, new_message("event-2", lane="ZAAK-2"))
        assert list(await store.recalled_lanes(lease)) == []

        await store.replay(delivery_id, by="anna", reason="again", now=NOW)
        await store.discard(2, by="anna", reason="not needed", now=NOW)

        assert list(await store.recalled_lanes(lease)) == ["ZAAK-1", "ZAAK-2"]
        assert list(await store.recalled_lanes(lease)) == []

    async def test_the_change_of_owner_is_audited(self, store: Store) -> None:
        first = await lease_of(store)
        await store.renew_lease(first, now=NOW, ttl=TTL)
        second = await lease_of(store, owner="node-2", now=LATER)
        await store.release_lease(second, now=LATER)

        entries = await store.audit_trail(after=0, limit=10)

        assert [(entry.actor, entry.before, entry.after) for entry in entries] == [
            ("worker:node-1", None, "node-1"),
            ("worker:node-2", "node-1", "node-2"),
            ("worker:node-2", "node-2", None),
        ]
        assert {entry.action for entry in entries} == {"lease"}
