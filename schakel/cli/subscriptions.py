"""`schakel subscriptions`: whether an external system tells the hub what happens there.

These commands work from the configuration file and call the external system themselves. The hub has
to be running while one subscribes: its entrance is tried out first.
"""

# ruff: noqa: PLC0415 - commands import what they need when they run, so that help is fast

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol, runtime_checkable

import typer

from schakel.cli.failure import FOUND_PROBLEMS, WRONG_USE, Failure
from schakel.cli.local import Config

if TYPE_CHECKING:
    from schakel.settings import Settings

subscriptions = typer.Typer(
    no_args_is_help=True, help="What external systems tell the hub: is it subscribed there?"
)

Destination = Annotated[str, typer.Argument(metavar="DEST", help="Name of the destination.")]
PublicUrl = Annotated[
    str | None,
    typer.Option(
        "--url",
        metavar="PUBLIC_URL",
        help="Address of the hub as the external system reaches it: https://hub.example.nl. "
        "Default: the destination's own setting, else hub.public_url.",
    ),
]
Tenant = Annotated[
    str | None,
    typer.Option(
        help="Gemeentecode, unless the address is a setting of the destination; needed "
        "when there are more municipalities."
    ),
]


class One(Protocol):
    """A subscription as it stands at the external system."""

    @property
    def wording(self) -> str: ...


class Report(Protocol):
    """How it stands."""

    @property
    def right(self) -> bool: ...
    @property
    def detail(self) -> str: ...
    @property
    def ours(self) -> Sequence[One]: ...
    @property
    def others(self) -> int: ...
    @property
    def done(self) -> Sequence[str]: ...


class Subscriptions(Protocol):
    """What an adapter offers whose system has to be asked to tell."""

    @property
    def callback_url(self) -> str | None: ...

    async def show(self, callback_url: str) -> Report: ...

    async def ensure(
        self, callback_url: str, *, renew: bool = False, old_url: str | None = None
    ) -> Report: ...


@runtime_checkable
class Subscriber(Protocol):
    """An adapter with subscriptions; None: its settings switch them off."""

    @property
    def subscriptions(self) -> Subscriptions | None: ...


def register(app: typer.Typer) -> None:
    subscriptions.command("show")(show)
    subscriptions.command("ensure")(ensure)
    app.add_typer(subscriptions, name="subscriptions")


def show(
    destination: Destination, url: PublicUrl = None, tenant: Tenant = None, config: Config = None
) -> None:
    """Say how the subscription stands. Exit 1: it is not as it should be."""
    raise typer.Exit(
        _run(config, destination, url, tenant, lambda found, callback: found.show(callback))
    )


def ensure(
    *,
    destination: Destination,
    url: PublicUrl = None,
    tenant: Tenant = None,
    renew: Annotated[
        bool, typer.Option("--renew", help="Replace it also when it looks right: a new secret.")
    ] = False,
    old_url: Annotated[
        str | None,
        typer.Option("--old-url", help="Remove the subscription at this former address too."),
    ] = None,
    config: Config = None,
) -> None:
    """Make the subscription, or put it right. Run it again at will."""
    raise typer.Exit(
        _run(
            config,
            destination,
            url,
            tenant,
            lambda found, callback: found.ensure(callback, renew=renew, old_url=old_url),
        )
    )


def _run(
    config: Path | None,
    destination: str,
    url: str | None,
    tenant: str | None,
    what: Callable[[Subscriptions, str], Awaitable[Report]],
) -> int:
    from schakel.settings import load

    return asyncio.run(_with_adapter(load(config), destination, url, tenant, what))


async def _with_adapter(
    settings: Settings,
    destination: str,
    url: str | None,
    tenant: str | None,
    what: Callable[[Subscriptions, str], Awaitable[Report]],
) -> int:
    from adapters.contract import ConfigurationError, DeliveryError
    from continuity.clock import SystemClock
    from schakel.cli.printing import print_line
    from schakel.compose import create_adapters

    if destination not in settings.destinations:
        named = ", ".join(settings.destinations) or "none"
        raise Failure(f"There is no destination {destination}; there is {named}.", code=WRONG_USE)
    adapters = create_adapters(settings, SystemClock())
    try:
        found = _subscriptions_of(destination, adapters.get(destination))
        callback = _callback(settings, destination, found, url, tenant)
        report = await what(found, callback)
    except ConfigurationError as error:
        raise Failure(f"{error.setting}: {error.detail}") from error
    except DeliveryError as error:
        raise Failure(error.detail) from error
    finally:
        for adapter in adapters.values():
            await adapter.aclose()
    for line in (*report.done, *(one.wording for one in report.ours), report.detail):
        print_line(line)
    if report.others:
        print_line(f"{report.others} subscription(s) of others, or at another address.")
    return 0 if report.right else FOUND_PROBLEMS


def _subscriptions_of(destination: str, adapter: object) -> Subscriptions:
    found = adapter.subscriptions if isinstance(adapter, Subscriber) else None
    if found is None:
        raise Failure(
            f"{destination} has no subscriptions. For a zgw destination, set "
            "[destination.settings.notificaties] and [destination.settings.postroom].",
            code=WRONG_USE,
        )
    return found


def _callback(
    settings: Settings, destination: str, found: Subscriptions, url: str | None, tenant: str | None
) -> str:
    """Where the external system is to call."""
    if url is None and found.callback_url is not None:
        return found.callback_url
    url = url or settings.hub.public_url
    if url is None:
        detail = "Give --url, or set hub.public_url or postroom.callback_url of the destination."
        raise Failure(detail, code=WRONG_USE)
    named = tenant or settings.destinations[destination].tenant
    codes = [named] if named is not None else list(settings.tenants)
    if len(codes) != 1 or codes[0] not in settings.tenants:
        detail = f"Give --tenant, one of {', '.join(settings.tenants)}."
        raise Failure(detail, code=WRONG_USE)
    return f"{url.rstrip('/')}/inbound/{codes[0]}/{destination}/notificaties"
