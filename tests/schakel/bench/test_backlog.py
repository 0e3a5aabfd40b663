"""The bench must measure what it says: here only that it comes to an end with sensible figures."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from schakel.bench.backlog import _rate
from tests.services import POSTGRES, absent, postgres_problem


def test_a_rate_is_taken_between_two_readings() -> None:
    seen = [(0.0, 0), (1.0, 100), (2.0, 300), (3.0, 600), (4.0, 1000)]
    assert _rate(seen, 0, 300) == 150
    assert _rate(seen, 600, 1000) == 400
    assert _rate(seen, 650, 700) == 250  # nothing was read there: over the whole


@pytest.mark.slow
def test_a_small_run_answers_both_questions() -> None:
    if (problem := postgres_problem()) is not None:
        absent(problem)
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "schakel.bench.backlog", "--server", f"{POSTGRES}/postgres"),
            *("--messages", "3000", "--small", "600", "--lanes", "300", "--each", "500"),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ended.returncode == 0, ended.stderr
    assert re.search(r"share of the rate with 600: whole \d+\.\d\d, end \d+\.\d\d", ended.stdout)
    assert re.search(r"cost: -?\d+\.\d %", ended.stdout)
