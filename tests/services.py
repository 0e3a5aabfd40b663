"""PostgreSQL and RabbitMQ for tests: a database or vhost of one's own, removed afterwards.

Where a service does not answer, tests that ask for it are skipped with the reason; with
SCHAKEL_REQUIRE_SERVICES=1 (as in CI) they fail, so that nobody takes a skipped test for a good one.

| variable | default |
|---|---|
| SCHAKEL_TEST_POSTGRES | postgresql://postgres@127.0.0.1:5432 |
| SCHAKEL_TEST_AMQP | amqp://guest:guest@127.0.0.1:5672/ |
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import uuid
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

Result = TypeVar("Result")

REQUIRED = os.environ.get("SCHAKEL_REQUIRE_SERVICES") == "1"
POSTGRES = os.environ.get("SCHAKEL_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432")
AMQP = os.environ.get("SCHAKEL_TEST_AMQP", "amqp://guest:guest@127.0.0.1:5672/")
ANSWERS_WITHIN = 5.0
"""Seconds in which a service that is there must answer."""


def unique_name(prefix: str = "schakel_test") -> str:
    """A name for a database, queue or vhost that no other test or run uses."""
    return f"{prefix}_{uuid.uuid4().hex[:12]}"


def absent(reason: str) -> NoReturn:
    if REQUIRED:
        pytest.fail(f"{reason} (SCHAKEL_REQUIRE_SERVICES=1)", pytrace=False)
    pytest.skip(reason)


def aside(work: Coroutine[Any, Any, Result]) -> Result:
    """Runs a coroutine to its end in another thread, so that the test's own loop is left alone."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def with_path(address: str, path: str) -> str:
    return urlunsplit(urlsplit(address)._replace(path=f"/{path}"))


@cache
def postgres_problem() -> str | None:
    """Why PostgreSQL cannot be used, or None; asked once for each run."""
    try:
        aside(execute("SELECT 1"))
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return f"PostgreSQL at SCHAKEL_TEST_POSTGRES does not answer: {type(error).__name__}"
    return None


async def execute(*statements: str, database: str = "postgres") -> None:
    """Runs statements one by one, each on its own, on a database of the test's server."""
    connection = await asyncpg.connect(with_path(POSTGRES, database), timeout=ANSWERS_WITHIN)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


@contextmanager
def database(*, template: str | None = None) -> Iterator[str]:
    """The address of a fresh database, empty or a copy of `template`; dropped at the end."""
    problem = postgres_problem()
    if problem is not None:
        absent(problem)
    name = unique_name()
    copied = f' TEMPLATE "{template}"' if template else ""
    aside(execute(f'CREATE DATABASE "{name}"{copied}'))
    try:
        yield with_path(POSTGRES, name)
    finally:
        aside(execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


@cache
def amqp_problem() -> str | None:
    """Why RabbitMQ cannot be used, or None; asked once for each run."""
    parts = urlsplit(AMQP)
    try:
        socket.create_connection(
            (parts.hostname or "127.0.0.1", parts.port or 5672), timeout=ANSWERS_WITHIN
        ).close()
    except OSError as error:
        return f"RabbitMQ at SCHAKEL_TEST_AMQP does not answer: {type(error).__name__}"
    return None


def rabbitmqctl(*arguments: str) -> bool:
    """True when the command did what was asked; False where it is absent or not allowed."""
    program = shutil.which("rabbitmqctl")
    if program is None:
        return False
    done = subprocess.run([program, "-q", *arguments], capture_output=True, check=False)
    return done.returncode == 0


@contextmanager
def vhost() -> Iterator[str]:
    """The address of a fresh vhost, removed at the end.

    Where rabbitmqctl cannot be used, the address as it was given: names of exchanges and queues
    must come from `unique_name` if they are not to meet those of another run.
    """
    problem = amqp_problem()
    if problem is not None:
        absent(problem)
    name = unique_name()
    user = urlsplit(AMQP).username or "guest"
    if not rabbitmqctl("add_vhost", name):
        yield AMQP
        return
    try:
        rabbitmqctl("set_permissions", "-p", name, user, ".*", ".*", ".*")
        yield with_path(AMQP, name)
    finally:
        rabbitmqctl("delete_vhost", name)


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """A fresh, empty database for one test."""
    with database() as url:
        yield url


@pytest.fixture(scope="module")
def amqp_url() -> Iterator[str]:
    """A fresh vhost for the tests of one module."""
    with vhost() as url:
        yield url
