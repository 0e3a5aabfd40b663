"""`Store` around another store. What is not listed here as passed on is sealed, or refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast

from continuity.keyring import StoreKeys
from continuity.store.contract import Store
from continuity.store.sealed.codec import Codec
from continuity.store.sealed.dispatch import SealedDispatch
from continuity.store.sealed.marker import check_and_mark
from continuity.store.sealed.operation import SealedOperation
from continuity.store.sealed.reading import SealedReading
from continuity.store.sealed.receptions import SealedReceptions
from continuity.store.sealed.records import SealedRecords

PASSED_ON: Final = frozenset(
    {
        # the store itself, news, cursors
        *("close", "ping", "subscribe", "read_cursor", "save_cursor"),
        # names of nodes and destinations, numbers, times
        *("announce", "withdraw", "acquire_lease", "renew_lease", "release_lease", "is_held"),
        *("waits_for", "expire", "make_due", "read_breaker", "save_breaker"),
        # people's own words are kept in the audit trail: they may hold nothing personal
        *("hold", "release", "reroute", "record"),
        # numbers of deliveries
        "collect",
        # plans hold delivery ids and the operator's words
        *("approve_replay", "start_replay", "pause_replay", "resume_replay", "cancel_replay"),
        *("advance_replay", "running_replays", "followed_replays", "get_replay", "list_replays"),
        "replay_history",
        # days, counts and checkpoints; the differences found are sealed
        *("ask_reconciliation", "get_reconciliation", "list_reconciliations"),
        *("pending_reconciliations", "forget_reconciliations"),
        # places in the blob store
        *("forget_document", "known_locations"),
        # bare numbers
        "next_number",
        # counters and the audit trail, which holds no personal data
        *("counts", "recount", "destinations", "timeline", "audit_trail", "verify_audit"),
        "end_of_trail",
        # persons are keyed hashes; who asked, why and when, as in the audit trail
        *("record_asking", "record_outcome", "search_protocol", "purge_protocol"),
        # hashes of callers' keys
        *("add_key", "find_key", "list_keys", "revoke_key"),
        # columns as they lie in the store, for whoever has the keys
        *("read_values", "replace_values", "tally_values"),
        *("unpurged", "purge", "purgeable", "wipe"),
    }
)
"""Methods that carry nothing personal. A method of the contract that is neither here nor sealed
does not exist on a sealed store: whoever adds one decides, and a test says so."""


class SealedStore(SealedDispatch, SealedOperation, SealedReading, SealedReceptions, SealedRecords):
    def __init__(self, inner: Store, keys: StoreKeys) -> None:
        self._inner = inner
        self._keys = keys
        self._codec = Codec(keys)

    def __getattr__(self, name: str) -> Any:
        if name in PASSED_ON:
            return getattr(self._inner, name)
        raise AttributeError(
            f"{name}: say in continuity/store/sealed whether this is sealed or passed on."
        )

    async def open(self) -> None:
        """As the store within; also refuses keys that do not fit what it holds."""
        await self._inner.open()
        try:
            await check_and_mark(self._inner, self._keys)
        except BaseException:
            await self._inner.close()
            raise


sealed_store: Final = cast("Callable[[Store, StoreKeys], Store]", SealedStore)
"""Makes a sealed store. `tests/continuity/store/sealed` proves that it has every method."""
