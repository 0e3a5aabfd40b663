"""A process that accepts until it is killed, and prints each event that was acknowledged.

Started by `test_crash.py` with the path of the database.
"""

from __future__ import annotations

import asyncio
import sys
from itertools import count
from pathlib import Path

from continuity.store.sqlite import SqliteStore
from tests.conformance._store.given import NOW, accept, lease_of, new_message


async def caller(store: SqliteStore, name: int) -> None:
    for number in count():
        event = f"event-{name}-{number}"
        await accept(store, new_message(event, lane=f"ZAAK-{name}"))
        print(event, flush=True)  # noqa: T201 - this is how the parent hears of it


async def sender(store: SqliteStore) -> None:
    """Leaves intents behind, as a worker would."""
    lease = await lease_of(store)
    after = 0
    while True:
        heads = await store.read_open("zgw", after=after, limit=3)
        await store.begin(lease, [head.id for head in heads], now=NOW)
        after = heads[-1].id if heads else after


async def main() -> None:
    store = SqliteStore(Path(sys.argv[1]))
    await store.open()
    await asyncio.gather(*(caller(store, name) for name in range(8)), sender(store))


if __name__ == "__main__":
    asyncio.run(main())
