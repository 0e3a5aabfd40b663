"""Answers that are kept for a short while, where an `[[ask]]` says so; in memory only.

Kept is what one purpose let through, for that purpose alone. Nothing of it is written down, and no
number of a person stands in the key under which it is found.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from adapters.contract import Clock, Question
from schemas.canonical import canonical_json, parse_json

MOST_BYTES: Final = 16 << 20
"""Of all answers together; the oldest go first."""
_DIGEST_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An answer from memory."""

    data: Mapping[str, Any] = field(repr=False)
    persons: frozenset[str] = field(repr=False)
    age: timedelta


@dataclass(frozen=True, slots=True)
class _Entry:
    body: bytes = field(repr=False)
    persons: frozenset[str] = field(repr=False)
    at: datetime
    until: datetime


class KeptAnswers:
    """By question, purpose and what the purpose lets through; `most_bytes` in all."""

    def __init__(self, clock: Clock, *, most_bytes: int = MOST_BYTES) -> None:
        self._clock = clock
        self._most = most_bytes
        self._secret = secrets.token_bytes(_DIGEST_BYTES)
        self._entries: OrderedDict[bytes, _Entry] = OrderedDict()
        self._bytes = 0

    def find(self, question: Question) -> Kept | None:
        """Return the answer that is kept for this question, unless it is too old."""
        self._forget_old()
        entry = self._entries.get(self._key(question))
        now = self._clock.now()
        if entry is None or entry.until <= now:
            return None
        data: Mapping[str, Any] = parse_json(entry.body)
        return Kept(data=data, persons=entry.persons, age=now - entry.at)

    def keep(
        self,
        question: Question,
        data: Mapping[str, Any],
        persons: frozenset[str],
        keep: timedelta,
    ) -> None:
        """Keep an answer for `keep`; one that is larger than all room is not kept."""
        body = canonical_json(data)
        if len(body) > self._most:
            return
        key, now = self._key(question), self._clock.now()
        self._drop(key)
        self._entries[key] = _Entry(body, persons, now, now + keep)
        self._bytes += len(body)
        while self._bytes > self._most:
            self._drop(next(iter(self._entries)))

    def _forget_old(self) -> None:
        now = self._clock.now()
        for key in [key for key, entry in self._entries.items() if entry.until <= now]:
            self._drop(key)

    def _drop(self, key: bytes) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._bytes -= len(entry.body)

    def _key(self, question: Question) -> bytes:
        asked = {
            "type": question.type,
            "tenant": question.tenant,
            "purpose": "" if question.reason is None else question.reason.doelbinding,
            "fields": sorted(question.fields),
            "data": question.data,
        }
        return hashlib.blake2b(
            canonical_json(asked), key=self._secret, digest_size=_DIGEST_BYTES
        ).digest()
