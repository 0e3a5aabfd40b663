"""One call that changes something, carried out at most once, whatever breaks in between.

The request is stored before it is sent (`prepare`), what came of it after (`complete`). A step that
is prepared and has no result may have been carried out: it is looked for at the partner before it
is sent again. That covers a lost answer and a crash alike, also where the partner would simply
take a thing twice.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NoReturn

from adapters.contract import Steps

Render = Callable[[], Awaitable[bytes]]
"""Makes the request; called for the first attempt only."""

Send = Callable[[bytes], Awaitable[str]]
"""Sends the request; returns what the partner calls the result."""

Find = Callable[[bytes], Awaitable[str | None]]
"""Looks at the partner for what was asked; None when it is not there."""


async def do_once(
    steps: Steps,
    step: str,
    *,
    render: Render,
    send: Send,
    find: Find,
    look_first: bool = False,
) -> str:
    """Return the result of `step`: remembered, found at the partner, or of a call made now.

    `look_first`: it may be there although no step remembers it (`Context.again`).
    """
    result = steps.result(step)
    if result is not None:
        return result
    request = await stored_request(steps, step)
    if request is None:
        rendered = await render()
        request = await steps.prepare(step, lambda: rendered)
        result = (await find(request) if look_first else None) or await send(request)
    else:
        result = await find(request) or await send(request)
    await steps.complete(step, result)
    return result


async def find_once(steps: Steps, step: str, find: Find) -> bool:
    """Return whether `step` is done; when the partner turns out to have it, that is recorded."""
    if steps.result(step) is not None:
        return True
    request = await stored_request(steps, step)
    result = None if request is None else await find(request)
    if result is None:
        return False
    await steps.complete(step, result)
    return True


async def stored_request(steps: Steps, step: str) -> bytes | None:
    """Return the request of a step that was prepared before, None when there is none (any more).

    An operator's edit of the message drops requests and keeps results.
    """
    if not steps.prepared(step):
        return None
    try:
        return await steps.prepare(step, _render_nothing)
    except _NothingStored:
        return None


class _NothingStored(Exception):
    """The store asked for a request in place of giving the stored one; nothing was stored."""


def _render_nothing() -> NoReturn:
    raise _NothingStored
