"""`schakel schemas install` and `schakel schemas explain`: the XML schemas of StUF."""

from __future__ import annotations

import os
from pathlib import Path

from schakel.cli.failure import FOUND_PROBLEMS, WRONG_USE, Failure
from schakel.cli.printing import print_line
from schakel.settings.xmlsets import VARIABLE, named_folder
from schemas.xml import XmlRefused
from schemas.xsdexplain import Explanation, NoStufMessage, explain
from schemas.xsdinstall import Installed, NothingToInstall, install
from schemas.xsdset import (
    SETS,
    UnusableSchemas,
    installed,
    official,
    official_folder,
    use_official,
)


def install_schemas(source: Path, target: Path | None, config: Path | None) -> int:
    """Print what was installed; raises Failure when nothing was."""
    place = target or named_folder(config, os.environ)
    if place is None:
        raise Failure(
            f"Say where the hub reads official schemas: name the folder with --to, or set dir "
            f"under [schemas] or {VARIABLE}.",
            code=WRONG_USE,
        )
    if not source.is_dir():
        raise Failure(f"There is no folder {source}.", code=WRONG_USE)
    try:
        done = install(source, place)
    except (NothingToInstall, UnusableSchemas) as error:
        raise Failure(str(error), code=FOUND_PROBLEMS) from error
    _show_installed(done)
    return 0


def use_folder(folder: Path | None) -> None:
    """Have traffic held to the official sets in the folder; None: to our own schemas alone.

    Compiles them, so that a broken installation is found before the first message. Raises Failure,
    and then leaves it as it was.
    """
    before = official_folder()
    use_official(folder)
    if folder is None:
        return
    try:
        _compile(folder)
    except Failure:
        use_official(before)
        raise


def _compile(folder: Path) -> None:
    if not installed(folder):
        raise Failure(
            f"No official schemas are installed in {folder}: run 'schakel schemas install "
            f"DOWNLOAD --to {folder}', or leave dir under [schemas] and {VARIABLE} out.",
            code=WRONG_USE,
        )
    try:
        for name in SETS:
            official(name)
    except UnusableSchemas as error:
        raise Failure(str(error), code=WRONG_USE) from error


def explain_message(file: Path, name: str | None, folder: Path | None, config: Path | None) -> int:
    """Print what is wrong with a message; the exit code says whether anything is."""
    if name is not None and name not in SETS:
        raise Failure(f"There is no set {name}; there are {', '.join(SETS)}.", code=WRONG_USE)
    use_official(folder or named_folder(config, os.environ))
    try:
        found = explain(file.read_bytes(), name)
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}.", code=WRONG_USE) from error
    except (XmlRefused, NoStufMessage, UnusableSchemas) as error:
        raise Failure(str(error), code=FOUND_PROBLEMS) from error
    _show(found)
    return FOUND_PROBLEMS if found.faults else 0


def _show_installed(done: Installed) -> None:
    print_line(f"Installed in {done.target}: {', '.join(done.sets)} ({done.files} files).")
    print_line(f'The hub reads them with dir = "{done.target}" under [schemas],')
    print_line(f"or with {VARIABLE}={done.target} in its environment.")


def _show(found: Explanation) -> None:
    asked = "our own schema and the official one" if found.official else "our own schema"
    if not found.faults:
        print_line(f"{found.message} is right by {asked} of {found.set}.")
        return
    print_line(f"{found.message}, by {asked} of {found.set}:")
    for one in found.faults:
        by = "official" if one.official else "ours"
        print_line(f"  {one.path} ({one.rule}, {by}): {one.expected}")
