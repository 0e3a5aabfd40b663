"""Tells of recordings whose tests do not tell themselves: the exchanges of ZGW, replayed.

Loaded by `make standards` only (pytest -p). A recording states its own outcome: the status that a
real Open Zaak gave; its test passes when ours is the same.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from functools import cache

import pytest

from tests.standards import standards_dir
from tests.standards_report import UNDERSTOOD, record

_REPLAYED = "tests/simulators/zgw/test_recordings.py"
_FIRST_REFUSAL = 400


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    name = _recording(item)
    if name is not None and (report.when == "call" or report.failed):
        stated = stated_outcome(name)
        record(f"zgw/examples/{name}.json", stated if report.passed else "failed", stated)
    return report


def _recording(item: pytest.Item) -> str | None:
    """Return the name of the recording that a test replays, for tests that replay one."""
    if not item.nodeid.startswith(_REPLAYED) or not isinstance(item, pytest.Function):
        return None
    named = item.callspec.params.get("name") if hasattr(item, "callspec") else None
    return named if isinstance(named, str) else None


@cache
def stated_outcome(name: str) -> str:
    """Return what the recorded answer says: understood, or refused with its status."""
    path = standards_dir() / "zgw" / "examples" / f"{name}.json"
    status = json.loads(path.read_text(encoding="utf-8"))["response"]["status"]
    return UNDERSTOOD if status < _FIRST_REFUSAL else f"refused:{status}"
