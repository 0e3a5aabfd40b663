"""Every adapter answers every rule of docs/reference/adapter-checklist.md."""

from __future__ import annotations

import re
from pathlib import Path

from tests.architecture.tree import ROOT, adapter_folders, assert_none, place, read_toml, write

LIST = Path("docs/reference/adapter-checklist.md")
_ROW = re.compile(r"^\| `([a-z-]+)` \|", re.MULTILINE)
_SHORTEST_REASON = 10


def rules(root: Path) -> list[str]:
    """The names in the page's table: the page is the only place that lists them."""
    return _ROW.findall((root / LIST).read_text(encoding="utf-8"))


def mistakes(root: Path) -> list[str]:
    found = []
    for folder in adapter_folders(root):
        path = folder / "checklist.toml"
        answers = read_toml(path).get("rules") if path.is_file() else None
        if not isinstance(answers, dict):
            found.append(f"{place(root, path)}: the file or its [rules] table is missing")
            continue
        where = place(root, path)
        expected = rules(root)
        found += [f"{where}: {rule} is not answered" for rule in expected if rule not in answers]
        found += [f"{where}: {rule} is not a rule" for rule in answers if rule not in expected]
        found += [
            f'{where}: {rule} must be "done", or {{ todo = reason }}, or {{ exempt = reason }}'
            for rule, answer in answers.items()
            if not _is_answer(answer)
        ]
    return found


def _is_answer(answer: object) -> bool:
    if not isinstance(answer, dict):
        return answer == "done"
    [(kind, reason), *others] = answer.items() or [("", "")]
    return (
        not others
        and kind in {"todo", "exempt"}
        and isinstance(reason, str)
        and len(reason) >= _SHORTEST_REASON
    )


def test_the_page_lists_about_twelve_rules_once_each() -> None:
    names = rules(ROOT)

    assert len(names) == len(set(names)) == 12


def test_every_adapter_answers_every_rule() -> None:
    assert_none(mistakes(ROOT))


def test_missing_unknown_and_unexcused_answers_are_named(tmp_path: Path) -> None:
    page = "| `look-up` | x |\n| `docs-page` | x |\n| `error-table` | x |\n| `natural-keys` | x |\n"
    write(tmp_path, LIST.as_posix(), page)
    write(
        tmp_path,
        "adapters/post/checklist.toml",
        '[rules]\nlook-up = "nearly"\ndocs-page = { exempt = "" }\nlook-down = "done"\n'
        'error-table = { todo = "two codes of the new version are missing" }\n',
    )

    where = "adapters/post/checklist.toml"
    assert mistakes(tmp_path) == [
        f"{where}: natural-keys is not answered",
        f"{where}: look-down is not a rule",
        f'{where}: look-up must be "done", or {{ todo = reason }}, or {{ exempt = reason }}',
        f'{where}: docs-page must be "done", or {{ todo = reason }}, or {{ exempt = reason }}',
    ]


def test_a_folder_without_a_checklist_is_named(tmp_path: Path) -> None:
    write(tmp_path, LIST.as_posix(), "| `look-up` | x |\n")
    write(tmp_path, "adapters/post/__init__.py", "")

    assert mistakes(tmp_path) == [
        "adapters/post/checklist.toml: the file or its [rules] table is missing"
    ]
