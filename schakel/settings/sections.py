"""The sections of `schakel.toml`. What stands here is the reference: the docs are made from it."""

from __future__ import annotations

import platform
import re
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SecretStr,
    field_validator,
    model_validator,
)

from adapters._kit.amqp import check_amqp_url
from adapters._kit.tls import tls_context
from adapters.contract import ConfigurationError
from continuity.breaker import BreakerPolicy
from continuity.keyring import check_key_id
from continuity.policy import DestinationPolicy
from continuity.reconciliation import ReconciliationPolicy
from continuity.retry import RetryPolicy
from continuity.store.records import UNROUTED, ReplayOptions
from continuity.window import SendWindow
from routing import ANY_TENANT, OnParked
from schakel.numbering import NumberRule
from schakel.settings.doors import (
    Network,
    check_header_name,
    check_public_url,
    read_networks,
)
from schakel.settings.shelves import check_where
from schakel.settings.units import Duration, Size, parse_window
from schemas import Gemeentecode, Oin, Rsin

_POLICY = DestinationPolicy()
_RETRY = RetryPolicy()
_BREAKER = BreakerPolicy()

Whole = Annotated[int, Field(strict=True)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


def _destination_name(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", name, re.ASCII):
        raise ValueError("Use 1 to 63 small letters, digits and '-', not starting with '-'.")
    if name == UNROUTED:
        raise ValueError(
            f"'{UNROUTED}' is where messages wait that no route wants: choose another."
        )
    return name


def _listed(value: object) -> object:
    """One text may be written without the brackets of a list."""
    return (value,) if isinstance(value, str) else value


def _tenant_code(value: str) -> str:
    return value if value == ANY_TENANT else Gemeentecode(value)


Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]
TenantCode = Annotated[str, AfterValidator(_tenant_code)]
TenantCodes = Annotated[tuple[TenantCode, ...], BeforeValidator(_listed)]
DestinationName = Annotated[str, AfterValidator(_destination_name)]
KeyId = Annotated[str, AfterValidator(check_key_id)]
Label = Annotated[str, Field(min_length=1, max_length=200)]


class Section(BaseModel):
    """Part of the configuration: frozen, unknown keys refused, values never in an error."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        arbitrary_types_allowed=True,
    )


class HubSection(Section):
    """`[hub]`: this process. The section may be left out."""

    node: Label | None = Field(
        default=None,
        description="Name of this process in leases and in the audit trail; each process needs "
        "its own. Default: the machine's name.",
    )
    oin: Oin | None = Field(
        default=None,
        description="OIN of who runs the hub: 20 digits, in quotes. It names the hub as the source "
        "of its own messages, and is needed where a route wants those.",
    )
    host: Label = Field(
        default="127.0.0.1",
        description="Address to listen on. Anything but loopback belongs behind a proxy with TLS.",
    )
    port: Annotated[Whole, Field(ge=0, le=65535)] = Field(
        default=8080, description="TCP port of the HTTP API; 0 takes any free one."
    )
    body_limit: Annotated[Size, Field(ge=1 << 10, le=1 << 30)] = Field(
        default=10 << 20, description="Largest body of one HTTP request; larger ones get a 413."
    )
    inbound_limit: Annotated[Size, Field(ge=1 << 10, le=1 << 30)] = Field(
        default=64 << 20,
        description="Largest body of one request from an external system (`/inbound`): documents "
        "come in it as base64, and it is held in memory while it is read.",
    )
    inbound_memory: Annotated[Size, Field(ge=1 << 10, le=1 << 36)] = Field(
        default=256 << 20,
        description="Bytes of all such bodies that are held at the same time; who comes when they "
        "are used up is told to come again. Putting a body together takes its size once more for "
        "a moment, and what is made of it comes on top.",
    )
    public_url: Annotated[str, AfterValidator(check_public_url)] | None = Field(
        default=None,
        description="Where external systems reach the hub, as in `https://hub.example.nl`: it "
        "stands in the WSDLs that the hub gives out and in its subscriptions. Default: the Host "
        "of each request.",
    )
    trusted_proxies: Annotated[tuple[Network, ...], BeforeValidator(read_networks)] = Field(
        default=(),
        description="Addresses of the proxies in front whose word of a caller is taken: "
        '`["10.0.3.7", "10.1.0.0/16"]`. Nobody else may be able to call from them.',
    )
    client_certificate_header: Annotated[str, AfterValidator(check_header_name)] | None = Field(
        default=None,
        description="Header in which those proxies pass on the subject of a client certificate "
        "that they checked, for `certificate_subjects` of a destination. From others it is "
        "ignored.",
    )
    batch_limit: Annotated[Whole, Field(ge=1, le=10_000)] = Field(
        default=1000, description="Most messages in one batch."
    )
    shutdown_grace: Duration = Field(
        default_factory=lambda: _POLICY.timeout,
        description="How long attempts under way may finish after the signal to stop; what has "
        "not ended by then is looked up after the next start.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least important lines that are logged."
    )
    log_format: Literal["json", "console"] = Field(
        default="json", description="`json`: one object a line; `console`: for people."
    )

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if self.inbound_memory < self.inbound_limit:
            raise ValueError("inbound_memory must be at least inbound_limit.")
        if self.client_certificate_header is not None and not self.trusted_proxies:
            raise ValueError(
                "client_certificate_header needs trusted_proxies: anybody could send that header."
            )
        return self

    @property
    def node_name(self) -> str:
        return self.node or platform.node() or "schakel"


class StoreSection(Section):
    """`[store]`: where messages are kept. The section may be left out."""

    url: str = Field(
        default="sqlite:schakel.sqlite3",
        description="`sqlite:` and the path of a file, which is made at the first start; or "
        '`"env:NAME"` or `"file:PATH"` where the address of a PostgreSQL database is: '
        "`postgresql://user:password@host/database`. Without a password in it that address may "
        "stand here itself. Paths are relative to the folder of the first configuration file.",
    )


class AmqpSection(Section):
    """`[amqp]`: the entrance over RabbitMQ. Without this section it is closed."""

    url: SecretStr = Field(
        description="Where the address of the broker is: `amqps://user:password@host/vhost`."
    )
    allow_plain: bool = Field(
        default=False,
        description="Lets `amqp://` call another machine: only where something else encrypts.",
    )
    ca_file: Path | None = Field(
        default=None,
        description="File (PEM) with the authorities that the broker's certificate may come from. "
        "Default: those of the system.",
    )
    shards: Annotated[Whole, Field(ge=1, le=64)] = Field(
        default=1,
        description="Queues that messages come in through, each with one active hub process. The "
        "same in every process; see [how to publish over AMQP](../howto/publish-over-amqp.md).",
    )
    prefetch: Annotated[Whole, Field(ge=1, le=10_000)] = Field(
        default=500,
        description="Messages that one process has, at most, before it stored them. The same in "
        "every process; make it smaller only while the queues are empty, for the order of a case "
        "hangs on it.",
    )
    delivery_limit: Annotated[Whole, Field(ge=1, le=1_000_000)] = Field(
        default=200,
        description="Times that a message is delivered, without ever being acknowledged, before "
        "it is put among the rejected. Fixed when the queue is made.",
    )

    @field_validator("ca_file")
    @classmethod
    def _readable(cls, value: Path | None) -> Path | None:
        if value is not None:
            try:
                tls_context(ca_file=value, client_certificate=None, client_key=None)
            except ConfigurationError as error:
                raise ValueError(error.detail) from error
        return value

    @model_validator(mode="after")
    def _usable(self) -> Self:
        check_amqp_url(self.url.get_secret_value(), allow_plain=self.allow_plain)
        return self


class DataKeySection(Section):
    """`data_keys` of `[security]`: a key under which personal data is encrypted."""

    id: KeyId = Field(
        description="Name of the key, kept with every value that it encrypts: never use it again "
        "for another key. 1 to 16 small letters, digits and `-`."
    )
    key: SecretStr = Field(
        description="Where the key is: 32 bytes in base64, as `schakel keys make-data-key` prints."
    )


class SecuritySection(Section):
    """`[security]`: how personal data lies in the store.

    Either keys or `encryption = "none"` must be given.
    """

    encryption: Literal["keys", "none"] = Field(
        default="keys",
        description="`keys`: everything personal is encrypted; `none`: nothing is, for trials "
        "without real persons.",
    )
    data_keys: tuple[DataKeySection, ...] = Field(
        default=(),
        description="Keys in the order in which they were made: the last one encrypts, all of "
        "them decrypt. See [how to protect data at rest](../howto/protect-data-at-rest.md).",
    )
    index_key: SecretStr | None = Field(
        default=None,
        description="Where the key is that hides what is searched for: case numbers and lanes.",
    )


class DocumentsSection(Section):
    """`[documents]`: where documents beside messages are kept. The section may be left out.

    Hub processes on several machines share a bucket, or a folder that all of them see.
    """

    url: Annotated[str, AfterValidator(check_where)] = Field(
        default="folder:documents",
        description="`folder:` and a path, relative to the folder of the first configuration file; "
        "or `s3:` and a bucket, with a prefix after a `/`.",
    )
    limit: Annotated[Size, Field(ge=1 << 20, le=1 << 35)] = Field(
        default=4 << 30, description="Largest document; a larger one gets a 413."
    )
    keep: Annotated[Duration, Field(ge=timedelta(hours=1))] = Field(
        default=timedelta(hours=48),
        description="How long a document stays that no message refers to: before its first message "
        "is published, and after the content of its last one was removed.",
    )
    endpoint: str | None = Field(
        default=None,
        description="Address of the S3-compatible store. Default: that of Amazon in the region.",
    )
    region: Label = Field(default="us-east-1", description="Region of the bucket.")
    access_key_id: SecretStr | None = Field(
        default=None,
        description="Where the id of the key to the bucket is. Default: AWS_ variables.",
    )
    secret_access_key: SecretStr | None = Field(
        default=None, description="Where the key to the bucket is. Default: AWS_ variables."
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.access_key_id is None) != (self.secret_access_key is None):
            raise ValueError("access_key_id and secret_access_key go together: give both or none.")
        return self


class RetentionSection(Section):
    """`[[retention]]`: how long the content of messages is kept; the first rule that fits counts.

    What no rule fits is kept for 180 days.
    """

    type: Names = Field(
        default=("*",),
        description="Message type or a list of them; `*` stands for any run of characters.",
    )
    tenant: TenantCodes = Field(
        default=(ANY_TENANT,), description='Gemeentecode or a list of them; `"*"`: all tenants.'
    )
    keep: Annotated[Duration, Field(ge=timedelta(days=1))] = Field(
        description="How long after the last change of its deliveries; then content, case number, "
        "edits and calls are removed, and who, what and when stay."
    )
    reason: str = Field(default="", description="Why this long: the law or the decision.")


class IdentificatieSection(Section):
    """`[tenant.identificatie]`: the rule by which the hub gives out case numbers."""

    pattern: Label = Field(
        description="Form of the number: letters, digits, `-`, `_` and `.`, with `{gemeentecode}`, "
        "`{jaar}` and once `{volgnummer:0N}` (N digits, 4 to 12): `0344H{jaar}{volgnummer:07}`."
    )
    first: Annotated[Whole, Field(ge=1)] = Field(
        default=1, description="First volgnummer of the hub's own range; nobody else uses these."
    )
    last: Annotated[Whole, Field(ge=1)] | None = Field(
        default=None, description="Last volgnummer of that range. Default: all nines."
    )
    patience: Annotated[Duration, Field(le=timedelta(seconds=30))] = Field(
        default=timedelta(milliseconds=800),
        description="How long the zaaksysteem gets to give a number itself before the hub gives a "
        "provisional one.",
    )

    @model_validator(mode="after")
    def _usable(self) -> Self:
        self.rule()
        return self

    def rule(self) -> NumberRule:
        return NumberRule.parse(self.pattern, first=self.first, last=self.last)


class ReplaySection(Section):
    """`[replay]`: how replays of many deliveries go, unless who plans one says otherwise."""

    rate_per_second: Annotated[Number, Field(gt=0, le=1000)] = Field(
        default=10.0,
        description="Deliveries released per second for each destination, so that a system that "
        "has just come back is not flooded.",
    )
    stop_at_percent: Annotated[Whole, Field(ge=0, le=100)] = Field(
        default=20,
        description="Share of the outcomes that may fail before a replay stops itself; judged "
        "from ten outcomes on. 0: it never does.",
    )
    approve_above: Annotated[Whole, Field(ge=0)] = Field(
        default=100,
        description="A replay of more deliveries than this starts only after a second person, "
        "with another key, approved it. 0: it never needs one.",
    )

    def options(self) -> ReplayOptions:
        return ReplayOptions(
            rate_per_second=self.rate_per_second,
            stop_at_percent=self.stop_at_percent,
            approve_above=self.approve_above,
        )


def _wall_clock(value: object) -> object:
    """From `HH:MM`; TOML's own times are taken too."""
    if isinstance(value, time):
        return value
    match = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", str(value), re.ASCII)
    if match is None:
        raise ValueError('Write a time of day in quotes: "02:30".')
    return time(int(match[1]), int(match[2]))


WallClock = Annotated[
    time,
    BeforeValidator(_wall_clock),
    PlainSerializer(lambda value: f"{value:%H:%M}", return_type=str),
]


class ReconciliationSection(Section):
    """`[reconciliation]`: the nightly comparison with what the destinations have."""

    nightly: bool = Field(
        default=True,
        description="Compare yesterday with every destination that can be compared, each night. "
        "On demand it can always be done.",
    )
    at: WallClock = Field(
        default=time(2, 30), description="When the night's comparisons start, Europe/Amsterdam."
    )
    calls_per_second: Annotated[Number, Field(gt=0, le=100)] = Field(
        default=5.0, description="Most calls at one destination for a comparison."
    )
    others: Literal["list", "count"] = Field(
        default="list",
        description="What others made at the destination: `list` each as a difference, or only "
        "`count` them, where others register cases in the same system as a rule.",
    )
    keep: Duration = Field(
        default=timedelta(days=90), description="How long reports are kept; they hold case numbers."
    )

    def policy(self) -> ReconciliationPolicy:
        return ReconciliationPolicy(
            at=self.at,
            nightly=self.nightly,
            calls_per_second=self.calls_per_second,
            list_others=self.others == "list",
            keep=self.keep,
        )


class SchemasSection(Section):
    """`[schemas]`: official XML schemas of StUF, held to beside ours. It may be left out."""

    dir: Path | None = Field(
        default=None,
        description="Folder that `schakel schemas install` filled; it must hold the set of every "
        "StUF destination. The environment variable `SCHAKEL_SCHEMAS_DIR` goes before it. Default: "
        "only the hub's own schemas. See "
        "[how to use official schemas](../howto/use-official-schemas.md).",
    )


class TenantSection(Section):
    """`[[tenant]]`: a municipality. Messages of any other are refused."""

    code: Gemeentecode = Field(description="Gemeentecode of CBS: four digits, in quotes.")
    name: Label = Field(description="For people: the municipality's name.")
    rsin: Rsin | None = Field(default=None, description="RSIN of the municipality.")
    identificatie: IdentificatieSection | None = Field(
        default=None,
        description="See below. Without it the hub gives out no case numbers of its own.",
    )


class RetrySection(Section):
    """`[destination.retry]`: when a failed attempt is made again."""

    first: Duration = Field(
        default=_RETRY.first, description="Wait after the first failure; doubles with each one."
    )
    longest: Duration = Field(
        default=_RETRY.longest, description="Longest wait, also when Retry-After asks for more."
    )
    jitter: Annotated[Number, Field(ge=0, lt=1)] = Field(
        default=_RETRY.jitter,
        description="Share of the wait that is left to chance: cases then do not return in step.",
    )
    look_up_first: Duration = Field(
        default=_RETRY.look_up_first,
        description="Wait before an uncertain outcome is looked up for the first time; doubles.",
    )
    look_ups: Annotated[Whole, Field(ge=1, le=1000)] = Field(
        default=_RETRY.look_ups,
        description="Look-ups without a clear answer before the message is parked for a person.",
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if max(self.first, self.look_up_first) > self.longest:
            raise ValueError("first and look_up_first may not be longer than longest.")
        return self


class BreakerSection(Section):
    """`[destination.breaker]`: when a destination is left alone."""

    threshold: Annotated[Whole, Field(ge=1, le=1000)] = Field(
        default=_BREAKER.threshold, description="Failures in a row after which nothing is sent."
    )
    probe_interval: Duration = Field(
        default=_BREAKER.probe_interval,
        description="Time between two probes while nothing is sent.",
    )


class DestinationSection(Section):
    """`[[destination]]`: an external system, with the bulkhead around it."""

    name: DestinationName = Field(
        description="How routes and operators call it: small letters, digits and `-`. Deliveries "
        "keep it, so a new name is a new destination."
    )
    adapter: Label = Field(description="How to talk to it: a folder under adapters/.")
    tenant: TenantCode = Field(
        default=ANY_TENANT,
        description='The only tenant whose messages it may get; `"*"`: all tenants.',
    )
    concurrency: Annotated[Whole, Field(ge=1, le=256)] = Field(
        default=_POLICY.concurrency,
        description="Attempts under way at the same time, each for another case.",
    )
    ask_concurrency: Annotated[Whole, Field(ge=1, le=256)] = Field(
        default=8,
        description="Questions (`[[ask]]`) under way at the same time, beside the attempts.",
    )
    rate_per_second: Annotated[Number, Field(gt=0)] | None = Field(
        default=_POLICY.rate_per_second,
        description="Most attempts started per second. Default: no limit.",
    )
    timeout: Duration = Field(
        default=_POLICY.timeout,
        description="Longest time for one attempt; after it the outcome is looked up.",
    )
    slowest_upload: Annotated[Size, Field(ge=1 << 10)] = Field(
        default=_POLICY.slowest_upload,
        description="An attempt gets a second more for each of these of the document beside the "
        "message: bytes per second at which it is still waited for.",
    )
    send_window: Annotated[SendWindow | None, BeforeValidator(parse_window)] = Field(
        default=None,
        description="Hours in which it may be sent to, every day, Europe/Amsterdam: "
        '`"07:00-22:00"`. Default: always.',
    )
    retry: RetrySection = Field(default_factory=RetrySection, description="See below.")
    breaker: BreakerSection = Field(default_factory=BreakerSection, description="See below.")
    purpose: Label | None = Field(
        default=None,
        description="The `[[purpose]]` of what this system itself asks us about persons. Default: "
        "such questions of it are refused.",
    )
    settings: dict[str, Any] = Field(
        default_factory=dict,
        description="What the adapter needs: its page under docs/adapters/ lists the keys.",
        repr=False,
    )

    def policy(self) -> DestinationPolicy:
        return DestinationPolicy(
            concurrency=self.concurrency,
            rate_per_second=self.rate_per_second,
            timeout=self.timeout,
            slowest_upload=self.slowest_upload,
            send_window=self.send_window,
            retry=RetryPolicy(**dict(self.retry)),
            breaker=BreakerPolicy(**dict(self.breaker)),
        )


class AskSection(Section):
    """`[[ask]]`: which destination answers a question, for which municipalities."""

    type: Names = Field(
        description="Question type, such as `zaak.identificatie`, or a list of them."
    )
    tenant: TenantCodes = Field(
        default=(ANY_TENANT,), description='Gemeentecode or a list of them; `"*"`: all tenants.'
    )
    to: DestinationName = Field(description="Name of the destination that answers.")
    timeout: Annotated[Duration, Field(le=timedelta(seconds=60))] = Field(
        default=timedelta(seconds=5),
        description="Longest time for an answer, tries included; a caller may ask for less.",
    )
    keep: Annotated[Duration, Field(gt=timedelta(0), le=timedelta(days=1))] | None = Field(
        default=None,
        description="How long an answer may be given again to the same question, from memory. "
        "Default: it is asked again every time.",
    )
    keep_for: Names = Field(
        default=(),
        description="The purposes for which `keep` counts; needed when it is about persons.",
    )


class RouteSection(Section):
    """`[[route]]`: a rule that says which messages go where."""

    name: Label | None = Field(
        default=None,
        description="How the rule is called in explanations. Default: its types and destinations.",
    )
    type: Names = Field(
        description="Message type or a list of them; `*` stands for any run of characters."
    )
    tenant: TenantCodes = Field(
        default=(ANY_TENANT,), description='Gemeentecode or a list of them; `"*"`: all tenants.'
    )
    when: dict[str, Any] = Field(
        default_factory=dict,
        description="Conditions on the payload by JSON path; all must hold. See "
        "[how to route messages](../howto/route-messages.md).",
    )
    to: tuple[str, ...] = Field(
        description="Names of destinations. `[]`: deliberately nowhere, which needs a reason."
    )
    on_parked: OnParked = Field(
        default="block",
        description="While a message is parked, later ones of the same case at this destination "
        "wait (`block`) or go on (`skip`).",
    )
    reason: str = Field(default="", description="Why the rule is there.")

    def called(self) -> str:
        return self.name or f"{' | '.join(self.type)} -> {', '.join(self.to) or 'nowhere'}"
