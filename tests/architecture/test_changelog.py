"""CHANGELOG.md starts with what is not released yet, newest first."""

from __future__ import annotations

import re
from pathlib import Path

from tests.architecture.tree import ROOT, assert_none, write

_HEADING = re.compile(r"^## (.*)$", re.MULTILINE)
_RELEASE = re.compile(r"\d+\.\d+\.\d+ \(\d{4}-\d\d-\d\d\)")


def mistakes(root: Path) -> list[str]:
    headings = _HEADING.findall((root / "CHANGELOG.md").read_text(encoding="utf-8"))
    found = [] if headings[:1] == ["Unreleased"] else ["the first section is not 'Unreleased'"]
    return found + [
        f"'{heading}' is not 'X.Y.Z (YYYY-MM-DD)'"
        for heading in headings[1:]
        if not _RELEASE.fullmatch(heading)
    ]


def test_the_changelog_starts_with_what_is_unreleased() -> None:
    assert_none(mistakes(ROOT))


def test_a_changelog_without_unreleased_and_with_a_bare_version_is_found(tmp_path: Path) -> None:
    write(tmp_path, "CHANGELOG.md", "# Changelog\n\n## 0.2.0 (2026-12-01)\n\n## 0.1.0\n")

    assert mistakes(tmp_path) == [
        "the first section is not 'Unreleased'",
        "'0.1.0' is not 'X.Y.Z (YYYY-MM-DD)'",
    ]
