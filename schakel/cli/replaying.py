"""`schakel replay`: one delivery with an edit, a filtered set by way of a plan, or the unrouted."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import typer
from rich.progress import Progress

from schakel.cli.connection import Connection, Refusal
from schakel.cli.failure import FOUND_PROBLEMS, WRONG_USE, Failure
from schakel.cli.printing import console
from schakel.cli.showing import print_json

UNROUTED: Final = "unrouted"
"""Where messages are parked that no route wants; a plan leaves them out."""
LOOK_EVERY_SECONDS: Final = 0.3
_MOST_UNROUTED: Final = 100_000
_MOVING: Final = {"planned", "running"}


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


def replay_set(
    connection: Connection,
    conditions: Mapping[str, str],
    *,
    reason: str,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Plans, shows the exact numbers, asks, starts and follows until the last row."""
    plan = connection.post("/v1/replays", {"filter": dict(conditions), "reason": reason})
    if not as_json:
        _print_plan(plan)
    if dry_run or plan["total"] == 0:
        connection.post(f"/v1/replays/{plan['id']}/cancel")
        if as_json:
            print_json(plan)
        return
    if not yes:
        try:
            _ask()
        except Failure:
            connection.post(f"/v1/replays/{plan['id']}/cancel")
            raise
    body = {"fingerprint": plan["fingerprint"]}
    plan = _follow(connection, connection.post(f"/v1/replays/{plan['id']}/start", body))
    if as_json:
        print_json(plan)
    else:
        skipped = f", {plan['skipped']} no longer parked" if plan["skipped"] else ""
        console().print(f"Replay {plan['id']} is {plan['state']}: {plan['replayed']}{skipped}.")


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
            _ask()
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
    if not plan["total"]:
        console().print(
            "Nothing that fits is parked at a destination. "
            f"Messages that no route wanted: --destination {UNROUTED}."
        )
        return
    console().print(f"Replay {plan['id']} would send {plan['total']} parked deliveries again:")
    for name, count in sorted(plan["destinations"].items()):
        console().print(f"  {name}: {count}")


def _ask() -> None:
    if not sys.stdin.isatty():
        detail = "Nobody can be asked here: give --yes to start it, or --dry-run to look only."
        raise Failure(detail, code=WRONG_USE)
    if not typer.confirm("Start it?"):
        raise Failure("Nothing was replayed.")


def _follow(connection: Connection, plan: dict[str, Any]) -> dict[str, Any]:
    with Progress(console=console(), transient=True, disable=not sys.stdout.isatty()) as progress:
        task = progress.add_task("Replaying", total=plan["total"])
        while plan["state"] in _MOVING:
            time.sleep(LOOK_EVERY_SECONDS)
            plan = connection.get(f"/v1/replays/{plan['id']}")
            progress.update(task, completed=plan["replayed"] + plan["skipped"])
    return plan


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
