"""Databases with the tables of the PostgreSQL store: copies of one that is migrated once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

from continuity.store.postgres import migrate
from tests.services import aside, database

EMPTY: Final = """
DO $$
DECLARE name text;
BEGIN
    SET LOCAL session_replication_role = replica; -- the audit trail refuses to be emptied
    FOR name IN SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r'
        AND relnamespace = 'public'::regnamespace AND relname <> 'schema_version'
    LOOP
        EXECUTE 'DELETE FROM ' || name; -- a few rows: faster than TRUNCATE, which makes new files
    END LOOP;
    PERFORM setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'
        AND relnamespace = 'public'::regnamespace;
END;
$$
"""
"""Makes a migrated database as new; needs the rights of a superuser."""


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """The name of a migrated database, for `CREATE DATABASE ... TEMPLATE`."""
    with database() as url:
        aside(migrate(url))
        yield url.rpartition("/")[2]


@pytest.fixture
def migrated_url(postgres_template: str) -> Iterator[str]:
    """A database for one test, with all tables and nothing in them."""
    with database(template=postgres_template) as url:
        yield url


@pytest.fixture(scope="class")
def class_url(postgres_template: str) -> Iterator[str]:
    """One database for all tests of a class; whoever uses it runs `EMPTY` first."""
    with database(template=postgres_template) as url:
        yield url
