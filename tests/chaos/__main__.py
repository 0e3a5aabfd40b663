"""`make chaos`: the verdict in the last line; exit code 1 when a promise was broken."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from tests.chaos.cluster import cluster
from tests.chaos.run import run


def main() -> int:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--duration", type=float, default=300.0, help="seconds of chaos")
    parser.add_argument("--seed", type=int, default=None, help="plays the same mischief again")
    parser.add_argument("--hubs", type=int, default=3, help="hub processes")
    parser.add_argument(
        "--embedded", action="store_true", help="one hub on SQLite, without RabbitMQ"
    )
    options = parser.parse_args()
    seed = secrets.randbelow(10**9) if options.seed is None else options.seed
    folder = Path(tempfile.mkdtemp(prefix="schakel-chaos-"))
    return asyncio.run(_main(folder, options, seed))


async def _main(folder: Path, options: argparse.Namespace, seed: int) -> int:
    console = Console()
    console.print(
        f"{options.duration:.0f} s of chaos with seed {seed}; logs in {folder}", highlight=False
    )
    async with cluster(folder, console, hubs=options.hubs, embedded=options.embedded) as one:
        chaos = await run(one, duration=options.duration, seed=seed)
    for name, count in sorted(chaos.done.items()):
        console.print(f"  {count:4} {name}", highlight=False)
    for over, count in chaos.repeats.items():
        console.print(f"  {count:4} came twice over {over}, and were recognised", highlight=False)
    for sentence in chaos.findings:
        console.print(sentence, style="red", highlight=False)
    console.print(chaos.line(), highlight=False, soft_wrap=True)
    return 0 if chaos.clean else 1


if __name__ == "__main__":
    sys.exit(main())
