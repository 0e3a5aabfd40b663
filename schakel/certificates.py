"""Our certificates for calling partners: until when each is good, said long before it is not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from prometheus_client import CollectorRegistry, Gauge
from pydantic import BaseModel

from adapters.contract import Clock
from schakel.errand import Errand
from schakel.settings.settings import DestinationSettings

EVERY: Final = timedelta(hours=24)
SOON: Final = timedelta(days=60)
"""A new PKIoverheid certificate takes weeks to get."""
URGENT: Final = timedelta(days=30)
_FIELDS: Final = frozenset({"client_certificate", "certificate"})
"""Names of settings: with what we call, and with what we sign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The certificate with which the hub calls a destination."""

    destination: str
    file: Path
    expires: datetime | None
    """Aware; None: the file cannot be read as a certificate now."""

    def left(self, now: datetime) -> timedelta | None:
        """Return how long it is still good; negative: it has expired."""
        return None if self.expires is None else self.expires - now


def read_certificates(destinations: Mapping[str, DestinationSettings]) -> list[Certificate]:
    """Read the file of every destination that has one; one that cannot be read is in the list."""
    return [
        Certificate(destination=name, file=file, expires=_expiry(file))
        for name, one in destinations.items()
        for file in dict.fromkeys(_files(one.settings))
    ]


class Certificates(Errand):
    """Once a day: a metric for each, and a line in the log for one that has to be renewed."""

    def __init__(
        self,
        destinations: Mapping[str, DestinationSettings],
        *,
        clock: Clock,
        registry: CollectorRegistry,
    ) -> None:
        super().__init__("certificates")
        self._destinations = destinations
        self._clock = clock
        self._next: datetime | None = None
        self._expires = Gauge(
            "schakel_certificate_expires_timestamp_seconds",
            "When the first of our certificates for a destination expires, in Unix time.",
            ["destination"],
            registry=registry,
        )

    async def step(self) -> bool:
        now = self._clock.now()
        if self._next is not None and now < self._next <= now + EVERY:
            return False
        self._next = now + EVERY
        first: dict[str, float] = {}
        for one in await asyncio.to_thread(read_certificates, self._destinations):
            self._tell(one, now)
            if one.expires is not None:
                ends = one.expires.timestamp()
                first[one.destination] = min(ends, first.get(one.destination, ends))
        for name, ends in first.items():
            self._expires.labels(name).set(ends)
        return False

    def _tell(self, one: Certificate, now: datetime) -> None:
        left = one.left(now)
        if one.expires is None or left is None:
            self._log.error("certificate_unreadable", destination=one.destination)
            return
        if left > SOON:
            return
        say = self._log.error if left <= URGENT else self._log.warning
        say(
            "certificate_expires",
            destination=one.destination,
            on=one.expires.date().isoformat(),
            days_left=left.days,
        )


def _files(settings: BaseModel) -> Iterator[Path]:
    """Every certificate of ours in the settings of an adapter, however deep."""
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if name in _FIELDS and isinstance(value, Path):
            yield value
        elif isinstance(value, BaseModel):
            yield from _files(value)


def _expiry(file: Path) -> datetime | None:
    """Return the end of the first certificate in a PEM file: ours, the chain comes after it."""
    try:
        return x509.load_pem_x509_certificates(file.read_bytes())[0].not_valid_after_utc
    except (OSError, ValueError):
        return None
