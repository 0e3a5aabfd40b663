"""Group commit: many callers in one transaction, and what becomes of each.

Whatever is handed in while one commit runs goes into the next one, in order of arrival. A call
that is refused (`StoreError`) has left nothing behind and the others go on. Any other error rolls
the whole transaction back, and each call is then run in a transaction of its own.

When the connection is lost before COMMIT was sent, nothing has happened and the group is run again
on a new connection. When it is lost between COMMIT and its answer, the server is asked what became
of the transaction, so that nobody is told that it is uncertain when it can be known.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, Protocol, TypeVar

import asyncpg

from continuity.store.contract import StoreUnavailable
from continuity.store.postgres import sql
from continuity.store.postgres.connection import CONNECTION_ERRORS, PATIENCE, Connection, Link
from continuity.store.postgres.errors import (
    Again,
    InDoubt,
    Lost,
    busy,
    closed,
    gone,
    is_broken_off,
    is_lost,
    unavailable,
    uncertain,
)
from continuity.store.postgres.transaction import Transaction

MOST_TOGETHER: Final = 500
"""Calls in one commit: bounds how long the first of them waits for the last."""
MOST_BYTES: Final = 16 * 1024 * 1024
"""Of content in one commit; a larger call goes alone."""

_TRIES: Final = 8
"""How often a transaction that others broke off is run."""
_BREATH: Final = 0.01
"""Seconds between those, longer each time, and varied by chance."""


class Sized(Protocol):
    @property
    def size(self) -> int:
        """Bytes of content that it brings."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What one call gave, or why it did not."""

    value: Any = None
    error: BaseException | None = None


Ask = TypeVar("Ask", bound=Sized)
RunGroup = Callable[[Transaction, Sequence[Ask]], Awaitable[list[Ended]]]


@dataclass(frozen=True, slots=True)
class _Job(Generic[Ask]):
    ask: Ask
    future: asyncio.Future[Any]


class Committer(Generic[Ask]):
    """`begin` opens a transaction, with the locks that every one of them needs.

    `repeatable`: a group whose commit is in doubt may be run again, for the calls in it recognise
    what they did before.
    """

    def __init__(
        self, link: Link, run: RunGroup[Ask], *, begin: str, repeatable: bool = False
    ) -> None:
        self._link = link
        self._run = run
        self._begin = begin
        self._repeatable = repeatable
        self._jobs: deque[_Job[Ask]] = deque()
        self._wake = asyncio.Event()
        self._stopping = False
        self._task = asyncio.create_task(self._serve(), name="store-committer")

    async def run(self, ask: Ask) -> Any:
        """The call's value, once it is durable; or its error, and then nothing happened."""
        if self._stopping:
            raise closed(self._link.server.place)
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._jobs.append(_Job(ask, future))
        self._wake.set()
        return await future

    async def stop(self) -> None:
        """Carries out what was handed in, then closes the connection."""
        self._stopping = True
        self._wake.set()
        await self._task
        await self._link.close()

    async def _serve(self) -> None:
        while self._jobs or not self._stopping:
            if not self._jobs:
                self._wake.clear()
                await self._wake.wait()
                continue
            jobs = self._next_group()
            _tell(jobs, await self._carry_out([job.ask for job in jobs]))
            if not self._link.connected:
                self._give_up_waiting()

    def _next_group(self) -> list[_Job[Ask]]:
        group: list[_Job[Ask]] = []
        size = 0
        while self._jobs and len(group) < MOST_TOGETHER:
            size += self._jobs[0].ask.size
            if group and size > MOST_BYTES:
                break
            group.append(self._jobs.popleft())
        return group

    def _give_up_waiting(self) -> None:
        """Those that came while the server was sought in vain have waited long enough."""
        waiting = list(self._jobs)
        self._jobs.clear()
        _tell(waiting, [Ended(error=gone(self._link.server.place)) for _ in waiting])

    async def _carry_out(self, asks: Sequence[Ask]) -> list[Ended]:
        """Durable when it returns, for every call without an error; in order."""
        until = asyncio.get_running_loop().time() + PATIENCE
        try:
            return await self._again_and_again(asks, until)
        except Exception as error:  # noqa: BLE001 - handed to the callers, who all wait for an answer
            problem = unavailable(error, self._link.server.place)
            if len(asks) == 1 or isinstance(problem, StoreUnavailable):
                return [Ended(error=problem) for _ in asks]
            return [(await self._carry_out([ask]))[0] for ask in asks]

    async def _again_and_again(self, asks: Sequence[Ask], until: float) -> list[Ended]:
        place = self._link.server.place
        in_doubt = False
        for tries in range(1, _TRIES + 1):
            try:
                return await self._together(asks, until)
            except Lost as lost:
                self._link.drop()
                if asyncio.get_running_loop().time() >= until:
                    raise (uncertain(place) if in_doubt else gone(place)) from lost
            except InDoubt as doubt:
                if not self._repeatable:
                    raise uncertain(place) from doubt
                in_doubt = True
            except StoreUnavailable as error:
                raise (uncertain(place) if in_doubt else error) from error
            except (Again, asyncpg.PostgresError) as error:
                if not (isinstance(error, Again) or is_broken_off(error)):
                    raise
                breath = _BREATH * 2**tries * random.random()  # noqa: S311 - spreads retries
                await asyncio.sleep(breath)
        raise uncertain(place) if in_doubt else busy(place)

    async def _together(self, asks: Sequence[Ask], until: float) -> list[Ended]:
        connection = await self._link.get(until=until)
        try:
            await connection.execute(self._begin)
            tx = Transaction(connection, slot=self._link.slot, mark=self._link.server.mark)
            endings = await self._run(tx, asks)
            await tx.flush()
        except BaseException as error:
            if is_lost(error):
                raise Lost from error
            await self._roll_back(connection)
            raise
        if tx.number is None:
            await self._roll_back(connection)
            return endings
        return await self._commit(connection, tx.number, endings, until)

    async def _roll_back(self, connection: Connection) -> None:
        """When even that does not work, the connection is given up, and the server does it."""
        try:
            await connection.execute("ROLLBACK")
        except CONNECTION_ERRORS:
            self._link.drop()

    async def _commit(
        self, connection: Connection, number: str, endings: list[Ended], until: float
    ) -> list[Ended]:
        try:
            answer = await connection.execute("COMMIT")
        except CONNECTION_ERRORS as error:
            if not is_lost(error):
                await self._roll_back(connection)
                raise
            self._link.drop()
            if not await self._happened(number, until):
                raise Again from error
            return endings
        if answer != "COMMIT":
            raise AssertionError(f"COMMIT was answered with {answer}")
        return endings

    async def _happened(self, number: str, until: float) -> bool:
        """What became of a transaction whose COMMIT was not answered.

        Raises `InDoubt` when it cannot be known: the server stays away, or another one, which may
        not have received it, has taken its place.
        """
        timeline = self._link.timeline
        until = max(until, asyncio.get_running_loop().time() + PATIENCE)
        try:
            while True:
                connection = await self._link.get(until=until)
                if self._link.timeline != timeline:
                    raise InDoubt
                outcome = await connection.fetchval(sql.OUTCOME, number)
                if outcome != "in progress":
                    break
                if asyncio.get_running_loop().time() >= until:
                    raise InDoubt
                await asyncio.sleep(_BREATH)
        except (StoreUnavailable, *CONNECTION_ERRORS) as error:
            self._link.drop()
            raise InDoubt from error
        if outcome is None:
            raise InDoubt
        return bool(outcome == "committed")


def _tell(jobs: Sequence[_Job[Any]], endings: Sequence[Ended]) -> None:
    for job, ended in zip(jobs, endings, strict=True):
        if job.future.done():  # its caller was cancelled
            continue
        if ended.error is None:
            job.future.set_result(ended.value)
        else:
            job.future.set_exception(ended.error)
