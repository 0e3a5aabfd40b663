"""Who knows one adapter folder knows all."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.tree import ROOT, adapter_folders, assert_none, parse, place, write

FIXED = frozenset(
    {
        "__init__.py",
        "adapter.py",
        "translate.py",
        "client.py",
        "errors.py",
        "settings.py",
        "checklist.toml",
        "README.md",
    }
)
ADAPTER_LINES = 120
README_LINES = 12


def mistakes(root: Path) -> list[str]:
    return [mistake for folder in adapter_folders(root) for mistake in _in_folder(root, folder)]


def _in_folder(root: Path, folder: Path) -> list[str]:
    where = place(root, folder)
    names = {path.name for path in folder.iterdir() if path.name != "__pycache__"}
    found = [f"{where}: {name} is missing" for name in sorted(FIXED - names)]
    found += [
        f"{where}: {name} is neither a fixed file nor a module"
        for name in sorted(names - FIXED)
        if not name.endswith(".py") and not (folder / name / "__init__.py").exists()
    ]
    if not found:
        found = [*_exports(root, folder), *_lengths(root, folder)]
    return found


def _exports(root: Path, folder: Path) -> list[str]:
    kinds = sorted(_exported(parse(folder / "__init__.py")))
    if len(kinds) == 2 and kinds[0].endswith("Adapter") and kinds[1].endswith("Settings"):
        return []
    return [f"{place(root, folder / '__init__.py')}: __all__ must be the adapter and its settings"]


def _lengths(root: Path, folder: Path) -> list[str]:
    found = []
    adapter = folder / "adapter.py"
    if len(adapter.read_text(encoding="utf-8").splitlines()) > ADAPTER_LINES:
        found.append(f"{place(root, adapter)}: longer than {ADAPTER_LINES} lines; it only joins")
    readme = folder / "README.md"
    text = readme.read_text(encoding="utf-8")
    page = f"docs/adapters/{folder.name}.md"
    if len(text.splitlines()) > README_LINES or page not in text:
        found.append(f"{place(root, readme)}: some lines and a link to {page}, no more")
    return found


def _exported(tree: ast.Module) -> list[str]:
    """The names in `__all__`."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return [str(name) for name in ast.literal_eval(node.value)]
    return []


def test_every_adapter_folder_has_the_fixed_files() -> None:
    assert_none(mistakes(ROOT))


def test_a_missing_and_a_strange_file_are_named(tmp_path: Path) -> None:
    for name in FIXED - {"errors.py"}:
        write(tmp_path, f"adapters/post/{name}", "")
    write(tmp_path, "adapters/post/notes.txt", "")

    assert mistakes(tmp_path) == [
        "adapters/post: errors.py is missing",
        "adapters/post: notes.txt is neither a fixed file nor a module",
    ]


def test_a_third_export_and_a_long_adapter_and_a_readme_without_link_are_named(
    tmp_path: Path,
) -> None:
    for name in FIXED:
        write(tmp_path, f"adapters/post/{name}", "")
    write(tmp_path, "adapters/post/__init__.py", '__all__ = ["A", "PostAdapter", "PostSettings"]')
    write(tmp_path, "adapters/post/adapter.py", "\n" * (ADAPTER_LINES + 1))

    assert [mistake.split(":")[0] for mistake in mistakes(tmp_path)] == [
        "adapters/post/__init__.py",
        "adapters/post/adapter.py",
        "adapters/post/README.md",
    ]
