"""What every adapter promises to the hub, and what it may count on.

An adapter turns one canonical message into calls to one external system. It never decides about
retries, order or time: it says what happened, in one of five ways, and the worker acts on it.

| what leaves the adapter | meaning                               | what the worker does         |
|-------------------------|---------------------------------------|------------------------------|
| `Receipt`               | the system has it                     | delivered                    |
| `TransientError`        | surely not taken, or overloaded       | waits; counts for breaker    |
| `UncertainError`        | it may have taken it                  | looks up before any resend   |
| `RejectedError`         | it refused this message               | parks it for an operator     |
| `ConfigurationError`    | our address, credential, certificate  | opens breaker, alerts once   |

Anything else that is raised is a bug of ours: the delivery is parked.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Final, Protocol, runtime_checkable

from schemas import Message


class Clock(Protocol):
    """The only source of time. `now` is aware and in UTC."""

    def now(self) -> datetime: ...


class Steps(Protocol):
    """Durable memory of one delivery that takes several calls.

    A step is one call that changes something at the partner, named by the adapter (`zaak`,
    `rol-initiator`, ...). What is recorded here survives a crash: a later attempt continues with
    the first step that has no result, and sends a step's request byte for byte as before.
    """

    def result(self, step: str) -> str | None:
        """What `complete` recorded (usually the partner's URL or number); None when not done."""

    def prepared(self, step: str) -> bool:
        """True when an earlier attempt prepared this step: it may have been sent."""

    async def prepare(self, step: str, render: Callable[[], bytes]) -> bytes:
        """Returns the request to send for `step`, stored before it returns.

        `render` is called only the first time; every later attempt gets the same bytes, also
        after a restart, until an operator edits the message.
        """

    async def complete(self, step: str, result: str) -> None:
        """Records that the partner has done `step`; durable with the next commit at the latest."""


class Content(Protocol):
    """A document beside the message. Nothing of it is in memory until it is read."""

    @property
    def size(self) -> int: ...

    @property
    def sha256(self) -> str:
        """Of the whole content, 64 small hexadecimal digits."""

    @property
    def media_type(self) -> str: ...

    def read(self, *, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` on, in pieces of at most 1 MiB; `length` None: to the end.

        Raises DocumentError when the content is gone or damaged: no wrong byte is ever given out.
        DocumentAwayError when it cannot be reached now. An adapter lets both pass.
        """


class Documents(Protocol):
    """The documents that the messages of one tenant may refer to."""

    async def open(self, ref: str) -> Content:
        """Finds the document that a message's `dataref` means; raises DocumentError."""

    async def keep(self, content: AsyncIterator[bytes], media_type: str) -> str:
        """Stores what comes in from an external system; returns its `dataref`.

        Durable when it returns; the same content twice is stored once. Nothing of it is in memory
        beyond some pieces. Raises DocumentAwayError, and RejectedError when it is too large.
        """


class NoDocuments:
    """Implements `Documents` where there are none."""

    async def keep(self, content: AsyncIterator[bytes], media_type: str) -> str:
        del content, media_type
        raise DocumentError("document:no_place", "This hub keeps no documents beside messages.")

    async def open(self, ref: str) -> Content:
        del ref  # whichever it is, it is not here
        raise DocumentError("document:gone", "This hub has no documents beside messages.")


OWN: Final = "_"
"""Begin of the name of a reference that an adapter keeps for itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the hub knows around one attempt."""

    delivery_id: int
    attempt: int
    """1 for the first attempt; look-ups do not count."""
    deadline: datetime
    """Aware, UTC. The worker cancels the attempt shortly after it and treats it as uncertain."""
    references: Mapping[str, str]
    """What this destination called this message's subject before: `{"zaak": "https://..."}`.

    A name that begins with OWN is the adapter's alone: it is kept like the others, and told nobody.
    """
    steps: Steps
    clock: Clock
    again: bool = False
    """An earlier delivery of this message reached the system, and a part was missing afterwards.

    Each thing is looked for before it is made, also one that no step remembers. Only adapters that
    are a `Comparer` get such messages.
    """
    documents: Documents = field(default_factory=NoDocuments)
    """Opens what the message's `dataref` refers to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What an external system tells, as a message that the hub is to publish in its name.

    `id` is derived from what happened at the partner (its own number, URL or moment), never from
    when or how often we heard of it: the hub takes the same id once, whatever its content.
    """

    id: str
    type: str
    """One that only the hub publishes, or `schemas.messagetypes.ONTVANGST`: that one is delivered
    to the destination which it comes from, and to nobody else."""
    data: Mapping[str, Any] = field(repr=False)
    """In the form of the type's payload, as JSON."""
    time: datetime
    """When it happened; aware."""
    subject: str | None = None
    """The number of the case. Its lane is the lane of the case's other messages."""
    ordering_key: str | None = None
    """In place of the subject, while the case is not known yet: such as the partner's URL of it."""
    dataref: str | None = None
    depends_on: str | None = None
    """The id of other news of the same destination that has to arrive first."""
    not_before: datetime | None = None
    """Aware; for what is to be worked out later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The partner has the message. `references` are remembered for the message's subject."""

    references: Mapping[str, str] = field(default_factory=dict)
    detail: str = ""
    """One line for the operator, without personal data."""
    news: Sequence[News] = ()
    """What was found out at the partner: stored before the delivery counts as done.

    A delivery that is cut short between the two is made again, and the news is taken once.
    """


@dataclass(frozen=True, slots=True)
class NotThere:
    """Looked up, and the call in doubt was not taken (or is now recorded as a done step).

    The worker may call `deliver` again: it continues where the steps say.
    """


@dataclass(frozen=True, slots=True)
class CannotTell:
    """The partner offers no way to find out, or its answer is ambiguous: a person must look."""

    detail: str


@dataclass(frozen=True, slots=True)
class Health:
    """Outcome of `check`: a cheap call without side effects. `detail` is for the operator."""

    ok: bool
    detail: str


@runtime_checkable
class Deliverer(Protocol):
    """An adapter that takes messages to an external system, store-and-forward."""

    handles: ClassVar[frozenset[str]]
    """Message types that `deliver` understands; a route to any other type is refused at start."""

    async def deliver(self, message: Message, context: Context) -> Receipt: ...

    async def look_up(
        self, message: Message, context: Context
    ) -> Receipt | NotThere | CannotTell: ...

    async def check(self) -> Health: ...

    async def aclose(self) -> None:
        """Closes connections. Called once, after the last attempt has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundRequest:
    """A request of an external system to /inbound/{tenant}/{destination}/{path}."""

    method: str
    path: str
    """Below the destination, without a slash at its begin: `OntvangAsynchroon`; may be empty."""
    query: str
    headers: Mapping[str, str] = field(repr=False)
    """Names in small letters."""
    body: bytes = field(repr=False)
    """Empty while `Receiver.admits` judges."""
    url: str
    """The address up to and with the destination, as the caller knows it; for a WSDL."""
    client_certificate: str | None = None
    """Subject of the caller's certificate, as a trusted proxy in front that checked it says.

    None: no certificate, or nobody who is trusted says so.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class WireAnswer:
    """What goes back over the wire."""

    status: int
    body: bytes = field(default=b"", repr=False)
    content_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


class Reception(StrEnum):
    """What became of a request."""

    TAKEN = "taken"
    """Understood; its news is stored with it."""
    IGNORED = "ignored"
    """Understood, and nothing has to be done: a test, a question."""
    REFUSED = "refused"
    """Not understood or not allowed; kept for the operator, with the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """How a request is to be recorded and answered.

    `answer` is given after everything is durable. The same `key` again with the same `digest` gets
    the first answer once more, and nothing is stored; with another digest, `clash` is given.

    Of an answer that is recorded only status, body and content type go out, the first time as
    every time: its other headers are not kept. One that is not recorded goes out whole.
    """

    outcome: Reception
    kind: str
    """Short, for grouping: `creeerZaak`, `zaken/status/create`."""
    answer: WireAnswer
    key: str = field(default="", repr=False)
    """What the sender makes unique: zender and referentienummer. Empty: nothing."""
    digest: bytes = b""
    """Of what has to be equal for the request to be the same; empty: of the whole body."""
    clash: WireAnswer | None = None
    """Another request had this key before; None: `answer` will do, and nothing more is stored."""
    news: Sequence[News] = ()
    code: str = ""
    """Of the refusal: `StUF055`."""
    detail: str = ""
    """A sentence for the operator, without personal data."""
    keep: bool = True
    """False: not even recorded, as for a WSDL or a question that was answered."""


class ReceiveContext(Protocol):
    """What a receiver may use of the hub."""

    @property
    def tenant(self) -> str: ...

    @property
    def destination(self) -> str: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def documents(self) -> Documents: ...

    async def ask(
        self,
        type: str,  # noqa: A002 - the word that every entrance uses
        data: Mapping[str, Any],
    ) -> Mapping[str, Any]:
        """Puts a question to the hub, for a system that asks us: routed by `[[ask]]` as any other.

        Raises AskRefused when there is no answer; `unavailable` says whether it may come later.
        """


class AskRefused(Exception):
    """The hub has no answer. The text is a sentence without personal data."""

    def __init__(self, detail: str, *, unavailable: bool) -> None:
        super().__init__(detail)
        self.detail = detail
        self.unavailable = unavailable


@runtime_checkable
class Receiver(Protocol):
    """An adapter whose system calls the hub, under /inbound/{tenant}/{destination}."""

    def admits(self, request: InboundRequest) -> WireAnswer | None:
        """Judges a caller by the head of its request, before a byte of the body is read.

        None: the body may be read, and the whole goes to `receive`. Otherwise the refusal; nothing
        is stored of it. Whatever proof a system gives outside the body has to be asked for here.
        """

    async def receive(self, request: InboundRequest, context: ReceiveContext) -> Received:
        """Reads and translates what `admits` let in; a proof inside the body is checked here.

        It stores nothing itself, except documents. Raises nothing for what comes from outside:
        what cannot be read is `REFUSED`.
        """

    def unavailable(self, request: InboundRequest) -> WireAnswer:
        """Answer while the hub can take nothing; the sender is to try again later.

        The body may be empty: the hub had no room to read it.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What a look at the partner gave."""

    news: Sequence[News]
    cursor: str
    """Where the next look goes on."""
    more: bool = False
    """There is more to be fetched at once."""


@runtime_checkable
class Poller(Protocol):
    """An adapter that looks at its system now and then for what nobody told us."""

    @property
    def poll_every(self) -> timedelta | None:
        """None: switched off by the settings."""

    async def poll(self, cursor: str | None, clock: Clock) -> Polled:
        """Reads only. `cursor` None: the first time. Raises the consequences of the contract."""


CASE_NUMBER: Final = "identificatie"
"""Reference under which a receipt tells the number that the system gave a case, or kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why somebody's data is asked for. Registers want it, and the protocol log keeps it."""

    doelbinding: str
    """Name of the purpose in the configuration, such as `verhuizing`."""
    gebruiker: str = field(repr=False)
    """Who asks, as the municipality knows that person; the citizen's own session by its name."""
    verwerking: str = ""
    """The processing in the municipality's register of them: `proces@activiteit`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a caller wants to know now; validated. It may hold personal data."""

    type: str
    tenant: str
    data: Mapping[str, Any] = field(repr=False)
    """In the form of the type's question model, as JSON."""
    deadline: datetime
    """Aware, UTC. After it nobody reads the answer any more."""
    caller: str
    """Who asks: for the partner's own audit trail; a system or key, never a person."""
    reason: Reason | None = None
    """Always there for a question whose type is personal."""
    fields: frozenset[str] = frozenset()
    """Dotted JSON paths of the answer that the purpose allows (`personen.geboortedatum`).

    An adapter asks its register for no more; the hub takes the rest out of any answer. Empty: all.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the system said, in the form of the type's answer model, as JSON."""

    data: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskContext:
    """What the hub knows around one try at a question."""

    attempt: int
    """1 for the first try; only questions that are safe to repeat get another."""
    clock: Clock
    documents: Documents = field(default_factory=NoDocuments)
    """Keeps what is too large to stand in the answer, of the tenant that asks."""


@runtime_checkable
class Asker(Protocol):
    """An adapter that answers questions at once: nothing is stored, nothing is forwarded later.

    A system that is down is never an empty answer: one of the errors below leaves `ask`.
    UncertainError is for questions that change something; a read that broke is a TransientError.
    """

    answers: ClassVar[frozenset[str]]
    """Question types that `ask` understands."""

    async def ask(self, question: Question, context: AskContext) -> Answer: ...

    async def check(self) -> Health: ...

    async def aclose(self) -> None:
        """Closes connections. Called once."""


class NotOffered(Exception):
    """The system leaves this question to the hub, by its settings: nothing was asked of it."""


class Kind(StrEnum):
    """What can be compared with a system that we deliver to."""

    ZAAK = "zaak"
    DOCUMENT = "document"
    STATUS = "status"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """Something that a system should have because of a message. Identifiers are personal data."""

    kind: Kind
    identifier: str
    """Unique with `kind`, `owner` and `part_of`: the number of a case, the moment of a status."""
    owner: str
    """RSIN of the organisation that gave the number out."""
    part_of: str = ""
    """Number of the case that it belongs to; empty for a case."""
    mark: str = ""
    """What a thing made by us carries; empty when it carries nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What the system has of one thing."""

    thing: Thing
    """`mark` is empty when it does not carry ours."""
    times: int = 1
    """0: not there, or hidden from us."""
    complaint: str = ""
    """A sentence: what is not as it was delivered, and would be put right by a new delivery.

    Of what is not there: why, where that is known.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPage:
    sightings: Sequence[Sighting]
    cursor: str | None
    """Gives the next page; None: this was the last."""


Pace = Callable[[], Awaitable[None]]
"""Awaited before every call: it waits for its turn, and raises when calls must stop."""


@runtime_checkable
class Comparer(Protocol):
    """An adapter that can tell what its system has, so that the hub can compare. Reads only."""

    def expected(self, message: Message) -> Sequence[Thing]:
        """Pure. What the system has once `message` was delivered; empty: nothing to look for."""

    async def listed(self, day: date, cursor: str | None, pace: Pace) -> ListedPage:
        """What was registered on that day of the town hall, by us and by others.

        Kinds that the system cannot list by day are left out. `cursor` None: the first page.
        """

    async def find(self, things: Sequence[Thing], pace: Pace) -> Sequence[Sighting]:
        """One sighting for each, in the same order."""


class DeliveryError(Exception):
    """Base of the four consequences. `detail` never holds personal data or a payload."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class TransientError(DeliveryError):
    """The system surely did not take it, or said that it is overloaded: try again later."""

    def __init__(self, detail: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class DocumentAwayError(TransientError):
    """Our own store of documents cannot be reached now: try again soon.

    It says nothing about the system: its breaker does not count it.
    """


class UncertainError(DeliveryError):
    """The first byte of the request may have left and no clear answer came: look up first."""


class RejectedError(DeliveryError):
    """The system refused this message: resending it unchanged is pointless.

    `code` is the system's own code (`status:invalid`), fit for grouping; `detail` its own words.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class DocumentError(RejectedError):
    """The document beside the message is gone or damaged: it must be stored again, then replayed.

    `code` is `document:gone` or `document:damaged`.
    """


class ConfigurationError(DeliveryError):
    """Our address, credential or certificate is wrong. `setting` names the key to mend."""

    def __init__(self, setting: str, detail: str) -> None:
        super().__init__(detail)
        self.setting = setting
