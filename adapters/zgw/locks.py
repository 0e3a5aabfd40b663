"""Locking a document before it is changed, and letting it go.

The value of a lock is told once. It is stored before it is used, so that whoever continues after a
crash can go on with it. When the answer that told it got lost, the document is locked by us and
nobody knows with what: within a quarter of an hour that lock is broken, where our applicatie may
(`documenten.geforceerd-unlock`); later it could as well be somebody else's.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from adapters._kit.once import do_once, find_once
from adapters.contract import RejectedError, TransientError
from adapters.zgw.errors import ForbiddenError, LockedError
from adapters.zgw.work import Work
from schemas import canonical_json

LOCK: Final = "slot"
_SINCE: Final = "slot-sinds"
_RELEASE: Final = "vrijgave"

_NOT_OURS: Final = ""
"""Result of the step when we surely have no lock: it is asked for anew."""
_FREE: Final = "vrij"
_OURS_FOR: Final = timedelta(minutes=15)
_LOOK_AGAIN: Final = timedelta(minutes=5)
_GIVEN_UP: Final = frozenset({"zgw:unlocked", "zgw:incorrect-lock-id"})
"""Somebody forced our lock away: it is not ours to release any more."""


async def take_lock(work: Work, url: str) -> str:
    """Return the lock on the document, ours from before or a new one."""
    known = work.steps.result(LOCK)
    if known:
        return known
    since = await _since(work)
    if known is None and work.steps.prepared(LOCK):
        await _break_own(work, url, since)
    await work.steps.prepare(LOCK, lambda: b"{}")
    try:
        answer = await work.client.post("documenten", f"{url}/lock", b"{}")
    except LockedError as err:
        await work.steps.complete(LOCK, _NOT_OURS)
        raise _somebody_else(work, since) from err
    lock = _lock_in(answer)
    await work.steps.complete(LOCK, lock)
    return lock


async def give_back(work: Work, url: str, lock: str) -> None:
    """Unlock after a refusal: the document must not stay shut for everybody."""
    await _unlock(work, url, canonical_json({"lock": lock}))
    await work.steps.complete(LOCK, _NOT_OURS)


async def release(work: Work, url: str, lock: str) -> None:
    """Unlock at the end: a step of its own."""

    async def render() -> bytes:
        return canonical_json({"lock": lock})

    async def send(body: bytes) -> str:
        await _unlock(work, url, body)
        return _FREE

    async def find(_: bytes) -> str | None:
        return await _free(work, url)

    await do_once(work.steps, _RELEASE, render=render, send=send, find=find)


async def is_released(work: Work, url: str) -> bool:
    async def find(_: bytes) -> str | None:
        return await _free(work, url)

    return await find_once(work.steps, _RELEASE, find)


def was_released(work: Work) -> bool:
    return work.steps.result(_RELEASE) is not None


async def _free(work: Work, url: str) -> str | None:
    return None if await _is_locked(work, url) else _FREE


async def _is_locked(work: Work, url: str) -> bool:
    return (await work.client.get("documenten", url)).get("locked") is True


async def _unlock(work: Work, url: str, body: bytes) -> None:
    try:
        await work.client.act("documenten", f"{url}/unlock", body)
    except RejectedError as err:
        if err.code not in _GIVEN_UP:
            raise


async def _since(work: Work) -> datetime:
    """When we first wanted the lock."""
    told = work.steps.result(_SINCE)
    if told is not None:
        return datetime.fromisoformat(told)
    now = work.clock.now()
    await work.steps.complete(_SINCE, now.isoformat())
    return now


async def _break_own(work: Work, url: str, since: datetime) -> None:
    """Break the lock of which we lost the answer; without the right to, it is waited for."""
    if work.clock.now() - since > _OURS_FOR or not await _is_locked(work, url):
        return
    try:
        await work.client.act("documenten", f"{url}/unlock", b"{}")
    except (RejectedError, ForbiddenError):
        return  # taking the lock says so again, with what to do


def _somebody_else(work: Work, since: datetime) -> RejectedError | TransientError:
    if work.clock.now() - since < work.lock_wait:
        detail = "The document is locked by somebody else, who is changing it."
        return TransientError(detail, retry_after=_LOOK_AGAIN)
    return RejectedError(
        "zgw:document-op-slot",
        "The document has been locked for longer than lock_wait_seconds, by somebody who is "
        "changing it or by a call of ours of which the answer got lost: have it unlocked there, "
        "then replay this.",
    )


def _lock_in(answer: Any) -> str:
    lock = answer.get("lock") if isinstance(answer, dict) else None
    if isinstance(lock, str) and lock:
        return lock
    raise TransientError("The zaaksysteem locked the document and did not say with what.")
