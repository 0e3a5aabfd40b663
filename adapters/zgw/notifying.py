"""What the Notificaties API calls: who it is, what it says, and what is to be done with it.

A notification holds no content, only where to look; nothing of it is believed but that. Whatever
comes from the right caller gets 204, also what is not understood: every other answer is retried for
a day. (204 is what the standard's consumer API asks for, notificaties-consumer 1.0.0.)
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from adapters._kit.problem import read_json
from adapters.contract import InboundRequest, News, Received, Reception, WireAnswer
from adapters.zgw import stages
from adapters.zgw.client import ZgwClient
from adapters.zgw.inbound import moment_of
from adapters.zgw.postroom_settings import CALLBACK_PATH, PostroomSettings

MOST_BYTES: Final = 64 * 1024
"""A real notification has less than 1 kB."""

_FIRST_YEAR: Final = 1900
"""Of a moment that a message can hold."""
_LONGEST_FIELD: Final = 2000
_DONE: Final = WireAnswer(status=204)
_WHO: Final = WireAnswer(
    status=401,
    body=b"This callback needs the Authorization that was given at the subscription.",
    headers={"WWW-Authenticate": "Bearer"},
)
NO_PLACE: Final = WireAnswer(status=404, body=b"There is no callback at this address.")
_ONLY_POST: Final = WireAnswer(
    status=405, body=b"Notifications are POSTed.", headers={"Allow": "POST"}
)
LATER: Final = WireAnswer(
    status=503,
    body=b"The hub cannot store anything now; send this again later.",
    headers={"Retry-After": "30"},
)

_ITEM: Final = r"/[A-Za-z0-9_-]{1,64}"
_ZAAK_PATH: Final = re.compile(r"/zaken" + _ITEM, re.ASCII)
_DOCUMENT_PATH: Final = re.compile(r"/enkelvoudiginformatieobjecten" + _ITEM, re.ASCII)
_CLOUD_TYPE: Final = re.compile(r"nl\.overheid\.([^.]+)\.([^.]+)\.([^.]+)")
_UUID: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", re.ASCII)
_DESTROY: Final = frozenset({"destroy", "deleted", "delete"})
_NEW_VERSION: Final = frozenset({"update", "partial_update", "updated"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One notification, in whichever of its two forms it came."""

    kanaal: str
    hoofd_object: str = field(repr=False)
    resource: str
    resource_url: str = field(repr=False)
    actie: str
    aanmaakdatum: str
    event: str = ""
    """Source and id of a CloudEvent; the standard's own form has no id."""

    @property
    def kind(self) -> str:
        return f"{self.kanaal}/{self.resource}/{self.actie}"[:80]

    @property
    def key(self) -> str:
        """What a repetition has in common with the first time."""
        parts = (self.kanaal, self.resource_url, self.actie, self.aanmaakdatum, self.event)
        return sha256("\n".join(parts).encode()).hexdigest()


class Unreadable(ValueError):
    """The body is no notification; the text says why, without anything of it."""


def refused(request: InboundRequest, settings: PostroomSettings) -> WireAnswer | None:
    """The refusal of a stranger, or of a call to another address; None: its body may be read."""
    if request.path.strip("/") != CALLBACK_PATH:
        return NO_PLACE
    if not _is_known(request.headers.get("authorization", ""), settings):
        return _WHO
    return None if request.method == "POST" else _ONLY_POST


def receive(request: InboundRequest, client: ZgwClient, now: datetime) -> Received:
    """Judge one call of who was let in; `now` is when it came."""
    try:
        notification = read(request.body, zaken_root=client.url("zaken", ""))
    except Unreadable as err:
        return _answered(Reception.REFUSED, "notification", code="unreadable", detail=str(err))
    if notification.kanaal == "test":
        return _unkept(_DONE)
    return _judge(notification, client, now)


def read(body: bytes, *, zaken_root: str) -> Notification:
    """Read a notification or the CloudEvent that Open Notificaties (1.14) makes of one.

    Raises Unreadable. `zaken_root` completes a CloudEvent that names its case by uuid only.
    """
    if len(body) > MOST_BYTES:
        raise Unreadable(f"It has more than {MOST_BYTES} bytes.")
    document = read_json(body)
    if not isinstance(document, dict):
        raise Unreadable("It is no JSON object.")
    document = {str(name): value for name, value in document.items()}
    fields = _of_cloud_event(document, zaken_root) if "specversion" in document else document
    texts = {name: _text(fields, name) for name in ("kanaal", "resource", "actie")}
    main = _text(fields, "hoofdObject", needed=texts["kanaal"] != "test")
    return Notification(
        kanaal=texts["kanaal"],
        resource=texts["resource"].lower(),
        actie=texts["actie"].lower(),
        hoofd_object=main,
        resource_url=_text(fields, "resourceUrl", needed=False) or main,
        aanmaakdatum=_text(fields, "aanmaakdatum", needed=False),
        event=_text(fields, "event", needed=False),
    )


def _of_cloud_event(document: Mapping[str, Any], zaken_root: str) -> dict[str, Any]:
    """The same facts: kanaal, resource and actie are in the type, the rest beside it."""
    parts = _CLOUD_TYPE.fullmatch(str(document.get("type")))
    if parts is None:
        raise Unreadable("It is a CloudEvent of a type that is not known.")
    data = document.get("data")
    facts = data if isinstance(data, dict) else {}
    subject = str(document.get("subject") or "")
    main = facts.get("hoofdObject")
    if main is None and parts[1] == "zaken" and _UUID.fullmatch(subject):
        main = f"{zaken_root}/zaken/{subject}"
    return {
        "kanaal": parts[1],
        "resource": parts[2],
        "actie": parts[3],
        "hoofdObject": main or subject,
        "resourceUrl": subject,
        "aanmaakdatum": str(document.get("time") or ""),
        "event": f"{document.get('source')} {document.get('id')}",
    }


def _text(fields: Mapping[str, Any], name: str, *, needed: bool = True) -> str:
    value = fields.get(name)
    if value is None and not needed:
        return ""
    fits = isinstance(value, str) and len(value) <= _LONGEST_FIELD and value.isprintable()
    if isinstance(value, str) and fits and (value or not needed):
        return value
    raise Unreadable(f"Its field {name} is absent, too long or no text of one line.")


def _judge(notification: Notification, client: ZgwClient, now: datetime) -> Received:
    kind = notification.kind
    if notification.kanaal not in _CHANNELS:
        detail = "Nothing is done with this kanaal."
        return _answered(Reception.IGNORED, kind, detail=detail)
    if notification.actie in _DESTROY and not _is_part(notification):
        detail = "Removed in the zaaksysteem: recorded, and told to nobody."
        return _answered(Reception.IGNORED, kind, notification, detail=detail)
    if notification.kanaal == "zaken":
        return _about_case(notification, client, now)
    return _about_document(notification, client, now)


def _is_part(notification: Notification) -> bool:
    """A part of a case went: the case itself is there, and another than it was."""
    return notification.kanaal == "zaken" and notification.resource in stages.PARTS


_CHANNELS: Final = frozenset({"zaken", "documenten"})


def _about_case(notification: Notification, client: ZgwClient, now: datetime) -> Received:
    url = notification.hoofd_object
    if not client.knows("zaken", url) or not _is_item(client.url("zaken", ""), url, _ZAAK_PATH):
        return _foreign(notification, "zaken.root")
    inhoud = {
        "zaak": url,
        "resource": notification.resource[:80],
        "actie": notification.actie[:80],
        "ontvangen": now.isoformat(),
    }
    return _taken(notification, stages.ZAAKMELDING, inhoud, now)


def _about_document(notification: Notification, client: ZgwClient, now: datetime) -> Received:
    """A new document is told when it is linked to a case; a changed one belongs to one already."""
    ours = notification.resource == "enkelvoudiginformatieobject"
    if not ours or notification.actie not in _NEW_VERSION:
        detail = "A document counts from its link with a case, which kanaal zaken tells."
        return _answered(Reception.IGNORED, notification.kind, notification, detail=detail)
    url, root = notification.hoofd_object, client.url("documenten", "")
    if not client.knows("documenten", url) or not _is_item(root, url, _DOCUMENT_PATH):
        return _foreign(notification, "documenten.root")
    inhoud = {"document": url, "ontvangen": now.isoformat()}
    return _taken(notification, stages.DOCUMENTMELDING, inhoud, now)


def _is_item(root: str, url: str, path: re.Pattern[str]) -> bool:
    """Only the address of one resource: no query, nothing below or beside it."""
    return path.fullmatch(url[len(root) :]) is not None if url.startswith(root) else False


def _taken(
    notification: Notification, soort: str, inhoud: Mapping[str, Any], now: datetime
) -> Received:
    said = moment_of(notification.aanmaakdatum)
    time = said if said is not None and said.year >= _FIRST_YEAR else now
    about = notification.hoofd_object
    news: News = stages.stage(soort, notification.key, inhoud, time=time, about=about)
    return _answered(Reception.TAKEN, notification.kind, notification, news=news)


def _foreign(notification: Notification, setting: str) -> Received:
    return _answered(
        Reception.REFUSED,
        notification.kind,
        notification,
        code="foreign-url",
        detail=f"It is about an address that is not of one resource under {setting}; nothing was "
        "fetched. Make the root equal to what the zaaksysteem calls itself, or correct the "
        "subscription.",
    )


def _answered(
    outcome: Reception,
    kind: str,
    notification: Notification | None = None,
    *,
    news: News | None = None,
    code: str = "",
    detail: str = "",
) -> Received:
    key = "" if notification is None else notification.key
    return Received(
        outcome=outcome,
        kind=kind,
        answer=_DONE,
        key=key,
        digest=key.encode(),
        news=() if news is None else (news,),
        code=code,
        detail=detail,
    )


def _unkept(answer: WireAnswer) -> Received:
    return Received(outcome=Reception.IGNORED, kind="call", answer=answer, keep=False)


def _is_known(given: str, settings: PostroomSettings) -> bool:
    wanted = settings.callback_auth.get_secret_value()
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())
