"""Two processes that draw case numbers from one store at the same time."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from typing import Final

EACH: Final = 5_000
_AT_ONCE: Final = 50
_SECONDS: Final = 120

_DRAW: Final = """
import asyncio, sys
from pathlib import Path
from continuity.store.postgres import PostgresStore
from continuity.store.sqlite import SqliteStore

async def main(place, each, at_once):
    store = PostgresStore(place) if "://" in place else SqliteStore(Path(place))
    await store.open()
    numbers = []
    async def draw():
        for _ in range(each // at_once):
            numbers.append(await store.next_number("0344/2026"))
    print("ready", flush=True)
    sys.stdin.readline()
    await asyncio.gather(*(draw() for _ in range(at_once)))
    await store.close()
    print(*numbers)

asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
"""


def draw_in_two_processes(place: str) -> Counter[int]:
    """How often each number was drawn; `place` is a URL, or the path of an SQLite file."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", _DRAW, place, str(EACH), str(_AT_ONCE)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    try:
        for one in processes:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        for one in processes:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        said = [one.communicate(timeout=_SECONDS)[0] for one in processes]
    finally:
        for one in processes:
            one.kill()
            one.wait()
    return Counter(int(number) for text in said for number in text.split())
