"""`make chaos`: the verdict in the last line; exit code 1 when a promise was broken."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from schakel.demo.stage import Stage
from tests.chaos.run import run


def main() -> int:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--duration", type=float, default=300.0, help="seconds of chaos")
    parser.add_argument("--seed", type=int, default=None, help="plays the same mischief again")
    options = parser.parse_args()
    seed = secrets.randbelow(10**9) if options.seed is None else options.seed
    folder = Path(tempfile.mkdtemp(prefix="schakel-chaos-"))
    return asyncio.run(_main(folder, options.duration, seed))


async def _main(folder: Path, duration: float, seed: int) -> int:
    console = Console()
    console.print(f"{duration:.0f} s of chaos with seed {seed}; logs in {folder}", highlight=False)
    async with Stage(folder, console, timeout="5s") as stage:
        chaos = await run(stage, duration=duration, seed=seed)
    console.print(dict(chaos.done), highlight=False)
    console.print(chaos.line(), highlight=False, soft_wrap=True)
    return 0 if chaos.clean else 1


if __name__ == "__main__":
    sys.exit(main())
