"""Pure in the middle: schemas, routing, translate and inbound know no network and no clock.

import-linter forbids the libraries, also through others; here are the calls that it cannot see.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from pathlib import Path

from tests.architecture.tree import (
    ROOT,
    adapter_folders,
    assert_none,
    files,
    imported,
    parse,
    place,
    write,
)

FORBIDDEN_MODULES = frozenset(
    {
        "aiohttp",
        "asyncio",
        "fastapi",
        "http.client",
        "httpx",
        "logging",
        "os",
        "secrets",
        "socket",
        "sqlite3",
        "ssl",
        "structlog",
        "subprocess",
        "threading",
        "time",
        "urllib.request",
    }
)
# The module's own generator, which nobody seeds; `random.Random(seed)` and one passed in are fine.
UNSEEDED = frozenset({"choice", "choices", "randint", "random", "sample", "shuffle", "uniform"})
FORBIDDEN_CALLS = {
    "datetime.now": "time comes from a Clock",
    "datetime.utcnow": "time comes from a Clock",
    "datetime.today": "time comes from a Clock",
    "date.today": "time comes from a Clock",
    "uuid.uuid1": "ids are passed in",
    "uuid.uuid4": "ids are passed in",
    "uuid1": "ids are passed in",
    "uuid4": "ids are passed in",
    "input": "no I/O",
    "print": "no I/O",
}


def pure_modules(root: Path) -> Iterator[Path]:
    for package in ("schemas", "routing"):
        if (root / package).is_dir():
            yield from files(root / package, "*.py")
    if (root / "adapters").is_dir():
        for folder in adapter_folders(root):
            for name in ("translate.py", "inbound.py"):
                if (folder / name).is_file():
                    yield folder / name


def mistakes(root: Path) -> list[str]:
    found = []
    for path in pure_modules(root):
        tree = parse(path)
        names = dict(imported(tree))
        found += [
            f"{place(root, path, line)}: {name} does not belong in a pure module"
            for name, line in names.items()
            if any(name == bad or name.startswith(f"{bad}.") for bad in FORBIDDEN_MODULES)
        ]
        found += [
            f"{place(root, path, node.lineno)}: {reason}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and (reason := _forbidden(node, names))
        ]
    return found


def _forbidden(call: ast.Call, names: Collection[str]) -> str | None:
    """The reason why this call may not be here; `datetime.datetime.now` counts as well."""
    called = ast.unparse(call.func)
    owner, _, method = called.rpartition(".")
    if owner == "random" and "random" in names and method in UNSEEDED:
        return "randomness is passed in"
    return FORBIDDEN_CALLS.get(".".join(called.split(".")[-2:]))


def test_pure_modules_touch_no_network_clock_or_chance() -> None:
    assert_none(mistakes(ROOT))


def test_a_clock_and_a_client_in_a_pure_module_are_named(tmp_path: Path) -> None:
    write(
        tmp_path,
        "adapters/post/translate.py",
        "import datetime\nfrom httpx import get\nnow = datetime.datetime.now()\n",
    )
    write(tmp_path, "routing/table.py", "from datetime import date\nstart = date.today()\n")
    write(tmp_path, "routing/draw.py", "import random\nlot = random.random()\n")
    write(tmp_path, "schemas/draw.py", "def draw(random): return random.choice([1])\n")
    write(tmp_path, "schemas/x.py", "import uuid\nname = uuid.uuid5(uuid.NAMESPACE_URL, 'x')\n")

    assert mistakes(tmp_path) == [
        "routing/draw.py:2: randomness is passed in",
        "routing/table.py:2: time comes from a Clock",
        "adapters/post/translate.py:2: httpx.get does not belong in a pure module",
        "adapters/post/translate.py:3: time comes from a Clock",
    ]
