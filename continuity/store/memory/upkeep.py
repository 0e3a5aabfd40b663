"""Housekeeping: values under another key, and content removed in time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, Final

from continuity.delivery import OPEN
from continuity.store.audit import Action, Fact
from continuity.store.memory import identities
from continuity.store.memory.documents import stop_using
from continuity.store.memory.receptions import (
    old_receptions,
    purge_receptions,
    unpurged_tenants,
)
from continuity.store.memory.tables import DeliveryRow, DocumentRow, MessageRow, Tables
from continuity.store.records import (
    RECEPTION_TYPE,
    Column,
    Difference,
    NewValue,
    Purged,
    StoredValue,
)
from continuity.store.rules import NO_EDIT, PAGE_BYTES, purged_reason
from continuity.store.tokens import kept_token

Value = bytes | str


@dataclass(frozen=True, slots=True)
class _Cell:
    """A value with its place, and how to write another in its stead."""

    key: tuple[Any, ...]
    value: Value | None
    put: Callable[[Any], None]


class MemoryUpkeep:
    _tables: Tables

    async def read_values(
        self, column: Column, *, after: str | None, limit: int
    ) -> Sequence[StoredValue]:
        found = (
            StoredValue(place=json.dumps(cell.key), value=cell.value)
            for cell in self._cells(column)
            if cell.value and (after is None or cell.key > tuple(json.loads(after)))
        )
        page: list[StoredValue] = []
        size = 0
        for one in islice(found, limit):
            page.append(one)
            size += len(one.value)
            if size >= PAGE_BYTES:
                break
        return page

    async def replace_values(self, column: Column, changes: Sequence[NewValue]) -> int:
        cells = {json.dumps(cell.key): cell for cell in self._cells(column)}
        done = 0
        for change in changes:
            cell = cells.get(change.place)
            if cell is not None and cell.value == change.before:
                cell.put(change.after)
                done += 1
        await self._tables.commit()
        return done

    async def tally_values(
        self, column: Column, *, mark: bytes | str, length: int
    ) -> Mapping[str, int]:
        found = Counter(_head(cell.value, mark, length) for cell in self._cells(column))
        found.pop(None, None)
        return {head: count for head, count in found.items() if head is not None}

    def _cells(self, column: Column) -> list[_Cell]:
        return sorted(_CELLS[column](self._tables), key=lambda cell: cell.key)

    async def unpurged(self) -> Sequence[tuple[str, str]]:
        rows = self._tables.messages.values()
        kept = {(row.new.tenant, row.new.type) for row in rows if row.purged_at is None}
        return sorted(kept.union(unpurged_tenants(self._tables)))

    async def purgeable(self, tenant: str, message_type: str, *, before: datetime) -> int:
        if message_type == RECEPTION_TYPE:
            return len(old_receptions(self._tables, tenant, before))
        rows = self._candidates(tenant, message_type, before)
        return sum(self._is_closed(row, before) for row in rows)

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
        if message_type == RECEPTION_TYPE:
            fact = Fact(at=now, actor=by, action=Action.PURGE, reason=reason)
            done = purge_receptions(self._tables, tenant, before, limit, fact)
            await self._tables.commit()
            return done
        looked = [row for row in self._candidates(tenant, message_type, before) if row.id > after][
            :limit
        ]
        closed = [row for row in looked if self._is_closed(row, before)]
        for row in closed:
            self._purge(row, now)
        stop_using(self._tables, (row.id for row in closed), now)
        if closed:
            self._tables.record(
                Fact(
                    at=now,
                    actor=by,
                    action=Action.PURGE,
                    tenant=tenant,
                    reason=purged_reason(len(closed), message_type, reason),
                )
            )
        await self._tables.commit()
        reached = looked[-1].id if looked else after
        return Purged(messages=len(closed), reached=reached, done=len(looked) < limit)

    def _candidates(self, tenant: str, message_type: str, before: datetime) -> list[MessageRow]:
        return [
            row
            for row in self._tables.messages.values()
            if (row.new.tenant, row.new.type) == (tenant, message_type)
            and row.purged_at is None
            and row.accepted_at < before
        ]

    def _deliveries(self, message: MessageRow) -> Iterator[DeliveryRow]:
        return (row for row in self._tables.deliveries.values() if row.message is message)

    def _is_closed(self, message: MessageRow, before: datetime) -> bool:
        return not any(
            row.state in OPEN or row.changed_at >= before for row in self._deliveries(message)
        )

    def _purge(self, message: MessageRow, now: datetime) -> None:
        for row in self._deliveries(message):
            self._forget_recall(row)
            row.steps = {}
            row.edited_body = None if row.edited_body is None else b""
            row.edits = [replace(edit, diff=NO_EDIT) for edit in row.edits]
            row.fault = row.fault and replace(row.fault, detail="")
            row.detail = ""
        old = message.new
        message.new = replace(
            old,
            body=b"",
            subject=kept_token(old.subject),
            lane_key=kept_token(old.lane_key),
            correlation_id=None,
        )
        message.purged_at = now
        self._forget_case(old.tenant, old.subject)

    def _forget_recall(self, row: DeliveryRow) -> None:
        """Nobody waits to hear of a lane in which nothing is open."""
        open_rows = self._tables.open_rows(row.destination)
        if not any(other.lane == row.lane for other in open_rows):
            self._tables.recalls.get(row.destination, {}).pop(row.lane, None)

    def _forget_case(self, tenant: str, subject: str) -> None:
        """What it is called, here and there, unless another message of it is kept."""
        rows = self._tables.messages.values()
        if any((row.new.tenant, row.new.subject) == (tenant, subject) for row in rows):
            return
        for place in list(self._tables.references):
            if (place[0], place[2]) == (tenant, subject):
                del self._tables.references[place]
        identities.forget(self._tables, tenant, subject)

    async def wipe(self) -> None:
        """Nothing is kept of what was removed."""


def _head(value: Value | None, mark: Value, length: int) -> str | None:
    if not value:
        return None
    if isinstance(value, bytes):
        known = isinstance(mark, bytes) and value.startswith(mark)
        return value[:length].decode("latin-1") if known else ""
    return value[:length] if isinstance(mark, str) and value.startswith(mark) else ""


def _of_messages(field: str) -> Callable[[Tables], Iterator[_Cell]]:
    def cells(tables: Tables) -> Iterator[_Cell]:
        for row in tables.messages.values():

            def put(value: Any, row: MessageRow = row) -> None:
                row.new = replace(row.new, **{field: value})

            yield _Cell((row.id,), getattr(row.new, field), put)

    return cells


def _of_steps(field: str) -> Callable[[Tables], Iterator[_Cell]]:
    def cells(tables: Tables) -> Iterator[_Cell]:
        for row in tables.deliveries.values():
            for name, step in row.steps.items():

                def put(value: Any, row: DeliveryRow = row, name: str = name) -> None:
                    row.steps[name] = replace(row.steps[name], **{field: value})

                yield _Cell((row.id, name), getattr(step, field), put)

    return cells


def _of_edited_bodies(tables: Tables) -> Iterator[_Cell]:
    for row in tables.deliveries.values():

        def put(value: bytes, row: DeliveryRow = row) -> None:
            row.edited_body = value

        yield _Cell((row.id,), row.edited_body, put)


def _of_edits(tables: Tables) -> Iterator[_Cell]:
    for row in tables.deliveries.values():
        for number, edit in enumerate(row.edits):

            def put(value: bytes, row: DeliveryRow = row, number: int = number) -> None:
                row.edits[number] = replace(row.edits[number], diff=value)

            yield _Cell((row.id, number), edit.diff, put)


def _of_references(tables: Tables) -> Iterator[_Cell]:
    for place, values in tables.references.items():
        for name, value in values.items():

            def put(new: str, values: dict[str, str] = values, name: str = name) -> None:
                values[name] = new

            yield _Cell((*place, name), value, put)


def _of_reference_subjects(tables: Tables) -> Iterator[_Cell]:
    for place in list(tables.references):

        def put(value: str, place: tuple[str, str, str] = place) -> None:
            tables.references[place[0], place[1], value] = tables.references.pop(place)

        yield _Cell(place, place[2], put)


def _of_differences(tables: Tables) -> Iterator[_Cell]:
    for key, rows in tables.differences.items():
        for index, one in enumerate(rows):

            def put(value: bytes, rows: list[Difference] = rows, index: int = index) -> None:
                rows[index] = replace(rows[index], body=value)

            yield _Cell((key, one.number), one.body, put)


def _of_document_keys(tables: Tables) -> Iterator[_Cell]:
    for place, row in tables.documents.items():

        def put(value: bytes, row: DocumentRow = row) -> None:
            row.document = replace(row.document, key=value)

        yield _Cell(place, row.document.key, put)


def _of_identities(field: str) -> Callable[[Tables], Iterator[_Cell]]:
    def cells(tables: Tables) -> Iterator[_Cell]:
        for number, one in tables.identities.items():

            def put(value: Any, number: int = number) -> None:
                rows = tables.identities
                rows[number] = replace(rows[number], **{field: value})

            yield _Cell((number,), getattr(one, field), put)

    return cells


def _of_receptions(field: str) -> Callable[[Tables], Iterator[_Cell]]:
    def cells(tables: Tables) -> Iterator[_Cell]:
        for number, one in tables.receptions.items():

            def put(value: Any, number: int = number) -> None:
                rows = tables.receptions
                rows[number] = replace(rows[number], **{field: value})

            yield _Cell((number,), getattr(one, field), put)

    return cells


_CELLS: Final[Mapping[Column, Callable[[Tables], Iterator[_Cell]]]] = {
    Column.BODY: _of_messages("body"),
    Column.CORRELATION_ID: _of_messages("correlation_id"),
    Column.EDITED_BODY: _of_edited_bodies,
    Column.EDIT_DIFF: _of_edits,
    Column.REQUEST: _of_steps("request"),
    Column.RESULT: _of_steps("result"),
    Column.REFERENCE: _of_references,
    Column.DIFFERENCE: _of_differences,
    Column.DOCUMENT_KEY: _of_document_keys,
    Column.RECEIVED: _of_receptions("request"),
    Column.RECEIVED_HEADERS: _of_receptions("request_headers"),
    Column.ANSWERED: _of_receptions("answer"),
    Column.RECEPTION_KEY: _of_receptions("key"),
    Column.RECEPTION_DIGEST: _of_receptions("digest"),
    Column.SUBJECT: _of_messages("subject"),
    Column.DIGEST: _of_messages("digest"),
    Column.LANE: _of_messages("lane_key"),
    Column.REFERENCE_SUBJECT: _of_reference_subjects,
    Column.CASE_NUMBER: _of_identities("case_number"),
    Column.DEFINITIVE_NUMBER: _of_identities("definitive_number"),
}
