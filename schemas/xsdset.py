"""The XML schemas of StUF, compiled: our own, and the official ones that a user has installed.

Our own (`schemas/xsd`) say what the hub sends and serves; they are part of the program. The
official sets are not: `schemas.xsdinstall` copies them from the user's download to a folder, and
`use_official` names that folder. Traffic is then held to both.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from lxml import etree

SETS: Final = ("zds-1.1", "zds-1.2", "bg-3.10", "stuf-3.01")
"""The names that `compiled`, `official` and `violations` know."""

XSD_DIRECTORY: Final = Path(__file__).parent / "xsd"
"""Where our own schemas lie: one entry point `<set>.xsd` each."""

ENTRY: Final = "schakel/all.xsd"
"""The entry point that the installation makes inside the folder of an official set."""

_STEP: Final = re.compile(r"(?:(?P<prefix>[^:\[]+):)?(?P<name>[^:\[]+)(?:\[(?P<position>\d+)\])?")

_shared: Final[dict[Path, etree.XMLSchema]] = {}
# libxml2's log of breaches belongs to the schema, not to the call: who judges has one for itself.
_idle: Final[dict[Path, deque[etree.XMLSchema]]] = {}
_official_folder: Path | None = None


class UnknownSet(ValueError):
    """Somebody asked for a set of schemas that does not exist; the text names those that do."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no set of schemas {name!r}; there are {', '.join(SETS)}.")


class UnusableSchemas(Exception):
    """A folder with official schemas does not compile; the text says which file, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One breach of a schema, without anything of the document's content."""

    path: str  # local names with positions, from the message's own element: zakLk01/object[2]/code
    rule: str  # libxml2's name of the rule, such as SCHEMAV_CVC_MAXLENGTH_VALID
    official: bool  # of an installed official set; otherwise of our own


def compiled(name: str) -> etree.XMLSchema:
    """Return our own schema, compiled once per process; raises `UnknownSet`.

    `validate` may run in several threads, but the `error_log` of the one schema is then mixed:
    ask `violations` when the breaches matter.
    """
    if name not in SETS:
        raise UnknownSet(name)
    return _compile_once(_own_entry(name))


def use_official(folder: Path | None) -> None:
    """Name the folder with installed official sets; None: there is none."""
    global _official_folder  # noqa: PLW0603 - one folder per process, as one configuration
    _official_folder = folder


def official_folder() -> Path | None:
    """Return the folder that `use_official` named; it need not exist."""
    return _official_folder


def installed(folder: Path) -> tuple[str, ...]:
    """Return the names of the official sets that a folder holds; nothing is compiled."""
    return tuple(name for name in SETS if (folder / name / ENTRY).is_file())


def official(name: str) -> etree.XMLSchema | None:
    """Return the installed official schema, or None where the user installed none.

    Raises `UnknownSet`, and `UnusableSchemas` where the installed files do not compile (any more).
    """
    entry = _official_entry(name)
    return _compile_once(entry) if entry is not None else None


def violations(name: str, element: etree._Element, *, limit: int = 20) -> tuple[Violation, ...]:
    """Return how a message breaks our own schema and, where installed, the official one.

    `element` is the message itself, such as zakLk01, also while it sits in an envelope. Empty: it
    breaks neither. Safe in threads: those that judge at once each compile a schema of their own.
    """
    if name not in SETS:
        raise UnknownSet(name)
    found = _judge(_own_entry(name), element, limit, is_official=False)
    official_entry = _official_entry(name)
    if official_entry is not None:
        found += _judge(official_entry, element, limit, is_official=True)
    return found


def compile_entry(entry: Path) -> etree.XMLSchema:
    """Compile a schema without cache; raises `UnusableSchemas`. Nothing is fetched from a network.

    libxml2 takes one document per namespace: the entry point imports one for each.
    """
    parser = etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False)
    try:
        return etree.XMLSchema(etree.parse(entry, parser))
    except (OSError, etree.LxmlError) as error:
        detail = f"The schema {entry} does not compile: {error}. Install the official set again."
        raise UnusableSchemas(detail) from None


def _own_entry(name: str) -> Path:
    return XSD_DIRECTORY / f"{name}.xsd"


def _official_entry(name: str) -> Path | None:
    if name not in SETS:
        raise UnknownSet(name)
    if _official_folder is None:
        return None
    entry = _official_folder / name / ENTRY
    return entry if entry.is_file() else None


def _compile_once(entry: Path) -> etree.XMLSchema:
    """Return the schema that all share; threads that come at once get the same one."""
    found = _shared.get(entry)
    return found if found is not None else _shared.setdefault(entry, compile_entry(entry))


@contextmanager
def _borrowed(entry: Path) -> Iterator[etree.XMLSchema]:
    """Give a schema that nobody else uses meanwhile; taking and giving back are atomic."""
    idle = _idle.setdefault(entry, deque())
    try:
        schema = idle.pop()
    except IndexError:
        schema = compile_entry(entry)
    try:
        yield schema
    finally:
        idle.append(schema)


def _judge(
    entry: Path, element: etree._Element, limit: int, *, is_official: bool
) -> tuple[Violation, ...]:
    with _borrowed(entry) as schema:
        if schema.validate(element):
            return ()
        log: Iterable[Any] = schema.error_log  # type: ignore[assignment]  # not in lxml-stubs
        entries = [(one.path or "", one.type_name) for one in islice(log, limit)]
    return tuple(
        Violation(path=_path_in(element, path), rule=rule, official=is_official)
        for path, rule in entries
    )


def local_path(found: etree._Element, top: etree._Element) -> str:
    """Return the local names from `top` down to `found`, numbered where several are alike."""
    steps = [_step(found)]
    while found is not top and (parent := found.getparent()) is not None:
        found = parent
        steps.append(_step(found))
    return "/".join(reversed(steps))


def _path_in(element: etree._Element, path: str) -> str:
    """Return the place that libxml2 names, or that of the element when it cannot be told.

    libxml2 starts at the element that it was given, or at the root of its document.
    """
    steps = path.strip("/").split("/")
    for start in (element, element.getroottree().getroot()):
        if (found := _follow(start, steps)) is not None:
            return local_path(found, element)
    return etree.QName(element).localname


def _follow(start: etree._Element, steps: Sequence[str]) -> etree._Element | None:
    """Walk steps such as `ZKN:object[2]`, or `*[4]` for an element without prefix."""
    found: etree._Element | None = None
    for number, step in enumerate(steps):
        match = _STEP.fullmatch(step)
        if match is None:
            return None
        among = [start] if found is None else [child for child in found if _is(child, match)]
        position = int(match["position"] or 1) if number else 1
        if position > len(among) or not _is(among[position - 1], match):
            return None
        found = among[position - 1]
    return found


def _is(element: etree._Element, match: re.Match[str]) -> bool:
    if match["name"] == "*":
        return True
    named = (element.prefix, etree.QName(element).localname)
    return named == (match["prefix"], match["name"])


def _step(element: etree._Element) -> str:
    name = etree.QName(element).localname
    parent = element.getparent()
    alike = [] if parent is None else [child for child in parent if child.tag == element.tag]
    return f"{name}[{alike.index(element) + 1}]" if len(alike) > 1 else name
