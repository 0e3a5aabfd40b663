"""`schakel replay`: one delivery with an edit, a filtered set by way of a plan, or the unrouted."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from schakel.cli.connection import Connection, Refusal
from schakel.cli.failure import FOUND_PROBLEMS, WRONG_USE, Failure
from schakel.cli.printing import cell, console, print_line
from schakel.cli.replay_showing import fates_line, print_ending, print_plan
from schakel.cli.showing import print_json

UNROUTED: Final = "unrouted"
"""Where messages are parked that no route wants; a plan leaves them out."""
LOOK_EVERY_SECONDS: Final = 0.3
SETTLE_SECONDS: Final = 10.0
"""How long the last outcomes are waited for once everything was sent."""
_YES_ONLY: Final = "give --yes to start it"
_YES: Final = f"{_YES_ONLY}, or --dry-run to look only"
_MOST_UNROUTED: Final = 100_000


def read_patch(settings: Sequence[str], file: Path | None) -> dict[str, Any] | None:
    """The merge patch on the event's data, from `--patch` and then `--set`; None without either.

    `data.path=text` sets a text, `data.path:=json` any JSON (null removes).
    """
    if file is None and not settings:
        return None
    patch = _patch_file(file) if file else {}
    for setting in settings:
        path, value = _assignment(setting)
        _put(patch, path, value, setting)
    return patch


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How a set is to be replayed; None: as the hub is set up."""

    reason: str
    rate: float | None = None
    stop_at: int | None = None
    to: str | None = None
    sample: int | None = None


def replay_set(
    connection: Connection,
    conditions: Mapping[str, str],
    wish: Wish,
    *,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Plans, shows the exact numbers, asks, starts and follows until the last row."""
    asked: dict[str, Any] = {
        "filter": dict(conditions),
        "reason": wish.reason,
        "ratePerSecond": wish.rate,
        "stopAtPercent": wish.stop_at,
        "to": wish.to,
    }
    plan = connection.post("/v1/replays", {k: v for k, v in asked.items() if v is not None})
    if dry_run or plan["total"] == 0:
        if not as_json:
            _print_plan(plan)
        connection.post(f"/v1/replays/{plan['id']}/cancel")
        if as_json:
            print_json(plan)
        return
    start_plan(connection, plan, sample=wish.sample, yes=yes, as_json=as_json, or_cancel=True)


def start_plan(
    connection: Connection,
    plan: dict[str, Any],
    *,
    sample: int | None,
    yes: bool,
    as_json: bool,
    or_cancel: bool = False,
) -> None:
    """Shows what would go, asks, starts and follows. `or_cancel`: a plan not started is none."""
    if not as_json:
        _print_plan(plan)
    if plan["state"] == "awaiting_approval":
        (print_json if as_json else print_ending)(plan)
        return
    if not yes:
        try:
            _ask(
                "Start it?", otherwise="Nothing was replayed.", yes=_YES if or_cancel else _YES_ONLY
            )
        except (Failure, typer.Abort):
            if or_cancel:
                connection.post(f"/v1/replays/{plan['id']}/cancel")
            raise
    body = {"fingerprint": plan["fingerprint"], "sample": sample}
    go_on(connection, plan["id"], "start", body, follow=True, as_json=as_json)


def approve_plan(
    connection: Connection, plan: dict[str, Any], *, reason: str, yes: bool, as_json: bool
) -> None:
    """Shows who wants what, asks, and agrees."""
    if not as_json:
        print_line(f"Planned by {plan['createdBy']}: {cell(plan['reason'])}")
        _print_plan(plan)
    if not yes:
        _ask("Do you agree that these are sent again?", otherwise="Nothing was approved.")
    body = {"reason": reason, "fingerprint": plan["fingerprint"]}
    go_on(connection, plan["id"], "approve", body, follow=False, as_json=as_json)


def go_on(
    connection: Connection,
    number: int,
    act: str,
    body: Mapping[str, Any],
    *,
    follow: bool,
    as_json: bool,
) -> None:
    """Does it, follows the replay if wanted, and says where it stands then.

    Ends with exit code 1 when the brake stopped the replay.
    """
    given = {name: value for name, value in body.items() if value is not None}
    plan = connection.post(f"/v1/replays/{number}/{act}", given)
    if follow:
        plan = _follow(connection, plan)
    (print_json if as_json else print_ending)(plan)
    if follow and plan["state"] == "stopped":
        raise typer.Exit(FOUND_PROBLEMS)


def route_again(
    connection: Connection,
    conditions: Mapping[str, str],
    *,
    reason: str,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Replays what is parked at `unrouted`, oldest first, so that each case keeps its order.

    What still no route wants stays parked; then the command ends with exit code 1.
    """
    wanted = {**conditions, "state": "parked", "limit": "200"}
    found = connection.items("/v1/deliveries", wanted, limit=_MOST_UNROUTED)
    if not as_json:
        console().print(f"{len(found)} messages are parked because no route wanted them.")
    if found and not dry_run:
        if not yes:
            _ask("Route them?", otherwise="Nothing was replayed.", yes=_YES)
        left = _route_each(connection, sorted(one["id"] for one in found), reason)
    else:
        left = len(found)
    if as_json:
        print_json({"found": len(found), "routed": len(found) - left, "unrouted": left})
    elif not dry_run:
        console().print(f"Routed: {len(found) - left}; still unrouted: {left}.")
    if left and not dry_run:
        raise typer.Exit(FOUND_PROBLEMS)


def _route_each(connection: Connection, ids: Sequence[int], reason: str) -> int:
    """Returns how many could not be routed."""
    left = 0
    with Progress(console=console(), transient=True, disable=not sys.stdout.isatty()) as progress:
        for number in progress.track(ids, description="Routing"):
            try:
                connection.post(f"/v1/deliveries/{number}/replay", {"reason": reason})
            except Refusal as refusal:
                if refusal.status != HTTPStatus.CONFLICT:
                    raise
                left += 1
    return left


def _print_plan(plan: Mapping[str, Any]) -> None:
    if plan["total"]:
        print_plan(plan)
        return
    console().print(
        "Nothing that fits is parked at a destination. "
        f"Messages that no route wanted: --destination {UNROUTED}."
    )


def _ask(question: str, *, otherwise: str, yes: str = "give --yes to do it") -> None:
    if not sys.stdin.isatty():
        raise Failure(f"Nobody can be asked here: {yes}.", code=WRONG_USE)
    if not typer.confirm(question):
        raise Failure(otherwise)


def _follow(connection: Connection, plan: dict[str, Any]) -> dict[str, Any]:
    """Until nothing moves any more; Ctrl-C pauses the replay."""
    address = f"/v1/replays/{plan['id']}"
    try:
        with _progress() as progress:
            task = progress.add_task("Replaying", total=plan["total"], said="")
            patience = SETTLE_SECONDS
            while plan["state"] == "running" or (plan["fates"]["unknown"] and patience > 0):
                time.sleep(LOOK_EVERY_SECONDS)
                patience -= LOOK_EVERY_SECONDS if plan["state"] != "running" else 0
                plan = connection.get(address)
                said = " | ".join(filter(None, (fates_line(plan), _shut(plan))))
                progress.update(task, completed=plan["replayed"] + plan["skipped"], said=said)
    except KeyboardInterrupt:
        return _pause(connection, address)
    return plan


def _pause(connection: Connection, address: str) -> dict[str, Any]:
    try:
        return connection.post(f"{address}/pause", {"reason": "interrupted at the command line"})
    except Refusal as refusal:
        if refusal.status != HTTPStatus.CONFLICT:
            raise
        return connection.get(address)  # it ended, or somebody else was faster


def _shut(plan: Mapping[str, Any]) -> str:
    words = {"held": "is held", "breaker_open": "is down"}
    waits = plan["waitsFor"].items()
    return "; ".join(f"{name} {words.get(why, why)}: nothing is sent there" for name, why in waits)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("{task.fields[said]}", markup=False),
        console=console(),
        transient=True,
        disable=not sys.stdout.isatty(),
    )


def _patch_file(file: Path) -> dict[str, Any]:
    try:
        patch = json.loads(file.read_bytes())
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}.", code=WRONG_USE) from None
    except ValueError:
        raise Failure(f"{file} is not JSON.", code=WRONG_USE) from None
    if not isinstance(patch, dict):
        raise Failure(f"{file} is no JSON object, so no merge patch.", code=WRONG_USE)
    return patch


def _assignment(setting: str) -> tuple[list[str], Any]:
    name, equals, text = setting.partition("=")
    raw = name.endswith(":")
    first, *path = name.removesuffix(":").split(".")
    if not equals or first != "data" or not path or not all(path):
        detail = f"'{setting}' is not data.path=text (or data.path:=json): only data is editable."
        raise Failure(detail, code=WRONG_USE)
    if not raw:
        return path, text
    try:
        return path, json.loads(text)
    except ValueError:
        raise Failure(f"After := stands JSON; '{text}' is none.", code=WRONG_USE) from None


def _put(patch: dict[str, Any], path: list[str], value: Any, setting: str) -> None:
    *parents, name = path
    for parent in parents:
        inner = patch.setdefault(parent, {})
        if not isinstance(inner, dict):
            detail = f"'{setting}' goes into '{parent}', which is set to something else already."
            raise Failure(detail, code=WRONG_USE)
        patch = inner
    patch[name] = value
