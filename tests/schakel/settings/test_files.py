"""Which file is the configuration."""

from __future__ import annotations

from pathlib import Path

from schakel.settings.files import find


def test_the_file_that_is_named_comes_before_the_environment() -> None:
    named = Path("named.toml")
    assert find(named, {"SCHAKEL_CONFIG": "other.toml"}) == named


def test_the_environment_comes_before_the_working_directory() -> None:
    assert find(None, {"SCHAKEL_CONFIG": "other.toml"}) == Path("other.toml")
    assert find(None, {"SCHAKEL_CONFIG": ""}) == Path("schakel.toml")
    assert find(None, {}) == Path("schakel.toml")
