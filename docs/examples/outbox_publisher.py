"""A publisher that loses nothing: what happened and the message about it in one transaction.

This is what a core application does, in as few lines as show it. Its own database is SQLite here;
with PostgreSQL the same holds, see docs/howto/publish-over-amqp.md.

    export SCHAKEL_AMQP_URL=amqp://guest:guest@127.0.0.1:5672/
    python docs/examples/outbox_publisher.py core.sqlite3 start 0344-2026-000001
    python docs/examples/outbox_publisher.py core.sqlite3 relay

`start` only writes to the database. `relay` publishes what stands in the outbox, and stops when it
is empty; a real one runs for ever. Kill it whenever you like: what was published and not yet
marked is published again, with the same id, and the hub takes it once.
"""

# ruff: noqa: INP001 - an example stands alone; it belongs to no package

from __future__ import annotations

import argparse
import fcntl
import json
import os
import sqlite3
import sys
import time
import uuid
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pika
from pika.adapters.blocking_connection import BlockingChannel

EXCHANGE: Final = "schakel.outbound"
SOURCE: Final = "urn:nld:oin:00000001002220647000:systeem:burgerzaken"
EXAMPLE: Final = Path(__file__).parents[2] / "schemas/examples/nl.burgerzaken.zaak.gestart.json"
PAUSE_SECONDS: Final = 1.0

TABLES: Final = """
CREATE TABLE IF NOT EXISTS zaak (number TEXT PRIMARY KEY, started_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    published_at TEXT
);
CREATE INDEX IF NOT EXISTS outbox_open ON outbox (seq) WHERE published_at IS NULL;
"""


def open_database(path: str) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=10)
    database.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;" + TABLES)
    return database


def start_case(database: sqlite3.Connection, number: str) -> None:
    """The case and the message about it: both are there afterwards, or neither is."""
    now = datetime.now(UTC).isoformat()
    event = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    event |= {"id": str(uuid.uuid4()), "source": SOURCE, "time": now, "subject": number}
    event["data"]["zaakidentificatie"] = number
    with database:  # one transaction
        database.execute("INSERT INTO zaak VALUES (?, ?)", (number, now))
        database.execute("INSERT INTO outbox (event) VALUES (?)", (json.dumps(event),))


def relay(database: sqlite3.Connection, channel: BlockingChannel) -> int:
    """Publishes what is open, in order, each after the one before was confirmed."""
    query = "SELECT seq, event FROM outbox WHERE published_at IS NULL ORDER BY seq LIMIT 100"
    count = 0
    while rows := database.execute(query).fetchall():
        for seq, text in rows:
            publish(channel, json.loads(text), text)
            mark(database, seq)
            count += 1
    return count


def publish(channel: BlockingChannel, event: dict[str, Any], text: str) -> None:
    """Returns when the broker has it on disk: the channel is in confirm mode.

    Raises when it was refused or sent back, and when the connection was lost. In doubt it is
    published again: the id makes that harmless.
    """
    properties = pika.BasicProperties(
        content_type="application/cloudevents+json",
        delivery_mode=pika.DeliveryMode.Persistent,
        message_id=event["id"],
        app_id="core",
    )
    channel.basic_publish(EXCHANGE, event["type"], text.encode(), properties, mandatory=True)


def mark(database: sqlite3.Connection, seq: int) -> None:
    now = datetime.now(UTC).isoformat()
    with database:
        database.execute("UPDATE outbox SET published_at = ? WHERE seq = ?", (now, seq))


def run_relay(path: str, url: str) -> int:
    """One relay at a time: two would overtake each other. The lock goes when the process goes."""
    parameters = pika.URLParameters(url)
    with Path(f"{path}.relay").open("w") as lock, closing(open_database(path)) as database:
        fcntl.flock(lock, fcntl.LOCK_EX)
        while True:
            try:
                with pika.BlockingConnection(parameters) as connection:
                    channel = connection.channel()
                    channel.confirm_delivery()
                    return relay(database, channel)
            except pika.exceptions.AMQPError as error:
                sys.stderr.write(f"{type(error).__name__}: the outbox waits.\n")
                time.sleep(PAUSE_SECONDS)


def main() -> None:
    parser = argparse.ArgumentParser(description="A publisher with an outbox.")
    parser.add_argument("database")
    actions = parser.add_subparsers(dest="action", required=True)
    start = actions.add_parser("start", help="start cases: writes to the database only")
    start.add_argument("number", nargs="+")
    actions.add_parser("relay", help="publish what stands in the outbox")
    given = parser.parse_args()
    if given.action == "relay":
        count = run_relay(given.database, os.environ["SCHAKEL_AMQP_URL"])
        sys.stdout.write(f"Published: {count}.\n")
        return
    with closing(open_database(given.database)) as database:
        for number in given.number:
            start_case(database, number)


if __name__ == "__main__":
    main()
