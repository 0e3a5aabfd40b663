"""Where the recorded facts of the standards are, when the shared folder is at hand."""

import os
from pathlib import Path

import pytest

_BESIDE_THE_PROJECT = Path(__file__).resolve().parents[2] / "shared" / "standards"


def standards_dir() -> Path:
    """Return the folder with the standards; without it the test is skipped with a reason.

    With SCHAKEL_REQUIRE_STANDARDS=1 in the environment (as in CI) its absence is a failure.
    """
    if _BESIDE_THE_PROJECT.is_dir():
        return _BESIDE_THE_PROJECT
    reason = (
        "the folder ../shared/standards is not beside the project; recorded exchanges are not "
        "compared (set SCHAKEL_REQUIRE_STANDARDS=1 to make this a failure)"
    )
    if os.environ.get("SCHAKEL_REQUIRE_STANDARDS") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def standards_at_hand() -> bool:
    """Tell whether the folder is there, for parametrising over its files."""
    return _BESIDE_THE_PROJECT.is_dir()
