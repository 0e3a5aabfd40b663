"""The audit trail per main object: who changed what, with the user claims of the token."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.kit import SettableClock
    from simulators.zgw.store import Store
    from simulators.zgw.world import Call, Change

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_SOURCES = {"zrc": "ZRC", "drc": "DRC", "brc": "BRC"}
_ACTIONS = {
    "create": ("Object aangemaakt", 201),
    "update": ("Object bijgewerkt", 200),
    "partial_update": ("Object deels bijgewerkt", 200),
    "destroy": ("Object verwijderd", 204),
}


@dataclass(frozen=True, slots=True)
class _Entry:
    """Kept small: bodies as JSON bytes, the rest rebuilt when somebody asks for the trail."""

    uuid: str
    change: Change
    application: tuple[str, str]
    user: tuple[str, str]
    remark: str
    at: str
    before: bytes | None
    after: bytes | None


class AuditTrail:
    """Trails by the URL of the main object."""

    def __init__(self, store: Store, clock: SettableClock) -> None:
        self._store = store
        self._clock = clock
        self._trails: dict[str, list[_Entry]] = {}

    def add(self, call: Call, change: Change) -> None:
        application = call.client.application
        entry = _Entry(
            self._store.new_id(),
            change,
            (application.uuid, application.body["label"]),
            (call.client.user_id, call.client.user_name),
            call.incoming.headers.get("X-Audit-Toelichting", ""),
            self._clock.now().isoformat().replace("+00:00", "Z"),
            _packed(change.before),
            _packed(change.after),
        )
        self._trails.setdefault(change.main, []).append(entry)

    def drop(self, main: str) -> None:
        self._trails.pop(main, None)

    def of(self, main: str) -> list[dict[str, Any]]:
        """The trail of a main object, oldest first."""
        return [_shown(entry) for entry in self._trails.get(main, [])]


def _packed(body: Mapping[str, Any] | None) -> bytes | None:
    return None if body is None else _ENCODER.encode(body).encode()


def _shown(entry: _Entry) -> dict[str, Any]:
    change = entry.change
    words, status = _ACTIONS[change.action]
    return {
        "uuid": entry.uuid,
        "bron": _SOURCES[change.component],
        "applicatieId": entry.application[0],
        "applicatieWeergave": entry.application[1],
        "gebruikersId": entry.user[0],
        "gebruikersWeergave": entry.user[1],
        "actie": change.action,
        "actieWeergave": words,
        "resultaat": status,
        "hoofdObject": change.main,
        "resource": change.resource,
        "resourceUrl": change.url,
        "toelichting": entry.remark,
        "resourceWeergave": change.shown,
        "aanmaakdatum": entry.at,
        "wijzigingen": {
            "oud": None if entry.before is None else json.loads(entry.before),
            "nieuw": None if entry.after is None else json.loads(entry.after),
        },
    }
