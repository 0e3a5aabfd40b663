"""Telling the core what became of its messages.

The audit trail is read on from a cursor: every end of a delivery, and every parking, becomes a
message of the hub's own, which goes through the same store, lanes and retries as any other. The id
of that message is derived from the entry, so that a process that dies between publishing and moving
the cursor only publishes it again, and the hub takes it once. Several processes may do this at once
for the same reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from adapters.contract import OWN
from continuity.delivery import State
from continuity.store.audit import Action
from continuity.store.contract import Cursors, Reading, Receipts
from continuity.store.records import UNROUTED, AuditEntry, Told
from schakel.errand import Errand
from schakel.intake import Intake, Refused
from schemas.messagetypes import FROM_HUB

CURSOR: Final = "receipts"
AT_A_TIME: Final = 500

_PREFIX: Final = "nl.burgerzaken.aflevering."
_TYPES: Final[Mapping[str, str]] = {
    State.DELIVERED: _PREFIX + "geslaagd",
    State.PARKED: _PREFIX + "geparkeerd",
    State.EXPIRED: _PREFIX + "verlopen",
    State.DISCARDED: _PREFIX + "vervallen",
}
_GOES_ON_ELSEWHERE: Final = frozenset({Action.REROUTE, Action.REDIRECT})
"""The delivery ends, and another one of the same message takes its place: nothing to tell."""

_MOST_REFERENCES: Final = 100
_CONTROL: Final = re.compile(r"[\u0000-\u001f\u007f-\u009f\ufffe\uffff]+")


class ReceiptStore(Cursors, Receipts, Reading, Protocol):
    """What telling needs of the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    entry: AuditEntry
    type: str
    delivery_id: int


class ReceiptTeller(Errand):
    """`source` names the hub; None: no route wants its messages, and nothing is done.

    The first time it begins at the end of the trail: what was before is history.
    """

    def __init__(self, *, store: ReceiptStore, intake: Intake, source: str | None) -> None:
        super().__init__("receipts")
        self._store = store
        self._intake = intake
        self._source = source

    async def step(self) -> bool:
        """Tells of the next entries; False when there were no more, or nobody wants to know."""
        wanted = self._intake.told.intersection(_TYPES.values())
        if self._source is None or not wanted:
            return False
        at = await self._store.read_cursor(CURSOR)
        if at is None:
            end = await self._store.end_of_trail()
            await self._store.save_cursor(CURSOR, str(end), before=None)
            return False
        entries = await self._store.audit_trail(after=int(at), limit=AT_A_TIME)
        if not entries:
            return False
        news = [one for entry in entries if (one := _news(entry)) and one.type in wanted]
        await self._tell(news, self._source)
        await self._store.save_cursor(CURSOR, str(entries[-1].seq), before=at)
        return len(entries) == AT_A_TIME

    async def _tell(self, news: list[_News], source: str) -> None:
        if not news:
            return
        found = await self._store.to_tell([one.delivery_id for one in news])
        told = {one.delivery.id: one for one in found if one.delivery.type not in FROM_HUB}
        said = [one for one in news if one.delivery_id in told]
        raws = [_event(one, told[one.delivery_id], source) for one in said]
        for one, outcome in zip(said, await self._intake.tell(raws), strict=True):
            if isinstance(outcome, Refused):
                rules = sorted({problem.rule for problem in outcome.problems})
                self._log.error("receipt_refused", delivery=one.delivery_id, rules=rules)


def _news(entry: AuditEntry) -> _News | None:
    kind = _TYPES.get(entry.after or "")
    if (
        kind is None
        or entry.delivery_id is None
        or entry.before == entry.after
        or entry.action in _GOES_ON_ELSEWHERE
    ):
        return None
    return _News(entry=entry, type=kind, delivery_id=entry.delivery_id)


def _event(news: _News, told: Told, source: str) -> Mapping[str, Any]:
    entry, delivery = news.entry, told.delivery
    moment = entry.at.isoformat().replace("+00:00", "Z")
    return {
        "specversion": "1.0",
        # the hash as well: a store that was made anew counts from 1 again
        "id": f"{news.type.rpartition('.')[2]}-{entry.seq}-{entry.hash.hex()[:16]}",
        "source": source,
        "type": news.type,
        "time": moment,
        "subject": delivery.subject or None,
        "tenant": delivery.tenant,
        "correlationid": told.correlation_id,
        "causationid": delivery.event_id,
        "datacontenttype": "application/json",
        "data": {
            "bericht": {
                "id": delivery.event_id,
                "bron": delivery.source,
                "type": delivery.type,
                "onderwerp": delivery.subject or None,
            },
            "bestemming": None if delivery.destination == UNROUTED else delivery.destination,
            "aflevering": delivery.id,
            "pogingen": delivery.attempts,
            "moment": moment,
            **_particulars(news, told),
        },
    }


def _particulars(news: _News, told: Told) -> Mapping[str, Any]:
    reason, fault = news.entry.reason, told.delivery.fault
    match news.entry.after:
        case State.DELIVERED:
            return {"verwijzingen": _references(told.references)}
        case State.PARKED:
            code, _, detail = reason.partition(": ")
            return {"fout": _fault(code, detail)}
        case State.EXPIRED:
            return {"fout": fault and _fault(fault.code, fault.detail)}
        case _:
            return {"reden": _text(reason)}


def _fault(code: str, detail: str) -> Mapping[str, str]:
    return {"code": _text(code)[:200].strip() or "unknown", "melding": _text(detail)}


def _references(references: Mapping[str, str]) -> list[dict[str, str]]:
    found = [
        {"naam": _text(name)[:200], "waarde": _CONTROL.sub(" ", value)[:2048]}
        for name, value in sorted(references.items())
        if name.strip() and value.strip() and not name.startswith(OWN)
    ]
    return found[:_MOST_REFERENCES]


def _text(said: str) -> str:
    """In one line, as long as a receipt may carry."""
    return _CONTROL.sub(" ", said).strip()[:1000]
