"""What passes between the server and a simulated system: plain values, no sockets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from simulators.kit.clock import SettableClock
    from simulators.kit.journal import Journal


class Sink(Protocol):
    """Takes the body of one request in pieces as they come in."""

    def feed(self, piece: bytes) -> None: ...


@dataclass(slots=True, kw_only=True)
class Incoming:
    """One request as it came off the socket; `number` is its sequence number in the journal."""

    number: int
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    sink: Sink | None = None
    """What took the body, when the system asked for that; `body` is empty then."""
    serial_number: str | None = None
    """serialNumber in the subject of the caller's certificate: its OIN. None: no certificate, or
    none in it."""

    def parameters(self) -> list[tuple[str, str]]:
        """Return the query in its own order; empty values are kept."""
        return parse_qsl(self.query, keep_blank_values=True)


@dataclass(slots=True, kw_only=True)
class Answer:
    """A complete answer; a fault may still spoil it on its way out."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of the page that shows what arrived; `rows` are plain texts, newest first."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlCall:
    """An own route of a system on the control port, next to the routes that every simulator has."""

    method: str
    path: str
    run: Callable[[Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a system is given when its simulator starts."""

    base_url: str
    clock: SettableClock
    journal: Journal


class ControlProblem(Exception):
    """The control call cannot be done; the caller reads `str(error)` in a 400 and corrects it."""


class System(Protocol):
    """A simulated external system: it answers requests and keeps its own state in memory.

    `answer` must commit without awaiting in between, so that a client sees a request either done
    or not done, and a spoilt answer ("after") always means done.
    """

    @property
    def name(self) -> str: ...

    def start(self, surroundings: Surroundings) -> Awaitable[None]: ...

    def stop(self) -> Awaitable[None]: ...

    def reset(self) -> None: ...

    def answer(self, incoming: Incoming) -> Awaitable[Answer]: ...

    def tables(self) -> Sequence[Table]: ...

    def control_calls(self) -> Sequence[ControlCall]: ...


@runtime_checkable
class Streaming(Protocol):
    """A system that takes some bodies in pieces: too large to be in memory, or in the journal."""

    def sink_for(self, method: str, path: str, headers: Mapping[str, str]) -> Sink | None:
        """Return what takes the body of this request; None: it is read as a whole."""
