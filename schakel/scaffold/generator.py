"""Filling in the templates: nothing is written when anything is in the way."""

from __future__ import annotations

import keyword
import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_LONGEST: Final = 20  # lines with the name in them then stay within 100 characters
_SUFFIX: Final = ".template"

_PLACES: Final = {
    "adapter": "adapters/{name}",
    "simulator": "simulators/{name}",
    "adapter_tests": "tests/adapters/{name}",
    "simulator_tests": "tests/simulators/{name}",
}
_DOCS_PAGE: Final = "docs/adapters/{name}.md"

_IMPORT: Final = re.compile(r"^from [^\n]+ import (?:\([^)]*\)|[^\n(]+)\n", re.MULTILINE)
_IMPORTS: Final = re.compile(f"(?:{_IMPORT.pattern})+", re.MULTILINE)

_TAKEN: Final = frozenset({"contract", "kit"})


class InvalidName(ValueError):
    """The name cannot be that of an adapter; the text says what one looks like."""


class AlreadyThere(FileExistsError):
    """There is an adapter of this name, or part of one; nothing was written."""


def create(name: str, root: Path) -> list[Path]:
    """Write the files of adapter `name` below the project folder `root` and return their paths.

    Raises InvalidName or AlreadyThere before anything is written.
    """
    _check(name)
    if not (root / "adapters" / "contract.py").is_file():
        raise InvalidName(f"{root} is not the project's folder: it has no adapters/contract.py.")
    texts = {root / place: text for place, text in _rendered(name).items()}
    blocking = [root / folder.format(name=name) for folder in _PLACES.values()]
    blocking = [path for path in (*blocking, root / _DOCS_PAGE.format(name=name)) if path.exists()]
    if blocking:
        listed = ", ".join(path.relative_to(root).as_posix() for path in blocking)
        raise AlreadyThere(f"{listed} exists already; choose another name or remove it first.")
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(texts)


def _check(name: str) -> None:
    if not _NAME.fullmatch(name) or len(name) > _LONGEST:
        raise InvalidName(
            f"{name!r} cannot be the name of an adapter: use at most {_LONGEST} lower-case "
            "letters, digits and single underscores, beginning with a letter (mijn_systeem)."
        )
    if keyword.iskeyword(name) or name in _TAKEN:
        raise InvalidName(f"{name!r} has a meaning already; choose another name (mijn_{name}).")


def _rendered(name: str) -> dict[str, str]:
    templates = files("schakel.scaffold") / "templates"
    places = {
        f"{folder.format(name=name)}/{template.name.removesuffix(_SUFFIX)}": template
        for kind, folder in _PLACES.items()
        for template in sorted((templates / kind).iterdir(), key=lambda entry: entry.name)
    }
    places[_DOCS_PAGE.format(name=name)] = templates / "docs" / f"page.md{_SUFFIX}"
    return {place: _fill(template, name) for place, template in places.items()}


def _fill(template: Traversable, name: str) -> str:
    words = name.split("_")
    text = template.read_text(encoding="utf-8")
    for mark, value in {
        "@@name@@": name,
        "@@Class@@": "".join(word.capitalize() for word in words),
        "@@title@@": " ".join(words),
    }.items():
        text = text.replace(mark, value)
    return _IMPORTS.sub(_sorted_imports, text) if ".py" in template.name else text


def _sorted_imports(block: re.Match[str]) -> str:
    """Sort imports that stand together: where one belongs depends on the adapter's name."""
    return "".join(sorted(_IMPORT.findall(block.group()), key=lambda line: line.split()[1]))
