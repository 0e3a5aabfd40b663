"""The simulator's own books: every request received and every effect committed, in one order."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from simulators.kit.clock import SettableClock

_SHOWN_BODY = 4_096  # characters of one body in the JSON of the journal


@dataclass(slots=True, kw_only=True)
class Request:
    """One request received; `status` stays None while it is open or when no answer was sent."""

    seq: int
    at: datetime
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes | None
    status: int | None = None
    fault: str | None = None

    def as_json(self) -> dict[str, Any]:
        body = self.body
        return {
            "seq": self.seq,
            "at": self.at.isoformat(),
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "headers": _shown_headers(self.headers),
            "body": None if body is None else body[:_SHOWN_BODY].decode("utf-8", "replace"),
            "bodyTruncated": body is not None and len(body) > _SHOWN_BODY,
            "status": self.status,
            "fault": self.fault,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One change that the simulated system really made.

    `kind` names the resource, `case` the case it belongs to (None when none), `key` its natural
    key: enough to recognise the same change made twice. `request` is the seq of its request.
    """

    seq: int
    at: datetime
    request: int
    kind: str
    case: str | None
    key: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "seq": self.seq,
            "at": self.at.isoformat(),
            "request": self.request,
            "kind": self.kind,
            "case": self.case,
            "key": dict(self.key),
        }


class Journal:
    """Requests are kept in a ring (`keep_requests`, and `keep_body_bytes` of bodies in all);
    effects are all kept. One sequence counts both, so their order can be compared.
    """  # noqa: D205 - the first sentence does not fit on one line without losing a limit

    def __init__(
        self,
        clock: SettableClock,
        *,
        keep_requests: int = 20_000,
        keep_body_bytes: int = 16_000_000,
    ) -> None:
        self._clock = clock
        self._keep_bodies = keep_body_bytes
        self._requests: deque[Request] = deque(maxlen=keep_requests)
        self._with_body: deque[Request] = deque()
        self._body_bytes = 0
        self._received = 0
        self._seq = 0
        self._effects: list[Effect] = []

    @property
    def effects(self) -> Sequence[Effect]:
        return self._effects

    @property
    def requests(self) -> Sequence[Request]:
        return self._requests

    @property
    def received(self) -> int:
        """How many requests came in since the start or the last reset, kept or not."""
        return self._received

    def received_request(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> Request:
        self._seq += 1
        self._received += 1
        request = Request(
            seq=self._seq,
            at=self._clock.now(),
            method=method,
            path=path,
            query=query,
            headers=headers,
            body=body,
        )
        self._requests.append(request)
        if body:
            self._with_body.append(request)
            self._body_bytes += len(body)
            while self._body_bytes > self._keep_bodies:
                oldest = self._with_body.popleft()
                self._body_bytes -= len(oldest.body or b"")
                oldest.body = None
        return request

    def committed(
        self, kind: str, *, request: int, case: str | None, key: Mapping[str, Any]
    ) -> Effect:
        self._seq += 1
        effect = Effect(
            seq=self._seq, at=self._clock.now(), request=request, kind=kind, case=case, key=key
        )
        self._effects.append(effect)
        return effect

    def clear(self) -> None:
        """Forget everything; the sequence goes on, so an old page of results is recognisable."""
        self._requests.clear()
        self._with_body.clear()
        self._body_bytes = 0
        self._received = 0
        self._effects.clear()


def page_of(
    entries: Sequence[Request] | Sequence[Effect], *, after: int, limit: int
) -> dict[str, Any]:
    """The first `limit` entries with a seq above `after`; `next` is where to go on from."""
    start = bisect_right(entries, after, key=lambda entry: entry.seq)
    found = [entry.as_json() for entry in entries[start : start + limit]]
    more = len(entries) > start + limit
    return {"results": found, "next": found[-1]["seq"] if more else None}


def _shown_headers(headers: Mapping[str, str]) -> dict[str, str]:
    shown = {name.lower(): value for name, value in headers.items()}
    if "authorization" in shown:
        scheme = shown["authorization"].split(" ", 1)[0]
        shown["authorization"] = f"{scheme} ..."
    if "x-api-key" in shown:
        shown["x-api-key"] = "..."
    return shown
