"""`schakel check`: whether all that is configured is there, and whether the books balance."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from adapters._kit.amqp import AmqpError
from adapters.contract import ConfigurationError, DeliveryError
from continuity.clock import SystemClock
from continuity.documents import BlobsUnavailable
from continuity.store.contract import Store, StoreError
from continuity.store.records import Count
from schakel.amqp import examine_broker
from schakel.certificates import URGENT, Certificate, read_certificates
from schakel.cli.failure import FOUND_PROBLEMS
from schakel.cli.printing import print_line, print_table
from schakel.compose import create_adapters, create_blobs, open_address
from schakel.settings import Settings, SqliteFile, StoreAddress, System, load
from schakel.settings.shelves import DocumentSettings, Folder
from schemas.export import SCHEMA_DIRECTORY, check_schemas

LONGEST_CHECK_SECONDS: Final = 15
_TRIES: Final = 3
"""Recounts, when a hub at work moves rows between the two readings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    subject: str
    ok: bool
    detail: str


def run(path: Path | None) -> int:
    settings = load(path)
    findings = asyncio.run(examine(settings))
    print_table(
        ("what", "", "finding"),
        [(one.subject, "ok" if one.ok else "PROBLEM", one.detail) for one in findings],
    )
    problems = sum(not one.ok for one in findings)
    print_line(f"{problems} problem(s) found." if problems else "All is well.")
    return FOUND_PROBLEMS if problems else 0


async def examine(settings: Settings) -> list[Finding]:
    """All findings; whatever does not answer is a finding and not an error."""
    files = ", ".join(str(file) for file in settings.files)
    adapters = create_adapters(settings, SystemClock())
    try:
        return [
            Finding(subject="configuration", ok=True, detail=files),
            _routes(settings),
            *await examine_store(settings.store),
            await examine_documents(settings.documents),
            *await examine_entrance(settings),
            *await examine_destinations(adapters),
            *examine_certificates(settings, SystemClock().now()),
        ]
    finally:
        for adapter in adapters.values():
            await adapter.aclose()


def _routes(settings: Settings) -> Finding:
    unrouted = settings.routes.unrouted_types
    detail = f"{len(settings.routes.routes)} rules"
    if unrouted:
        detail += f"; parked as unrouted, because no rule takes them: {', '.join(unrouted)}"
    return Finding(subject="routes", ok=True, detail=detail)


def _missing(address: StoreAddress) -> Finding | None:
    """Set when there is no file. That is fine where the first start can make it."""
    if not isinstance(address, SqliteFile) or address.path.exists():
        return None
    path = address.path
    ok = path.parent.is_dir()
    detail = "will be made at the first start" if ok else "cannot be made: there is no such folder"
    return Finding(subject="store", ok=ok, detail=f"{path} {detail}")


async def examine_store(address: StoreAddress) -> list[Finding]:
    """Makes no file: a check changes nothing."""
    if (missing := _missing(address)) is not None:
        return [missing]
    store = open_address(address)
    try:
        await store.open()
        await store.ping()
        return [
            Finding(subject="store", ok=True, detail=str(address)),
            await counters(store),
            await audit_chain(store),
        ]
    except StoreError as error:
        return [Finding(subject="store", ok=False, detail=str(error))]
    finally:
        await store.close()


async def examine_documents(settings: DocumentSettings) -> Finding:
    """Makes no folder: a check changes nothing."""
    where = settings.where
    if isinstance(where, Folder) and not where.path.exists():
        detail = f"{where.path} will be made when the first document comes"
        return Finding(subject="documents", ok=True, detail=detail)
    try:
        await create_blobs(settings).check()
    except BlobsUnavailable as error:
        return Finding(subject="documents", ok=False, detail=str(error))
    detail = str(where.path) if isinstance(where, Folder) else f"bucket {where.name}"
    return Finding(subject="documents", ok=True, detail=detail)


async def examine_entrance(settings: Settings) -> list[Finding]:
    """RabbitMQ, where `[amqp]` is configured. Makes no queue: a check changes nothing."""
    try:
        detail = await examine_broker(settings)
    except AmqpError as error:
        return [Finding(subject="broker", ok=False, detail=str(error))]
    return [] if detail is None else [Finding(subject="broker", ok=True, detail=detail)]


async def counters(store: Store) -> Finding:
    """Invariant I6: the counters equal a recount."""
    for _ in range(_TRIES):
        kept, counted = await store.counts(), await store.recount()
        if _by_key(kept) == _by_key(counted):
            return Finding(subject="counters", ok=True, detail=f"{len(_by_key(kept))} agree")
    detail = "They differ from a recount of the deliveries: report this, it is a bug."
    return Finding(subject="counters", ok=False, detail=detail)


async def audit_chain(store: Store) -> Finding:
    """Invariant I7: nobody changed the audit trail."""
    broken = await store.verify_audit()
    if broken is None:
        return Finding(subject="audit trail", ok=True, detail="the chain of hashes holds")
    detail = f"Entry {broken} does not fit the chain: it, or one before it, was changed."
    return Finding(subject="audit trail", ok=False, detail=detail)


async def examine_destinations(adapters: Mapping[str, System]) -> list[Finding]:
    """All at the same time: one that hangs costs the others nothing."""
    return await asyncio.gather(*(_destination(name, one) for name, one in adapters.items()))


async def _destination(name: str, adapter: System) -> Finding:
    subject = f"destination {name}"
    try:
        async with asyncio.timeout(LONGEST_CHECK_SECONDS):
            health = await adapter.check()
    except ConfigurationError as error:
        return Finding(subject=subject, ok=False, detail=f"{error.setting}: {error.detail}")
    except DeliveryError as error:
        return Finding(subject=subject, ok=False, detail=error.detail)
    except TimeoutError:
        detail = f"No answer within {LONGEST_CHECK_SECONDS} seconds."
        return Finding(subject=subject, ok=False, detail=detail)
    return Finding(subject=subject, ok=health.ok, detail=health.detail)


def examine_certificates(settings: Settings, now: datetime) -> list[Finding]:
    """Until when each of our client certificates is good; one that ends soon is a problem."""
    return [_certificate(one, now) for one in read_certificates(settings.destinations)]


def _certificate(one: Certificate, now: datetime) -> Finding:
    subject, left = f"certificate {one.destination}", one.left(now)
    if one.expires is None or left is None:
        detail = f"{one.file} cannot be read as a certificate: put a PEM file there."
        return Finding(subject=subject, ok=False, detail=detail)
    day = one.expires.date().isoformat()
    if left <= timedelta():
        return Finding(subject=subject, ok=False, detail=f"It expired on {day}: renew it.")
    detail = f"good until {day}, {left.days} days"
    if left <= URGENT:
        return Finding(subject=subject, ok=False, detail=f"{detail}: renew it now.")
    return Finding(subject=subject, ok=True, detail=detail)


def _by_key(counts: Iterable[Count]) -> dict[tuple[str, str, str], int]:
    """A state in which nothing is may have a counter at 0 or none."""
    return {(one.destination, one.tenant, one.state): one.count for one in counts if one.count}


def check_schema_files(folder: Path | None) -> int:
    """Prints every file that differs from the models; returns the exit code."""
    found = check_schemas(folder or SCHEMA_DIRECTORY)
    for drift in found:
        print_line(f"{drift.kind}: {drift.path}")
    if found:
        print_line("Run 'schakel schemas export FOLDER' to write what the messages say now.")
        return FOUND_PROBLEMS
    print_line("The schemas are those of the messages.")
    return 0
