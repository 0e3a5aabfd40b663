"""The one writer. Two ways to run it: in a thread of its own, or inline without any thread."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Final, Protocol, TypeVar

from continuity.store.sqlite.batch import Ended, Operation, carry_out
from continuity.store.sqlite.errors import closed
from continuity.store.sqlite.transaction import Transaction

T = TypeVar("T")

MOST_TOGETHER: Final = 500
"""Operations in one commit: bounds how long the first of them waits for the last."""


class Writer(Protocol):
    async def run(self, operation: Callable[[Transaction], T]) -> T:
        """The operation's value, once it is durable; or its error, and then nothing happened."""

    async def stop(self) -> None:
        """Carries out what was handed in, then closes the connection."""


class InlineWriter:
    """Every operation is a commit of its own, made in the caller's task: same order every time."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    async def run(self, operation: Callable[[Transaction], T]) -> T:
        (ended,) = carry_out(self._connection, [operation], self._path)
        await asyncio.sleep(0)  # other tasks get their turn, as they do while a thread commits
        if ended.error is not None:
            raise ended.error
        value: T = ended.value
        return value

    async def stop(self) -> None:
        self._connection.close()


@dataclass(frozen=True, slots=True)
class _Job:
    operation: Operation
    future: asyncio.Future[Any]


class ThreadedWriter:
    """Whatever is handed in while one commit runs goes into the next one, in order of arrival."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._stopped = False
        self._thread = Thread(target=self._serve, name="store-writer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    async def run(self, operation: Callable[[Transaction], T]) -> T:
        if self._stopped:
            raise closed(self._path)
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs.put(_Job(operation, future))
        return await future

    async def stop(self) -> None:
        if not self._stopped:
            self._stopped = True
            self._jobs.put(None)
        await asyncio.get_running_loop().run_in_executor(None, self._thread.join)

    def _serve(self) -> None:
        try:
            going_on = True
            while going_on:
                jobs, going_on = self._next_jobs()
                if jobs:
                    operations = [job.operation for job in jobs]
                    _tell(jobs, carry_out(self._connection, operations, self._path))
        finally:
            self._connection.close()

    def _next_jobs(self) -> tuple[list[_Job], bool]:
        """Waits for a job and takes all that are there; False with the last ones."""
        jobs: list[_Job] = []
        job = self._jobs.get()
        while job is not None:
            jobs.append(job)
            if len(jobs) == MOST_TOGETHER:
                return jobs, True
            try:
                job = self._jobs.get_nowait()
            except Empty:
                return jobs, True
        return jobs, False


def _tell(jobs: Sequence[_Job], endings: Sequence[Ended]) -> None:
    """Resolves the futures in their own loops; one wake-up a loop, not one a job."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Ended]]] = {}
    for job, ended in zip(jobs, endings, strict=True):
        by_loop.setdefault(job.future.get_loop(), []).append((job.future, ended))
    for loop, answers in by_loop.items():
        with suppress(RuntimeError):  # the loop was closed; nobody waits any more
            loop.call_soon_threadsafe(_resolve, answers)


def _resolve(answers: Sequence[tuple[asyncio.Future[Any], Ended]]) -> None:
    for future, ended in answers:
        if future.done():  # its caller was cancelled
            continue
        if ended.error is None:
            future.set_result(ended.value)
        else:
            future.set_exception(ended.error)
