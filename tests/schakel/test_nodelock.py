"""Two workers never share a name."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import pytest
from pydantic import SecretStr

from continuity.store.contract import StoreUnavailable
from schakel import nodelock
from schakel.nodelock import NodeInUse, holding_node, node_lock
from schakel.settings import PostgresDatabase


def test_a_name_is_held_by_one_and_free_afterwards(tmp_path: Path) -> None:
    store = tmp_path / "schakel.sqlite3"
    with node_lock(store, "a"):
        with pytest.raises(NodeInUse, match=r"hub\.node"), node_lock(store, "a"):
            pass
        with node_lock(store, "b"), node_lock(tmp_path / "other.sqlite3", "a"):
            pass
    with node_lock(store, "a"):
        pass


def test_a_name_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    with node_lock(tmp_path / "store", "../../x"):
        assert [path.parent for path in tmp_path.iterdir()] == [tmp_path]


async def test_in_a_database_too_a_name_is_held_by_one(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nodelock, "_TAKE_WITHIN", 0.2)
    store = PostgresDatabase(SecretStr(postgres_url))
    async with holding_node(store, "a"):
        with pytest.raises(NodeInUse, match=r"hub\.node"):
            async with holding_node(store, "a"):
                pass
        async with holding_node(store, "b"):
            pass
    async with holding_node(store, "a"):
        pass


async def test_a_name_is_taken_again_after_a_lost_connection(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nodelock, "_TAKE_WITHIN", 0.2)
    monkeypatch.setattr(nodelock, "_LOOK_EVERY", 0.05)
    store = PostgresDatabase(SecretStr(postgres_url))
    async with holding_node(store, "a"):
        await _cut_all_others(postgres_url)
        await asyncio.sleep(0.5)
        with pytest.raises(NodeInUse):
            async with holding_node(store, "a"):
                pass


async def test_who_lost_its_name_to_another_stops(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nodelock, "_TAKE_WITHIN", 0.2)
    store = PostgresDatabase(SecretStr(postgres_url))

    async def lose_it() -> None:
        async with holding_node(store, "a"):
            monkeypatch.setattr(nodelock, "_LOOK_EVERY", 0.05)
            await _cut_all_others(postgres_url)
            async with holding_node(store, "a"):
                await asyncio.sleep(5)

    with pytest.raises(BaseExceptionGroup) as raised:
        await lose_it()
    assert raised.group_contains(NodeInUse)


async def test_a_database_that_is_away_is_said_in_a_sentence(unused_tcp_port: int) -> None:
    store = PostgresDatabase(SecretStr(f"postgresql://u:geheim@127.0.0.1:{unused_tcp_port}/x"))
    with pytest.raises(StoreUnavailable) as raised:
        async with holding_node(store, "a"):
            pass
    assert "geheim" not in str(raised.value)


async def _cut_all_others(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await connection.close()
