"""The REST face of the ebMS gateway (ebms-core) in front of Logius: a part of its own API.

Time goes by at each request, by the settable clock: what Logius has confirmed or worked out by then
is on the gateway's lists.
"""

from __future__ import annotations

import base64
import gzip
import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from simulators.berichtenbox.letters import Letter, Rules, judged, technical
from simulators.kit import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulators.berichtenbox.options import Options
    from simulators.kit import Incoming, Surroundings

ROOT: Final = "/service/rest/v19"
REQUEST: Final = "GLOBE-R-BV-Request"
RESULT: Final = "GLOBE-R-BV-Result"
HOST: Final = "gateway.schakel.test"
"""What stands behind the @ of its message ids."""
_URN: Final = "urn:osb:oin:"
_JSON: Final = {"Content-Type": "application/json"}


@dataclass(slots=True, kw_only=True)
class Carried:
    """A message of the gateway."""

    properties: dict[str, Any]
    content: bytes
    at: datetime
    confirmed: bool = False
    answered: bool = False
    unprocessed: bool = False
    """A result that nobody has taken off the list."""


class GatewayFace:
    """What the gateway holds, and the boxes behind it."""

    def __init__(self, options: Options, subscribed: set[str]) -> None:
        self.options = options
        self._subscribed = subscribed
        self.clear()

    def clear(self) -> None:
        self.messages: dict[str, Carried] = {}
        self.events: dict[str, str] = {}
        self.boxes: dict[str, Letter] = {}
        self._technical: dict[str, int] = {}

    def answer(self, incoming: Incoming, around: Surroundings) -> Answer:
        if refusal := self._refused(incoming):
            return refusal
        self._let_time_go_by(around.clock.now())
        rest = incoming.path.removeprefix(ROOT)
        parts = [unquote(part) for part in rest.strip("/").split("/")]
        query = dict(incoming.parameters())
        match incoming.method, parts:
            case "POST", ["ebms", "messages"]:
                return self._take(incoming, around)
            case "GET", ["ebms", kind, "unprocessed"]:
                return _json(self._listed(kind, query, incoming.parameters()))
            case "GET", ["ebms", "messages", number]:
                return self._one(number)
            case "PATCH", ["ebms", kind, number]:
                return self._taken_off(kind, number)
            case _:
                return _error(404, "Not found")

    def _listed(
        self, kind: str, query: Mapping[str, str], parameters: Sequence[tuple[str, str]]
    ) -> list[Any]:
        if kind == "messages":
            return self._unprocessed(query)
        return self._events(query, {value for name, value in parameters if name == "eventTypes"})

    def _taken_off(self, kind: str, number: str) -> Answer:
        if kind == "events":
            self.events.pop(number, None)
        elif number in self.messages:
            self.messages[number].unprocessed = False
        return Answer(status=200)

    def _refused(self, incoming: Incoming) -> Answer | None:
        if not self.options.user:
            return None
        headers = {name.lower(): value for name, value in incoming.headers.items()}
        word = f"{self.options.user}:{self.options.password}".encode()
        if headers.get("authorization") == f"Basic {base64.b64encode(word).decode()}":
            return None
        return _error(401, "Unauthorized")

    def _take(self, incoming: Incoming, around: Surroundings) -> Answer:
        try:
            given = json.loads(incoming.body)
            asked: Mapping[str, Any] = given["properties"]
            content = base64.b64decode(given["dataSources"][0]["content"], validate=True)
        except (ValueError, KeyError, IndexError, TypeError):
            return _error(400, "The message cannot be read")
        if wrong := self._no_agreement(asked):
            return _error(500, wrong)
        number = f"{asked.get('messageId') or uuid.uuid4()}@{HOST}"
        if number in self.messages:
            return _error(500, "Unique index or primary key violation: ebms_message")
        now = around.clock.now()
        self.messages[number] = Carried(
            properties={
                "cpaId": asked["cpaId"],
                "fromParty": {"partyId": asked["fromPartyId"], "role": asked.get("fromRole")},
                "toParty": {"partyId": asked["toPartyId"], "role": asked.get("toRole")},
                "service": asked["service"],
                "action": asked["action"],
                "timestamp": now.isoformat(),
                "conversationId": asked.get("conversationId") or str(uuid.uuid4()),
                "messageId": number,
                "messageStatus": "CREATED",
            },
            content=content,
            at=now,
        )
        around.journal.committed(
            "ebms-bericht", request=incoming.number, case=None, key={"messageId": number}
        )
        self._let_time_go_by(now)
        return Answer(status=200, body=number.encode(), headers={"Content-Type": "text/plain"})

    def _no_agreement(self, asked: Mapping[str, Any]) -> str:
        """As ebms-core says it; it compares party ids letter by letter, with their prefix."""
        if asked.get("cpaId") != self.options.cpa:
            return f"No CPA found for cpaId={asked.get('cpaId')}"
        party = asked.get("fromPartyId")
        if party != _URN + self.options.leverancier:
            return f"No fromParty found for cpaId={asked['cpaId']}, fromPartyId={party}"
        if asked.get("action") != REQUEST or not str(asked.get("toPartyId")).startswith(_URN):
            return f"No toParty found for cpaId={asked['cpaId']}"
        return ""

    def _let_time_go_by(self, now: datetime) -> None:
        options = self.options
        for number, one in list(self.messages.items()):
            if one.properties["action"] != REQUEST:
                continue
            if not one.confirmed and now >= one.at + timedelta(seconds=options.ack_seconds):
                one.confirmed = True
                one.properties["messageStatus"] = options.transport
                self.events[number] = options.transport
                one.answered = options.transport != "DELIVERED"
            due = one.at + timedelta(seconds=options.ack_seconds + options.result_seconds)
            if one.confirmed and not one.answered and now >= due and not options.silent:
                one.answered = True
                self._work_out(one, now)

    def _work_out(self, one: Carried, now: datetime) -> None:
        options = self.options
        conversation = one.properties["conversationId"]
        failed = self._technical.get(conversation, 0)
        if failed < options.technical:
            self._technical[conversation] = failed + 1
            content = technical(one.content, options.leverancier, now)
        else:
            rules = Rules(
                sender=options.leverancier,
                kind=options.berichttype,
                subscribed=lambda bsn: bsn in self._subscribed,
                known=lambda number: number in self.boxes,
            )
            content, letters = judged(one.content, rules, now)
            self.boxes |= {letter.number: letter for letter in letters}
        number = f"{uuid.uuid4()}@logius.schakel.test"
        sent = one.properties
        self.messages[number] = Carried(
            properties={
                "cpaId": sent["cpaId"],
                "fromParty": sent["toParty"],
                "toParty": sent["fromParty"],
                "service": sent["service"],
                "action": RESULT,
                "timestamp": now.isoformat(),
                "conversationId": str(uuid.uuid4()),
                "messageId": number,
                "refToMessageId": sent["messageId"],
                "messageStatus": "RECEIVED",
            },
            content=gzip.compress(content) if options.packed else content,
            at=now,
            unprocessed=True,
        )

    def _unprocessed(self, query: Mapping[str, str]) -> list[str]:
        found = [
            number
            for number, one in self.messages.items()
            if one.unprocessed
            and one.properties["cpaId"] == query.get("cpaId", one.properties["cpaId"])
            and one.properties["action"] == query.get("action", one.properties["action"])
        ]
        found = found[::-1] if self.options.backwards else found
        return found[: int(query.get("maxNr", "0")) or None]

    def _events(self, query: Mapping[str, str], kinds: set[str]) -> list[dict[str, str]]:
        found = [
            {"messageId": number, "type": kind}
            for number, kind in self.events.items()
            if not kinds or kind in kinds
        ]
        return found[: int(query.get("maxNr", "0")) or None]

    def _one(self, number: str) -> Answer:
        one = self.messages.get(number)
        if one is None:
            return _error(404, "Message not found!")
        source = {
            "name": "inhoud",
            "contentType": "application/xml",
            "content": base64.b64encode(one.content).decode(),
        }
        return _json({"properties": one.properties, "dataSources": [source]})


def _json(value: Any) -> Answer:
    return Answer(status=200, body=json.dumps(value).encode(), headers=_JSON)


def _error(status: int, words: str) -> Answer:
    return Answer(status=status, body=json.dumps({"message": words}).encode(), headers=_JSON)
