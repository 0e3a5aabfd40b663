"""Judging what was told about cases that others started: complete, once, in order, no echo.

Only the zaaksysteem's own books and the events that the core received count.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from schemas.dataref import document_hash
from simulators.zgw.store import DOCUMENTEN, ZAKEN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulators.zgw.starting import Started
    from simulators.zgw.world import World

    Event = Mapping[str, Any]

_PREFIX = "nl.burgerzaken.zaak."
_CASE, _STATUS, _DOCUMENT = "ontvangen", "status-ontvangen", "document-ontvangen"
_CHANGE = "wijziging-ontvangen"


@dataclass(slots=True, kw_only=True)
class Judgement:
    """`started` counts cases, statuses and documents; each finding is an address and a reason."""

    started: int
    told: int
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    incomplete: list[str] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)
    echoed: list[str] = field(default_factory=list)
    """Told, although nobody else made it."""

    @property
    def clean(self) -> bool:
        return not any(self._findings().values())

    def as_json(self) -> dict[str, Any]:
        findings = self._findings()
        counts = {name: len(items) for name, items in findings.items()}
        head = {"started": self.started, "told": self.told, "clean": self.clean}
        return {**head, **counts, "findings": findings}

    def _findings(self) -> dict[str, list[str]]:
        return {
            "lost": self.lost,
            "doubled": self.doubled,
            "incomplete": self.incomplete,
            "outOfOrder": self.out_of_order,
            "echoed": self.echoed,
        }


def judge(world: World, started: Started, told: Sequence[Event]) -> Judgement:
    """`told` in the order of arrival; an event that came twice with one id counts once."""
    first: dict[str, Event] = {}
    for event in told:
        first.setdefault(event["id"], event)
    events = list(first.values())
    documents = {url for _case, url in started.documents}
    result = Judgement(
        started=len(started.cases) + len(started.statuses) + len(documents), told=len(events)
    )
    by_thing: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in events:
        by_thing[_thing(event)].append(event)
    for url in started.cases:
        changes = by_thing.pop((_CHANGE, url), [])
        _case(world, url, by_thing.pop((_CASE, url), []), changes, result)
    for url in started.statuses:
        _once(url, by_thing.pop((_STATUS, url), []), result)
    for url in documents:
        _document(world, url, by_thing.pop((_DOCUMENT, url), []), result)
    result.echoed += [f"{kind} {url}" for kind, url in by_thing]
    _order(events, started, world, result)
    return result


def _thing(event: Event) -> tuple[str, str]:
    return str(event["type"]).removeprefix(_PREFIX), str(event["data"].get("verwijzing"))


def _once(url: str, events: Sequence[Event], result: Judgement) -> bool:
    if not events:
        result.lost.append(url)
    elif len(events) > 1:
        result.doubled.append(f"{url}: {len(events)} times")
    return len(events) == 1


def _case(
    world: World,
    url: str,
    events: Sequence[Event],
    changes: Sequence[Event],
    result: Judgement,
) -> None:
    """Told once; what was told of it last, then or after a change, is how it is."""
    if not _once(url, events, result):
        return
    data = [*events, *changes][-1]["data"]
    told = {
        "rollen": len(data.get("rollen") or ()) + (data.get("initiator") is not None),
        "zaakeigenschappen": len(data.get("eigenschappen") or ()),
        "zaakobjecten": len(data.get("objecten") or ()),
    }
    for name, count in told.items():
        there = len(list(world.store[ZAKEN + name].find("zaak", url)))
        if count != there:
            result.incomplete.append(f"{url}: {count} of {there} {name}")


def _document(world: World, url: str, events: Sequence[Event], result: Judgement) -> None:
    """The newest version must have been told, with its content; each version at most once."""
    record = world.store.at(url, DOCUMENTEN + "enkelvoudiginformatieobjecten")
    if record is None:
        return
    versions = Counter(
        (event.get("subject"), str(event["data"].get("versie")), bool(event.get("dataref")))
        for event in events
    )
    result.doubled += [f"{url}: version {key[1]}" for key, times in versions.items() if times > 1]
    newest = [one for one in events if one["data"].get("versie") == str(record.body["versie"])]
    if not newest:
        result.lost.append(f"{url}: version {record.body['versie']}")
        return
    content = record.own["versions"][-1][1]
    if content is not None and not any(_holds(event, bytes(content)) for event in newest):
        result.incomplete.append(f"{url}: not its content")


def _holds(event: Event, content: bytes) -> bool:
    sha256 = hashlib.sha256(content).hexdigest()
    return document_hash(str(event.get("dataref"))) == sha256


def _order(events: Sequence[Event], started: Started, world: World, result: Judgement) -> None:
    """A case that others started comes before all else about it; statuses come as they were set."""
    numbers = {
        record.body["identificatie"]
        for url in started.cases
        if (record := world.store.at(url, ZAKEN + "zaken")) is not None
    }
    place = {url: number for number, url in enumerate(started.statuses)}
    seen: set[str] = set()
    latest: dict[str, int] = {}
    for event in events:
        kind, url = _thing(event)
        subject = str(event.get("subject"))
        known = kind == _STATUS and url in place
        overtook = known and place[url] < latest.get(subject, 0)
        if kind == _CASE:
            seen.add(subject)
        elif overtook or (subject in numbers and subject not in seen):
            result.out_of_order.append(f"{kind} {url}")
        elif known:
            latest[subject] = place[url]
