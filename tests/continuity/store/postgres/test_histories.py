"""Random histories: the PostgreSQL store and the memory store must answer alike, always."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings

from continuity.store.contract import Store
from continuity.store.postgres import PostgresStore
from continuity.store.records import AuditEntry
from tests.continuity.store.test_histories import Call, SameAnswers
from tests.databases import EMPTY
from tests.services import aside, database, execute

pytestmark = pytest.mark.slow


class SameAnswersOfPostgres(SameAnswers):
    """Seen failing with the new state left uncounted by `move`."""

    url: ClassVar[str]

    def new_store(self) -> Store:
        aside(execute(EMPTY, database=self.url.rpartition("/")[2]))
        return PostgresStore(self.url)

    def answer(self, store: Store, call: Call) -> object:
        """Entries of the two trails have the same content; each store has hashes of its own."""
        answer = super().answer(store, call)
        if not isinstance(answer, list):
            return answer
        return [replace(one, hash=b"") if isinstance(one, AuditEntry) else one for one in answer]


@pytest.fixture(autouse=True, scope="module")
def _database(postgres_template: str) -> Iterator[None]:
    with database(template=postgres_template) as url:
        SameAnswersOfPostgres.url = url
        yield


SameAnswersOfPostgres.TestCase.settings = settings(
    max_examples=15,
    stateful_step_count=30,
    deadline=None,  # a commit takes as long as the disk takes
    suppress_health_check=[HealthCheck.too_slow],
)
TestSameAnswersOfPostgres = SameAnswersOfPostgres.TestCase
