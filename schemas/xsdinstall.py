"""Installs official sets of XML schemas that a user has downloaded; the hub may not carry them.

An official set spreads a namespace over several documents, of which libxml2 reads one: so an entry
point is made here, with one wrapper per namespace that includes every part.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lxml import etree

from schemas.xml import XmlLimits, XmlRefused, parse_xml
from schemas.xsdset import ENTRY, UnusableSchemas, compile_entry

_XS: Final = "{http://www.w3.org/2001/XMLSchema}"
_XS_URI: Final = "http://www.w3.org/2001/XMLSchema"
_LIMITS: Final = XmlLimits(max_elements=200_000)
_WRAPPED: Final[Mapping[str, str]] = {
    "http://www.egem.nl/StUF/StUF0301": "stuf.xsd",
    "http://www.egem.nl/StUF/sector/bg/0310": "bg.xsd",
    "http://www.egem.nl/StUF/sector/zkn/0310": "zkn.xsd",
    "http://www.stufstandaarden.nl/koppelvlak/zds0120": "zds.xsd",
}
_ZKN: Final = (
    "zkn0310/mutatie/zkn0310_msg_mutatie.xsd",
    "zkn0310/vraagAntwoord/zkn0310_msg_vraagAntwoord.xsd",
)
_ROOTS: Final[Mapping[str, tuple[str, ...]]] = {
    "zds-1.1": ("zkn0310/zs-dms/zkn0310_msg_zs-dms.xsd", *_ZKN),
    "zds-1.2": ("zds0120/berichten/zds0120_msg_zs-dms.xsd", *_ZKN),
    "bg-3.10": ("bg0310/vraagAntwoord/bg0310_msg_vraagAntwoord.xsd",),
    "stuf-3.01": ("0301/stuf0301.xsd", "0301/stuf0301mtom.xsd"),
}
"""The documents, as the standard names them, from which all others of a set are reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """What an installation put where."""

    sets: tuple[str, ...]
    files: int
    target: Path


class NothingToInstall(Exception):
    """The source holds no set that the hub knows, or a set that misses files; the text says so."""


def install(source: Path, target: Path) -> Installed:
    """Copy the official sets in `source` to `target`; names of folders above the sets do not count.

    Every set is compiled before any of it is put in place; a set that was there is replaced whole.
    Raises `NothingToInstall` or `UnusableSchemas`, and leaves `target` as it was.
    """
    found = {name: place for name in _ROOTS if (place := _find(source, name)) is not None}
    if not found:
        wanted = ", ".join(roots[0] for roots in _ROOTS.values())
        raise NothingToInstall(
            f"There is no official set in {source}. Unpack a download of the standard there, with "
            f"its own folders; one of these is looked for: {wanted}."
        )
    try:
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target, prefix=".new-") as made:
            sizes = [_build(Path(made) / name, place, name) for name, place in found.items()]
            for name in found:
                _replace(Path(made) / name, target / name)
    except OSError as error:
        raise NothingToInstall(
            f"The schemas cannot be written to {target} ({error.strerror}). Name a folder that "
            "this user may write."
        ) from None
    return Installed(sets=tuple(found), files=sum(sizes), target=target)


def _find(source: Path, name: str) -> Path | None:
    """Return the folder of a set: the first, by path, in which its main document lies."""
    first = _ROOTS[name][0]
    hits = sorted(source.rglob(Path(first).name), key=lambda path: (len(path.parts), path))
    for hit in hits:
        if hit.as_posix().endswith(f"/{first}"):
            return hit.parents[len(Path(first).parts) - 1].resolve()
    return None


def _build(made: Path, place: Path, name: str) -> int:
    """Copy one set with everything that it refers to, make its entry point, and compile it."""
    documents = _closure(place, name)
    for document in documents:
        copy = made / document
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((place / document).read_bytes())
    parts: dict[str, list[Path]] = {}
    for document, namespace in documents.items():
        if namespace in _WRAPPED:
            parts.setdefault(namespace, []).append(document)
    entry = made / ENTRY
    entry.parent.mkdir()
    _write(entry, None, parts, ())
    for namespace, included in parts.items():
        others = [one for one in parts if one != namespace]
        _write(entry.parent / _WRAPPED[namespace], namespace, others, sorted(included))
    compile_entry(entry)
    return len(documents)


def _closure(place: Path, name: str) -> dict[Path, str]:
    """Return every document of a set by its path within it, with its namespace."""
    todo = [place / root for root in _ROOTS[name]]
    found: dict[Path, str] = {}
    while todo:
        path = todo.pop().resolve()
        if not path.is_relative_to(place):
            raise UnusableSchemas(f"A schema of {name} refers to a file outside its set: {path}.")
        relative = path.relative_to(place)
        if relative in found:
            continue
        root = _read(path, relative, name)
        found[relative] = root.get("targetNamespace", "")
        todo.extend(path.parent / place for place in _references(root, relative))
    return found


def _read(path: Path, relative: Path, name: str) -> etree._Element:
    try:
        root = parse_xml(path.read_bytes(), _LIMITS)
    except OSError:
        raise NothingToInstall(
            f"The set {name} lacks {relative}. Unpack the whole download and try again."
        ) from None
    except XmlRefused as error:
        raise UnusableSchemas(f"{relative} of {name} cannot be read. {error}") from None
    if root.tag != f"{_XS}schema":
        raise UnusableSchemas(f"{relative} of {name} is no XML schema.")
    return root


def _references(root: etree._Element, relative: Path) -> Iterator[str]:
    for kind in ("include", "import", "redefine"):
        for node in root.iter(f"{_XS}{kind}"):
            place = node.get("schemaLocation")
            if place is None:
                continue
            if "://" in place:
                detail = f"{relative} refers to a network address; use the download with all files."
                raise UnusableSchemas(detail)
            yield place


def _write(
    path: Path, namespace: str | None, imports: Iterable[str], includes: Iterable[Path]
) -> None:
    root = etree.Element(f"{_XS}schema", nsmap={"xs": _XS_URI})
    if namespace is not None:
        root.set("targetNamespace", namespace)
        root.set("elementFormDefault", "qualified")
    for other in sorted(imports):
        etree.SubElement(root, f"{_XS}import", namespace=other, schemaLocation=_WRAPPED[other])
    for part in includes:
        etree.SubElement(root, f"{_XS}include", schemaLocation=f"../{part.as_posix()}")
    etree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True, pretty_print=True)


def _replace(new: Path, old: Path) -> None:
    if old.exists():
        shutil.rmtree(old)
    new.rename(old)
