"""`schakel publish`: one event, a JSON array, or one event after the other (NDJSON)."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.progress import Progress

from schakel.cli.connection import Connection, Refusal
from schakel.cli.failure import WRONG_USE, Failure
from schakel.cli.printing import console

STRUCTURED: Final = "application/cloudevents+json"
BATCH: Final = "application/cloudevents-batch+json"
EVENTS_PER_BATCH: Final = 100
BYTES_PER_BATCH: Final = 4 * 1024 * 1024
"""A batch is closed when it reaches this; a single larger event goes alone."""

_BETWEEN: Final = re.compile(r"[\s,]*")
_INDEX: Final = re.compile(r"\[(?P<index>\d+)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    accepted: int
    new: int
    last_id: int | None


def read_events(file: str) -> list[str]:
    """The text of each event as it stands in the file; `-` reads standard input."""
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}.", code=WRONG_USE) from None
    except UnicodeDecodeError:
        raise Failure(f"{file} is not UTF-8.", code=WRONG_USE) from None
    events = list(_split(text, file))
    if not events:
        raise Failure(f"{file} holds no event.", code=WRONG_USE)
    return events


def publish(connection: Connection, events: list[str]) -> Result:
    """Sends in the order of the file, each batch after the one before was accepted.

    A refusal names the events by their place in the file; those before the refused batch stay
    accepted, and sending the whole file again is safe.
    """
    if len(events) == 1:
        body = connection.send("/v1/messages", events[0].encode(), STRUCTURED)
        return Result(accepted=1, new=int(body["new"]), last_id=body["id"])
    accepted = new = 0
    last_id = None
    with Progress(console=console(), transient=True, disable=not sys.stdout.isatty()) as progress:
        task = progress.add_task("Publishing", total=len(events))
        for batch in _batches(events):
            for one in _send(connection, batch, offset=accepted):
                new += int(one["new"])
                last_id = one["id"]
            accepted += len(batch)
            progress.update(task, completed=accepted)
    return Result(accepted=accepted, new=new, last_id=last_id)


def _send(connection: Connection, batch: list[str], *, offset: int) -> list[dict[str, int]]:
    content = f"[{','.join(batch)}]".encode()
    try:
        found: list[dict[str, int]] = connection.send("/v1/messages", content, BATCH)["messages"]
    except Refusal as refusal:
        sentence = _INDEX.sub(lambda m: f"event {offset + int(m['index']) + 1}", str(refusal))
        before = f"\nThe {offset} events before this batch are accepted." if offset else ""
        raise Failure(sentence + before, code=refusal.code) from None
    return found


def _split(text: str, file: str) -> Iterator[str]:
    """Cuts the text into JSON values, also inside one surrounding array; changes none of them."""
    decoder = json.JSONDecoder()
    start = len(text) - len(text.lstrip())
    end = len(text.rstrip())
    if text[start:end].startswith("[") and text[start:end].endswith("]"):
        start, end = start + 1, end - 1
    while (start := _skip(text, start)) < end:
        try:
            _, after = decoder.raw_decode(text, start)
        except (json.JSONDecodeError, RecursionError) as error:
            line = text.count("\n", 0, start) + 1
            reason = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deep"
            detail = f"{file} is not JSON in the event that starts in line {line}: {reason}."
            raise Failure(detail, code=WRONG_USE) from None
        yield text[start:after]
        start = after


def _skip(text: str, start: int) -> int:
    match = _BETWEEN.match(text, start)
    return match.end() if match else start


def _batches(events: list[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for event in events:
        if batch and (len(batch) >= EVENTS_PER_BATCH or size + len(event) > BYTES_PER_BATCH):
            yield batch
            batch, size = [], 0
        batch.append(event)
        size += len(event)
    yield batch
