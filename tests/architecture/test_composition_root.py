"""Only schakel/compose.py names a concrete adapter."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.architecture.tree import ROOT, assert_none, imported, modules, parse, place, write

COMPOSE = Path("schakel/compose.py")
SHARED = frozenset({"contract", "_kit"})
_DOTTED = re.compile(r"adapters(\.\w+)+")


def mistakes(root: Path) -> list[str]:
    found = []
    for path in modules(root):
        if path == root / COMPOSE:
            continue
        home = path.relative_to(root).parts[:2]
        for name, line in _names(parse(path)):
            parts = name.split(".")
            if parts[0] != "adapters" or len(parts) < 2 or parts[1] in SHARED:
                continue
            if home != ("adapters", parts[1]):
                found.append(f"{place(root, path, line)}: only {COMPOSE} may name {name}")
    return found


def _names(tree: ast.Module) -> list[tuple[str, int]]:
    """Imports, and whole texts that look like one (`import_module("adapters.zgw")`)."""
    texts = [
        (node.value, node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and _DOTTED.fullmatch(node.value)
    ]
    return [*imported(tree), *texts]


def test_only_the_composition_root_names_a_concrete_adapter() -> None:
    assert_none(mistakes(ROOT))


def test_naming_an_adapter_elsewhere_is_found_in_imports_and_in_texts(tmp_path: Path) -> None:
    write(tmp_path, "schakel/compose.py", "from adapters.post import PostAdapter\n")
    write(tmp_path, "schakel/cli.py", "from adapters.post import PostAdapter\n")
    write(tmp_path, "continuity/worker.py", "x = __import__('adapters.post')\n")
    write(tmp_path, "continuity/retry.py", "from adapters.contract import RejectedError\n")
    write(tmp_path, "adapters/post/adapter.py", "from adapters.post.client import Client\n")
    write(tmp_path, "adapters/mail/adapter.py", "from adapters.post.client import Client\n")

    assert mistakes(tmp_path) == [
        "adapters/mail/adapter.py:1: only schakel/compose.py may name adapters.post.client.Client",
        "continuity/worker.py:1: only schakel/compose.py may name adapters.post",
        "schakel/cli.py:1: only schakel/compose.py may name adapters.post.PostAdapter",
    ]
