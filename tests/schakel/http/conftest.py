from __future__ import annotations

import pytest

from tests.schakel.http.harness import Harness


@pytest.fixture
def hub() -> Harness:
    return Harness()
