"""A generated adapter works as it stands."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from schakel.scaffold import AlreadyThere, InvalidName, create

ROOT = Path(__file__).resolve().parents[3]
PARTS = ("adapters", "schemas", "simulators", "tests", "docs")
GENERATED = ("adapters", "simulators", "tests/adapters", "tests/simulators")


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A folder that looks just enough like the project."""
    (tmp_path / "adapters").mkdir()
    (tmp_path / "adapters" / "contract.py").touch()
    return tmp_path


def test_it_makes_adapter_simulator_tests_and_docs_page(empty: Path) -> None:
    made = create("mijn_systeem", empty)
    assert all(path.is_file() for path in made)
    assert {path.relative_to(empty).parent.as_posix() for path in made} == {
        "adapters/mijn_systeem",
        "simulators/mijn_systeem",
        "tests/adapters/mijn_systeem",
        "tests/simulators/mijn_systeem",
        "docs/adapters",
    }
    assert "class MijnSysteemAdapter:" in (empty / "adapters/mijn_systeem/adapter.py").read_text(
        encoding="utf-8"
    )
    assert not [path for path in made if "@@" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize(
    "name", ["", "Mijn", "mijn-systeem", "1e", "_kit", "a__b", "a_", "../x", "é", "x" * 21, "a b"]
)
def test_a_name_that_is_none_is_refused_with_an_example(empty: Path, name: str) -> None:
    with pytest.raises(InvalidName, match="mijn_systeem"):
        create(name, empty)


@pytest.mark.parametrize("name", ["class", "contract"])
def test_a_name_with_another_meaning_is_refused(empty: Path, name: str) -> None:
    with pytest.raises(InvalidName, match=f"mijn_{name}"):
        create(name, empty)


def test_a_folder_that_is_no_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidName, match=r"no adapters/contract\.py"):
        create("mijn_systeem", tmp_path)


@pytest.mark.parametrize("present", ["adapters/post", "tests/simulators/post", "docs/adapters"])
def test_nothing_is_written_over_what_is_there(empty: Path, present: str) -> None:
    (empty / present).mkdir(parents=True)
    (empty / "docs" / "adapters").mkdir(parents=True, exist_ok=True)
    (empty / "docs" / "adapters" / "post.md").touch()
    before = sorted(empty.rglob("*"))
    with pytest.raises(AlreadyThere, match=r"docs/adapters/post\.md"):
        create("post", empty)
    assert sorted(empty.rglob("*")) == before


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tree")
    ignored = shutil.ignore_patterns("__pycache__", ".mypy_cache", ".ruff_cache")
    for part in PARTS:
        shutil.copytree(ROOT / part, root / part, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


def run(tree: Path, module: str, *arguments: str) -> None:
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ab", "mijn_systeem", "zeerlangenaamvooriet"])
def test_what_is_generated_passes_every_check(tree: Path, name: str) -> None:
    create(name, tree)
    folders = [f"{folder}/{name}" for folder in GENERATED]
    run(tree, "ruff", "check", *folders)
    run(tree, "ruff", "format", "--check", *folders)
    run(tree, "mypy", *folders)
    run(tree, "pytest", "-q", "-p", "no:cacheprovider", *folders[2:])
    run(
        tree, "pytest", "-q", "-p", "no:cacheprovider", "tests/architecture/test_adapter_folders.py"
    )
