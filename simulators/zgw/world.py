"""What every part of the ZGW simulator works with: the call, the reply, and the shared state."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simulators.zgw.fields import show_datetime
from simulators.zgw.problems import WHOLE, Refusal, invalid
from simulators.zgw.store import ZAKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulators.kit import Incoming, Journal, SettableClock
    from simulators.zgw.audit import AuditTrail
    from simulators.zgw.auth import Client, Gate
    from simulators.zgw.notifier import Notifier
    from simulators.zgw.store import Record, Store


@dataclass(slots=True)
class Call:
    """One admitted request: `ids` are the uuids in its path, from left to right."""

    incoming: Incoming
    ids: tuple[str, ...]
    client: Client

    def document(self) -> dict[str, Any]:
        """Return the JSON body; raises the 415 or 400 of a body that is none."""
        media_type = self.incoming.headers.get("Content-Type", "").partition(";")[0].strip()
        if media_type.lower() != "application/json":
            detail = f'Ongeldige media type "{media_type}" in aanvraag.'
            raise Refusal("UnsupportedMediaType", detail=detail)
        try:
            document = json.loads(self.incoming.body or b"{}")
        except ValueError as err:
            raise Refusal("ParseError", detail="JSON parse error") from err
        if not isinstance(document, dict):
            raise invalid(WHOLE, "invalid", "Ongeldige data. Verwacht een object.")
        return document


@dataclass(slots=True, kw_only=True)
class Reply:
    """An answer of a handler; `content` instead of `body` when it is not JSON."""

    status: int = 200
    body: Any = None
    content: bytes | None = None
    location: str = ""
    etag: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One committed change, as the journal, the audit trail and the channels need to know it."""

    kind: str
    case: str | None
    key: Mapping[str, Any]
    component: str = ""
    main: str = ""  # URL of the main object whose audit trail and channel this belongs to
    resource: str = ""
    url: str = ""
    action: str = "create"
    shown: str = ""
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    channel: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Options:
    """Choices of one ZGW simulator; `part_size` is the size of one bestandsdeel in bytes."""

    part_size: int = 1_048_576
    insists: bool = False
    """Every case gets a number of the zaaksysteem, unless it comes with a reserved one."""
    reserves: bool = True
    """Offers zaaknummer_reserveren; without it the path is unknown (404)."""


@dataclass(slots=True, kw_only=True)
class World:
    """The zaaksysteem: its data, its clock and everything that has to hear of a change."""

    store: Store
    clock: SettableClock
    journal: Journal
    gate: Gate
    audit: AuditTrail
    notifier: Notifier
    options: Options
    reserved: set[str] = field(default_factory=set)
    """Numbers that were given out by zaaknummer_reserveren."""
    _held: list[tuple[Call, Change]] | None = None

    def now_text(self) -> str:
        return show_datetime(self.clock.now())

    def committed(self, call: Call, change: Change) -> None:
        """Write a change into the journal and the audit trail and publish it to the channel."""
        if self._held is not None:
            self._held.append((call, change))
            return
        self.journal.committed(
            change.kind, request=call.incoming.number, case=change.case, key=change.key
        )
        if change.main:
            self.audit.add(call, change)
            self.notifier.publish(change)

    def all_or_nothing(self, work: Callable[[], Reply]) -> Reply:
        """Run several creations as one: a refusal in the middle leaves nothing behind."""
        self._held = []
        self.store.begin()
        try:
            reply = work()
        except Refusal:
            self.store.roll_back()
            raise
        else:
            self.store.keep()
            held, self._held = self._held, None
            for call, change in held:
                self.committed(call, change)
            return reply
        finally:
            self._held = None


def zaak_of(world: World, body: Mapping[str, Any]) -> Record | None:
    """Return the zaak that a body refers to, if it is one of ours."""
    url = body.get("zaak")
    return world.store.at(url, ZAKEN + "zaken") if isinstance(url, str) else None


def zaak_marks(zaak: Mapping[str, Any], catalogus: str) -> dict[str, str]:
    """The kenmerken with which channel `zaken` is filtered."""
    return {
        "bronorganisatie": zaak["bronorganisatie"],
        "zaaktype": zaak["zaaktype"],
        "zaaktype.catalogus": catalogus,
        "vertrouwelijkheidaanduiding": zaak["vertrouwelijkheidaanduiding"],
    }
