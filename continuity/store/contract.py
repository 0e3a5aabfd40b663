"""The promises of a store; `tests/conformance/store.py` holds every implementation to them.

Each method is one transaction and is durable when it returns. Calls that arrive together share
one commit (group commit), in the order of their arrival. A store that cannot commit raises
`StoreUnavailable`; then nothing of the call has happened, unless the error says `uncertain`.
A call whose caller is cancelled may still happen. A call that is refused leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from continuity.breaker import Breaker
from continuity.store.records import (
    Accepted,
    ApiKey,
    AuditEntry,
    Conflict,
    Count,
    Delivery,
    DeliveryFilter,
    DestinationStatus,
    Head,
    Lease,
    NewDelivery,
    NewMessage,
    Outcome,
    ReplayPlan,
    StoredMessage,
    Work,
)


class StoreError(Exception):
    """Base of what a store raises. The text is a sentence for the operator."""


class StoreUnavailable(StoreError):
    """The database cannot be used now (locked, full, gone). The text says what to do.

    `uncertain` is True when the commit itself failed half-way: the call may have happened.
    """

    def __init__(self, text: str, *, uncertain: bool = False) -> None:
        super().__init__(text)
        self.uncertain = uncertain


class StaleLease(StoreError):
    """Another owner has taken the destination over: stop sending at once."""


class NotFound(StoreError):
    """There is no such delivery, message, replay or key."""


class WrongState(StoreError):
    """The operation does not fit the state that the row is in now."""


class Intake(Protocol):
    async def accept(
        self, messages: Sequence[NewMessage], *, now: datetime
    ) -> Sequence[Accepted | Conflict]:
        """Stores the messages with their deliveries, in this order; ids grow in that order.

        The same (tenant, source, event id) with the same digest is accepted once: later calls
        get the first message id with `new=False`. Another digest: `Conflict`; nothing stored.
        A conflict or a repeat does not keep the other messages of the call from being stored.
        A delivery with `deliver_from` later than `now` waits as SCHEDULED.
        """


class Dispatch(Protocol):
    """What the owner of a destination does. Every write is refused under a stale lease."""

    async def acquire_lease(
        self, destination: str, owner: str, *, now: datetime, ttl: timedelta
    ) -> Lease | None:
        """Takes the destination when it is free, its lease has ended, or `owner` has it already.

        None otherwise. The same owner is a process that was restarted.
        The epoch grows by one. Deliveries found in `sending` belong to an owner that died:
        they become uncertain and doubtful, due at once.
        """

    async def renew_lease(self, lease: Lease, *, now: datetime, ttl: timedelta) -> Lease:
        """Also after its end, as long as nobody took the destination; else `StaleLease`."""

    async def release_lease(self, lease: Lease, *, now: datetime) -> None:
        """Frees the destination at once; `lease` is stale from here on."""

    async def read_open(self, destination: str, *, after: int, limit: int) -> Sequence[Head]:
        """Open deliveries (waiting, uncertain, parked, sending) with id > `after`, by id.

        Parked ones that are stepped over (`OnParked.SKIP`) are left out.

        Costs the same however many deliveries are closed or precede `after`.
        """

    async def read_lane(
        self, destination: str, lane: str, *, upto: int, limit: int
    ) -> Sequence[Head]:
        """Open deliveries of one lane with id <= `upto`, by id; as `read_open` otherwise."""

    async def recalled_lanes(self, lease: Lease) -> Sequence[str]:
        """Lanes in which an operator replayed or discarded a delivery since the last call.

        Each is told once; a new lease starts with none, since its owner reads everything anyway.
        Cheap when there are none: it is asked many times a second.
        """

    async def is_held(self, destination: str) -> bool: ...

    async def settled(self, delivery_id: int) -> bool:
        """True when what this delivery depends on is out of its way.

        That is: the message with that event id (same tenant and source) was accepted, and its
        delivery to the same destination is closed, or it has none there.
        """

    async def begin(
        self, lease: Lease, delivery_ids: Sequence[int], *, now: datetime
    ) -> Sequence[Work]:
        """Commits the intent to send: waiting -> sending, one more attempt.

        In the order of the ids. Deliveries that are no longer waiting, or are not this
        destination's, are left out. A doubtful one comes with `Work.doubtful`: the worker looks
        it up before it sends.
        """

    async def load(self, lease: Lease, delivery_ids: Sequence[int]) -> Sequence[Work]:
        """The work of deliveries that are uncertain, for look-ups. Others are left out.

        Changes nothing; `Work.attempt` is the number of the attempt that is in doubt.
        """

    async def save_steps(
        self,
        lease: Lease,
        delivery_id: int,
        *,
        prepared: Mapping[str, bytes],
        completed: Mapping[str, str],
    ) -> None:
        """Keeps the requests about to be sent and the results of earlier steps.

        A request is never replaced once its step has a result. `WrongState` unless the delivery is
        sending or uncertain.
        """

    async def finish(self, lease: Lease, outcomes: Sequence[Outcome], *, now: datetime) -> None:
        """Records how attempts and look-ups ended, with references and completed steps.

        All or nothing. `WrongState` unless each delivery is sending or uncertain; uncertain may
        stay uncertain (the look-up could not tell).
        """

    async def expire(self, destination: str, *, now: datetime, limit: int) -> Sequence[int]:
        """Waiting deliveries whose `deliver_until` has passed become expired; returns their ids.

        A doubtful one is left: it may have been taken, a look-up decides first.
        """

    async def make_due(self, lease: Lease, *, now: datetime) -> int:
        """After recovery: everything that waits for a retry or a look-up is due at once.

        Returns how many were not due yet. Scheduled deliveries keep their time.
        """

    async def read_breaker(self, destination: str) -> Breaker: ...

    async def save_breaker(
        self, lease: Lease, breaker: Breaker, *, reason: str, now: datetime
    ) -> None:
        """Keeps the breaker; a change of its state is audited with `reason`."""


class Operation(Protocol):
    """What operators do. `by` is the name of a person or key; `reason` is their own words."""

    async def hold(self, destination: str, *, by: str, reason: str, now: datetime) -> None:
        """Marks the destination as held; a second hold replaces name and reason."""

    async def release(self, destination: str, *, by: str, reason: str, now: datetime) -> None:
        """Ends a hold; without one it changes nothing."""

    async def replay(
        self,
        delivery_id: int,
        *,
        by: str,
        reason: str,
        now: datetime,
        edited_body: bytes | None = None,
        verified_absent: bool = False,
    ) -> Delivery:
        """From parked to waiting. Raises `NotFound` or `WrongState` (also for UNROUTED deliveries).

        `edited_body` replaces what is delivered; the original stays. Steps without a result are
        forgotten: they are rendered again, from the edit and from what the partner's catalogue
        says today. A doubtful delivery keeps them, for it is looked up first, unless the operator
        has `verified_absent` that the partner does not have it. Attempts keep counting; the fault
        is cleared.
        """

    async def reroute(
        self,
        delivery_id: int,
        deliveries: Sequence[NewDelivery],
        *,
        by: str,
        reason: str,
        now: datetime,
    ) -> Sequence[str]:
        """Gives a message parked as UNROUTED its destinations now; returns their names.

        The unrouted delivery is discarded. `WrongState` when it is not parked there, or when
        `deliveries` is empty.
        """

    async def discard(self, delivery_id: int, *, by: str, reason: str, now: datetime) -> Delivery:
        """From waiting or parked to discarded; `WrongState` from anywhere else."""

    async def plan_replay(
        self, which: DeliveryFilter, *, by: str, reason: str, now: datetime
    ) -> ReplayPlan:
        """Fixes the set: exactly the parked deliveries that match now (UNROUTED ones left out)."""

    async def start_replay(self, replay_id: int, *, by: str, now: datetime) -> ReplayPlan:
        """From planned to running; else `WrongState`."""

    async def cancel_replay(self, replay_id: int, *, by: str, now: datetime) -> ReplayPlan:
        """From planned or running to cancelled; what was replayed stays so. Else `WrongState`."""

    async def advance_replay(self, replay_id: int, *, limit: int, now: datetime) -> ReplayPlan:
        """Replays the next `limit` rows of a running plan, in id order, each row exactly once.

        A row and its mark change in one transaction. The plan is `done` after its last row. A plan
        that is not running is returned as it is.
        """

    async def running_replays(self) -> Sequence[int]: ...

    async def get_replay(self, replay_id: int) -> ReplayPlan: ...


class Reading(Protocol):
    async def get_message(self, message_id: int) -> StoredMessage: ...

    async def find_message(
        self, tenant: str, source: str, event_id: str
    ) -> StoredMessage | None: ...

    async def get_delivery(self, delivery_id: int) -> Delivery: ...

    async def get_body(self, delivery_id: int) -> bytes:
        """What is delivered: the edited body where there is one, else the message's."""

    async def list_deliveries(
        self, which: DeliveryFilter, *, before: int | None, limit: int
    ) -> Sequence[Delivery]:
        """Newest first, ids < `before`."""

    async def counts(self) -> Sequence[Count]:
        """Deliveries per destination, tenant and state, from counters; equal to `recount`."""

    async def recount(self) -> Sequence[Count]:
        """The same by counting every row: for tests and `schakel check`."""

    async def destinations(self) -> Sequence[DestinationStatus]:
        """Every destination that was ever leased, held or sent to, by name; UNROUTED is none."""

    async def timeline(self, delivery_id: int) -> Sequence[AuditEntry]: ...

    async def audit_trail(self, *, after: int, limit: int) -> Sequence[AuditEntry]: ...

    async def verify_audit(self) -> int | None:
        """None when the chain holds; else the seq of the first entry that does not fit."""


class Keys(Protocol):
    async def add_key(self, key: ApiKey, *, by: str = "schakel") -> None:
        """`WrongState` when the id or the secret is in use. `by` made it: a person, or the hub."""

    async def find_key(self, secret_hash: bytes) -> ApiKey | None:
        """Also finds revoked keys; the caller decides."""

    async def list_keys(self) -> Sequence[ApiKey]:
        """In the order in which they were made."""

    async def revoke_key(self, key_id: str, *, by: str, now: datetime) -> None:
        """From now on; the first revocation stands. `NotFound` when there is no such key."""


class Store(Intake, Dispatch, Operation, Reading, Keys, Protocol):
    async def open(self) -> None:
        """Opens files or connections and checks the schema version; raises `StoreUnavailable`."""

    async def close(self) -> None: ...

    async def ping(self) -> None:
        """Commits nothing, proves that the database answers; raises `StoreUnavailable`."""
