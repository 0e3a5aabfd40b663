"""The sections of `schakel.toml`. What stands here is the reference: the docs are made from it."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from continuity.breaker import BreakerPolicy
from continuity.policy import DestinationPolicy
from continuity.retry import RetryPolicy
from continuity.store.records import UNROUTED
from continuity.window import SendWindow
from routing import ANY_TENANT, OnParked
from schakel.settings.units import Duration, Size, parse_window
from schemas import Gemeentecode, Rsin

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


def _store_url(url: str) -> str:
    if not url.removeprefix("sqlite:") or not url.startswith("sqlite:"):
        raise ValueError('Write "sqlite:" and the path of the file: there is no other store yet.')
    return url


def _listed(value: object) -> object:
    """One text may be written without the brackets of a list."""
    return (value,) if isinstance(value, str) else value


def _tenant_code(value: str) -> str:
    return value if value == ANY_TENANT else Gemeentecode(value)


Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]
TenantCode = Annotated[str, AfterValidator(_tenant_code)]
TenantCodes = Annotated[tuple[TenantCode, ...], BeforeValidator(_listed)]
DestinationName = Annotated[str, AfterValidator(_destination_name)]
StoreUrl = Annotated[str, AfterValidator(_store_url)]
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


class StoreSection(Section):
    """`[store]`: where messages are kept. The section may be left out."""

    url: StoreUrl = Field(
        default="sqlite:schakel.sqlite3",
        description="`sqlite:` and the path of the file, relative to the folder of the first "
        "configuration file. The file is made at the first start.",
    )


class TenantSection(Section):
    """`[[tenant]]`: a municipality. Messages of any other are refused."""

    code: Gemeentecode = Field(description="Gemeentecode of CBS: four digits, in quotes.")
    name: Label = Field(description="For people: the municipality's name.")
    rsin: Rsin | None = Field(default=None, description="RSIN of the municipality.")


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
    rate_per_second: Annotated[Number, Field(gt=0)] | None = Field(
        default=_POLICY.rate_per_second,
        description="Most attempts started per second. Default: no limit.",
    )
    timeout: Duration = Field(
        default=_POLICY.timeout,
        description="Longest time for one attempt; after it the outcome is looked up.",
    )
    send_window: Annotated[SendWindow | None, BeforeValidator(parse_window)] = Field(
        default=None,
        description="Hours in which it may be sent to, every day, Europe/Amsterdam: "
        '`"07:00-22:00"`. Default: always.',
    )
    retry: RetrySection = Field(default_factory=RetrySection, description="See below.")
    breaker: BreakerSection = Field(default_factory=BreakerSection, description="See below.")
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
            send_window=self.send_window,
            retry=RetryPolicy(**dict(self.retry)),
            breaker=BreakerPolicy(**dict(self.breaker)),
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
