"""Case numbers that were given out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from continuity.store.memory.tables import DeliveryRow, Tables
from continuity.store.records import Identity, IdentityFilter, NewIdentity
from continuity.store.rules import newly_issued, number_taken, seen_in_message, settled_as


class MemoryIdentities:
    _tables: Tables

    async def next_number(self, series: str) -> int:
        self._tables.numbers[series] += 1
        number = self._tables.numbers[series]
        await self._tables.commit()
        return number

    async def add_identity(self, new: NewIdentity, *, now: datetime) -> Identity:
        first = await self.find_identity(new.tenant, new.key)
        if first is not None:
            return first
        if any(
            (one.tenant, one.case_number) == (new.tenant, new.case_number)
            for one in self._tables.identities.values()
        ):
            raise number_taken(new.tenant)
        made = newly_issued(new, number=_next_id(self._tables), now=now)
        self._tables.identities[made.id] = made
        self._tables.identity_keys[new.tenant, new.key] = made.id
        await self._tables.commit()
        return made

    async def find_identity(self, tenant: str, key: bytes) -> Identity | None:
        number = self._tables.identity_keys.get((tenant, key))
        return None if number is None else self._tables.identities[number]

    async def list_identities(
        self, which: IdentityFilter, *, before: int | None, limit: int
    ) -> Sequence[Identity]:
        found = (
            one
            for one in reversed(self._tables.identities.values())
            if (before is None or one.id < before) and _matches(one, which)
        )
        return list(islice(found, limit))

    async def unannounced_identities(
        self, tenants: Collection[str], *, limit: int
    ) -> Sequence[Identity]:
        found = (
            one
            for one in self._tables.identities.values()
            if one.settled_at is not None and one.announced_at is None and one.tenant in tenants
        )
        return list(islice(found, limit))

    async def mark_announced(self, identities: Sequence[Identity], *, now: datetime) -> None:
        rows = self._tables.identities
        for one in identities:
            kept = rows.get(one.id)
            if kept is not None and kept.settled_at == one.settled_at:
                rows[one.id] = replace(kept, announced_at=now)
        await self._tables.commit()


def settle(tables: Tables, row: DeliveryRow, case_number: str, now: datetime) -> None:
    """The destination told the number of the case that this delivery is about."""
    message = row.message.new
    place = (message.tenant, row.destination, message.subject)
    known = next(
        (
            one
            for one in tables.identities.values()
            if (one.tenant, one.destination, one.case_number) == place
        ),
        None,
    )
    if known is not None:
        tables.identities[known.id] = settled_as(known, case_number, now=now)
    elif case_number != message.subject:
        number = _next_id(tables)
        tables.identities[number] = seen_in_message(
            number,
            tenant=message.tenant,
            destination=row.destination,
            subject=message.subject,
            case_number=case_number,
            now=now,
        )


def forget(tables: Tables, tenant: str, case_number: str) -> None:
    """Of a case of which no message is kept."""
    for number, one in list(tables.identities.items()):
        if (one.tenant, one.case_number) == (tenant, case_number):
            del tables.identities[number]
    kept = tables.identity_keys.items()
    tables.identity_keys = {key: one for key, one in kept if one in tables.identities}


def _next_id(tables: Tables) -> int:
    """Never one that was used before."""
    tables.last_identity += 1
    return tables.last_identity


def _matches(one: Identity, which: IdentityFilter) -> bool:
    return (
        which.state in {None, one.state}
        and which.tenant in {None, one.tenant}
        and which.case_number in {None, one.case_number}
    )
