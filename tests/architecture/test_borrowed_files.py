"""The standards are read in place and never copied into the project."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, assert_none, files, place, write
from tests.standards import standards_dir

_TOO_SMALL_TO_TELL = 200  # bytes; below this two files are equal by chance


def copies(root: Path, standards: Path) -> list[str]:
    originals = {_digest(path) for path in standards.rglob("*") if _counts(path)}
    return [
        place(root, path) for path in files(root) if _counts(path) and _digest(path) in originals
    ]


def _counts(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > _TOO_SMALL_TO_TELL


def _digest(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


@pytest.mark.standards
def test_no_file_of_the_project_is_a_copy_of_a_standard() -> None:
    assert_none(copies(ROOT, standards_dir()))


def test_a_copy_under_another_name_is_found(tmp_path: Path) -> None:
    write(tmp_path, "standards/zaak.xsd", "<schema/>" * 100)
    write(tmp_path, "project/tests/renamed.xml", "<schema/>" * 100)
    write(tmp_path, "project/own.xml", "<schema>" * 100)

    assert copies(tmp_path / "project", tmp_path / "standards") == ["tests/renamed.xml"]
