"""Tests lie where the code lies."""

from __future__ import annotations

from pathlib import Path

from tests.architecture.tree import PACKAGES, ROOT, assert_none, files, place, write

# Tests of the whole, which no single package mirrors.
OF_THE_WHOLE = frozenset(
    {
        "architecture",
        "chaos",
        "conformance",
        "deployment",
        "end_to_end",
        "integration",
        "simulation",
        "standards_report",
    }
)


def strange_folders(root: Path) -> list[str]:
    """Folders with tests that mirror no folder and no module of the code."""
    return [
        place(root, folder)
        for folder in _test_folders(root)
        if folder != root / "tests"
        and folder.relative_to(root / "tests").parts[0] not in OF_THE_WHOLE
        and not _mirrored(root / folder.relative_to(root / "tests"))
    ]


def _mirrored(code: Path) -> bool:
    """A module with many tests may have a folder of them."""
    return code.is_dir() or code.with_suffix(".py").is_file()


def folders_without_init(root: Path) -> list[str]:
    return [
        place(root, folder)
        for folder in _test_folders(root)
        if not (folder / "__init__.py").is_file()
    ]


def untested_packages(root: Path) -> list[str]:
    """Packages, adapters and simulators without a folder of tests."""
    packages = [root / name for name in PACKAGES if (root / name).is_dir()]
    packages += [
        folder
        for name in ("adapters", "simulators")
        for folder in sorted((root / name).glob("*/"))
        if (folder / "__init__.py").is_file()
    ]
    return [
        place(root, package)
        for package in packages
        if not any((root / "tests" / package.relative_to(root)).rglob("test_*.py"))
    ]


def _test_folders(root: Path) -> list[Path]:
    """Folders under tests/ with Python files; folders of data alone are nobody's mirror."""
    return sorted({path.parent for path in files(root / "tests", "*.py")})


def test_every_folder_of_tests_mirrors_a_folder_of_code() -> None:
    assert_none(strange_folders(ROOT))


def test_every_folder_of_tests_is_a_package() -> None:
    assert_none(folders_without_init(ROOT))


def test_every_package_adapter_and_simulator_has_tests() -> None:
    assert_none(untested_packages(ROOT))


def test_strange_and_missing_folders_are_found(tmp_path: Path) -> None:
    write(tmp_path, "adapters/__init__.py", "")
    write(tmp_path, "adapters/post/__init__.py", "")
    write(tmp_path, "simulators/__init__.py", "")
    write(tmp_path, "tests/__init__.py", "")
    write(tmp_path, "tests/simulators/__init__.py", "")
    write(tmp_path, "tests/simulators/test_run.py", "")
    write(tmp_path, "tests/adapters/mail/test_mail.py", "")
    write(tmp_path, "tests/simulators/golden/case.json", "{}")

    assert strange_folders(tmp_path) == ["tests/adapters/mail"]
    assert folders_without_init(tmp_path) == ["tests/adapters/mail"]
    assert untested_packages(tmp_path) == ["adapters/post"]
