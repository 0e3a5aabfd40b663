"""No file of the project knows the machine that it was written on."""

from __future__ import annotations

import re
from pathlib import Path

from tests.architecture.tree import ROOT, assert_none, files, place, write

LOCK = "uv.lock"
_PATH = re.compile(r"(?<![\w./:{}<>-])/(?:work|root|home|tmp|Users)(?:/[\w.]|[\"'`\s])")


def mistakes(root: Path) -> list[str]:
    found = []
    for path in files(root):
        if path.name == LOCK:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            place(root, path, number)
            for number, line in enumerate(text.splitlines(), start=1)
            if _PATH.search(line)
        ]
    return found


def test_no_file_names_a_path_of_a_machine() -> None:
    assert_none(mistakes(ROOT))


def test_a_path_of_a_machine_is_found_and_a_url_is_not(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "see https://example.nl/home/x\n\nin /" + "home/anna/x\n")
    write(tmp_path, "b.py", 'FOLDER = "/' + 'tmp"\n')

    assert mistakes(tmp_path) == ["a.md:3", "b.py:1"]
