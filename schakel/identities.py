"""Telling the core which number a case has got for good, once for each number.

The store has the truth: what is settled and not announced. The event's id is derived from what it
says, so that a process that dies between publishing and marking only publishes it again, and the
hub takes it once (`Intake`). Several processes may do this at once for the same reason.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from adapters.contract import Clock
from continuity.store.contract import Identities
from continuity.store.records import Identity, Issuer
from schakel.errand import Errand
from schakel.intake import Intake, Refused

GRANTED: Final = "nl.burgerzaken.zaak.identificatie-toegekend"
AT_A_TIME: Final = 100
_NAMESPACE: Final = uuid.UUID("5a1c3d52-7f0e-4a52-9a43-0d6a2f1f7f5b")


class IdentityAnnouncer(Errand):
    """`source` names the hub; None: no route wants its messages, and nothing is done."""

    def __init__(
        self, *, store: Identities, intake: Intake, source: str | None, clock: Clock
    ) -> None:
        super().__init__("identities")
        self._store = store
        self._intake = intake
        self._source = source
        self._clock = clock

    async def step(self) -> bool:
        """Announces some; False when there was nothing to tell.

        What no route wants is marked as told, for nobody waits for it.
        """
        if self._source is None or GRANTED not in self._intake.told:
            return False
        found = await self._store.unannounced_identities(self._intake.tenants, limit=AT_A_TIME)
        if not found:
            return False
        outcomes = await self._intake.tell([event_of(one, self._source) for one in found])
        for one, outcome in zip(found, outcomes, strict=True):
            if isinstance(outcome, Refused):
                rules = sorted({problem.rule for problem in outcome.problems})
                self._log.error("identity_refused", identity=one.id, rules=rules)
        await self._store.mark_announced(found, now=self._clock.now())
        return True


def own_source(oin: str) -> str:
    """The source of what the hub itself says, from `[hub] oin`."""
    return f"urn:nld:oin:{oin}:systeem:schakel"


def event_of(one: Identity, source: str) -> Mapping[str, Any]:
    """The message about a settled identity; the same identity gives the same message."""
    definitive, settled_at = _settled(one)
    replaced = definitive != one.case_number
    said = f"{one.tenant}\0{one.destination}\0{one.case_number}\0{definitive}"
    return {
        "specversion": "1.0",
        "id": str(uuid.uuid5(_NAMESPACE, said)),
        "source": source,
        "type": GRANTED,
        "time": settled_at.isoformat().replace("+00:00", "Z"),
        "subject": one.case_number,
        "tenant": one.tenant,
        "datacontenttype": "application/json",
        "data": {
            "identificatie": definitive,
            "voorlopigeIdentificatie": one.case_number,
            "toegekendDoor": "zaaksysteem"
            if replaced or one.issuer is Issuer.ZAAKSYSTEEM
            else "hub",
            "bestemming": one.destination or None,
        },
    }


def _settled(one: Identity) -> tuple[str, datetime]:
    if one.definitive_number is None or one.settled_at is None:
        raise ValueError("a provisional identity has nothing to tell")
    return one.definitive_number, one.settled_at
