"""Every public module says what it is; every exception says what it means."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.tree import ROOT, assert_none, modules, parse, place, write


def silent_modules(root: Path) -> list[str]:
    """Modules without a docstring; an empty `__init__.py` has nothing to say."""
    return [
        place(root, path)
        for path in modules(root)
        if (tree := parse(path)).body and ast.get_docstring(tree) is None
    ]


def silent_exceptions(root: Path) -> list[str]:
    found = [
        (place(root, path, node.lineno), node)
        for path in modules(root)
        for node in ast.walk(parse(path))
        if isinstance(node, ast.ClassDef)
    ]
    exceptions = _exceptions([node for _, node in found])
    return [
        f"{where}: {node.name}"
        for where, node in found
        if node.name in exceptions and ast.get_docstring(node) is None
    ]


def _exceptions(classes: list[ast.ClassDef]) -> set[str]:
    """Names of classes that inherit from an exception, directly or through each other."""
    known = {"BaseException", "Exception", "LookupError", "OSError", "RuntimeError", "ValueError"}
    while True:
        more = {
            node.name
            for node in classes
            if any(ast.unparse(base).split(".")[-1] in known for base in node.bases)
        }
        if more <= known:
            return known
        known |= more


def test_every_module_says_what_it_is() -> None:
    assert_none(silent_modules(ROOT))


def test_every_exception_says_what_it_means() -> None:
    assert_none(silent_exceptions(ROOT))


def test_a_silent_module_and_a_silent_exception_are_found(tmp_path: Path) -> None:
    write(tmp_path, "schemas/__init__.py", "")
    write(tmp_path, "schemas/a.py", "class Wrong(ValueError): ...\n")
    write(tmp_path, "schemas/b.py", '"""Says something."""\nclass Worse(Wrong): ...\n')

    assert silent_modules(tmp_path) == ["schemas/a.py"]
    assert silent_exceptions(tmp_path) == ["schemas/a.py:1: Wrong", "schemas/b.py:2: Worse"]
