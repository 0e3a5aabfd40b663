"""The promises of a store; `tests/conformance/store.py` holds every implementation to them.

Each method is one transaction and is durable when it returns. Calls that arrive together share
one commit (group commit), in the order of their arrival. A store that cannot commit raises
`StoreUnavailable`; then nothing of the call has happened, unless the error says `uncertain`.
A call whose caller is cancelled may still happen. A call that is refused leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final, Protocol

from continuity.breaker import Breaker
from continuity.store.audit import Fact
from continuity.store.protocol import AskOutcome, ProtocolEntry, ProtocolFilter, Recorded
from continuity.store.records import (
    Accepted,
    ApiKey,
    AuditEntry,
    Column,
    Conflict,
    Count,
    Delivery,
    DeliveryFilter,
    DestinationStatus,
    Difference,
    Document,
    Edit,
    Head,
    Identity,
    IdentityFilter,
    InboxItem,
    KeyTaken,
    Lease,
    MissingDocument,
    NewDelivery,
    NewDifference,
    NewIdentity,
    NewMessage,
    NewReception,
    NewValue,
    Outcome,
    PlannedRow,
    Purged,
    Received,
    Reception,
    ReceptionFilter,
    Reconciliation,
    ReconciliationState,
    Repeated,
    ReplayEvent,
    ReplayOptions,
    ReplayPlan,
    Settlement,
    StoredMessage,
    StoredValue,
    Told,
    Work,
)

DEFAULT_OPTIONS: Final = ReplayOptions()


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


class NumberTaken(WrongState):
    """This case number was given to somebody else before: draw another."""


class DocumentGone(WrongState):
    """A message refers to a document that its tenant has not stored (any more): store it again."""


class Intake(Protocol):
    async def accept(
        self, messages: Sequence[NewMessage], *, now: datetime
    ) -> Sequence[Accepted | Conflict | MissingDocument]:
        """Stores the messages with their deliveries, in this order; ids grow in that order.

        The same (tenant, source, event id) with the same digest is accepted once: later calls
        get the first message id with `new=False`. Another digest: `Conflict`; nothing stored.
        A conflict or a repeat does not keep the other messages of the call from being stored.
        A delivery with `deliver_from` later than `now` waits as SCHEDULED.
        A new message that refers to a document which its tenant does not have is not stored:
        `MissingDocument`. From its acceptance on the document is in use.
        """


class Receptions(Protocol):
    """What systems outside handed in: kept with its answer, and taken once.

    The postroom's half of a destination: the adapter reads and answers, this remembers.
    """

    async def receive(
        self, new: NewReception, messages: Sequence[NewMessage], *, now: datetime
    ) -> Received | Repeated | KeyTaken:
        """Keeps it and accepts its messages, as `Intake.accept` does, all in one transaction.

        A key that was taken or ignored before, by the same tenant and destination: `Repeated` when
        the digest is the same, else `KeyTaken`; nothing is stored. A refused one leaves its key
        free. Raises `DocumentGone`, and stores nothing, where `accept` says `MissingDocument`.
        When `StoreUnavailable.uncertain`, ask again: what has happened is then repeated.
        """

    async def get_reception(self, reception_id: int) -> Reception: ...

    async def list_receptions(
        self, which: ReceptionFilter, *, before: int | None, limit: int
    ) -> Sequence[Reception]:
        """Newest first, ids < `before`, without request, its headers and answer."""


class Inbox(Protocol):
    """Deliveries of destinations that nothing is sent to: they come and collect."""

    async def read_inbox(
        self,
        destinations: Collection[str],
        *,
        after: int,
        limit: int,
        now: datetime,
        tenant: str | None = None,
    ) -> Sequence[InboxItem]:
        """What waits for these, with delivery id > `after`, by id.

        Left out is what is scheduled for later, what is too late, and all of a destination that is
        held. A message that depends on another comes after it, also when that one was not
        collected yet. Fewer than `limit` only at the end, or when they reach `PAGE_BYTES` together.
        """

    async def collect(
        self, delivery_ids: Collection[int], *, by: str, now: datetime
    ) -> Sequence[int]:
        """From waiting to delivered, since `by` has them; audited. Returns those that changed.

        Closed ones (collected before, discarded, expired) are left out. All or nothing: `NotFound`,
        and `WrongState` for one that is parked or being sent. That the destinations are such, and
        that `by` may, is the caller's to check.
        """


class Dispatch(Protocol):
    """What the owner of a destination does. Every write is refused under a stale lease."""

    async def announce(
        self, node: str, destinations: Collection[str], *, now: datetime, ttl: timedelta
    ) -> Mapping[str, frozenset[str]]:
        """Says that `node` lives and can serve these, until `ttl` from now.

        Returns what every living node can serve, this one included. Nodes that have not said so
        in time are forgotten.
        """

    async def withdraw(self, node: str) -> None:
        """The node stops: the others need not wait for its announcement to end."""

    async def acquire_lease(
        self, destination: str, owner: str, *, now: datetime, ttl: timedelta, settle: timedelta
    ) -> Lease | None:
        """Takes the destination when it is free, its lease has ended, or `owner` has it already.

        None otherwise. The same owner is a process that was restarted.
        The epoch grows by one. Deliveries found in `sending` were left by the owner before:
        they become uncertain and doubtful, and their look-up is due after `settle`: how long an
        attempt takes at most. Until then the partner may be busy with it, or the owner before,
        cut off from the store, in the middle of it; a look-up would tell nothing. One that was
        doubtful before gets twice as long, for it was looked up first.
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

    async def waits_for(self, delivery_ids: Sequence[int]) -> Mapping[int, int | None]:
        """Which of these must wait for another message, and for which open delivery of it.

        A delivery may go when the message that it depends on (same tenant and source) was
        accepted and its delivery to the same destination is closed, or it has none there. None
        means that this message has not been accepted yet. Those that may go are left out, and so
        are ids that do not exist.
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
        edit_diff: bytes = b"[]",
        verified_absent: bool = False,
    ) -> Delivery:
        """From parked to waiting. Raises `NotFound` or `WrongState` (also for UNROUTED deliveries).

        `edited_body` replaces what is delivered; the original stays, and `edit_diff` joins the
        history of edits. Steps without a result are
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

    async def redirect(
        self,
        delivery_id: int,
        to: str,
        *,
        by: str,
        reason: str,
        now: datetime,
        verified_absent: bool = False,
    ) -> Delivery:
        """Sends what is parked at one destination to another: a new delivery, which is returned.

        It carries the edit, if there is one; the parked one is discarded. `WrongState` when it is
        not parked, when the message has a delivery at `to`, or when it is doubtful and not
        `verified_absent`. That `to` takes such messages is the caller's to check.
        """

    async def discard(self, delivery_id: int, *, by: str, reason: str, now: datetime) -> Delivery:
        """From waiting or parked to discarded; `WrongState` from anywhere else."""

    async def record(self, fact: Fact) -> None:
        """Puts into the audit trail what an operator does outside the store; changes nothing else.

        Call it before it is done: then nothing is done without a trace.
        """


class Replays(Protocol):
    """Plans: a fixed set of parked deliveries, sent again at a pace, each row at most once.

    `continuity/replay.py` has the life of a plan, its brake and its pace. A change that does not
    fit the state of the plan is refused with `WrongState`, and each change is audited.
    """

    async def plan_replay(
        self,
        which: DeliveryFilter,
        *,
        options: ReplayOptions = DEFAULT_OPTIONS,
        tenant: str | None = None,
        by: str,
        reason: str,
        now: datetime,
    ) -> ReplayPlan:
        """Fixes the set: exactly the parked deliveries that match now (UNROUTED ones left out).

        It is `planned`, or `awaiting_approval` when it has more rows than `options.approve_above`.
        Memory does not grow with the number of rows.
        """

    async def approve_replay(
        self, replay_id: int, *, by: str, reason: str, now: datetime
    ) -> ReplayPlan:
        """From awaiting approval to planned. `WrongState` when `by` made the plan."""

    async def start_replay(
        self, replay_id: int, *, by: str, now: datetime, sample: int | None = None
    ) -> ReplayPlan:
        """From planned to running.

        `sample`: only the first so many rows by id (the oldest); then it is `sampled`, and waits
        for `resume_replay`.
        """

    async def pause_replay(
        self, replay_id: int, *, by: str, reason: str, now: datetime
    ) -> ReplayPlan:
        """From running to paused: no row goes after this returned, in any process."""

    async def resume_replay(
        self, replay_id: int, *, by: str, reason: str, now: datetime, sample: int | None = None
    ) -> ReplayPlan:
        """From sampled, paused or stopped to running; the brake judges anew from here.

        A sample that was not finished is no limit any more, unless `sample` sets a new one.
        """

    async def cancel_replay(
        self, replay_id: int, *, by: str, now: datetime, reason: str = ""
    ) -> ReplayPlan:
        """From any state but done; what was replayed stays so."""

    async def advance_replay(self, replay_id: int, *, limit: int, now: datetime) -> ReplayPlan:
        """One step: looks what became of released rows, lets the brake judge, releases the next.

        At most `limit` rows, at the pace of the plan, in id order for each destination; nothing
        for a destination that is held or whose breaker is not closed. A row and its mark change
        in one transaction: each row goes exactly once, whoever calls this how often. The plan is
        `done` after its last row. Of a plan that is not running only the fates are followed.
        """

    async def running_replays(self) -> Sequence[int]: ...

    async def followed_replays(self) -> Sequence[int]:
        """Plans that run, or have rows on their way whose fate is not settled."""

    async def get_replay(self, replay_id: int) -> ReplayPlan: ...

    async def list_replays(
        self, *, before: int | None, limit: int, tenant: str | None = None
    ) -> Sequence[ReplayPlan]:
        """Newest first, ids < `before`; with `tenant` only plans of that municipality's keys."""

    async def replay_rows(self, replay_id: int, *, after: int, limit: int) -> Sequence[PlannedRow]:
        """Rows of a plan with delivery id > `after`, by id."""

    async def replay_history(self, replay_id: int) -> Sequence[ReplayEvent]:
        """Who planned, approved, started, paused, resumed and stopped it, oldest first."""


class News(Protocol):
    def subscribe(self, heard: Callable[[frozenset[str]], None]) -> None:
        """Calls `heard` in the event loop with destinations that another process changed.

        Messages were accepted for them, or an operator acted. It is only a wake-up: it may come
        late, twice, without cause or never, so whoever listens also looks by itself now and then.
        A store of one process has no news to tell.
        """


class Cursors(Protocol):
    """How far somebody who reads on from where they were has come, kept under a name."""

    async def read_cursor(self, name: str) -> str | None: ...

    async def save_cursor(self, name: str, value: str, *, before: str | None) -> bool:
        """False, and nothing changed, when the cursor is not at `before` any more."""


class Reconciliations(Protocol):
    """Comparisons of what a destination has with what the hub delivered, day by day."""

    async def ask_reconciliation(
        self, destination: str, day: date, *, by: str, now: datetime
    ) -> Reconciliation:
        """A comparison to be made of that day; the one that is not done yet, where there is one."""

    async def get_reconciliation(self, reconciliation_id: int) -> Reconciliation: ...

    async def list_reconciliations(
        self, destination: str | None, *, day: date | None, before: int | None, limit: int
    ) -> Sequence[Reconciliation]:
        """Newest first, ids < `before`; None means any."""

    async def pending_reconciliations(self, destination: str) -> Sequence[Reconciliation]:
        """Those that are not done, by id."""

    async def save_reconciliation(
        self,
        reconciliation_id: int,
        *,
        before: str,
        checkpoint: str,
        state: ReconciliationState,
        note: str = "",
        retry_at: datetime | None = None,
        found: Sequence[NewDifference] = (),
        now: datetime,
    ) -> bool:
        """Moves on from checkpoint `before`, with what was found since.

        False, and nothing changed, when it is done or another process has got further.
        """

    async def list_differences(
        self,
        reconciliation_id: int,
        *,
        code: str | None,
        settled: bool | None,
        after: int,
        limit: int,
    ) -> Sequence[Difference]:
        """By number, from above `after`; None means any."""

    async def get_difference(self, reconciliation_id: int, number: int) -> Difference: ...

    async def settle_difference(
        self,
        reconciliation_id: int,
        number: int,
        *,
        settlement: Settlement,
        by: str,
        reason: str,
        now: datetime,
    ) -> Difference:
        """Once; audited. `WrongState` when it was settled before."""

    async def list_accepted(
        self, destination: str, *, since: datetime, after: int, until: datetime, limit: int
    ) -> Sequence[Delivery]:
        """The newest delivery to `destination` of each message accepted before `until`.

        By time of acceptance and message id, from above (`since`, `after`): a next page starts
        above the last row's. Costs the page, and what was accepted meanwhile for others.
        """

    async def redeliver(self, delivery_id: int, *, by: str, reason: str, now: datetime) -> Delivery:
        """A new delivery of the same message, edits included, to the same destination.

        For what the partner lost. The old delivery stays delivered; the new one is sent with
        `Work.again`, so that each call is looked up before it is made. `WrongState` unless the
        old one is delivered, is the newest of its message there, and its `deliver_until` has not
        passed.
        """

    async def forget_reconciliations(self, *, before: date, limit: int) -> int:
        """Removes at most `limit` reports of days before that day; returns how many."""


class Documents(Protocol):
    """What is known of documents beside messages; their content lies in the blob store.

    A document is in use as long as the body of a message that refers to it is kept. One that is
    not in use is an orphan, from the moment that it was stored, asked for (`touch_document`) or
    last used.
    """

    async def add_document(self, document: Document, *, replace: bool = False) -> Document:
        """Keeps it, unless the tenant has one with this SHA-256; returns the one that it has now.

        When that is another, the caller removes the content at its own location. With `replace`
        it takes the place of the one that was there, and keeps its use.
        """

    async def find_document(self, tenant: str, sha256: str) -> Document | None: ...

    async def touch_document(self, tenant: str, sha256: str, *, now: datetime) -> Document | None:
        """Finds it; an orphan starts its time anew."""

    async def orphans(self, *, before: datetime, limit: int) -> Sequence[Document]:
        """Orphans since before that moment, the oldest first."""

    async def forget_document(self, document: Document, *, before: datetime) -> bool:
        """Forgets it, if it is still an orphan since before that moment; else False.

        Then nobody can refer to it any more, and the caller removes the content.
        """

    async def known_locations(self, locations: Sequence[str]) -> frozenset[str]:
        """Those at which a document lies that is not forgotten."""


class Identities(Protocol):
    """Case numbers that were given out, and what each destination calls the case.

    `Dispatch.finish` settles them: an outcome with a `case_number` makes the provisional identity
    of its subject at that destination definitive, under that number. Where the number differs from
    the subject and nobody asked for it, the pair is recorded then (`Issuer.CORE`). Either is
    unannounced until `mark_announced`.
    """

    async def next_number(self, series: str) -> int:
        """From 1; never the same twice in a series, whichever process asks. Gaps may occur."""

    async def add_identity(self, new: NewIdentity, *, now: datetime) -> Identity:
        """The first one stands: the same (tenant, key) returns what was recorded before.

        `NumberTaken` when the number was given out in this tenant under another key, or seen as
        that of a case. A definitive one counts as announced: its answer tells it.
        """

    async def find_identity(self, tenant: str, key: bytes) -> Identity | None: ...

    async def list_identities(
        self, which: IdentityFilter, *, before: int | None, limit: int
    ) -> Sequence[Identity]:
        """Newest first, ids < `before`."""

    async def unannounced_identities(
        self, tenants: Collection[str], *, limit: int
    ) -> Sequence[Identity]:
        """Settled, and not told to the core of these tenants yet; by id."""

    async def mark_announced(self, identities: Sequence[Identity], *, now: datetime) -> None:
        """Leaves out those that were settled anew since they were read."""


class Receipts(Protocol):
    """What the hub tells the core about deliveries, read on along the audit trail."""

    async def to_tell(self, delivery_ids: Collection[int]) -> Sequence[Told]:
        """These deliveries as they are now, by id; those that do not exist are left out."""

    async def end_of_trail(self) -> int:
        """The seq of the newest entry that `audit_trail` gives; 0 when there is none."""


class Reading(Protocol):
    async def get_message(self, message_id: int) -> StoredMessage: ...

    async def find_message(
        self, tenant: str, source: str, event_id: str
    ) -> StoredMessage | None: ...

    async def get_delivery(self, delivery_id: int) -> Delivery: ...

    async def get_body(self, delivery_id: int) -> bytes:
        """What is delivered: the edited body where there is one, else the message's."""

    async def list_edits(self, delivery_id: int) -> Sequence[Edit]:
        """Oldest first. A delivery that was sent elsewhere instead has none of its own yet."""

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

    async def audit_trail(self, *, after: int, limit: int) -> Sequence[AuditEntry]:
        """Entries with seq > `after`, by seq. None appears later before one that was returned.

        So whoever reads on from the last seq misses nothing; the newest entries may be withheld
        for some seconds for that.
        """

    async def verify_audit(self) -> int | None:
        """None when the chain holds; else the seq of the first entry that does not fit."""


class Upkeep(Protocol):
    """Housekeeping: values rewritten in place under another key, and content removed in time."""

    async def read_values(
        self, column: Column, *, after: str | None, limit: int
    ) -> Sequence[StoredValue]:
        """The next values that are not empty, at most `limit`; none when there are no more.

        Fewer only at the end, or when they reach `PAGE_BYTES` together. A value whose place changed
        while one reads on may be met twice, and is never passed over.
        """

    async def replace_values(self, column: Column, changes: Sequence[NewValue]) -> int:
        """Those whose `before` does not lie there any more are left alone; returns the others."""

    async def tally_values(
        self, column: Column, *, mark: bytes | str, length: int
    ) -> Mapping[str, int]:
        """How many values start with which `length` bytes, of those that start with `mark`.

        The others together count under an empty text. Reads the whole column.
        """

    async def unpurged(self) -> Sequence[tuple[str, str]]:
        """Every (tenant, type) of which the content of a message is kept, in order.

        Receptions are there too, under `RECEPTION_TYPE`.
        """

    async def purgeable(self, tenant: str, message_type: str, *, before: datetime) -> int:
        """How many messages `purge` would remove now, from the first to the last."""

    async def purge(
        self,
        tenant: str,
        message_type: str,
        *,
        before: datetime,
        after: int,
        limit: int,
        by: str,
        reason: str,
        now: datetime,
    ) -> Purged:
        """Looks at no more than `limit` messages with id > `after` that were accepted `before`.

        Removes the content of those whose deliveries are all closed and have not changed since
        `before`: body, edits, steps, words of partners, and the case number, of which only the
        token for searching stays (nothing, when it is not sealed); and the case's identities and
        what destinations call it, unless another message of it is kept. Ids, times, types, states
        and fault codes stay. Audited with `reason` and the number.

        Under `RECEPTION_TYPE`: removes key, digest, request, headers and answer of receptions of
        before `before`, and `detail`. Each step takes the oldest that are left, whatever `after`.
        """

    async def wipe(self) -> None:
        """After a purge: overwrites what the database keeps of removed content in its own files."""


class Keys(Protocol):
    async def add_key(self, key: ApiKey, *, by: str = "schakel") -> None:
        """`WrongState` when the id or the secret is in use. `by` made it: a person, or the hub."""

    async def find_key(self, secret_hash: bytes) -> ApiKey | None:
        """Also finds revoked keys; the caller decides."""

    async def list_keys(self) -> Sequence[ApiKey]:
        """In the order in which they were made."""

    async def revoke_key(self, key_id: str, *, by: str, now: datetime) -> None:
        """From now on; the first revocation stands. `NotFound` when there is no such key."""


class ProtocolLog(Protocol):
    """Who asked what about whom. An entry is written once, and its outcome once."""

    async def record_asking(self, entry: ProtocolEntry) -> int:
        """Durable when it returns: only then may be asked. Returns the entry's number."""

    async def record_outcome(
        self, number: int, outcome: AskOutcome, *, persons: frozenset[bytes], at: datetime
    ) -> None:
        """`persons`: hashes of those whom the answer is about, added to those of the question.

        `WrongState` when it has an outcome, `NotFound` when there is no such entry.
        """

    async def search_protocol(
        self, which: ProtocolFilter, *, before: int | None, limit: int
    ) -> Sequence[Recorded]:
        """Newest first, numbers < `before`."""

    async def purge_protocol(self, *, before: datetime, limit: int) -> int:
        """Removes up to `limit` of what was asked before that moment; says how many."""


class Store(
    Intake,
    Receptions,
    Inbox,
    Dispatch,
    Operation,
    Replays,
    News,
    Cursors,
    Reconciliations,
    Documents,
    Identities,
    Receipts,
    Reading,
    Upkeep,
    Keys,
    ProtocolLog,
    Protocol,
):
    async def open(self) -> None:
        """Opens files or connections and checks the schema version; raises `StoreUnavailable`."""

    async def close(self) -> None: ...

    async def ping(self) -> None:
        """Commits nothing, proves that the database answers; raises `StoreUnavailable`."""
