"""Who knows one adapter folder knows all."""

from __future__ import annotations

import ast
import re
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
MANY_MODULES = 20
"""A folder with more of them has a map in its README."""
MAP_LINES = 60


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
    return [*found, *_readme(root, folder)]


def _readme(root: Path, folder: Path) -> list[str]:
    """Some lines; or a map of one screen that names every module, where there are many."""
    readme = folder / "README.md"
    text = readme.read_text(encoding="utf-8")
    page = f"docs/adapters/{folder.name}.md"
    names = {path.stem for path in folder.iterdir() if not path.name.startswith("__")}
    modules = sorted(names - {"README", "checklist", "settings"})
    most = MAP_LINES if len(modules) > MANY_MODULES else README_LINES
    where = place(root, readme)
    if len(text.splitlines()) > most or page not in text:
        return [f"{where}: at most {most} lines and a link to {page}"]
    if most == README_LINES:
        return []
    return [
        f"{where}: {name} is not on the map"
        for name in modules
        if not re.search(rf"`{name}[`/.]", text)
    ]


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


def test_a_module_that_is_not_on_the_map_of_a_large_folder_is_named(tmp_path: Path) -> None:
    for name in FIXED | {f"part{number}.py" for number in range(MANY_MODULES)}:
        write(tmp_path, f"adapters/post/{name}", "")
    write(tmp_path, "adapters/post/__init__.py", '__all__ = ["PostAdapter", "PostSettings"]')
    named = " ".join(f"`part{number}`" for number in range(1, MANY_MODULES))
    write(
        tmp_path,
        "adapters/post/README.md",
        f"docs/adapters/post.md `adapter` `client` `errors` `translate` {named}",
    )

    assert mistakes(tmp_path) == ["adapters/post/README.md: part0 is not on the map"]
