"""What the pages point at exists: files, headings, code, make targets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.tree import PACKAGES, ROOT, assert_none, files, place, write

_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.*?)\s*$", re.MULTILINE)
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_OURS = re.compile(rf"(?:{'|'.join((*PACKAGES, 'tests', 'docs', 'deploy'))})/[\w./-]*\w")
_NAMED_PATH = re.compile(rf"(?<![\w./-]){_OURS.pattern}(?![\w/*{{<-])")
_TARGET = re.compile(r"\bmake +([a-z][a-z-]*)")
_RULE = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)


def broken_links(root: Path) -> list[str]:
    found = []
    for path in files(root, "*.md"):
        text = _FENCE.sub("", path.read_text(encoding="utf-8"))
        for target in _LINK.findall(text):
            if re.match(r"[a-z]+:", target):
                continue
            file, _, anchor = target.partition("#")
            goal = (path.parent / file).resolve() if file else path
            if not goal.exists() or (anchor and anchor not in _anchors(goal)):
                found.append(f"{place(root, path)}: {target} leads nowhere")
    return found


def _anchors(path: Path) -> set[str]:
    """Headings as GitHub and GitLab turn them into anchors."""
    text = _FENCE.sub("", path.read_text(encoding="utf-8"))
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in _HEADING.findall(text)
    }


def absent_paths(root: Path) -> list[str]:
    """Files and folders of the project that a page names and that are not there.

    A name in capitals (`adapters/NAME/`) stands for any.
    """
    return [
        f"{place(root, path)}: {name} does not exist"
        for path in files(root, "*.md")
        for code in _CODE.findall(_FENCE.sub("", path.read_text(encoding="utf-8")))
        for name in _NAMED_PATH.findall(code)
        if "NAME" not in name and "NNNN" not in name and not (root / name).exists()
    ]


def absent_targets(root: Path) -> list[str]:
    targets = set(_RULE.findall((root / "Makefile").read_text(encoding="utf-8")))
    return [
        f"{place(root, path)}: make {target} does not exist"
        for path in files(root, "*.md")
        for code in _all_code(path.read_text(encoding="utf-8"))
        for target in _TARGET.findall(code)
        if target not in targets
    ]


def _all_code(text: str) -> Iterator[str]:
    yield from _FENCE.findall(text)
    yield from _CODE.findall(_FENCE.sub("", text))


def unreachable_pages(root: Path) -> list[str]:
    """Pages under docs/ that docs/index.md does not link to.

    The page of an adapter is reached from the README in its folder; test_adapter_folders sees to
    that.
    """
    index = root / "docs" / "index.md"
    linked = {
        (index.parent / target.partition("#")[0]).resolve()
        for target in _LINK.findall(index.read_text(encoding="utf-8"))
    }
    return [
        place(root, path)
        for path in files(root / "docs", "*.md")
        if path != index and path.parent.name != "adapters" and path.resolve() not in linked
    ]


def test_every_link_in_the_docs_leads_somewhere() -> None:
    assert_none(broken_links(ROOT))


def test_every_file_that_the_docs_name_exists() -> None:
    assert_none(absent_paths(ROOT))


def test_every_make_target_that_the_docs_name_exists() -> None:
    assert_none(absent_targets(ROOT))


def test_every_page_is_reached_from_the_index() -> None:
    assert_none(unreachable_pages(ROOT))


def test_a_broken_link_anchor_path_and_target_are_found(tmp_path: Path) -> None:
    write(tmp_path, "Makefile", "check: ## x\n")
    write(tmp_path, "docs/index.md", "# Start here\n\n[a](a.md) [b](#start-here) [c](#nowhere)\n")
    write(
        tmp_path,
        "docs/a.md",
        "[gone](gone.md) `schemas/gone.py` `adapters/NAME/adapter.py` `make check`\n\n"
        "```sh\nmake lunch\n```\n",
    )
    write(tmp_path, "docs/lost.md", "")

    assert broken_links(tmp_path) == [
        "docs/a.md: gone.md leads nowhere",
        "docs/index.md: #nowhere leads nowhere",
    ]
    assert absent_paths(tmp_path) == ["docs/a.md: schemas/gone.py does not exist"]
    assert absent_targets(tmp_path) == ["docs/a.md: make lunch does not exist"]
    assert unreachable_pages(tmp_path) == ["docs/lost.md"]
