"""Which nodes live, and who owns a destination."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from continuity.delivery import State
from continuity.store.audit import Action, Fact
from continuity.store.postgres import sql
from continuity.store.postgres.connection import Connection
from continuity.store.postgres.core import Call, Core
from continuity.store.postgres.deliveries import moved
from continuity.store.postgres.rows import FREE, Row
from continuity.store.postgres.transaction import Transaction
from continuity.store.records import Lease
from continuity.store.rules import RECOVERED, after_recovery, stale, worker_of


class LeasesPart(Core):
    async def announce(
        self, node: str, destinations: Collection[str], *, now: datetime, ttl: timedelta
    ) -> Mapping[str, frozenset[str]]:
        return await self._write(
            Call(run=lambda tx: announce(tx, node, destinations, now=now, ttl=ttl))
        )

    async def withdraw(self, node: str) -> None:
        await self._write(Call(run=lambda tx: withdraw(tx, node)))

    async def acquire_lease(
        self, destination: str, owner: str, *, now: datetime, ttl: timedelta, settle: timedelta
    ) -> Lease | None:
        if await self._read(lambda db: _owned_by_another(db, destination, owner, now)):
            return None
        return await self._write(
            Call(
                run=lambda tx: acquire_lease(
                    tx, destination, owner, now=now, ttl=ttl, settle=settle
                )
            )
        )

    async def renew_lease(self, lease: Lease, *, now: datetime, ttl: timedelta) -> Lease:
        return await self._write(
            Call(lease=lease, run=lambda tx: renew_lease(tx, lease, now=now, ttl=ttl))
        )

    async def release_lease(self, lease: Lease, *, now: datetime) -> None:
        await self._write(Call(lease=lease, run=lambda tx: release_lease(tx, lease, now=now)))

    async def recalled_lanes(self, lease: Lease) -> Sequence[str]:
        if not await self._read(lambda db: _any_recalled(db, lease)):
            return ()
        return await self._write(Call(lease=lease, run=lambda tx: take_recalled(tx, lease)))


async def announce(
    tx: Transaction, node: str, destinations: Collection[str], *, now: datetime, ttl: timedelta
) -> dict[str, frozenset[str]]:
    await tx.execute(sql.PUT_NODE, node, now + ttl, sorted(destinations))
    await tx.execute(sql.FORGET_NODES, now)
    return {row[0]: frozenset(row[1]) for row in await tx.fetch(sql.NODES)}


async def withdraw(tx: Transaction, node: str) -> None:
    await tx.execute(sql.DELETE_NODE, node)


async def _owned_by_another(
    connection: Connection, destination: str, owner: str, now: datetime
) -> bool:
    """A read, so that asking costs no commit, and no lock, while another owner is well."""
    row = await connection.fetchrow(sql.GET_LEASE, destination)
    return row is not None and _taken(row, owner, now)


def _taken(lease: Row, owner: str, now: datetime) -> bool:
    return lease["owner"] not in {FREE, owner} and bool(lease["expires_at"] > now)


async def acquire_lease(
    tx: Transaction,
    destination: str,
    owner: str,
    *,
    now: datetime,
    ttl: timedelta,
    settle: timedelta,
) -> Lease | None:
    """None, too, while a transaction of the owner before goes on: what it writes must be seen."""
    await tx.write_rows()
    held = await tx.fetch_one(sql.LOCK_LEASE, destination)
    if held is None:
        await tx.execute(sql.NEW_LEASE, destination, now)
        held = await tx.fetch_one(sql.LOCK_LEASE, destination)
    if held is None or _taken(held, owner, now):
        return None
    lease = Lease(
        destination=destination, owner=owner, epoch=held["epoch"] + 1, expires_at=now + ttl
    )
    await tx.execute(sql.PUT_LEASE, destination, owner, lease.epoch, lease.expires_at)
    tx.forget_lease(destination)
    _audit_lease(tx, lease, before=held["owner"], after=owner, now=now)
    tx.know(destination)
    await tx.execute(sql.CLEAR_RECALLED, destination)
    await _recover(tx, lease, now=now, settle=settle)
    return lease


async def _recover(tx: Transaction, lease: Lease, *, now: datetime, settle: timedelta) -> None:
    left = [row[0] for row in await tx.fetch(sql.SENDING, lease.destination)]
    await tx.read(left)
    for delivery_id in left:
        before = await tx.get(delivery_id)
        wait, due_at = after_recovery(doubtful=before.doubtful, now=now, settle=settle)
        uncertain = moved(before, State.UNCERTAIN)
        after = replace(uncertain, wait=wait, due_at=due_at, doubtful=True, look_ups=0)
        actor = worker_of(lease)
        tx.move(before, after, now=now, actor=actor, action=Action.RECOVER, reason=RECOVERED)


async def renew_lease(tx: Transaction, lease: Lease, *, now: datetime, ttl: timedelta) -> Lease:
    renewed = replace(lease, expires_at=now + ttl)
    tx.renew(renewed)
    return renewed


async def release_lease(tx: Transaction, lease: Lease, *, now: datetime) -> None:
    await tx.write_rows()
    await tx.execute(sql.PUT_LEASE, lease.destination, FREE, lease.epoch, now)
    tx.forget_lease(lease.destination)
    _audit_lease(tx, lease, before=lease.owner, after=FREE, now=now)


def _audit_lease(tx: Transaction, lease: Lease, *, before: str, after: str, now: datetime) -> None:
    tx.record(
        Fact(
            at=now,
            actor=worker_of(lease),
            action=Action.LEASE,
            destination=lease.destination,
            before=before or None,
            after=after or None,
            reason=f"epoch {lease.epoch}",
        )
    )


async def check_lease(connection: Connection, lease: Lease) -> None:
    """For reads, which change nothing: raises `StaleLease`."""
    row = await connection.fetchrow(sql.GET_LEASE, lease.destination)
    if row is None or (row["owner"], row["epoch"]) != (lease.owner, lease.epoch):
        raise stale(lease.destination, lease.epoch)


async def _any_recalled(connection: Connection, lease: Lease) -> bool:
    """A read, so that asking costs no commit while there is nothing to tell."""
    await check_lease(connection, lease)
    return await connection.fetchrow(sql.RECALLED, lease.destination) is not None


async def take_recalled(tx: Transaction, lease: Lease) -> list[str]:
    await tx.write_rows()
    lanes = [row[0] for row in await tx.fetch(sql.RECALLED, lease.destination)]
    await tx.execute(sql.TAKE_RECALLED, lease.destination, lanes)
    return lanes
