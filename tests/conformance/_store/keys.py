"""The keys of callers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from continuity.store.contract import NotFound, Store, WrongState
from tests.conformance._store.given import LATER, NOW, api_key


class KeysContract:
    async def test_a_key_is_found_by_the_hash_of_its_secret(self, store: Store) -> None:
        await store.add_key(api_key(1))
        everywhere = replace(api_key(2), tenant=None, scopes=frozenset())
        await store.add_key(everywhere)

        assert await store.find_key(api_key(1).secret_hash) == api_key(1)
        assert await store.find_key(everywhere.secret_hash) == everywhere
        assert await store.find_key(b"unknown") is None
        assert list(await store.list_keys()) == [api_key(1), everywhere]

    async def test_a_revoked_key_is_still_found(self, store: Store) -> None:
        await store.add_key(api_key())

        await store.revoke_key("key-1", by="anna", now=LATER)

        found = await store.find_key(api_key().secret_hash)
        assert found == replace(api_key(), revoked_at=LATER)

    async def test_the_first_revocation_stands(self, store: Store) -> None:
        await store.add_key(api_key())
        await store.revoke_key("key-1", by="anna", now=NOW)

        await store.revoke_key("key-1", by="bert", now=LATER)

        (key,) = await store.list_keys()
        assert key.revoked_at == NOW

    async def test_an_unknown_key_cannot_be_revoked(self, store: Store) -> None:
        with pytest.raises(NotFound, match="key key-1"):
            await store.revoke_key("key-1", by="anna", now=NOW)

    async def test_neither_id_nor_secret_is_used_twice(self, store: Store) -> None:
        await store.add_key(api_key(1))

        with pytest.raises(WrongState, match="key-1"):
            await store.add_key(replace(api_key(2), id="key-1"))
        with pytest.raises(WrongState, match="key-2"):
            await store.add_key(replace(api_key(1), id="key-2"))

        assert list(await store.list_keys()) == [api_key(1)]

    async def test_keys_are_audited_without_their_secret(self, store: Store) -> None:
        await store.add_key(api_key(), by="anna")
        await store.revoke_key("key-1", by="bert", now=LATER)

        added, revoked = await store.audit_trail(after=0, limit=10)

        assert (added.actor, added.action, added.at) == ("anna", "add_key", NOW)
        assert added.reason == "key-1 (balie): messages:read messages:write"
        assert (revoked.actor, revoked.action, revoked.at) == ("bert", "revoke_key", LATER)
        assert revoked.reason == "key-1 (balie)"
