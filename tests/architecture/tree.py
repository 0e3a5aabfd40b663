"""The project's files, as the validators look at them."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("adapters", "continuity", "routing", "schakel", "schemas", "simulators")
HIDDEN_BUT_OURS = frozenset({".ci"})
MADE = frozenset({"__pycache__", "dist"})


def files(root: Path, pattern: str = "*") -> Iterator[Path]:
    """Files of the project under `root`, without what tools and programs make, in order."""
    for path in sorted(root.iterdir()):
        if path.is_dir():
            hidden = path.name.startswith(".") and path.name not in HIDDEN_BUT_OURS
            if not hidden and path.name not in MADE and not path.name.startswith("schakel-demo"):
                yield from files(path, pattern)
        elif path.match(pattern):
            yield path


def modules(root: Path) -> Iterator[Path]:
    """The Python files of the six packages under `root`; tests are not among them."""
    for package in PACKAGES:
        if (root / package).is_dir():
            yield from files(root / package, "*.py")


def adapter_folders(root: Path) -> Iterator[Path]:
    """The folders of concrete adapters: not the shared `_kit`."""
    for path in sorted((root / "adapters").iterdir()):
        if path.is_dir() and not path.name.startswith(("_", ".")):
            yield path


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def read_toml(path: Path) -> dict[str, object]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def assert_none(mistakes: list[str]) -> None:
    """Fails with every mistake on a line of its own."""
    __tracebackhide__ = True
    assert not mistakes, "\n" + "\n".join(mistakes)


def place(root: Path, path: Path, line: int | None = None) -> str:
    """`folder/file.py:12`: where a reader finds the mistake."""
    where = path.relative_to(root).as_posix()
    return where if line is None else f"{where}:{line}"


def write(root: Path, name: str, text: str) -> Path:
    """Makes a file of an invented tree, with its folders."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def imported(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every absolute import as a dotted name with its line; `from a import b` gives `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node.lineno
