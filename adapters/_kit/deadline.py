"""Ending an attempt at its deadline, before the worker has to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.contract import Context, UncertainError


@asynccontextmanager
async def within_deadline(context: Context) -> AsyncIterator[None]:
    """End what is inside at the context's deadline; how far it came is then uncertain."""
    seconds = (context.deadline - context.clock.now()).total_seconds()
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as err:
        raise UncertainError("The attempt took longer than its deadline allows.") from err
