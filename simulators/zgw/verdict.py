"""Judging a delivery from the zaaksysteem's own books: what arrived, twice, too early or never.

Nothing of the hub is asked: only the journal's effects and the CloudEvents that were published.
Events are recognised by natural keys, so that an edited and replayed message still counts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulators.zgw.evidence import at_most_once, proven_by, required_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from simulators.kit import Effect
    from simulators.zgw.evidence import Key

_REPEATABLE = frozenset({"bijgewerkt", "besluit_bijgewerkt", "eigenschap_bijgewerkt"})
"""Kinds of which a repetition changes nothing, so that more of them is not doubled."""

_ONCE_EVER = frozenset({"kenmerk", "resultaat"})
"""Kinds that are there once, whatever else is published: a case has one resultaat, also when it is
closed a second time."""

_ENOUGH_ONCE = _REPEATABLE | _ONCE_EVER

_EXPLAINED = frozenset({"status", "zio"})
"""Kinds of which every effect in a published case must be explained by an event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is not as it should be; `event` is the id of the event, if one is meant."""

    subject: str
    event: str | None
    detail: str

    def as_json(self) -> dict[str, Any]:
        return {"subject": self.subject, "event": self.event, "detail": self.detail}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`delivered` counts the events of which every part arrived; the rest are findings."""

    published: int
    delivered: int
    lost: tuple[Finding, ...] = ()
    doubled: tuple[Finding, ...] = ()
    out_of_order: tuple[Finding, ...] = ()

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.out_of_order)

    def as_json(self) -> dict[str, Any]:
        findings = {"lost": self.lost, "doubled": self.doubled, "outOfOrder": self.out_of_order}
        return {
            "published": self.published,
            "delivered": self.delivered,
            "clean": self.clean,
            **{name: len(items) for name, items in findings.items()},
            "findings": {
                name: [item.as_json() for item in items] for name, items in findings.items()
            },
        }


def verdict(effects: Sequence[Effect], published: Iterable[Mapping[str, Any]]) -> Verdict:
    """Compare effects with events, given in the order in which they were published.

    An event published twice with the same id counts once. Order is judged per `subject`.
    """
    events = list({event["id"]: event for event in reversed(list(published))}.values())[::-1]
    proven: dict[Key, list[int]] = defaultdict(list)
    for effect in effects:
        for key in proven_by(effect):
            proven[key].append(effect.seq)
    required = {event["id"]: required_by(event) for event in events}
    lost = tuple(_lost(events, required, proven))
    return Verdict(
        published=len(events),
        delivered=len(events) - len(lost),
        lost=lost,
        doubled=tuple(_doubled(events, required, proven)),
        out_of_order=tuple(_out_of_order(events, required, proven)),
    )


def _lost(
    events: Sequence[Mapping[str, Any]],
    required: Mapping[str, Sequence[Key]],
    proven: Mapping[Key, Sequence[int]],
) -> Iterator[Finding]:
    """An event is lost when a part of it is missing, or every part belongs to another event."""
    wanted: Counter[Key] = Counter()
    for event in events:
        keys = required[event["id"]]
        wanted.update(keys)
        missing = [
            key
            for key in keys
            if not proven.get(key)
            or (key[0] not in _ENOUGH_ONCE and len(proven[key]) < wanted[key])
        ]
        if missing or not keys:
            detail = f"missing: {', '.join(map(_shown, missing))}" if keys else "unknown type"
            yield Finding(subject=str(event.get("subject")), event=event["id"], detail=detail)


def _doubled(
    events: Sequence[Mapping[str, Any]],
    required: Mapping[str, Sequence[Key]],
    proven: Mapping[Key, Sequence[int]],
) -> Iterator[Finding]:
    """More of the same than was published, or an effect that no event explains."""
    wanted: Counter[Key] = Counter()
    cases = {event.get("subject") for event in events}
    for event in events:
        wanted.update(required[event["id"]])
        wanted.update(at_most_once(event))
    for key, seqs in proven.items():
        if key[0] in _REPEATABLE:
            continue
        subject = next((str(part) for part in key[1:] if part in cases), "")
        most = 1 if key[0] in _ONCE_EVER else wanted[key]
        if 0 < most < len(seqs):
            detail = f"{_shown(key)}: {len(seqs)} made, {most} published"
            yield Finding(subject=subject, event=None, detail=detail)
        elif not wanted[key] and key[0] in _EXPLAINED and subject:
            detail = f"{_shown(key)}: made, but no message explains it"
            yield Finding(subject=subject, event=None, detail=detail)


def _out_of_order(
    events: Sequence[Mapping[str, Any]],
    required: Mapping[str, Sequence[Key]],
    proven: Mapping[Key, Sequence[int]],
) -> Iterator[Finding]:
    """An event is out of order when a part of it came before a part of an earlier one."""
    uses = Counter(key for keys in required.values() for key in keys)
    used: Counter[Key] = Counter()
    latest: dict[str, tuple[int, str]] = {}
    for event in events:
        seqs: list[int] = []
        for key in required[event["id"]]:
            number, found = used[key], proven.get(key, ())
            used[key] += 1
            # The last event with this key answers for all further effects of it.
            seqs += found[number:] if used[key] == uses[key] else found[number : number + 1]
        if not seqs:
            continue
        subject = str(event.get("subject"))
        before, other = latest.get(subject, (0, ""))
        if min(seqs) < before:
            detail = f"arrived before event {other}, which was published earlier"
            yield Finding(subject=subject, event=event["id"], detail=detail)
        if max(seqs) > before:
            latest[subject] = (max(seqs), event["id"])


def _shown(key: Key) -> str:
    return " ".join(str(part) for part in key)
