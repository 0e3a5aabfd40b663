"""The protocol log: who asked what about whom, why, and what came of it.

A person stands in it only as keyed hashes: whoever knows the burgerservicenummer and has the key
can find what was asked about somebody; nobody can read a number out of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class AskOutcome(StrEnum):
    """What came of a question."""

    ASKED = "asked"
    """Not known: the asker left, or the hub stopped. The register may have been asked."""
    ANSWERED = "answered"
    NOTHING = "nothing"
    """The answer: there is nobody."""
    UNAVAILABLE = "unavailable"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolEntry:
    """A question about a person, before it is asked."""

    tenant: str
    type: str
    destination: str
    purpose: str
    verwerking: str
    user: str = field(repr=False)
    caller: str
    persons: frozenset[bytes] = field(repr=False)
    """Hashes of those whom the question names; empty for a search."""
    fields: tuple[str, ...]
    """What the purpose lets through, in order; empty: all."""
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An entry as it is in the log."""

    id: int
    tenant: str
    type: str
    destination: str
    purpose: str
    verwerking: str
    user: str = field(repr=False)
    caller: str
    fields: tuple[str, ...]
    asked_at: datetime
    outcome: AskOutcome
    ended_at: datetime | None
    persons: int
    """How many different persons it was about, as far as that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolFilter:
    """What is looked for; None: all."""

    tenant: str | None = None
    persons: frozenset[bytes] | None = field(default=None, repr=False)
    """Entries about anybody of these: the hashes of one person under several keys."""
    user: str | None = field(default=None, repr=False)
    purpose: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """The first moment after the period."""


def matches(one: Recorded, persons: frozenset[bytes], which: ProtocolFilter) -> bool:
    """Say whether an entry about `persons` is looked for."""
    return (
        which.tenant in {None, one.tenant}
        and which.user in {None, one.user}
        and which.purpose in {None, one.purpose}
        and (which.persons is None or bool(which.persons & persons))
        and (which.since is None or one.asked_at >= which.since)
        and (which.until is None or one.asked_at < which.until)
    )
