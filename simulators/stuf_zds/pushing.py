"""Sending own messages to the other side: per case in order, again until an answer counts."""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import aiohttp

from schemas.xml import XmlRefused, parse_xml
from simulators.stuf_zds.xmlkit import local

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulators.stuf_zds.outgoing import Consumer, Rendered

_TIMEOUT: Final = 30.0
_AGAIN: Final = frozenset({"StUF046", "StUF049", "StUF061", "StUF960"})
PAUSES: Final = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds between attempts; after the last one it gives up."""


@dataclass(slots=True, kw_only=True)
class Attempt:
    """One time that the bytes were sent, and what came back (None: nothing)."""

    status: int | None
    code: str = ""
    fault: str = ""


@dataclass(slots=True, kw_only=True)
class Push:
    """One message; `outcome` is waiting, accepted, refused or given up."""

    message: str
    case: str
    subject: str  # documentidentificatie, or the moment of the status
    rendered: Rendered
    repeat: bool = False
    echo: bool = False
    """It tells the other side of what that side made itself."""
    outcome: str = "waiting"
    attempts: list[Attempt] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "message": self.message,
            "case": self.case,
            "subject": self.subject,
            "referentienummer": self.rendered.reference,
            "outcome": self.outcome,
            "attempts": [
                {"status": item.status, "code": item.code, "fault": item.fault}
                for item in self.attempts
            ],
        }


class Pusher:
    """Keeps every push with its answers; `idle` waits until none is waiting."""

    def __init__(self, pauses: Sequence[float] = PAUSES) -> None:
        self.pauses = tuple(pauses)
        self.consumer: Consumer | None = None
        self.pushes: list[Push] = []
        self._queues: dict[str, deque[Push]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._old: set[asyncio.Task[None]] = set()
        self._schedule: asyncio.Task[None] | None = None
        self._session: aiohttp.ClientSession | None = None

    def add(self, push: Push) -> None:
        """Send a push after the others of its case."""
        self.pushes.append(push)
        self._queues.setdefault(push.case, deque()).append(push)
        if push.case not in self._tasks:
            task = asyncio.create_task(self._work(push.case))
            self._tasks[push.case] = task

    def every(self, seconds: float, count: int | None, start: Callable[[], None]) -> None:
        """Call `start` now and every so many seconds, `count` times or until told to stop."""
        self.stop_schedule()
        self._schedule = asyncio.create_task(_repeat(seconds, count, start))

    def stop_schedule(self) -> None:
        if self._schedule is not None:
            self._schedule.cancel()
            self._old.add(self._schedule)
            self._schedule = None

    async def idle(self) -> None:
        """Wait until the schedule is over and no push is waiting any more."""
        if self._schedule is not None:
            await self._schedule
        while self._tasks:
            await asyncio.gather(*self._tasks.values())

    def forget(self) -> None:
        """Drop what is still to be sent, and the list of what was."""
        self.stop_schedule()
        for task in self._tasks.values():
            task.cancel()
            self._old.add(task)
        self._tasks.clear()
        self._queues.clear()
        self.pushes.clear()

    async def stop(self) -> None:
        self.forget()
        await asyncio.gather(*self._old, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _work(self, case: str) -> None:
        queue = self._queues[case]
        try:
            while queue:
                await self._deliver(queue[0])
                queue.popleft()
        finally:
            if self._queues.get(case) is queue:
                del self._queues[case], self._tasks[case]

    async def _deliver(self, push: Push) -> None:
        for pause in (*self.pauses, None):
            push.outcome = await self._attempt(push)
            if push.outcome != "waiting":
                break
            if pause is None:
                push.outcome = "given up"
                break
            await asyncio.sleep(pause)
        if push.repeat and push.outcome == "accepted":
            await self._attempt(push)

    async def _attempt(self, push: Push) -> str:
        status, body = await self._post(push.rendered)
        code, fault = _codes(body)
        push.attempts.append(Attempt(status=status, code=code, fault=fault))
        if code == "Bv03":
            return "accepted"
        return "refused" if code and fault not in _AGAIN else "waiting"

    async def _post(self, rendered: Rendered) -> tuple[int | None, bytes]:
        consumer = self.consumer
        if consumer is None:
            return None, b""
        if self._session is None:
            limit = aiohttp.ClientTimeout(total=_TIMEOUT)
            self._session = aiohttp.ClientSession(timeout=limit)
        headers = dict(rendered.headers)
        if consumer.basic is not None:
            secret = base64.b64encode(":".join(consumer.basic).encode()).decode()
            headers["Authorization"] = f"Basic {secret}"
        with contextlib.suppress(aiohttp.ClientError, TimeoutError, ValueError):
            async with self._session.post(
                consumer.url,
                data=rendered.body,
                headers=headers,
                allow_redirects=False,
            ) as answer:
                return answer.status, await answer.read()
        return None, b""


async def _repeat(seconds: float, count: int | None, start: Callable[[], None]) -> None:
    done = 0
    while count is None or done < count:
        start()
        done += 1
        if done != count:
            await asyncio.sleep(seconds)


def _codes(body: bytes) -> tuple[str, str]:
    """The berichtcode of an answer wherever it stands, and the code of its fault."""
    try:
        root = parse_xml(body)
    except XmlRefused:
        return "", ""
    found = {local(part): (part.text or "").strip() for part in root.iter() if not len(part)}
    return found.get("berichtcode", ""), found.get("code", "")
